package engine

import (
	"context"
	"log/slog"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/slipwayhq/slipway/bot"
	"github.com/slipwayhq/slipway/bot/bottest"
	"github.com/slipwayhq/slipway/bot/catalog"
	"github.com/slipwayhq/slipway/bot/planner"
	"github.com/slipwayhq/slipway/bot/reconciler"
)

// TestTheRecordTellsWhenTheRunBegan: the first time that it ran, if it ran, whatever
// came after.
func TestTheRecordTellsWhenTheRunBegan(t *testing.T) {
	t.Parallel()
	told := &records{}
	e := New(bottest.Declare(t, bottest.Ruled), Ports{Deployments: told}, Options{}, slog.New(slog.DiscardHandler))
	r := bottest.Starting()
	minute := func(n int, phase bot.Phase) bot.Moment {
		return bot.Moment{Phase: phase, At: noon.Add(time.Duration(n) * time.Minute)}
	}
	r.Moments = []bot.Moment{minute(1, bot.Dispatching), minute(2, bot.Running), minute(3, bot.Unknown), minute(4, bot.Running)}
	if _, err := e.carryOut(t.Context(), r, bot.RecordDeployment{State: bot.DeploymentRunning}, noon); err != nil {
		t.Fatal(err)
	}
	if got := told.told[0].Facts.StartedAt; !got.Equal(noon.Add(2 * time.Minute)) {
		t.Errorf("it began at %s", got)
	}
}

// records notes what the code host is told of releases.
type records struct{ told []bot.DeploymentRecord }

func (r *records) RecordDeployment(_ context.Context, d bot.DeploymentRecord) (int64, error) {
	r.told = append(r.told, d)
	return 9, nil
}

// TestRetire: the record of the release that was replaced is made inactive, if
// there is one.
func TestRetire(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		live *bot.Past
		want []bot.DeploymentRecord
	}{
		"nothing was live": {nil, nil},
		"of no record":     {&bot.Past{Release: "api-2", SHA: "b"}, nil},
		"of a record": {&bot.Past{Release: "api-2", SHA: "b", Kind: bot.Deploy, Deployment: 5}, []bot.DeploymentRecord{{
			Repo: "acme/api", ID: 5, SHA: "b", Environment: "production", Release: "api-2", Kind: bot.Deploy, State: bot.DeploymentGone, Says: "replaced by api-7",
		}}},
	} {
		host := &records{}
		e := New(&catalog.Catalog{}, Ports{Deployments: host}, Options{}, slog.New(slog.DiscardHandler))
		r := bottest.Asked(bot.Deploy, "production")
		r.Plan = &bot.Plan{Repo: "acme/api", Current: tt.live}
		if err := e.retireDeployment(t.Context(), r); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(tt.want, host.told); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
}

// TestRemember: what the code host is told of a release is enough to have it
// again, under way or over.
func TestRemember(t *testing.T) {
	t.Parallel()
	c, log := bottest.Declare(t, bottest.Ruled), slog.New(slog.DiscardHandler)
	e, plans := New(c, Ports{}, Options{}, log), planner.New(c, planner.Ports{}, log)
	under := bottest.Asked(bot.Deploy, "production")
	plan, err := plans.Declared(under, bot.Commit{SHA: "c"})
	if err != nil {
		t.Fatal(err)
	}
	plan.WorkflowBlob, under.Plan = "blob1", &plan
	under.RunKey, under.Run, under.DeploymentID, under.Reason = "api-7.k3v9x2mq", bot.Run{ID: 7}, 5, "the fair"
	under.RequestedAt, under.Phase, under.Carded, under.Requester = noon, bot.Running, true, bot.AtShell{Person: under.Asker(), Shell: "build-7 by deploy"}
	under.Moments = []bot.Moment{{Phase: bot.Queued, At: noon.Add(time.Minute)}, {Phase: bot.Running, At: noon.Add(2 * time.Minute)}}
	over := under
	over.Phase, over.Verdict, over.Healthy, over.Carded = bot.Succeeded, bot.Healthy, true, false
	over.Ending.Cause = "well"
	over.Moments = append(under.Moments[:2:2], bot.Moment{Phase: bot.Succeeded, At: noon.Add(9 * time.Minute)})
	back := under
	back.Kind, back.Reversal, back.Confirmed = bot.Rollback, bot.Reversal{Back: "api-2", To: "api-1"}, true
	adopted := over
	adopted.Kind, adopted.Healthy = bot.Adopt, false
	for name, r := range map[string]bot.Release{"under way": under, "over": over, "a rollback": back, "adopted": adopted} {
		d := e.deploymentOf(r, bot.DeploymentRunning)
		d.End.Says = d.Says // the code host keeps one text
		if name == "adopted" {
			d.End.Healthy = true // as an earlier version wrote, or anybody may have
		}
		got, err := reconciler.New(c, reconciler.Ports{}, log).Remember(r.Target, d, plans)
		if err != nil {
			t.Fatal(err)
		}
		want := r
		want.Moments = r.Moments[1:]
		want.Dispatch = bot.Dispatch{State: bot.Sent, Attempt: 1, At: noon.Add(2 * time.Minute)}
		want.Pace, want.Recovered = got.Pace, true
		want.Plan, want.Decision = got.Plan, bot.Decision{}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
		if p := got.Plan; p.Commit.SHA != r.SHA() || p.Inputs["sha"] != r.SHA() || p.WorkflowBlob != "blob1" || p.Repo != "acme/api" || got.Pace.Poll == 0 {
			t.Errorf("%s has the plan %+v", name, p)
		}
	}
}

// TestWhatIsDeclaredNoMoreIsNotRemembered: nobody knows what it would be.
func TestWhatIsDeclaredNoMoreIsNotRemembered(t *testing.T) {
	t.Parallel()
	c, log := bottest.Declare(t, bottest.Ruled), slog.New(slog.DiscardHandler)
	_, err := reconciler.New(c, reconciler.Ports{}, log).Remember(bot.Target{Service: "gone", Environment: "production"}, bot.DeploymentRecord{}, planner.New(c, planner.Ports{}, log))
	if bot.KindOf(err) != bot.NotFound {
		t.Errorf("remembered: %v", err)
	}
}
