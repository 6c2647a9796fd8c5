package alertmanager

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/slipwayhq/slipway/bot"
	"github.com/slipwayhq/slipway/integrations/reach"
)

const (
	// path is that of the list of alerts in version 2 of the API.
	path = "/api/v2/alerts"
	// longestAnswer is how many bytes are read at most, and maxAlerts how many alerts.
	longestAnswer = 8 << 20
	maxAlerts     = 1000
	// named is how many alerts are mentioned by name.
	named = 3
)

// Options are what a Source can be given; the zero value of each means the default.
type Options struct {
	// Allowed are the hosts, addresses and ranges that may be asked. Default: all but
	// those that are always refused.
	Allowed []string
	// Secrets are the values of headers. Default: none.
	Secrets reach.Secrets
}

// Source asks Alertmanagers. It may be used from any goroutine.
type Source struct {
	client  *http.Client
	secrets reach.Secrets
}

// New makes a Source.
func New(o Options) *Source {
	if o.Secrets == nil {
		o.Secrets = func(bot.Question) map[string]string { return nil }
	}
	transport := &http.Transport{
		DialContext: reach.Dialer(o.Allowed, reach.UsualTimeout), ForceAttemptHTTP2: true, DisableKeepAlives: true,
		TLSHandshakeTimeout: reach.UsualTimeout,
	}
	return &Source{client: &http.Client{Transport: transport, CheckRedirect: reach.Stay}, secrets: o.Secrets}
}

// Ask asks once. It never fails, since no answer is a sample too.
func (s *Source) Ask(ctx context.Context, q bot.Question) bot.Sample {
	none := func(says string) bot.Sample { return bot.Sample{Outcome: bot.NoAnswer, Says: says} }
	timeout := reach.Timeout(q.Probe)
	limited, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	request, problem := s.request(limited, q)
	if problem != "" {
		return none(problem)
	}
	blamed := func(err error) string {
		switch {
		case ctx.Err() != nil:
			return "slipway stopped waiting for Alertmanager"
		case limited.Err() != nil:
			return "Alertmanager did not answer within " + bot.Span(timeout)
		}
		return blame(err)
	}
	response, err := s.client.Do(request)
	if err != nil {
		return none(blamed(err))
	}
	defer func() { _ = response.Body.Close() }() // only read from
	if response.StatusCode != http.StatusOK {
		return none(refusal(response.StatusCode))
	}
	firing, err := read(response.Body)
	switch {
	case firing.count > 0: // even if the rest of the list could not be read
		return bot.Sample{Outcome: bot.Bad, Says: firing.words()}
	case errors.Is(err, errNoList) && limited.Err() == nil:
		return none("what answers there is no Alertmanager: its answer is no list of alerts")
	case err != nil:
		return none(blamed(err))
	}
	sample := bot.Sample{Outcome: bot.Good}
	if q.For != bot.ForWatch {
		sample.Says = "none fires"
	}
	return sample
}

// Bound says what a good answer is.
func (s *Source) Bound(q bot.Question) string {
	var conditions []string
	for _, m := range matchersOf(q) {
		conditions = append(conditions, m.String())
	}
	if len(conditions) == 0 {
		return "no alert"
	}
	return "no alert with " + strings.Join(conditions, ", ")
}

// request makes the request, or says why it cannot be made.
func (s *Source) request(ctx context.Context, q bot.Question) (request *http.Request, problem string) {
	base, err := url.Parse(q.Probe.Setting(Name))
	if err != nil || base.Host == "" {
		return nil, "the Alertmanager has no valid address"
	}
	ask := url.Values{"active": {"true"}, "silenced": {"false"}, "inhibited": {"false"}}
	for _, m := range matchersOf(q) {
		ask.Add("filter", m.String())
	}
	base.Path, base.RawQuery = strings.TrimSuffix(base.Path, "/")+path, ask.Encode()
	request, err = http.NewRequestWithContext(ctx, http.MethodGet, base.String(), http.NoBody)
	if err != nil {
		return nil, "the Alertmanager has no valid address"
	}
	headers, err := reach.Under(keyHeaders, q.Probe.Settings, s.secrets(q))
	if err != nil {
		return nil, "a header of it could not be read here"
	}
	request.Header.Set("Accept", "application/json")
	request.Header.Set("User-Agent", "slipway")
	reach.SetHeaders(request, headers)
	return request, ""
}

// matchersOf are the matchers of a probe, with their placeholders filled in.
func matchersOf(q bot.Question) []matcher {
	var all []matcher
	for _, s := range q.Probe.Settings {
		if !strings.HasPrefix(s.Key, keyMatching+".") {
			continue
		}
		m, _ := parse(s.Value) // it was validated with slipway.yaml
		all = append(all, m.filled(q))
	}
	return all
}

// firing is the alerts that fire.
type firing struct {
	count int
	names []string // the first few different ones
	more  bool     // the list was not read to its end
}

func (f firing) words() string {
	says, verb := fmt.Sprintf("%d alerts", f.count), " fire"
	switch {
	case f.more:
		says = "at least " + says
	case f.count == 1:
		says, verb = "1 alert", " fires"
	}
	if len(f.names) == 0 {
		return says + verb
	}
	return says + verb + ": " + strings.Join(f.names, ", ")
}

func (f *firing) add(a alert) {
	f.count++
	name := shown(a.Labels["alertname"])
	if name != "" && len(f.names) < named && !slices.Contains(f.names, name) {
		f.names = append(f.names, name)
	}
}

// alert is the part of an alert that is read.
type alert struct {
	Labels map[string]string `json:"labels"`
	Status struct {
		State string `json:"state"`
	} `json:"status"`
}

var errNoList = errors.New("no list of alerts")

// read reads a list of alerts, one at a time. With an error it also returns those that it
// had read by then. Suppressed alerts do not count. The request excludes them already, but
// some servers with this API ignore that.
func read(body io.Reader) (firing, error) {
	var f firing
	limited := &io.LimitedReader{R: body, N: longestAnswer}
	decoder := json.NewDecoder(limited)
	if opens, err := decoder.Token(); err != nil || opens != json.Delim('[') {
		return f, noList(err)
	}
	for decoder.More() {
		if f.count == maxAlerts {
			f.more = true
			return f, nil
		}
		var a *alert
		if err := decoder.Decode(&a); err != nil || a == nil || a.Labels == nil {
			f.more = true
			return f, noList(err)
		}
		if a.Status.State != "suppressed" {
			f.add(*a)
		}
	}
	if _, err := decoder.Token(); err != nil {
		f.more = true
		return f, noList(err)
	}
	return f, nil
}

// noList tells an answer that is no list of alerts from a connection that failed.
func noList(err error) error {
	if _, failed := errors.AsType[net.Error](err); failed {
		return err
	}
	return errNoList
}
