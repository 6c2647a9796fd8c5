package state_test

import (
	"context"
	"fmt"
	"log/slog"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"

	"github.com/slipwayhq/slipway/bot"
	"github.com/slipwayhq/slipway/state"
)

// BenchmarkStatusOfALongHistory reads what the board and the status of one
// service need, with 1,000 and with 100,000 past releases: the commands, the
// bytes and the time are to be the same (ratio at most 1.2), and a past release
// is to take at most 3 KB of Redis's memory.
func BenchmarkStatusOfALongHistory(b *testing.B) {
	for _, past := range []int{1_000, 100_000} {
		b.Run(strconv.Itoa(past), func(b *testing.B) {
			own := &server{}
			b.Cleanup(own.stop)
			client := redis.NewClient(&redis.Options{Addr: own.start(b)})
			b.Cleanup(func() { _ = client.Close() })
			store, err := state.Open(b.Context(), state.Options{URL: "redis://" + own.addr + "/0", KeepHistory: 2 * past}, slog.New(slog.DiscardHandler))
			if err != nil {
				b.Fatal(err)
			}
			b.Cleanup(func() { _ = store.Close() })
			before := info(b, client, "used_memory")
			fillHistory(b, store, past)
			each := (info(b, client, "used_memory") - before) / float64(past)
			readStatuses(b, store, client)
			b.ReportMetric(each, "B/release")
		})
	}
}

var benchTarget = bot.Target{Service: "api", Environment: "production"}

// fillHistory puts past releases back as recover does.
func fillHistory(b *testing.B, store *state.Store, n int) {
	b.Helper()
	began, before := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC), ""
	for i := 1; i <= n; i++ {
		at := began.Add(time.Duration(i) * time.Minute)
		id := fmt.Sprintf("api-%d", i)
		_, err := store.Restore(b.Context(), bot.Release{
			ID: id, RunKey: id + ".k3v9x2mq", Kind: bot.Deploy, Target: benchTarget, Phase: bot.Succeeded, Healthy: true,
			Requester: bot.Person{ID: "U01ANNA", Name: "anna"}, RequestedAt: at, Ref: "main", Reason: "ledger hot fix",
			Plan: &bot.Plan{
				Target: benchTarget, Repo: "acme/api", Workflow: "deploy.yml", WorkflowRef: "main",
				Commit: bot.Commit{SHA: fmt.Sprintf("%040x", i), Subject: "Round amounts half to even (#42)", Login: "dora", At: at},
			},
			Run: bot.Run{ID: int64(i), Attempt: 1, Status: bot.RunCompleted, Conclusion: bot.ConclusionSuccess},
			Moments: []bot.Moment{
				{Phase: bot.Queued, At: at}, {Phase: bot.Dispatching, At: at}, {Phase: bot.Running, At: at}, {Phase: bot.Succeeded, At: at},
			},
		}, before)
		if err != nil {
			b.Fatal(err)
		}
		before = id
	}
}

func readStatuses(b *testing.B, store *state.Store, client *redis.Client) {
	b.Helper()
	commands, bytes, reads := info(b, client, "total_commands_processed"), info(b, client, "total_net_output_bytes"), 0
	for b.Loop() {
		reads++
		if states, err := store.Targets(b.Context(), []bot.Target{benchTarget}); err != nil || states[0].Current == nil {
			b.Fatalf("the board could not be read: %v", err)
		}
		if past, err := store.History(b.Context(), benchTarget, 10); err != nil || len(past) != 10 {
			b.Fatalf("%d past releases were read: %v", len(past), err)
		}
	}
	b.ReportMetric((info(b, client, "total_commands_processed")-commands)/float64(reads), "commands/op")
	b.ReportMetric((info(b, client, "total_net_output_bytes")-bytes)/float64(reads), "bytes/op")
}

// info is a number that Redis tells of itself.
func info(tb testing.TB, client *redis.Client, name string) float64 {
	tb.Helper()
	text, err := client.Info(context.Background()).Result()
	if err != nil {
		tb.Fatal(err)
	}
	for line := range strings.Lines(text) {
		if value, found := strings.CutPrefix(strings.TrimSpace(line), name+":"); found {
			n, err := strconv.ParseFloat(value, 64)
			if err != nil {
				tb.Fatal(err)
			}
			return n
		}
	}
	tb.Fatalf("Redis does not tell %s", name)
	return 0
}
