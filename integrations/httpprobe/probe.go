package httpprobe

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"time"

	"github.com/slipwayhq/slipway/bot"
)

const (
	// maxBody is how much of an answer is read.
	maxBody = 64 << 10
	// maxRedirects is how many redirects are followed.
	maxRedirects = 3
	// defaultTimeout is how long an answer may take where the probe does not
	// say.
	defaultTimeout = 10 * time.Second
)

// Options are what a Prober can be given; the zero value of each means the
// default.
type Options struct {
	// UserAgent is how slipway introduces itself. Default "slipway".
	UserAgent string
	// Transport carries the requests. Default: one that uses no proxy and no
	// connection twice.
	Transport http.RoundTripper
}

// Prober asks. It may be used from any goroutine.
type Prober struct {
	client    *http.Client
	userAgent string
}

// New makes a Prober.
func New(o Options) *Prober {
	if o.UserAgent == "" {
		o.UserAgent = "slipway"
	}
	if o.Transport == nil {
		o.Transport = &http.Transport{
			DialContext:            (&net.Dialer{Timeout: defaultTimeout}).DialContext,
			ForceAttemptHTTP2:      true,
			DisableKeepAlives:      true,
			TLSHandshakeTimeout:    defaultTimeout,
			MaxResponseHeaderBytes: maxBody,
		}
	}
	return &Prober{
		client:    &http.Client{Transport: o.Transport, CheckRedirect: stayThere},
		userAgent: o.UserAgent,
	}
}

// stayThere stops at a redirect that leads elsewhere, and makes it the answer.
func stayThere(next *http.Request, before []*http.Request) error {
	from := before[len(before)-1].URL
	downgrade := from.Scheme == "https" && next.URL.Scheme != "https"
	if len(before) > maxRedirects || next.URL.Hostname() != from.Hostname() || downgrade {
		return http.ErrUseLastResponse
	}
	return nil
}

// Probe asks once. It never fails, since no answer is a sample too. sha is the
// released commit, for probes that compare versions. ctx should outlast the
// probe's timeout: if it ends first the sample is nobody's fault but ours.
func (p *Prober) Probe(ctx context.Context, probe bot.Probe, sha string) bot.Sample {
	timeout := probe.Timeout
	if timeout <= 0 {
		timeout = defaultTimeout
	}
	limited, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	sample := bot.Sample{Probe: probe.Name, At: time.Now()}
	answer, err := p.get(limited, probe.URL)
	sample.Latency = time.Since(sample.At)
	switch {
	case err == nil:
		sample.Outcome, sample.Says = judge(probe, answer, sha)
		if sample.Outcome == bot.Good && probe.MaxLatency > 0 && sample.Latency > probe.MaxLatency {
			sample.Outcome, sample.Says = bot.Bad, "took "+bot.Span(bot.Rough(sample.Latency))
		}
	case ctx.Err() != nil:
		sample.Outcome, sample.Says = bot.NoAnswer, "slipway stopped waiting"
	case errors.Is(limited.Err(), context.DeadlineExceeded) && !isLookup(err):
		sample.Outcome, sample.Says = bot.Bad, "no answer within "+bot.Span(timeout)
	default:
		sample.Outcome, sample.Says = blame(err)
	}
	return sample
}

// answer is what came back.
type answer struct {
	status int
	body   []byte
	cut    bool // the body is longer
}

func (p *Prober) get(ctx context.Context, url string) (answer, error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, url, http.NoBody)
	if err != nil {
		return answer{}, errNotAnAddress // err would quote the address
	}
	request.Header.Set("User-Agent", p.userAgent)
	request.Header.Set("Cache-Control", "no-cache")
	response, err := p.client.Do(request)
	if err != nil {
		return answer{}, err
	}
	defer func() { _ = response.Body.Close() }() // it was read as far as it matters
	body, err := io.ReadAll(io.LimitReader(response.Body, maxBody+1))
	if err != nil {
		return answer{}, fmt.Errorf("read the answer: %w", err)
	}
	return answer{status: response.StatusCode, body: body[:min(len(body), maxBody)], cut: len(body) > maxBody}, nil
}

func judge(probe bot.Probe, a answer, sha string) (bot.SampleOutcome, string) {
	want := probe.Status
	if want == 0 {
		want = http.StatusOK
	}
	if a.status != want {
		return bot.Bad, fmt.Sprintf("status %d", a.status)
	}
	if probe.Version == "" {
		return bot.Good, ""
	}
	return judgeVersion(a, probe.Version, sha)
}
