package planner

import (
	"context"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/slipwayhq/slipway/bot"
	"github.com/slipwayhq/slipway/bot/bottest"
)

// TestPromise5_RerunHoldsTheTarget: a plan names the run that goes on, on its own
// target; it waits until its release knows.
func TestPromise5_RerunHoldsTheTarget(t *testing.T) {
	t.Parallel()
	r := ranOnce("api-2", "production")
	r.Rerun = bot.Run{ID: 7, Attempt: 2, Status: bot.RunInProgress}
	a := &again{seen: []bot.SeenRerun{{Of: r, Run: bot.Run{ID: 7, Attempt: 2, Status: bot.RunInProgress, URL: "https://github.com/acme/api/actions/runs/7"}}}}
	p := plannerIn(t, orderlyWorld(), bottest.Ruled)
	p.ports.Reruns = a
	want := bot.Rerun{Release: "api-2", Run: 7, Attempt: 2, URL: "https://github.com/acme/api/actions/runs/7"}
	deploy := planned(t, p, bottest.Asked(bot.Deploy, "production"))
	if diff := cmp.Diff(&want, deploy.Plan.Rerun); diff != "" {
		t.Errorf("the plan (-want +got):\n%s", diff)
	}
	named := slices.ContainsFunc(deploy.Decision.Gates, func(g bot.Gate) bool {
		return g.Name == "rerun" && g.Outcome == bot.Warn && strings.Contains(g.Reason, "api-2 was run again at GitHub (attempt 2)")
	})
	if !named {
		t.Errorf("the rules do not name it: %+v", deploy.Decision.Gates)
	}
	if other := planned(t, p, bottest.Asked(bot.Deploy, "staging")); other.Plan.Rerun != nil {
		t.Errorf("it holds another target: %+v", other.Plan.Rerun)
	}
	// Right before the start: by then an older plan did not know of it.
	deploy.Plan.Rerun = nil
	found, err := p.Recheck(t.Context(), deploy, noon.Add(time.Minute))
	if diff := cmp.Diff(bot.Event(bot.RerunFound{Rerun: want}), found); diff != "" || err != nil {
		t.Errorf("before the start %v (-want +got):\n%s", err, diff)
	}
	// Facts that are fresh are not read twice.
	a.read = 0
	if _, err := p.Recheck(t.Context(), deploy, noon.Add(time.Second)); err != nil || a.read != 0 {
		t.Errorf("a second later it was asked %d times, %v", a.read, err)
	}
	// Nobody has noted it yet, or it cannot be read: then no plan is right.
	a.seen[0].Of = ranOnce("api-2", "production")
	if _, err := p.Resolve(t.Context(), bottest.Asked(bot.Deploy, "production"), noon); bot.KindOf(err) != bot.Unavailable {
		t.Errorf("while it is being noted: %v", err)
	}
	a.err = &bot.Error{Kind: bot.Unavailable}
	if _, err := p.Resolve(t.Context(), bottest.Asked(bot.Deploy, "production"), noon); bot.KindOf(err) != bot.Unavailable {
		t.Errorf("when nothing can be read: %v", err)
	}
}

// again is what is listed of runs that were started again.
type again struct {
	seen []bot.SeenRerun
	err  error
	read int
}

func (a *again) StartedAgain(context.Context, string, string) ([]bot.SeenRerun, error) {
	a.read++
	return a.seen, a.err
}

func (*again) Beside(context.Context, bot.Target) (string, []bot.Beside, error) { return "", nil, nil }

func ranOnce(id, environment string) bot.Release {
	return bot.Release{
		ID: id, RunKey: id + ".abcd1234", Kind: bot.Deploy, Phase: bot.Succeeded, Target: bot.Target{Service: "api", Environment: environment},
		Run: bot.Run{ID: 7, Attempt: 1, Status: bot.RunCompleted},
	}
}
