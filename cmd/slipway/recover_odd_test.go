package main

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"

	"github.com/slipwayhq/slipway/bot"
	"github.com/slipwayhq/slipway/integrations/github/githubsim"
)

// TestPromise12_OneOddDeploymentIsLeftOut: among the releases of a target each way
// in which one of them can be odd is planted once. It is named, and the others are
// put back.
func TestPromise12_OneOddDeploymentIsLeftOut(t *testing.T) {
	t.Parallel()
	needRedis(t)
	w := newRecoverWorld(t)
	sha := w.commit(githubsim.CommitSpec{Message: "Something"})
	began := time.Date(2026, 11, 24, 9, 0, 0, 0, time.UTC)
	record := w.recorder(githubsim.DefaultToken, "the-key-of-the-day")
	plant := func(n int, change func(*bot.DeploymentRecord)) int64 {
		id := fmt.Sprintf("api-%d", n)
		d := bot.DeploymentRecord{
			Repo: "acme/mono", SHA: sha, Environment: "production", Release: id, Kind: bot.Deploy, State: bot.DeploymentSuccess,
			Facts: bot.DeploymentFacts{
				RunKey: id + ".aaaaaaaa", RunID: int64(100 + n), Requester: bot.Person{ID: "U01ANNA"},
				RequestedAt: began, StartedAt: began.Add(time.Duration(n) * time.Minute),
			},
			End: bot.DeploymentEnd{Phase: bot.Succeeded, Verdict: bot.Healthy, Healthy: true, At: began.Add(time.Hour)},
		}
		change(&d)
		return record(d)
	}
	as := func(*bot.DeploymentRecord) {}
	plant(1, as)
	plant(2, func(d *bot.DeploymentRecord) { d.End.Phase = "vanished" })
	gone := plant(3, as)
	plant(4, as)
	plant(5, func(d *bot.DeploymentRecord) {
		d.Kind, d.Facts.Reversal = bot.Rollback, bot.Reversal{Back: "api-0x", To: "api-1"}
	})
	plant(6, func(d *bot.DeploymentRecord) {
		d.Kind, d.Facts.Reversal = bot.Rollback, bot.Reversal{Back: "api-5", To: "api-1"}
	})
	client := redis.NewClient(&redis.Options{Addr: w.redis.redisAddr})
	t.Cleanup(func() { _ = client.Close() })
	w.check(client.HSet(t.Context(), "slipway:{p7}:docs", "api-4", "{").Err())
	w.github.AddFault(githubsim.Fault{
		Method: http.MethodGet, Path: fmt.Sprintf("*/deployments/%d/statuses", gone), Status: http.StatusNotFound, Count: -1, Body: `{"message":"Not Found"}`,
	})

	var said strings.Builder
	r := recovery{w: world{out: &said}, declared: w.declared, m: w.m, keep: 100, missing: true, listed: map[string]listing{}}
	failed := r.run(t.Context())
	fmt.Fprint(&said, failed)
	for _, odd := range []string{"how api-2 ended", "how api-3 ended", "as api-4 cannot be read"} {
		if !strings.Contains(said.String(), odd) {
			t.Errorf("%s is not named", odd)
		}
	}
	if got := w.history(bot.Target{Service: "api", Environment: "production"}); got != "api-6 api-5 api-1" {
		t.Errorf("put back: %s", got)
	}
	taken, err := w.m.store.Release(t.Context(), "api-5")
	w.check(err)
	if taken.TakenBackBy != "api-6" {
		t.Errorf("what came after the odd ones was not marked: api-5 was taken back by %q", taken.TakenBackBy)
	}
	if t.Failed() {
		t.Log(said.String())
	}
}
