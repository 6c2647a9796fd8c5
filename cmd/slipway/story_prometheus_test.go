package main

import (
	"context"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/slipwayhq/slipway/integrations/prometheus/promserver"
)

// prometheusWords are those about what the service measures and a real Prometheus keeps:
//
//	prometheus at              $PROMETHEUS is where it will be started
//	prometheus start [DRIFT]   it knows the last three minutes of traffic as it is now, and
//	                           with DRIFT those of one and seven days ago as well, when the
//	                           answers took so much longer with each second from then on;
//	                           it goes on scraping. $PROMETHEUS is where it is.
//	prometheus down|hang|go    it is ended, answers nobody, or goes on
//	traffic RPS ERRORS SECONDS the service has so many requests a second, so large a share
//	                           of errors, and answers take that long
//	drift SECONDS              answers take that much longer with each second
func prometheusWords() map[string]storyCommand {
	return map[string]storyCommand{"prometheus": storyPrometheus, "traffic": storyTraffic, "drift": storyDrift}
}

// traffic is what a service measures of itself. Its counters go on by themselves.
type traffic struct {
	mu                   sync.Mutex
	rps, errors, seconds float64
	drift                float64   // of the seconds, with each second since it began
	driftSince           time.Time // zero: it does not
	good, bad            float64
	until                time.Time // up to when it was counted
}

func (t *traffic) set(rps, errors, seconds float64) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.count()
	t.rps, t.errors, t.seconds, t.driftSince = rps, errors, seconds, time.Time{}
}

func (t *traffic) driftBy(perSecond float64) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.drift, t.driftSince = perSecond, time.Now()
}

// count goes on to now.
func (t *traffic) count() {
	now := time.Now()
	if !t.until.IsZero() {
		n := t.rps * now.Sub(t.until).Seconds()
		t.bad += n * t.errors
		t.good += n * (1 - t.errors)
	}
	t.until = now
}

func (t *traffic) write(w io.Writer) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.count()
	seconds := t.seconds
	if !t.driftSince.IsZero() {
		seconds += t.drift * time.Since(t.driftSince).Seconds()
	}
	seconds *= 0.95 + 0.1*rand.Float64()
	_, _ = fmt.Fprintf(w, "# TYPE requests_total counter\nrequests_total{code=\"200\"} %f\nrequests_total{code=\"500\"} %f\n# TYPE answer_seconds gauge\nanswer_seconds %f\n",
		t.good, t.bad, seconds)
}

// history is the past of the last minutes, and with a drift that of some days as well: in
// OpenMetrics, a series after the other, the newest readings last.
func (t *traffic) history(now time.Time, drift float64) string {
	t.mu.Lock()
	defer t.mu.Unlock()
	const minutes, step = 3 * time.Minute, 200 * time.Millisecond
	days := []int{0}
	if drift != 0 {
		days = []int{7, 1, 0}
	}
	var good, bad, seconds strings.Builder
	g, b := 0.0, 0.0
	for _, n := range days {
		then := now.AddDate(0, 0, -n)
		to := then
		if n > 0 {
			to = then.Add(minutes)
		}
		for at := then.Add(-minutes); at.Before(to); at = at.Add(step) {
			stamp := float64(at.UnixMilli()) / 1000
			g += t.rps * (1 - t.errors) * step.Seconds()
			b += t.rps * t.errors * step.Seconds()
			took := t.seconds + drift*max(0, at.Sub(then).Seconds())
			fmt.Fprintf(&good, "requests_total{code=\"200\",job=\"past\"} %f %.3f\n", g, stamp)
			fmt.Fprintf(&bad, "requests_total{code=\"500\",job=\"past\"} %f %.3f\n", b, stamp)
			fmt.Fprintf(&seconds, "answer_seconds{job=\"past\"} %f %.3f\n", took*(0.95+0.1*rand.Float64()), stamp)
		}
	}
	return "# TYPE requests counter\n" + good.String() + bad.String() + "# TYPE answer_seconds gauge\n" + seconds.String()
}

func storyTraffic(r *rig, _ *testscript.TestScript, args []string) error {
	var numbers [3]float64
	for i := range numbers {
		var err error
		if numbers[i], err = strconv.ParseFloat(args[i], 64); err != nil {
			return err
		}
	}
	r.service.traffic.set(numbers[0], numbers[1], numbers[2])
	return nil
}

func storyDrift(r *rig, _ *testscript.TestScript, args []string) error {
	perSecond, err := strconv.ParseFloat(args[0], 64)
	if err != nil {
		return err
	}
	r.service.traffic.driftBy(perSecond)
	return nil
}

func storyPrometheus(r *rig, ts *testscript.TestScript, args []string) error {
	switch args[0] {
	case "down":
		r.prometheus.Stop()
		return nil
	case "hang":
		return r.prometheus.Pause()
	case "go":
		return r.prometheus.Go()
	}
	if r.prometheusAt == "" {
		address, err := freeAddress()
		if err != nil {
			return err
		}
		r.prometheusAt = address
		ts.Setenv("PROMETHEUS", "http://"+address)
	}
	if args[0] == "at" {
		return nil
	}
	drift := 0.0
	if len(args) > 1 {
		var err error
		if drift, err = strconv.ParseFloat(args[1], 64); err != nil {
			return err
		}
	}
	dir := filepath.Join(r.dir, "prometheus")
	if err := os.MkdirAll(dir, 0o750); err != nil {
		return err
	}
	server, err := promserver.Start(context.Background(), promserver.Options{
		Dir: dir, Address: r.prometheusAt, Past: r.service.traffic.history(time.Now(), drift),
		Scrape: []string{strings.TrimPrefix(ts.Getenv("SERVICE_URL"), "http://")},
	})
	if err != nil {
		return err
	}
	r.prometheus = server
	if drift != 0 {
		r.service.traffic.driftBy(drift)
	}
	return nil
}

// metrics answers a scrape.
func (s *service) metrics(w http.ResponseWriter) {
	w.Header().Set("Content-Type", "text/plain; version=0.0.4")
	s.traffic.write(w)
}
