package main

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/slipwayhq/slipway/integrations/github/githubsim"
)

// BenchmarkIdle measures what one idle replica asks of Redis, by Redis's own
// count, which counts the commands within scripts too: at most 10 a second.
func BenchmarkIdle(b *testing.B) {
	const settled, watched = 5 * time.Second, 30 * time.Second
	w := newProcessWorld(b, 1)
	for b.Loop() {
		p := w.start(b)
		time.Sleep(settled)
		before := w.commands(b)
		time.Sleep(watched)
		b.ReportMetric((w.commands(b)-before)/watched.Seconds(), "idle-redis-commands/s")
		p.end(b)
	}
}

// commands is how many commands Redis has carried out.
func (w *processWorld) commands(tb testing.TB) float64 {
	tb.Helper()
	text, err := w.redis.Info(context.Background(), "stats").Result()
	if err != nil {
		tb.Fatal(err)
	}
	_, rest, _ := strings.Cut(text, "total_commands_processed:")
	count, _, _ := strings.Cut(rest, "\r\n")
	n, err := strconv.ParseFloat(count, 64)
	if err != nil {
		tb.Fatal(err)
	}
	return n
}

// BenchmarkTakeover kills replicas that hold a release, and measures how long it
// takes until another one holds it: at most 2 s in the 99th percentile of 50
// kills. What the killed one was at is a read of a slow GitHub.
func BenchmarkTakeover(b *testing.B) {
	const kills = 50
	w := newProcessWorld(b, kills)
	w.github.AddFault(githubsim.Fault{Latency: githubsim.Duration(5 * time.Second), Count: -1}.On(http.MethodGet, "*"))
	for b.Loop() {
		var took []time.Duration
		holder := w.start(b)
		for service := range kills {
			w.deploy(b, service, "staging")
			id := fmt.Sprintf("s%d-1", service)
			key, fence := w.held(b, id)
			next := w.start(b)
			took = append(took, w.takeover(b, holder, key, id, fence))
			holder = next
		}
		holder.kill() // it would wait for the slow GitHub
		slices.Sort(took)
		b.ReportMetric(float64(took[len(took)/2].Milliseconds()), "takeover-p50-ms")
		b.ReportMetric(float64(took[len(took)*99/100].Milliseconds()), "takeover-p99-ms")
	}
}

// held waits until a release is held, and returns where Redis has its fence.
func (w *processWorld) held(tb testing.TB, id string) (key string, fence int64) {
	tb.Helper()
	ctx := context.Background()
	err := eventually(func() error {
		for n := range 16 {
			key = fmt.Sprintf("slipway:{p%d}:control", n)
			if found, err := w.redis.HGet(ctx, key, id+":fence").Int64(); err == nil {
				fence = found
				return nil
			}
		}
		return fmt.Errorf("nobody holds %s", id)
	})
	if err != nil {
		tb.Fatal(err)
	}
	return key, fence
}

// takeover kills the holder of a release and waits until another one has it.
func (w *processWorld) takeover(tb testing.TB, holder *benchProcess, key, id string, fence int64) time.Duration {
	tb.Helper()
	if now, err := w.redis.HGet(context.Background(), key, id+":fence").Int64(); err != nil || now != fence {
		tb.Fatalf("%s was handed on before its holder was killed: %d, %v", id, now, err)
	}
	began := time.Now()
	holder.kill()
	err := eventually(func() error {
		now, err := w.redis.HGet(context.Background(), key, id+":fence").Int64()
		if err == nil && now <= fence {
			err = fmt.Errorf("nobody has taken %s over", id)
		}
		return err
	})
	if err != nil {
		tb.Fatal(err)
	}
	return time.Since(began)
}
