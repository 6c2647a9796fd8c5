package main

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"

	"github.com/slipwayhq/slipway/bot/catalog"
	"github.com/slipwayhq/slipway/integrations/github/githubsim"
	"github.com/slipwayhq/slipway/integrations/slack/slacksim"
)

// BenchmarkStatus compares signed /deploy-status requests over HTTP with a bare
// handler that checks the signature, parses the form and makes one write to
// Redis. The bound is a ratio of at least 0.6 in throughput, and at most 2 in
// the 99th percentile, measured in the same run.
func BenchmarkStatus(b *testing.B) {
	w := newBenchWorld(b)
	bare := httptest.NewServer(w.bareHandler())
	b.Cleanup(bare.Close)
	for b.Loop() {
		base := w.load(b, bare.URL+"/slack/commands")
		full := w.load(b, w.url+"/slack/commands")
		b.ReportMetric(base.perSecond, "bare-req/s")
		b.ReportMetric(full.perSecond, "status-req/s")
		b.ReportMetric(full.perSecond/base.perSecond, "throughput-ratio")
		b.ReportMetric(float64(base.p99.Microseconds()), "bare-p99-µs")
		b.ReportMetric(float64(full.p99.Microseconds()), "status-p99-µs")
		b.ReportMetric(float64(full.p99)/float64(base.p99), "p99-ratio")
	}
}

// benchWorld is slipway in this very process, between simulators and a real
// redis-server.
type benchWorld struct {
	url    string
	slack  *slacksim.Server
	github *githubsim.Server
	redis  *redis.Client
	count  atomic.Int64
}

func newBenchWorld(tb testing.TB) *benchWorld {
	tb.Helper()
	text, err := readBounded("testdata/slipway.yaml")
	if err != nil {
		tb.Fatal(err)
	}
	return newBenchWorldOf(tb, text)
}

func newBenchWorldOf(tb testing.TB, text []byte) *benchWorld {
	tb.Helper()
	w := &benchWorld{slack: slacksim.New(slacksim.Options{})}
	slack := httptest.NewServer(w.slack)
	sim := githubsim.New(githubsim.Options{})
	w.github = sim
	github := httptest.NewServer(sim)
	tb.Cleanup(func() { sim.Close(); github.Close(); slack.Close() })
	w.slack.SetURL(slack.URL)
	for n := range lookers {
		w.slack.AddUser(slacksim.User{ID: looker(n), Name: "looker" + strconv.Itoa(n)})
	}
	w.slack.AddChannel(slacksim.Channel{ID: "C0DEPLOYS", Name: "deploys"})
	address := startBenchRedis(tb)
	w.redis = redis.NewClient(&redis.Options{Addr: address})
	environment := map[string]string{
		"SLACK_BOT_TOKEN": w.slack.Options().Token, "SLACK_SIGNING_SECRET": w.slack.Options().SigningSecret, "SLACK_URL": w.slack.APIURL(),
		"GITHUB_TOKEN": githubsim.DefaultToken, "GITHUB_URL": github.URL + "/", "GITHUB_WEBHOOK_SECRET": hookSecret,
		"REDIS_URL": "redis://" + address + "/0", "SERVICE_URL": github.URL,
	}
	declared, err := catalog.Parse(text, func(name string) (string, bool) { v, ok := environment[name]; return v, ok }, vocabulary())
	if err != nil {
		tb.Fatal(err)
	}
	w.serve(tb, declared)
	return w
}

func (w *benchWorld) serve(tb testing.TB, declared *catalog.Catalog) {
	tb.Helper()
	log := slog.New(slog.DiscardHandler)
	ctx, cancel := context.WithCancel(context.Background())
	m, err := openMotor(ctx, declared, log)
	if err != nil {
		tb.Fatal(err)
	}
	f, err := newFront(ctx, declared, m, log)
	if err != nil {
		tb.Fatal(err)
	}
	server := httptest.NewServer(f.server.Handler)
	var engine sync.WaitGroup
	engine.Go(func() {
		if err := m.run(ctx); err != nil {
			tb.Error(err)
		}
	})
	tb.Cleanup(func() { server.Close(); cancel(); engine.Wait(); m.close() })
	w.url = server.URL
}

// lookers are so many people that none of them is slowed.
const lookers = 1000

func looker(n int) string { return fmt.Sprintf("U%07d", n) }

// request is a signed /deploy-status that was never sent before.
func (w *benchWorld) request(ctx context.Context, address string) (*http.Request, error) {
	count := w.count.Add(1)
	n := strconv.FormatInt(count, 10)
	body := url.Values{
		"team_id": {"T0001"}, "channel_id": {"C0DEPLOYS"}, "user_id": {looker(int(count % lookers))}, "command": {"/deploy-status"}, "text": {""},
		"trigger_id": {n}, "response_url": {w.slack.APIURL()},
	}.Encode()
	stamp := strconv.FormatInt(time.Now().Unix(), 10)
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, address, strings.NewReader(body))
	if err != nil {
		return nil, err
	}
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.Header.Set("X-Slack-Request-Timestamp", stamp)
	r.Header.Set("X-Slack-Signature", slacksim.Signature(w.slack.Options().SigningSecret, stamp, []byte(body)))
	return r, nil
}

// bareHandler does the least that a handler of signed commands must do.
func (w *benchWorld) bareHandler() http.Handler {
	secret := w.slack.Options().SigningSecret
	return http.HandlerFunc(func(out http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(http.MaxBytesReader(out, r.Body, 1<<20))
		if err != nil || slacksim.Signature(secret, r.Header.Get("X-Slack-Request-Timestamp"), body) != r.Header.Get("X-Slack-Signature") {
			out.WriteHeader(http.StatusUnauthorized)
			return
		}
		form, err := url.ParseQuery(string(body))
		if err != nil {
			out.WriteHeader(http.StatusBadRequest)
			return
		}
		if err := w.redis.Set(r.Context(), "bare:"+form.Get("trigger_id"), form.Get("text"), time.Minute).Err(); err != nil {
			out.WriteHeader(http.StatusInternalServerError)
		}
	})
}

// measured is what a load came to.
type measured struct {
	perSecond float64
	p99       time.Duration
}

// load sends requests from a few clients at once.
func (w *benchWorld) load(tb testing.TB, address string) measured {
	tb.Helper()
	const clients, each = 8, 400
	took := make([][]time.Duration, clients)
	var g sync.WaitGroup
	began := time.Now()
	for c := range clients {
		g.Go(func() {
			for range each {
				one, err := w.send(address)
				if err != nil {
					tb.Error(err)
					return
				}
				took[c] = append(took[c], one)
			}
		})
	}
	g.Wait()
	total := time.Since(began)
	all := slices.Concat(took...)
	slices.Sort(all)
	if len(all) < clients*each {
		tb.Fatalf("only %d of %d requests were answered", len(all), clients*each)
	}
	return measured{perSecond: float64(len(all)) / total.Seconds(), p99: all[len(all)*99/100]}
}

func (w *benchWorld) send(address string) (time.Duration, error) {
	r, err := w.request(context.Background(), address)
	if err != nil {
		return 0, err
	}
	began := time.Now()
	response, err := http.DefaultClient.Do(r)
	if err != nil {
		return 0, err
	}
	_, err = io.Copy(io.Discard, response.Body)
	_ = response.Body.Close() // read to its end
	if response.StatusCode != http.StatusOK {
		return 0, fmt.Errorf("answered with %s", response.Status)
	}
	return time.Since(began), err
}
