package reconciler

import (
	"context"
	"log/slog"
	"testing"

	"github.com/slipwayhq/slipway/bot"
	"github.com/slipwayhq/slipway/bot/bottest"
)

// again is a code host at which runs were started again, and a store that knows
// their releases.
type again struct {
	Runs
	listed   []bot.ListedRun
	err      error
	releases map[string]bot.Release
	broken   map[string]error
	owners   map[int64]string
	posted   []bot.InboxEvent
}

func (a *again) NewestRuns(context.Context, string, string) ([]bot.ListedRun, error) {
	return a.listed, a.err
}

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

func (a *again) Post(_ context.Context, l bot.InboxEvent) (bot.Posted, error) {
	a.posted = append(a.posted, l)
	return bot.PostStored, nil
}

func startedAgain(tb testing.TB, a *again) *Reconciler {
	tb.Helper()
	return New(bottest.Declare(tb, bottest.Ruled), Ports{Clock: clock{}, Releases: a, Runs: a, Owners: a, Inbox: a, Besides: newBesides(), Epochs: newPage()}, slog.New(slog.DiscardHandler))
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
			releases: map[string]bot.Release{"api-2": r}, owners: map[int64]string{7: "api-2"},
			broken: map[string]error{"api-5": &bot.Error{Kind: bot.Internal}},
			listed: []bot.ListedRun{listedRun("api-5.abcd1234", 5, 2, bot.RunInProgress), tt.listed},
		}
		if _, err := startedAgain(t, a).StartedAgain(t.Context(), "acme/api", "deploy.yml"); err != nil {
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
