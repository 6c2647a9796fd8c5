package main

import (
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/slipwayhq/slipway/bot"
	"github.com/slipwayhq/slipway/state"
)

// What BenchmarkWatches has watched, and how.
const (
	watches      = 500
	watchProbes  = 5
	watchEvery   = 15 * time.Second
	watchWindow  = 90 * time.Second
	watchAnswers = 5 * time.Millisecond // how long Prometheus takes for a query
)

// BenchmarkWatches measures one replica that watches 500 releases at once, with five
// probes each that ask one Prometheus every 15 seconds: how late a look begins (at most a
// second in the 99th percentile), how much more memory that takes (at most 100 MiB), and
// how many queries are in flight (at most 16).
func BenchmarkWatches(b *testing.B) {
	for b.Loop() {
		w, asked := newProcessWorld(b, 0), &askedServer{}
		prometheus := httptest.NewServer(asked)
		w.watched(b, prometheus.URL)
		p := w.start(b)
		for s := range watches {
			w.deploy(b, s, "production")
		}
		w.waitForRuns(b, watches)
		idle := p.resident(b)
		// They end over the time of one beat, as they would not all begin together.
		for _, run := range w.github.Runs() {
			if err := w.github.FinishRun(run.ID, "success"); err != nil {
				b.Fatal(err)
			}
			time.Sleep(watchEvery / watches)
		}
		most := 0.0
		for until := time.Now().Add(watchWindow - 2*watchEvery); time.Now().Before(until); time.Sleep(time.Second) {
			most = max(most, p.resident(b))
		}
		late := w.lateness(b)
		b.ReportMetric(float64(late[len(late)/2].Milliseconds()), "late-p50-ms")
		b.ReportMetric(float64(late[len(late)*99/100].Milliseconds()), "late-p99-ms")
		b.ReportMetric(float64(len(late)), "looks")
		b.ReportMetric(most-idle, "more-MiB")
		b.ReportMetric(float64(asked.most.Load()), "most-in-flight")
		b.ReportMetric(float64(asked.queries.Load()), "queries")
		p.end(b)
		prometheus.Close()
	}
}

// watched declares the services, each with a watch.
func (w *processWorld) watched(tb testing.TB, prometheus string) {
	tb.Helper()
	w.configure(tb, watches)
	path := filepath.Join(w.dir, "slipway.yaml")
	text, err := os.ReadFile(path)
	if err != nil {
		tb.Fatal(err)
	}
	var probes []string
	for n := range watchProbes {
		probes = append(probes, fmt.Sprintf("{name: p%d, query: 'load%d{service=\"{{service}}\"}'}", n, n))
	}
	health := fmt.Sprintf("production: {health: {window: %s, every: %s, probes: [%s]}}", watchWindow, watchEvery, strings.Join(probes, ", "))
	config := strings.ReplaceAll(string(text), "production: {}", health) + "prometheus: {url: \"" + prometheus + "\"}\n"
	if err := os.WriteFile(path, []byte(config), 0o600); err != nil {
		tb.Fatal(err)
	}
}

// lateness is by how much each look of each watch came later than it was due, the least
// first: a watch looks each so many seconds since it began.
func (w *processWorld) lateness(tb testing.TB) []time.Duration {
	tb.Helper()
	ctx := context.Background()
	store, err := state.Open(ctx, state.Options{URL: "redis://" + w.redis.Options().Addr + "/0"}, slog.New(slog.DiscardHandler))
	if err != nil {
		tb.Fatal(err)
	}
	defer func() { _ = store.Close() }() // only read from
	var late []time.Duration
	for s := range watches {
		r, err := store.Release(ctx, fmt.Sprintf("s%d-1", s))
		if err != nil {
			tb.Fatal(err)
		}
		if n := len(r.Watch.Gaps); n > 0 || r.Phase != bot.Verifying {
			tb.Errorf("%s is %s, with %d gaps", r.ID, r.Phase, n)
		}
		for _, sample := range r.Watch.After() {
			if sample.Probe == "p0" {
				late = append(late, sample.At.Sub(r.Watch.StartedAt)%watchEvery)
			}
		}
	}
	slices.Sort(late)
	return late
}

// askedServer answers as a Prometheus would, and counts how many ask at once.
type askedServer struct {
	now, most, queries atomic.Int64
}

// ServeHTTP answers a query, or one for a range.
func (a *askedServer) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	n := a.now.Add(1)
	defer a.now.Add(-1)
	for most := a.most.Load(); n > most && !a.most.CompareAndSwap(most, n); most = a.most.Load() {
	}
	a.queries.Add(1)
	time.Sleep(watchAnswers)
	w.Header().Set("Content-Type", "application/json")
	if !strings.HasSuffix(r.URL.Path, "/query_range") {
		_, _ = fmt.Fprintf(w, `{"status":"success","data":{"resultType":"scalar","result":[%d,"1"]}}`, time.Now().Unix())
		return
	}
	number := func(key string) float64 { v, _ := strconv.ParseFloat(r.FormValue(key), 64); return v }
	var values []string
	for at := number("start"); at <= number("end") && number("step") > 0; at += number("step") {
		values = append(values, fmt.Sprintf(`[%.3f,"1"]`, at))
	}
	_, _ = fmt.Fprintf(w, `{"status":"success","data":{"resultType":"matrix","result":[{"metric":{},"values":[%s]}]}}`, strings.Join(values, ","))
}
