package workflowprobe_test

import (
	"context"
	"errors"
	"log/slog"
	"testing"
	"time"

	"github.com/slipwayhq/slipway/bot"
	"github.com/slipwayhq/slipway/bot/watcher"
	"github.com/slipwayhq/slipway/integrations/workflowprobe"
)

// host is a code host that has one run, or none.
type host struct {
	run    bot.Run
	err    error
	sent   []bot.DispatchRequest
	looked []bot.RunQuery
	refuse error
}

func (h *host) FindRun(_ context.Context, q bot.RunQuery) (bot.Run, error) {
	h.looked = append(h.looked, q)
	return h.run, h.err
}

func (h *host) Dispatch(_ context.Context, d bot.DispatchRequest, _ func(context.Context) error) (bot.Run, error) {
	h.sent = append(h.sent, d)
	return bot.Run{ID: 9, URL: "https://run"}, h.refuse
}

func question(asked bool) bot.Question {
	return bot.Question{
		Probe:   bot.Probe{Name: "smoke", Settings: []bot.Setting{{Key: "workflow", Value: "smoke.yml"}}},
		Release: "api-7", RunKey: "api-7.k3v9x2mq", Asked: asked,
		Plan: &bot.Plan{Repo: "acme/api", WorkflowRef: "main", KeyInput: "release_id", Inputs: map[string]string{"sha": "abc", "environment": "production"}},
	}
}

func TestAsk(t *testing.T) {
	t.Parallel()
	missing := &bot.Error{Kind: bot.NotFound}
	ended := func(c bot.Conclusion) bot.Run {
		return bot.Run{ID: 9, URL: "https://run", Status: bot.RunCompleted, Conclusion: c}
	}
	for name, tt := range map[string]struct {
		host    host
		asked   bool
		outcome bot.SampleOutcome
		says    string
		sent    int
	}{
		"the first time":       {host{err: missing}, false, bot.NoAnswer, "it was started", 1},
		"it is refused":        {host{err: missing, refuse: &bot.Error{Kind: bot.Invalid, Says: "it declares no input sha"}}, false, bot.NoAnswer, "it could not be started: it declares no input sha", 1},
		"asked, and not there": {host{err: missing}, true, bot.NoAnswer, "its run is not listed", 0},
		"there after a crash":  {host{run: bot.Run{ID: 9, Status: bot.RunInProgress}}, false, bot.NoAnswer, "its run is under way", 0},
		"it cannot be told":    {host{err: errors.New("no")}, false, bot.NoAnswer, "it cannot be told how its run is: something went wrong inside slipway", 0},
		"it went well":         {host{run: ended(bot.ConclusionSuccess)}, true, bot.Good, "", 0},
		"it failed":            {host{run: ended(bot.ConclusionFailure)}, true, bot.Bad, "its run failed", 0},
		"it took too long":     {host{run: ended(bot.ConclusionTimedOut)}, true, bot.Bad, "its run took too long", 0},
		"it could not begin":   {host{run: ended(bot.ConclusionStartupFailure)}, true, bot.NoAnswer, "its run came to no end of its own", 0},
		"it waits for a word":  {host{run: ended(bot.ConclusionActionRequired)}, true, bot.NoAnswer, "its run came to no end of its own", 0},
		"it was given up":      {host{run: ended(bot.ConclusionStale)}, true, bot.NoAnswer, "its run came to no end of its own", 0},
		"all was skipped":      {host{run: ended(bot.ConclusionSkipped)}, true, bot.NoAnswer, "its run came to no end of its own", 0},
		"neither good nor bad": {host{run: ended(bot.ConclusionNeutral)}, true, bot.NoAnswer, "its run came to no end of its own", 0},
		"a word of tomorrow":   {host{run: ended("a_word_of_tomorrow")}, true, bot.NoAnswer, "its run came to no end of its own", 0},
		"two of them":          {host{err: &bot.Error{Kind: bot.Internal, Says: "two runs show its key"}}, true, bot.NoAnswer, "it cannot be told how its run is: two runs show its key", 0},
		"held by a rule":       {host{run: bot.Run{ID: 9, Status: bot.RunHeld}}, true, bot.NoAnswer, "its run is under way", 0},
		"it was cancelled":     {host{run: ended(bot.ConclusionCancelled)}, true, bot.NoAnswer, "its run came to no end of its own", 0},
	} {
		got := workflowprobe.New(&tt.host).Ask(t.Context(), question(tt.asked))
		if got.Outcome != tt.outcome || got.Says != tt.says || len(tt.host.sent) != tt.sent {
			t.Errorf("%s: %s %q, %d sent", name, got.Outcome, got.Says, len(tt.host.sent))
		}
	}
	early := question(false)
	early.Early = true
	h := &host{err: missing}
	if workflowprobe.New(h).Ask(t.Context(), early); len(h.sent)+len(h.looked) != 0 {
		t.Error("it is started before the release")
	}
}

// github is a code host as GitHub is: a request that it answers with a fault may have
// started a run, and the same inputs start another one each time.
type github struct {
	faults []error         // of the next requests, in turn; nil: it goes well
	lost   bool            // what is answered with a fault has started a run
	blind  error           // of the next look
	runs   map[string]bool // by key
	sent   int
	twice  bool // two runs were started by one key
}

func (g *github) FindRun(_ context.Context, q bot.RunQuery) (bot.Run, error) {
	if err := g.blind; err != nil {
		g.blind = nil
		return bot.Run{}, err
	}
	if !g.runs[q.RunKey] {
		return bot.Run{}, &bot.Error{Kind: bot.NotFound}
	}
	return bot.Run{ID: 9, Status: bot.RunCompleted, Conclusion: bot.ConclusionSuccess}, nil
}

func (g *github) Dispatch(_ context.Context, d bot.DispatchRequest, _ func(context.Context) error) (bot.Run, error) {
	g.sent++
	var fault error
	if len(g.faults) > 0 {
		fault, g.faults = g.faults[0], g.faults[1:]
	}
	if fault == nil || g.lost {
		key := d.Inputs["release_id"]
		g.twice = g.twice || g.runs[key]
		g.runs[key] = true
	}
	return bot.Run{ID: 9}, fault
}

// TestAStartThatFailsForAMoment: what is certain to have started nothing is tried again at
// the next look, what may have started something once its run is not listed in time, and by
// another key. What was refused for good is left.
func TestAStartThatFailsForAMoment(t *testing.T) {
	t.Parallel()
	fault := func(k bot.ErrorKind) error { return &bot.Error{Kind: k, Says: "no"} }
	const look = 20 * time.Second
	for name, tt := range map[string]struct {
		host  github
		looks int // until its run is seen; 0: never
		sent  int
	}{
		"at once":                         {github{}, 2, 1},
		"a secondary rate limit":          {github{faults: []error{fault(bot.Limited)}}, 3, 2},
		"no connection, four times":       {github{faults: []error{fault(bot.NeverSent), fault(bot.NeverSent), fault(bot.NeverSent), fault(bot.NeverSent)}}, 6, 5},
		"it cannot be looked for":         {github{blind: fault(bot.Unavailable)}, 3, 1},
		"a fault, and nothing ran":        {github{faults: []error{fault(bot.Unavailable)}}, 5, 2},
		"a fault, and it ran":             {github{faults: []error{fault(bot.Unavailable)}, lost: true}, 2, 1},
		"a fault, then a limit":           {github{faults: []error{fault(bot.Unavailable), fault(bot.Limited)}}, 6, 3},
		"two faults":                      {github{faults: []error{fault(bot.Unavailable), fault(bot.Internal)}}, 8, 3},
		"nothing but faults":              {github{faults: []error{fault(bot.Unavailable), fault(bot.Unavailable), fault(bot.Unavailable)}}, 0, 3},
		"it is refused":                   {github{faults: []error{fault(bot.Invalid)}}, 0, 1},
		"it may not":                      {github{faults: []error{fault(bot.Denied)}}, 0, 1},
		"a limit, and then it is refused": {github{faults: []error{fault(bot.Limited), fault(bot.NotFound)}}, 0, 2},
	} {
		host := &tt.host
		host.runs = map[string]bool{}
		source := workflowprobe.New(host)
		q := question(false)
		q.Since = time.Date(2026, 11, 30, 12, 0, 0, 0, time.UTC)
		r := bot.Release{ID: q.Release, RunKey: q.RunKey, Plan: q.Plan, Watch: bot.Watch{StartedAt: q.Since}}
		r.Plan.Settings.Health = bot.HealthRule{Window: time.Hour, Every: look, Probes: []bot.Probe{q.Probe}}
		r.Plan.Settings.Health.Probes[0].Source, r.Plan.Settings.Health.Probes[0].Kind = workflowprobe.Name, bot.Verdicts
		watching := watcher.New(map[string]watcher.Source{workflowprobe.Name: source}, slog.New(slog.DiscardHandler))
		seen := 0
		for i := range 20 {
			sampled := watching.Look(t.Context(), r, q.Since.Add(time.Duration(i)*look))
			r.Watch.Keep(sampled.Samples)
			if seen == 0 && sampled.Samples[0].Outcome == bot.Good {
				seen = i + 1
			}
		}
		if seen != tt.looks || host.sent != tt.sent || host.twice {
			t.Errorf("%s: seen at look %d, %d sent, twice by one key %t", name, seen, host.sent, host.twice)
		}
	}
}

// TestItsRunIsNotTheReleases: the inputs are those of the release except for the run key,
// which differs from the release's.
func TestItsRunIsNotTheReleases(t *testing.T) {
	t.Parallel()
	h := &host{err: &bot.Error{Kind: bot.NotFound}}
	q := question(false)
	workflowprobe.New(h).Ask(t.Context(), q)
	sent := h.sent[0]
	key := sent.Inputs["release_id"]
	id, isKey := bot.ReleaseIDOf(key)
	if !isKey || id != "api-7" || key == q.RunKey || key != h.looked[0].RunKey {
		t.Errorf("the key is %s", key)
	}
	if sent.Inputs["sha"] != "abc" || sent.Inputs["environment"] != "production" || sent.Workflow != "smoke.yml" || sent.Ref != "main" {
		t.Errorf("sent %+v", sent)
	}
	if q.Plan.Inputs["release_id"] != "" {
		t.Error("the plan was changed")
	}
}
