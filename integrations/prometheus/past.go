package prometheus

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/prometheus/common/model"

	"github.com/slipwayhq/slipway/bot"
	"github.com/slipwayhq/slipway/integrations/reach"
)

// maxPoints is about how many points of the past are asked for at most.
const maxPoints = 1000

// Past returns the samples that the probe would have had in a period, oldest first, not
// closer together than the period's step and about maxPoints at most. A sample for which
// there is no data has no answer. The text of an error is fit to be shown to people.
func (s *Source) Past(ctx context.Context, q bot.Question, span bot.Period) ([]bot.Sample, error) {
	server, err := s.server(q.Probe)
	if err != nil {
		return nil, fmt.Errorf("the past cannot be asked for: %w", err)
	}
	if err := allKnown(q); err != nil {
		return nil, err
	}
	if span.To.Before(span.From) {
		return nil, nil
	}
	ctx, cancel := context.WithTimeout(ctx, reach.Timeout(q.Probe))
	defer cancel()
	// The timestamps of Prometheus are in milliseconds, and are looked up by these.
	span.From, span.To = span.From.Truncate(time.Millisecond), span.To.Truncate(time.Millisecond)
	step := max(span.Step, span.To.Sub(span.From)/maxPoints, time.Second).Round(time.Millisecond)
	found := map[string]map[int64]number{}
	for _, key := range keysOf(q.Probe) {
		if found[key], err = server.past(ctx, fill(q.Probe.Setting(key), q), timeRange{from: span.From, to: span.To, step: step}); err != nil {
			return nil, fmt.Errorf("the past cannot be asked for: %w", err)
		}
	}
	var samples []bot.Sample
	for at := span.From; !at.After(span.To); at = at.Add(step) {
		samples = append(samples, sampleAt(q.Probe, found, at))
	}
	return samples, nil
}

// allKnown returns an error if a placeholder stands for something that is not known of the
// release.
func allKnown(q bot.Question) error {
	for _, key := range keysOf(q.Probe) {
		if name := lacking(q.Probe.Setting(key), q); name != "" {
			return errors.New(name + " stands in " + key + ", and it is not known what it was then")
		}
	}
	return nil
}

// sampleAt makes a sample of what the queries of a probe found at a time.
func sampleAt(probe bot.Probe, found map[string]map[int64]number, at time.Time) bot.Sample {
	numbers := map[string]number{}
	for key, series := range found {
		n, there := series[at.UnixMilli()]
		if !there {
			n.empty = true
		}
		numbers[key] = n
	}
	sample := sampleOf(probe.Kind, numbers)
	if control, asked := numbers[keyControl]; asked && control.had() {
		sample.Control = &control.value
	}
	sample.Probe, sample.At = probe.Name, at
	return sample
}

// past runs a query over a range. It returns the numbers by their timestamps in
// milliseconds.
func (s *server) past(ctx context.Context, query string, over timeRange) (map[int64]number, error) {
	if !s.enter(ctx) {
		return nil, errors.New(tooMuch) //nolint:staticcheck // it begins with a name
	}
	defer s.leave()
	answer, err := s.api.queryRange(ctx, query, over)
	if err != nil {
		return nil, errors.New(blame(err))
	}
	return seriesIn(answer)
}

// seriesIn is the only series in an answer, by timestamps in milliseconds.
func seriesIn(answer model.Value) (map[int64]number, error) {
	matrix, ok := answer.(model.Matrix)
	if !ok || len(matrix) > 1 {
		return nil, errors.New("the query found several series, or no numbers")
	}
	series := map[int64]number{}
	for _, stream := range matrix {
		for _, pair := range stream.Values {
			series[int64(pair.Timestamp)] = finite(float64(pair.Value))
		}
	}
	return series, nil
}
