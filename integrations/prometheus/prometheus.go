package prometheus

import (
	"context"
	"errors"
	"math"
	"net"
	"time"

	"github.com/prometheus/common/model"

	"github.com/slipwayhq/slipway/bot"
	"github.com/slipwayhq/slipway/bot/guard"
	"github.com/slipwayhq/slipway/integrations/reach"
)

// Ask asks once. It never fails, since no answer is a sample too.
func (s *Source) Ask(ctx context.Context, q bot.Question) bot.Sample {
	limited, cancel := context.WithTimeout(ctx, reach.Timeout(q.Probe))
	defer cancel()
	began := time.Now()
	server, err := s.server(q.Probe)
	if err != nil {
		return bot.Sample{Outcome: bot.NoAnswer, Says: "no Prometheus is named for it in slipway.yaml"}
	}
	sample := s.sample(limited, server, q)
	sample.Latency = time.Since(began)
	return sample
}

// sample runs all queries of a probe at once: for the value or both counts, and for the
// control.
func (s *Source) sample(ctx context.Context, server *server, q bot.Question) bot.Sample {
	numbers := map[string]number{}
	keys := keysOf(q.Probe)
	results := make([]number, len(keys))
	var g guard.WaitGroup
	for i, key := range keys {
		g.Go(func() { results[i] = server.now(ctx, fill(q.Probe.Setting(key), q)) })
	}
	g.Wait()
	for i, key := range keys {
		numbers[key] = results[i]
	}
	sample := sampleOf(q.Probe.Kind, numbers)
	if control, asked := numbers[keyControl]; asked && control.had() {
		sample.Control = &control.value
	}
	return sample
}

// keysOf are the queries that a probe has.
func keysOf(p bot.Probe) []string {
	var keys []string
	for _, key := range []string{keyQuery, keyBad, keyTotal, keyControl} {
		if p.Setting(key) != "" {
			keys = append(keys, key)
		}
	}
	return keys
}

// number is what a query found, or why it found none.
type number struct {
	value float64
	empty bool   // the query found nothing; for bad ones that means 0
	says  string // what went wrong; empty if nothing did
}

func (n number) had() bool { return n.says == "" && !n.empty }

const (
	foundNothing = "the query found nothing"
	tooMuch      = "Prometheus has too much to answer already"
)

// sampleOf makes a sample of what the queries of a probe found.
func sampleOf(kind bot.SampleKind, numbers map[string]number) bot.Sample {
	none := func(says string) bot.Sample { return bot.Sample{Outcome: bot.NoAnswer, Says: says} }
	if kind != bot.Counts {
		value := numbers[keyQuery]
		switch {
		case value.says != "":
			return none(value.says)
		case value.empty:
			return none(foundNothing)
		}
		return bot.Sample{Outcome: bot.Good, Value: value.value}
	}
	bad, total := numbers[keyBad], numbers[keyTotal]
	switch {
	case bad.says != "":
		return none(bad.says)
	case total.says != "":
		return none(total.says)
	case total.empty:
		return none(foundNothing)
	case bad.value < 0 || total.value < 0:
		return none("the queries found less than nothing")
	}
	// increase() extrapolates, so that there may seem to be more bad ones than there were
	// requests.
	return bot.Sample{Outcome: bot.Good, Bad: min(bad.value, total.value), Total: total.value}
}

// now runs a query at the server's own time.
func (s *server) now(ctx context.Context, query string) number {
	if !s.enter(ctx) {
		return number{says: tooMuch}
	}
	defer s.leave()
	found, err := s.api.query(ctx, query)
	if err != nil {
		return number{says: blame(err)}
	}
	return numberIn(found)
}

// numberIn is the only number in an answer.
func numberIn(found model.Value) number {
	switch found := found.(type) {
	case *model.Scalar:
		return finite(float64(found.Value))
	case model.Vector:
		switch len(found) {
		case 0:
			return number{empty: true}
		case 1:
			if found[0].Histogram != nil {
				return number{says: "the query found a histogram, and no number"}
			}
			return finite(float64(found[0].Value))
		}
		return number{says: "the query found several series; it must find one, such as sum(…) does"}
	}
	return number{says: "the query found no number"}
}

func finite(value float64) number {
	if math.IsNaN(value) || math.IsInf(value, 0) {
		return number{says: "the query found no number (" + model.SampleValue(value).String() + ")"}
	}
	return number{value: value}
}

// blame says why a query has no answer. It does not quote the error, which may contain
// anything.
func blame(err error) string {
	var answered *apiError
	var timeout net.Error
	switch {
	case errors.Is(err, context.DeadlineExceeded), errors.As(err, &timeout) && timeout.Timeout():
		return "Prometheus did not answer in time"
	case errors.Is(err, context.Canceled):
		return "slipway stopped waiting"
	case errors.Is(err, errTooLong):
		return "Prometheus answered more than can be read"
	case !errors.As(err, &answered):
		if fault := reach.Fault(err); fault != "" {
			return "Prometheus cannot be reached: " + fault
		}
		return "Prometheus cannot be reached"
	}
	switch answered.kind {
	case faultBadData:
		return "Prometheus does not understand the query"
	case faultTimeout, faultCanceled:
		return "the query took Prometheus too long"
	case faultExec:
		return "Prometheus could not carry the query out"
	case faultClient:
		return "Prometheus refused the query; look at its token, user or headers in slipway.yaml"
	case faultBadResponse:
		return "Prometheus answered what cannot be read"
	case faultNotThere:
		return "there is no Prometheus at its address in slipway.yaml"
	case faultTooMany:
		return tooMuch
	case faultInPart:
		return "Prometheus could answer from a part of its data alone"
	case faultServer:
	}
	return "Prometheus does not work"
}
