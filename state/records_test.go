package state_test

import (
	"context"
	"slices"
	"strconv"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/slipwayhq/slipway/bot"
)

func recordCases() map[string]func(fixture) {
	return map[string]func(fixture){
		"history lists what was started":              historyLists,
		"history is trimmed, and records go":          historyTrimmed,
		"adoptions keep their order":                  adoptionsInOrder,
		"what was taken back is quarantined":          takenBack,
		"targets tell what is live and what not":      targetsTell,
		"what changed nothing leaves what is live":    changedNothing,
		"what was started again comes after the rest": ranAgain,
		"previews are forgotten":                      previewsForgotten,
		"webhooks find the release of a run":          runsRemembered,
	}
}

// deployed takes a release all the way.
func (f fixture) deployed(key string) bot.Claim {
	f.Helper()
	c := f.queued(key, bot.Deploy)
	f.takeSlot(c.Release)
	f.enter(&c, bot.Dispatching)
	c.Release.Run.ID = 1000 + c.Fence
	f.enter(&c, bot.Running)
	f.enter(&c, bot.Verifying)
	c.Release.Healthy, c.Release.Verdict = true, bot.Healthy
	f.enter(&c, bot.Succeeded)
	f.handBack(c, time.Time{})
	return c
}

func historyLists(f fixture) {
	ctx := context.Background()
	target := draft("api", "").Target
	if past, err := f.History(ctx, target, 5); err != nil || len(past) != 0 {
		f.Errorf("history of nothing: %v, %v", past, err)
	}
	first := f.deployed("1")
	f.release(draft("api", "2"), bot.Rejected) // never started
	third := f.deployed("3")
	past, err := f.History(ctx, target, 5)
	if err != nil {
		f.Fatal(err)
	}
	want := func(c bot.Claim) bot.Past {
		return bot.Past{
			Release: c.Release.ID, Kind: bot.Deploy, SHA: c.Release.SHA(), Phase: bot.Succeeded, Healthy: true, Watched: true,
			Requester: c.Release.Requester, Reason: c.Release.Reason, At: c.Release.Since(), Arrival: bot.Arrived,
		}
	}
	if diff := cmp.Diff([]bot.Past{want(third), want(first)}, past); diff != "" {
		f.Errorf("history (-want +got):\n%s", diff)
	}
	if past, err := f.History(ctx, target, 1); err != nil || len(past) != 1 || past[0].Release != "api-3" {
		f.Errorf("the last one: %v, %v", past, err)
	}
}

// adoptionsInOrder: whoever asked last knew last what is live, whosever commit
// was found first.
func adoptionsInOrder(f fixture) {
	adopted := map[string]*bot.Claim{}
	for _, key := range []string{"1", "2", "3"} {
		d := draft("api", key)
		d.Kind = bot.Adopt
		c := f.release(d)
		adopted[c.Release.ID] = &c
	}
	for _, step := range []struct {
		id, live string
		history  []string
	}{
		{"api-3", "api-3", []string{"api-3"}},
		{"api-1", "api-3", []string{"api-3", "api-1"}},
		{"api-2", "api-3", []string{"api-3", "api-2", "api-1"}},
	} {
		f.enter(adopted[step.id], bot.Succeeded)
		states, err := f.Targets(context.Background(), []bot.Target{draft("api", "").Target})
		if err != nil || states[0].Current.ID != step.live || !slices.Equal(f.historyIDs(), step.history) {
			f.Errorf("after %s: live is %+v, history %v, %v", step.id, states[0].Current, f.historyIDs(), err)
		}
	}
	if f.deployed("4"); !slices.Equal(f.historyIDs(), []string{"api-4", "api-3", "api-2", "api-1"}) {
		f.Errorf("after a deploy: %v", f.historyIDs())
	}
}

func historyTrimmed(f fixture) {
	ctx := context.Background()
	f.options.KeepHistory = 3
	f.Store = f.open(f)
	for i := range 5 {
		f.comes(i, brokeOff)
	}
	past, err := f.History(ctx, draft("api", "").Target, 10)
	if err != nil || len(past) != 3 || past[2].Release != "api-3" {
		f.Errorf("history %v, %v", past, err)
	}
	f.claim(f.create(draft("api", "next")).ID) // claims sweep
	for i := 1; i <= 2; i++ {
		_, err := f.Release(ctx, "api-"+strconv.Itoa(i))
		wantKind(f, "Release of a trimmed one", err, bot.NotFound)
	}
	for _, pattern := range []string{"*docs", "*control", "*past"} {
		fields := f.Client().HGetAll(ctx, f.findKey(pattern)).Val()
		for field := range fields {
			if field == "api-1" || field == "api-2" || len(field) > 6 && (field[:6] == "api-1:" || field[:6] == "api-2:") {
				f.Errorf("left in %s: %s", pattern, field)
			}
		}
	}
}

func takenBack(f fixture) {
	ctx := context.Background()
	c := f.deployed("1")
	at := c.Now.Add(time.Minute)
	for _, by := range []string{"api-9", "api-9", "api-10"} {
		if err := f.TakeBack(ctx, c.Release.ID, by, at); err != nil {
			f.Fatal(err)
		}
	}
	want := &bot.Quarantine{SHA: c.Release.SHA(), Release: c.Release.ID, By: "api-9", At: at}
	if diff := cmp.Diff(want, f.quarantineOf(c.Release.Target, c.Release.SHA())); diff != "" {
		f.Errorf("quarantine:\n%s", diff)
	}
	if q := f.quarantineOf(c.Release.Target, "other"); q != nil {
		f.Errorf("another commit: %v", q)
	}
	if r, err := f.Release(ctx, c.Release.ID); err != nil || r.TakenBackBy != "api-9" {
		f.Errorf("release: %q, %v", r.TakenBackBy, err)
	}
	past, err := f.History(ctx, c.Release.Target, 1)
	if err != nil || !past[0].Quarantined || past[0].TakenBackBy != "api-9" {
		f.Errorf("history: %+v, %v", past, err)
	}
	// A holder that read it before may still save it; the mark stays.
	f.post(c.Release.ID, bot.LooksGood{}, "lg")
	again := f.claim(c.Release.ID)
	again.Release.TakenBackBy = ""
	f.handBack(again, time.Time{})
	if r, err := f.Release(ctx, c.Release.ID); err != nil || r.TakenBackBy != "api-9" {
		f.Errorf("the mark is gone: %q, %v", r.TakenBackBy, err)
	}
	f.pardoned(c.Release, at)
	wantKind(f, "TakeBack of nobody", f.TakeBack(ctx, "api-88", "api-9", at), bot.NotFound)
}

// quarantineOf is the quarantine of a commit, nil if there is none.
func (f fixture) quarantineOf(t bot.Target, sha string) *bot.Quarantine {
	all, err := f.Quarantines(context.Background(), t)
	if err != nil {
		f.Fatal(err)
	}
	for _, q := range all {
		if q.SHA == sha {
			return &q
		}
	}
	return nil
}

// pardoned ends a quarantine that began at since: not before that, and then
// once and for all.
func (f fixture) pardoned(r bot.Release, since time.Time) {
	ctx := context.Background()
	for _, step := range []struct {
		at    time.Time
		bound bool
	}{{since.Add(-time.Minute), true}, {since, false}, {since, false}} {
		if err := f.EndQuarantine(ctx, r.Target, r.SHA(), step.at); err != nil {
			f.Fatal(err)
		}
		if q := f.quarantineOf(r.Target, r.SHA()); (q != nil) != step.bound {
			f.Errorf("in quarantine after a pardon of %s: %v", step.at, q)
		}
	}
	if err := f.TakeBack(ctx, r.ID, "api-9", since); err != nil {
		f.Fatal(err)
	}
}

func targetsTell(f fixture) {
	ctx := context.Background()
	live := f.deployed("1")
	under := f.queued("2", bot.Deploy)
	f.takeSlot(under.Release)
	f.enter(&under, bot.Dispatching)
	waits := f.queued("3", bot.Deploy)
	f.takeSlot(waits.Release)
	targets := []bot.Target{{Service: "web", Environment: "staging"}, live.Release.Target}
	states, err := f.Targets(ctx, targets)
	if err != nil || len(states) != 2 {
		f.Fatalf("%v, %v", states, err)
	}
	if diff := cmp.Diff(bot.TargetState{Target: targets[0], Waiting: []string{}}, states[0]); diff != "" {
		f.Error(diff)
	}
	got := states[1]
	if got.Current == nil || got.Current.ID != live.Release.ID || got.Under == nil || got.Under.ID != under.Release.ID ||
		!cmp.Equal(got.Waiting, []string{waits.Release.ID}) {
		f.Errorf("%+v", got)
	}
	// What was live before stays so until the next run starts, and an older
	// release that is looked at again does not come back.
	under.Release.Run.ID = 77
	f.enter(&under, bot.Running)
	f.post(live.Release.ID, bot.LooksGood{}, "lg")
	f.handBack(f.claim(live.Release.ID), time.Time{})
	states, err = f.Targets(ctx, targets)
	if err != nil || states[1].Current.ID != under.Release.ID {
		f.Errorf("current %v, %v", states[1].Current.ID, err)
	}
}

// ranAgain: what was started again at the code host came after all that is there,
// and goes back to its place where it turns out that it changed nothing.
func ranAgain(f fixture) {
	ctx := context.Background()
	old, live := f.deployed("1"), f.deployed("2")
	target := old.Release.Target
	is := func(when string, again bot.Again, came bot.Arrival, current string, history ...string) {
		f.Helper()
		states, err := f.Targets(ctx, []bot.Target{target})
		if err != nil || states[0].Current == nil || states[0].Current.ID != current {
			f.Errorf("%s %+v is live, %v; want %s", when, states[0].Current, err, current)
		}
		past, err := f.History(ctx, target, 5)
		var ids []string
		for _, p := range past {
			ids = append(ids, p.Release)
			if p.Release == old.Release.ID && (p.Again != again || p.Came() != came) {
				f.Errorf("%s it came: %s, %+v; want %s, %+v", when, p.Came(), p.Again, came, again)
			}
		}
		if diff := cmp.Diff(history, ids); err != nil || diff != "" {
			f.Errorf("%s, the history %v (-want +got):\n%s", when, err, diff)
		}
	}
	a, b := old.Release.ID, live.Release.ID
	is("before", bot.Again{}, bot.Arrived, b, b, a)
	at := time.Date(2026, 11, 29, 12, 0, 0, 0, time.UTC)
	see := func(change func(*bot.Run)) {
		f.Helper()
		f.post(a, bot.Hinted{Attempt: 2}, "")
		c := f.claim(a)
		c.Release.Rerun = bot.Run{ID: c.Release.Run.ID, Attempt: 2, Status: bot.RunInProgress, StartedAt: at}
		change(&c.Release.Rerun)
		f.handBack(c, time.Time{})
	}
	over := func(c bot.Conclusion, job bot.Job) func(*bot.Run) {
		return func(r *bot.Run) {
			job.Status, job.Conclusion = bot.RunCompleted, c
			r.Status, r.Conclusion, r.UpdatedAt, r.Listed, r.Jobs = bot.RunCompleted, c, at.Add(time.Minute), true, []bot.Job{job}
		}
	}
	see(func(*bot.Run) {})
	is("while it goes on", bot.Again{Attempt: 2, At: at}, bot.MayHaveCome, a, a, b)
	see(over(bot.ConclusionSuccess, bot.Job{}))
	is("when it went well", bot.Again{Attempt: 2, At: at.Add(time.Minute), Conclusion: bot.ConclusionSuccess}, bot.Arrived, a, a, b)
	see(over(bot.ConclusionFailure, bot.Job{}))
	is("when it failed", bot.Again{Attempt: 2, At: at.Add(time.Minute), Conclusion: bot.ConclusionFailure}, bot.MayHaveCome, a, a, b)
	see(over(bot.ConclusionCancelled, bot.Job{NeverBegan: true}))
	is("when none of its jobs began", bot.Again{}, bot.Arrived, b, b, a)
	see(over(bot.ConclusionFailure, bot.Job{}))
	is("once more", bot.Again{Attempt: 2, At: at.Add(time.Minute), Conclusion: bot.ConclusionFailure}, bot.MayHaveCome, a, a, b)
	newest := f.deployed("3")
	is("when another came after it", bot.Again{Attempt: 2, At: at.Add(time.Minute), Conclusion: bot.ConclusionFailure}, bot.MayHaveCome, newest.Release.ID, newest.Release.ID, a, b)
}

// changedNothing: a run that was over before it began leaves what was live, and
// one that is run again at the code host may change it after all.
func changedNothing(f fixture) {
	ctx := context.Background()
	live := f.deployed("1")
	void := f.queued("2", bot.Rollback)
	f.takeSlot(void.Release)
	f.enter(&void, bot.Dispatching)
	void.Release.Run = bot.Run{ID: 77, Attempt: 1, Status: bot.RunInProgress}
	f.enter(&void, bot.Running)
	current := func() string {
		states, err := f.Targets(ctx, []bot.Target{live.Release.Target})
		if err != nil || states[0].Current == nil {
			f.Fatalf("%+v, %v", states, err)
		}
		return states[0].Current.ID
	}
	if got := current(); got != void.Release.ID {
		f.Errorf("while it runs %s is live", got)
	}
	void.Release.Run.Status, void.Release.Run.Conclusion = bot.RunCompleted, bot.ConclusionCancelled
	void.Release.Run.Jobs = []bot.Job{{Name: "deploy", Status: bot.RunCompleted, Conclusion: bot.ConclusionCancelled, NeverBegan: true}}
	f.enter(&void, bot.Cancelled)
	if got := current(); got != live.Release.ID {
		f.Errorf("after it %s is live", got)
	}
	past, err := f.History(ctx, live.Release.Target, 5)
	if err != nil || len(past) != 2 || past[0].Came() != bot.NeverCame || past[1].Came() != bot.Arrived {
		f.Errorf("history %+v, %v", past, err)
	}
	if states, err := f.Targets(ctx, []bot.Target{live.Release.Target}); err != nil || states[0].Sure != nil {
		f.Errorf("it is certain what is live, and yet %+v, %v", states[0].Sure, err)
	}
	void.Release.Run.Attempt = 2
	f.enter(&void, bot.Cancelled)
	if states, err := f.Targets(ctx, []bot.Target{live.Release.Target}); err != nil || states[0].Sure == nil || states[0].Sure.Release != live.Release.ID {
		f.Errorf("before it was live %+v, %v", states[0].Sure, err)
	}
	if got := current(); got != void.Release.ID {
		f.Errorf("after it was run again %s is live", got)
	}
	f.handBack(void, time.Time{})
	f.deployed("3")
	if got := current(); got == void.Release.ID {
		f.Errorf("after the next %s is live", got)
	}
}

func previewsForgotten(f fixture) {
	ctx := context.Background()
	d := draft("api", "p")
	d.Kind = bot.Preview
	c := f.release(d, bot.Succeeded)
	f.handBack(c, time.Time{})
	trash := f.findKey("*trash")
	at := int64(f.Client().ZScore(ctx, trash, c.Release.ID).Val())
	if in := time.Until(time.UnixMilli(at)); in > time.Hour || in < 59*time.Minute {
		f.Errorf("forgotten in %v", in)
	}
	if err := f.Client().ZAdd(ctx, trash, redisZ(1, c.Release.ID)).Err(); err != nil {
		f.Fatal(err)
	}
	f.claim(f.create(draft("api", "next")).ID)
	_, err := f.Release(ctx, c.Release.ID)
	wantKind(f, "Release of an old preview", err, bot.NotFound)
}

func runsRemembered(f fixture) {
	ctx := context.Background()
	if err := f.RememberRun(ctx, 42, "api-1"); err != nil {
		f.Fatal(err)
	}
	if id, ok, err := f.ReleaseOfRun(ctx, 42); id != "api-1" || !ok || err != nil {
		f.Errorf("%q %v %v", id, ok, err)
	}
	if _, ok, err := f.ReleaseOfRun(ctx, 43); ok || err != nil {
		f.Errorf("%v %v", ok, err)
	}
}
