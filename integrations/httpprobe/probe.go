package httpprobe

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/slipwayhq/slipway/bot"
	"github.com/slipwayhq/slipway/integrations/reach"
)

// maxBody is how many bytes of a body are read at most.
const maxBody = 64 << 10

// Options are what a Prober can be given; the zero value of each means the
// default.
type Options struct {
	// Transport sends the requests. Default: one without a proxy, with a new connection
	// for each request, that connects only where probes may.
	Transport http.RoundTripper
	// Allowed are the hosts, addresses and ranges that may be asked. Default: all
	// but those that are always refused.
	Allowed []string
	// Secrets are the values of headers. Default: none.
	Secrets reach.Secrets
}

// Prober asks services. It may be used from any goroutine.
type Prober struct {
	client  *http.Client
	secrets reach.Secrets
}

// New makes a Prober.
func New(o Options) *Prober {
	if o.Secrets == nil {
		o.Secrets = func(bot.Question) map[string]string { return nil }
	}
	if o.Transport == nil {
		o.Transport = &http.Transport{
			DialContext:            reach.Dialer(o.Allowed, reach.UsualTimeout),
			ForceAttemptHTTP2:      true,
			DisableKeepAlives:      true,
			TLSHandshakeTimeout:    reach.UsualTimeout,
			MaxResponseHeaderBytes: maxBody,
		}
	}
	return &Prober{client: &http.Client{Transport: o.Transport, CheckRedirect: reach.Stay}, secrets: o.Secrets}
}

// Ask asks once. It never fails, since no answer is a sample too. If ctx ends before the
// probe's own timeout, that is no fault of the service.
func (p *Prober) Ask(ctx context.Context, q bot.Question) bot.Sample {
	timeout := reach.Timeout(q.Probe)
	sample := bot.Sample{Probe: q.Probe.Name, At: time.Now()}
	headers, err := reach.Under(keyHeaders, q.Probe.Settings, p.secrets(q))
	if err != nil {
		sample.Outcome, sample.Says = bot.NoAnswer, "a header of it could not be read here"
		return sample
	}
	limited, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	limited, unknown := lookedUp(limited)
	answer, err := p.get(limited, q.Probe.Setting(keyURL), headers)
	sample.Latency = time.Since(sample.At)
	switch {
	case err == nil:
		sample = judge(sample, q, answer)
	case ctx.Err() != nil:
		sample.Outcome, sample.Says = bot.NoAnswer, "slipway stopped waiting"
	case unknown(): // of whose name a resolver did not say in time where it is
		sample.Outcome, sample.Says = bot.NoAnswer, lookupFailed
	case errors.Is(limited.Err(), context.DeadlineExceeded) && !isLookup(err):
		sample.Outcome, sample.Says = bot.Bad, "no answer within "+bot.Span(timeout)
	default:
		sample.Outcome, sample.Says = blame(err)
	}
	return sample
}

// answer is a response.
type answer struct {
	status int
	body   []byte
	cut    bool   // the body was longer
	to     string // the host that it redirects to, which is not followed
}

func (p *Prober) get(ctx context.Context, address string, headers map[string]string) (answer, error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, address, http.NoBody)
	if err != nil {
		return answer{}, errNotAnAddress // err would quote the address
	}
	request.Header.Set("User-Agent", "slipway")
	request.Header.Set("Cache-Control", "no-cache")
	reach.SetHeaders(request, headers)
	response, err := p.client.Do(request)
	if err != nil {
		return answer{}, err
	}
	defer func() { _ = response.Body.Close() }() // only read from
	body, err := io.ReadAll(io.LimitReader(response.Body, maxBody+1))
	if err != nil {
		return answer{}, fmt.Errorf("read the answer: %w", err)
	}
	got := answer{status: response.StatusCode, body: body[:min(len(body), maxBody)], cut: len(body) > maxBody}
	if to, err := response.Location(); err == nil && got.status/100 == 3 && isHost(to.Hostname()) {
		got.to = to.Hostname() // without what may be secret in its path
	}
	return got, nil
}

// isHost keeps out what is no name of a host, since it is shown.
func isHost(name string) bool {
	const longest = 100
	odd := func(r rune) bool {
		return (r < 'a' || r > 'z') && (r < 'A' || r > 'Z') && (r < '0' || r > '9') && !strings.ContainsRune(".-:", r)
	}
	return name != "" && len(name) <= longest && strings.IndexFunc(name, odd) < 0
}

// judge says whether an answer is what the probe expects.
func judge(sample bot.Sample, q bot.Question, a answer) bot.Sample {
	probe := q.Probe
	body, latency := probe.Setting(keyBody), probe.Conditions.MaxLatency
	sample.Outcome = bot.Good
	switch {
	case a.status != wantedStatus(probe) && a.to != "":
		sample.Outcome, sample.Says = bot.Bad, fmt.Sprintf("status %d, a redirect to %s, which is not followed", a.status, a.to)
	case a.status != wantedStatus(probe):
		sample.Outcome, sample.Says = bot.Bad, fmt.Sprintf("status %d", a.status)
	case body != "" && !bytes.Contains(a.body, []byte(body)):
		sample.Outcome, sample.Says = bot.Bad, "the answer lacks what must stand in it"
	case probe.Setting(keyVersion) != "":
		sample.Outcome, sample.Says = judgeVersion(a, probe.Setting(keyVersion), q.SHA)
	}
	if path := probe.Setting(keyJSON + "." + keyPath); path != "" && sample.Outcome == bot.Good {
		sample = judgeJSON(sample, probe, a, path)
		if sample.Outcome == bot.Good && q.For != bot.ForWatch {
			document, _ := documentOf(a) // judgeJSON could read it
			sample.Says = path + " is " + shown(lookUp(document, path))
		}
	}
	if sample.Outcome == bot.Good && latency > 0 && sample.Latency > latency {
		sample.Outcome, sample.Says = bot.Bad, "took "+bot.Span(bot.Rough(sample.Latency))
	}
	return sample
}

// wantedStatus is the status of a good answer.
func wantedStatus(probe bot.Probe) int {
	want, err := strconv.Atoi(probe.Setting(keyStatus))
	if err != nil {
		return http.StatusOK
	}
	return want
}
