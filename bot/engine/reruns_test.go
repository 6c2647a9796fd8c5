package engine

import (
	"context"
	"log/slog"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/slipwayhq/slipway/bot"
)

// again is a code host at which runs were started again, and a store that knows
// their releases.
type again struct {
	*world
	Runs
	Runner
	Owners
	Intake
	listed   []bot.ListedRun
	err      error
	releases map[string]bot.Release
	broken   map[string]error
	owners   map[int64]string
	now      bot.Run // what the run is when it is read
	posted   []bot.Letter
	read     int
}

func (a *again) NewestRuns(context.Context, string, string) ([]bot.ListedRun, error) {
	a.read++
	return a.listed, a.err
}

func (a *again) ReadRun(context.Context, string, int64) (bot.Run, error) { return a.now, a.err }

func (a *again) ReleaseOfRun(_ context.Context, id int64) (string, bool, error) {
	return a.owners[id], a.owners[id] != "", nil
}

func (a *again) Release(_ context.Context, id string) (bot.Release, error) {
	if err := a.broken[id]; err != nil {
		return bot.Release{}, err
	}
	r, found := a.releases[id]
	if !found {
		return bot.Release{}, &bot.Error{Kind: bot.NotFound}
	}
	return r, nil
}

func (a *again) Post(_ context.Context, l bot.Letter) (bot.Posted, error) {
	a.posted = append(a.posted, l)
	return bot.PostStored, nil
}

func startedAgain(tb testing.TB, a *again) *Engine {
	tb.Helper()
	return New(declaring(tb, ruled), Ports{
		Slots: a.world, Locks: a.world, Records: a, Resolver: a.world, Branches: a.world, Accounts: a.world, Runs: a, Runner: a, Owners: a, Intake: a,
	}, Options{}, slog.New(slog.DiscardHandler))
}

// History and Targets are the world's, beside the releases.
func (a *again) History(ctx context.Context, t bot.Target, limit int) ([]bot.Past, error) {
	return a.world.History(ctx, t, limit)
}

func (a *again) Targets(ctx context.Context, t []bot.Target) ([]bot.TargetState, error) {
	return a.world.Targets(ctx, t)
}

func (a *again) Unfinished(context.Context) ([]string, error) { return nil, nil }

func ranOnce(id, environment string, run int64, phase bot.Phase) bot.Release {
	return bot.Release{
		ID: id, RunKey: id + ".abcd1234", Kind: bot.Deploy, Phase: phase, Target: bot.Target{Service: "api", Environment: environment},
		Run: bot.Run{ID: run, Attempt: 1, Status: bot.RunCompleted},
	}
}

func listedRun(key string, id int64, attempt int, status bot.RunStatus) bot.ListedRun {
	return bot.ListedRun{RunKey: key, Repo: "acme/api", Run: bot.Run{ID: id, Attempt: attempt, Status: status, URL: "https://github.com/acme/api/actions/runs/7"}}
}

// TestRerunsAreNoticed: whoever knows nothing of the attempt that is listed is let
// know, once for each attempt and once when it is over; nobody else is.
func TestRerunsAreNoticed(t *testing.T) {
	t.Parallel()
	knows := func(attempt int, status bot.RunStatus) func(*bot.Release) {
		return func(r *bot.Release) { r.Rerun = bot.Run{ID: 7, Attempt: attempt, Status: status} }
	}
	for name, tt := range map[string]struct {
		change func(*bot.Release)
		listed bot.ListedRun
		want   string // the key of what is posted
	}{
		"it goes on":                     {nil, listedRun("api-2.abcd1234", 7, 2, bot.RunInProgress), "rerun:7:2:in_progress"},
		"its workflow shows no key":      {nil, listedRun("", 7, 2, bot.RunInProgress), "rerun:7:2:in_progress"},
		"it is over by now":              {nil, listedRun("api-2.abcd1234", 7, 2, bot.RunCompleted), "rerun:7:2:completed"},
		"it is known":                    {knows(2, bot.RunInProgress), listedRun("api-2.abcd1234", 7, 2, bot.RunInProgress), ""},
		"it is known and over":           {knows(2, bot.RunInProgress), listedRun("api-2.abcd1234", 7, 2, bot.RunCompleted), "rerun:7:2:completed"},
		"all of it is known":             {knows(2, bot.RunCompleted), listedRun("api-2.abcd1234", 7, 2, bot.RunCompleted), ""},
		"another attempt":                {knows(2, bot.RunCompleted), listedRun("api-2.abcd1234", 7, 3, bot.RunWaiting), "rerun:7:3:waiting"},
		"its first attempt":              {nil, listedRun("api-2.abcd1234", 7, 1, bot.RunCompleted), ""},
		"the release had two itself":     {func(r *bot.Release) { r.Run.Attempt = 2 }, listedRun("api-2.abcd1234", 7, 2, bot.RunCompleted), ""},
		"the release runs still":         {func(r *bot.Release) { r.Phase = bot.Running }, listedRun("api-2.abcd1234", 7, 2, bot.RunInProgress), ""},
		"its health is watched":          {func(r *bot.Release) { r.Phase = bot.Verifying }, listedRun("api-2.abcd1234", 7, 2, bot.RunInProgress), "rerun:7:2:in_progress"},
		"a run of the same name":         {nil, listedRun("api-2.abcd1234", 8, 2, bot.RunInProgress), ""},
		"a run that nobody knows":        {nil, listedRun("api-9.abcd1234", 9, 2, bot.RunInProgress), ""},
		"a run without key or release":   {nil, listedRun("", 9, 2, bot.RunInProgress), ""},
		"beside one that cannot be read": {nil, listedRun("api-2.abcd1234", 7, 2, bot.RunInProgress), "rerun:7:2:in_progress"},
	} {
		r := ranOnce("api-2", "production", 7, bot.Succeeded)
		if tt.change != nil {
			tt.change(&r)
		}
		a := &again{
			world: orderlyWorld(), releases: map[string]bot.Release{"api-2": r}, owners: map[int64]string{7: "api-2"},
			broken: map[string]error{"api-5": &bot.Error{Kind: bot.Internal}},
			listed: []bot.ListedRun{listedRun("api-5.abcd1234", 5, 2, bot.RunInProgress), tt.listed},
		}
		if _, err := startedAgain(t, a).reruns(t.Context(), source{"acme/api", "deploy.yml"}); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		got := ""
		for _, l := range a.posted {
			got = l.Key
			if l.Release != "api-2" || l.Event != (bot.Hinted{Attempt: tt.listed.Run.Attempt}) {
				t.Errorf("%s: posted %+v", name, l)
			}
		}
		if got != tt.want || len(a.posted) > 1 {
			t.Errorf("%s: posted %v, want %q", name, a.posted, tt.want)
		}
	}
}

// TestPromise5_RerunHoldsTheTarget: a plan names the run that goes on, on its own
// target; it waits until its release knows; and nothing goes out before it is
// over.
func TestPromise5_RerunHoldsTheTarget(t *testing.T) {
	t.Parallel()
	r := ranOnce("api-2", "production", 7, bot.Succeeded)
	r.Rerun = bot.Run{ID: 7, Attempt: 2, Status: bot.RunInProgress}
	a := &again{
		world: orderlyWorld(), releases: map[string]bot.Release{"api-2": r}, now: bot.Run{ID: 7, Attempt: 2, Status: bot.RunInProgress},
		listed: []bot.ListedRun{listedRun("api-2.abcd1234", 7, 2, bot.RunInProgress)},
	}
	e := startedAgain(t, a)
	want := bot.Rerun{Release: "api-2", Run: 7, Attempt: 2, URL: "https://github.com/acme/api/actions/runs/7"}
	deploy := planned(t, e, asked(bot.Deploy, "production"))
	if diff := cmp.Diff(&want, deploy.Plan.Rerun); diff != "" {
		t.Errorf("the plan (-want +got):\n%s", diff)
	}
	named := slices.ContainsFunc(deploy.Decision.Gates, func(g bot.Gate) bool {
		return g.Name == "rerun" && g.Outcome == bot.Warn && strings.Contains(g.Reason, "api-2 was run again at GitHub (attempt 2)")
	})
	if !named {
		t.Errorf("the rules do not name it: %+v", deploy.Decision.Gates)
	}
	if other := planned(t, e, asked(bot.Deploy, "staging")); other.Plan.Rerun != nil {
		t.Errorf("it holds another target: %+v", other.Plan.Rerun)
	}
	// The turn comes, and it still goes on; then it is over.
	if goes, err := e.rerunGoes(t.Context(), deploy); !goes || err != nil {
		t.Errorf("it goes on: %t, %v", goes, err)
	}
	a.now.Status = bot.RunCompleted
	if goes, err := e.rerunGoes(t.Context(), deploy); goes || err != nil {
		t.Errorf("it is over: %t, %v", goes, err)
	}
	// Right before the start: by then an older plan did not know of it.
	deploy.Plan.Rerun = nil
	found, err := e.recheck(t.Context(), deploy, noon.Add(time.Minute))
	if diff := cmp.Diff(bot.Event(bot.RerunFound{Rerun: want}), found); diff != "" || err != nil {
		t.Errorf("before the start %v (-want +got):\n%s", err, diff)
	}
	// Facts that are fresh are not read twice.
	a.read = 0
	if _, err := e.recheck(t.Context(), deploy, noon.Add(time.Second)); err != nil || a.read != 0 {
		t.Errorf("a second later it was asked %d times, %v", a.read, err)
	}
	// Nobody has noted it yet, or it cannot be read: then no plan is right.
	a.releases["api-2"] = ranOnce("api-2", "production", 7, bot.Succeeded)
	if _, err := e.resolve(t.Context(), asked(bot.Deploy, "production"), noon); bot.KindOf(err) != bot.Unavailable {
		t.Errorf("while it is being noted: %v", err)
	}
	a.err = &bot.Error{Kind: bot.Unavailable}
	if _, err := e.resolve(t.Context(), asked(bot.Deploy, "production"), noon); bot.KindOf(err) != bot.Unavailable {
		t.Errorf("when nothing can be read: %v", err)
	}
}
