package state_test

import (
	"context"
	"log/slog"
	"strings"
	"testing"
	"time"

	"github.com/alicebob/miniredis/v2"

	"github.com/slipwayhq/slipway/bot"
	"github.com/slipwayhq/slipway/state"
)

// TestWhateverRedisRefuses: a Redis that answers everything with one refusal is one that
// is away: it is tried again, nothing is taken for done, and whoever reads of it learns
// what is the matter.
func TestWhateverRedisRefuses(t *testing.T) {
	t.Parallel()
	for refusal, says := range map[string]string{
		"OOM command not allowed when used memory > 'maxmemory'.":                                          "is full",
		"MISCONF Redis is configured to save RDB snapshots, but it's currently unable to persist to disk.": "cannot write to its disk",
		"READONLY You can't write against a read only replica.":                                            "is a replica",
		"NOREPLICAS Not enough good replicas to write.":                                                    "fewer replicas",
		"MASTERDOWN Link with MASTER is down and replica-serve-stale-data is set to 'no'.":                 "lost its master",
		"LOADING Redis is loading the dataset in memory":                                                   "still loading",
		"BUSY Redis is busy running a script. You can only call SCRIPT KILL or SHUTDOWN NOSAVE.":           "busy with a script",
		"CLUSTERDOWN The cluster is down":                                                                  "cluster is away",
		"TRYAGAIN Multiple keys request during rehashing of slot":                                          "cluster is moving",
		"NOAUTH Authentication required.":                                                                  "wants a password",
		"WRONGPASS invalid username-password pair or user is disabled.":                                    "user and password",
		"NOPERM User slipway has no permissions to run the 'evalsha' command":                              "may not do that",
		"ERR max number of clients reached":                                                                "connections",
		"ERR something that nobody has heard of":                                                           "refuses",
	} {
		t.Run(strings.Fields(refusal)[0], func(t *testing.T) {
			t.Parallel()
			server := miniredis.RunT(t)
			store, err := state.Open(t.Context(), state.Options{URL: "redis://" + server.Addr() + "/0"}, slog.New(slog.DiscardHandler))
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() { _ = store.Close() })
			server.SetError(refusal)
			ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
			defer cancel()
			_, posted := store.Post(ctx, bot.InboxEvent{Release: "api-1", Event: bot.Hinted{}, Key: "k"})
			_, read := store.Release(ctx, "api-1")
			for what, err := range map[string]error{"post": posted, "read": read} {
				if got, _ := bot.ForPeople(err); err == nil || bot.KindOf(err) != bot.Unavailable || !strings.Contains(got, says) {
					t.Errorf("%s: %v, kind %s, people read %q", what, err, bot.KindOf(err), got)
				}
			}
		})
	}
}
