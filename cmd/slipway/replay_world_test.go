package main

import (
	"context"
	"log/slog"
	"strings"
	"testing"
	"time"

	"github.com/alicebob/miniredis/v2"
	"github.com/google/go-cmp/cmp"

	"github.com/slipwayhq/slipway/bot"
	"github.com/slipwayhq/slipway/bot/announcer"
	"github.com/slipwayhq/slipway/bot/catalog"
	"github.com/slipwayhq/slipway/bot/engine"
	"github.com/slipwayhq/slipway/bot/people"
	"github.com/slipwayhq/slipway/bot/reconciler"
	"github.com/slipwayhq/slipway/commands"
	"github.com/slipwayhq/slipway/integrations/slack/blocks"
	"github.com/slipwayhq/slipway/state"
)

const replayed = `
slack: {mode: http, bot_token: xoxb-1, signing_secret: abcdefgh, team: T0001}
github: {token: ghp_1}
redis: {url: "redis://127.0.0.1:6379/0"}
people: {anna: {slack: U01ANNA}, ben: {slack: U02BEN, github: ben-gh}}
groups: {sre: {members: [ben, anna]}}
services:
  api:
    repo: acme/api
    workflow: deploy.yml
    environments:
      staging: {}
      production: {approvals: {count: 1, from: [sre]}, emergency: [sre]}
  web: {repo: acme/web, workflow: deploy.yml, environments: {staging: {}}}
`

// replayWorld is a store with releases in it, and replicas that share it.
type replayWorld struct {
	*testing.T
	redis    *miniredis.Miniredis
	store    *state.Store
	declared *catalog.Catalog
	ids      map[string]string // of releases, by what they are for
}

func newReplayWorld(t *testing.T) *replayWorld {
	t.Helper()
	declared, err := catalog.Parse([]byte(replayed), func(string) (string, bool) { return "", false }, vocabulary())
	if err != nil {
		t.Fatal(err)
	}
	w := &replayWorld{T: t, redis: miniredis.RunT(t), declared: declared, ids: map[string]string{}}
	w.store = w.open()
	w.fill()
	return w
}

func (w *replayWorld) open() *state.Store {
	w.Helper()
	s, err := state.Open(w.Context(), state.Options{URL: "redis://" + w.redis.Addr() + "/0"}, slog.New(slog.DiscardHandler))
	if err != nil {
		w.Fatal(err)
	}
	w.Cleanup(func() { _ = s.Close() })
	return s
}

// everybody is a full member.
type everybody struct{}

func (everybody) FullMember(context.Context, string) (bool, error) { return true, nil }

// replica is slipway just after its start: nothing is in its memory.
func (w *replayWorld) replica() *commands.Commands {
	w.Helper()
	s := w.open()
	log := slog.New(slog.DiscardHandler)
	known := people.New(w.declared, people.Ports{Accounts: everybody{}}, log)
	said := announcer.New(w.declared, announcer.Ports{Messages: s, People: known}, announcer.Options{}, log)
	looked := reconciler.New(w.declared, reconciler.Ports{Clock: s, Doubts: s, Aside: s, People: known, Voice: said}, log)
	moved := engine.New(w.declared, engine.Ports{Intake: s, Records: s}, engine.Options{}, log)
	return commands.New(commands.Ports{
		Intake: moved, Records: s, UnderWay: s, Locks: s, Troubles: s, People: known, Doubts: looked, Answers: s, Subscriptions: s,
	}, w.declared, func() time.Time { return time.Unix(1795510860, 0) })
}

// add makes a release and puts it where the change says.
func (w *replayWorld) add(name string, d bot.Draft, change func(*bot.Release)) {
	w.Helper()
	d.Key, d.Requester = "seed "+name, bot.Person{ID: "U01ANNA", Name: "anna"}
	created, err := w.store.Create(w.Context(), d)
	if err != nil {
		w.Fatal(err)
	}
	w.ids[name] = created.Release.ID
	w.moveAll(func(r *bot.Release) {
		if r.ID == created.Release.ID {
			change(r)
		}
	})
}

// moveAll claims what is due and changes it.
func (w *replayWorld) moveAll(change func(*bot.Release)) {
	w.Helper()
	ctx := w.Context()
	claims, _, err := w.store.Claim(ctx, time.Millisecond, 100)
	if err != nil {
		w.Fatal(err)
	}
	for _, c := range claims {
		from := c.Release.Phase
		change(&c.Release)
		move := bot.Move{Release: c.Release, From: from, Fence: c.Fence, Consumed: len(c.Inbox), Due: time.Now().Add(time.Hour)}
		if _, err := w.store.Move(ctx, move); err != nil {
			w.Fatalf("%s: %v", c.Release.ID, err)
		}
	}
}

func commitOf(letter string) *bot.Plan {
	return &bot.Plan{Commit: bot.Commit{SHA: strings.Repeat(letter, 40), TipOf: "main"}}
}

// fill makes a release for every button.
func (w *replayWorld) fill() {
	w.Helper()
	at := func(environment string) bot.Draft {
		return bot.Draft{Kind: bot.Deploy, Target: bot.Target{Service: "api", Environment: environment}}
	}
	over := func(letter string, phase bot.Phase, run int64) func(*bot.Release) {
		return func(r *bot.Release) {
			r.Plan, r.Phase, r.Run = commitOf(letter), phase, bot.Run{ID: run}
			r.Healthy, r.Verdict = phase == bot.Succeeded, bot.NotWatched
			r.Moments = []bot.Moment{{Phase: phase, At: time.Now()}}
		}
	}
	asks := bot.ApprovalRule{Sets: []bot.ApprovalSet{{Count: 2, From: []string{"sre"}}}, Expires: time.Hour}
	if err := w.store.Raise(w.Context(), puzzle("first")); err != nil {
		w.Fatal(err)
	}
	w.add("oldest", at("staging"), over("a", bot.Succeeded, 1))
	w.add("bad", at("staging"), over("b", bot.Succeeded, 2))
	w.add("older", at("staging"), over("c", bot.Succeeded, 3))
	w.add("live", at("staging"), over("d", bot.Succeeded, 4))
	if err := w.store.TakeBack(w.Context(), w.ids["bad"], w.ids["older"], time.Now()); err != nil {
		w.Fatal(err)
	}
	w.add("emergency", at("production"), func(r *bot.Release) {
		over("a", bot.Succeeded, 5)(r)
		r.Emergency = bot.Emergency{Asked: true, ReviewBy: time.Now().Add(time.Hour)}
		r.Plan.Settings.Rules.Emergency = []string{"sre"}
	})
	w.add("unclear", at("production"), func(r *bot.Release) {
		over("b", bot.Succeeded, 6)(r)
		r.Healthy, r.Verdict = false, bot.Inconclusive
		r.Plan.Settings.Approvals = asks
	})
	w.add("unknown", at("production"), func(r *bot.Release) {
		r.Plan, r.Phase = commitOf("e"), bot.Unknown
		r.Plan.Settings.Approvals = asks
	})
	for _, name := range []string{"waiting", "points", "approved", "newer"} {
		w.add(name, at("production"), func(r *bot.Release) {
			r.Plan, r.Phase, r.Carded = commitOf("f"), bot.AwaitingApproval, true
			r.Plan.Settings.Approvals = asks
			switch name {
			case "points":
				r.Plan.Settings.Approvals.Confirm = []bot.FindingKind{bot.FindSetting}
				r.Plan.Readiness.Findings = []bot.Finding{{Kind: bot.FindSetting, Says: "the setting DB_URL is new"}}
			case "approved":
				r.Approvals = []bot.Approval{{By: bot.Person{ID: "U02BEN"}, Digest: r.Plan.Digest(), At: time.Now()}}
			}
		})
	}
	back := at("staging")
	back.Kind, back.Reversal = bot.Rollback, bot.Reversal{Back: w.ids["live"], To: w.ids["older"]}
	w.add("back", back, func(r *bot.Release) {
		r.Plan, r.Phase, r.Requester = commitOf("c"), bot.AwaitingApproval, bot.Person{ID: "U02BEN", Name: "ben"}
	})
	w.fillCounting(over)
	batch := at("staging")
	batch.Kind = bot.Batch
	w.add("batch", batch, func(r *bot.Release) {
		r.Phase = bot.Failed
		r.Members = []bot.BatchMember{{Target: r.Target, Release: w.ids["live"], Phase: bot.Succeeded, Started: true, Healthy: true}}
	})
}

// fillCounting makes a release that is about to be taken back by itself, on a target
// where nothing else goes on.
func (w *replayWorld) fillCounting(over func(letter string, phase bot.Phase, run int64) func(*bot.Release)) {
	w.Helper()
	web := bot.Draft{Kind: bot.Deploy, Target: bot.Target{Service: "web", Environment: "staging"}}
	w.add("well", web, over("a", bot.Succeeded, 7))
	w.add("judged", web, func(r *bot.Release) {
		over("c", bot.Unhealthy, 9)(r)
		r.Verdict = bot.NotHealthy
	})
	w.add("counting", web, func(r *bot.Release) {
		over("b", bot.Verifying, 8)(r)
		now := time.Now()
		r.Verdict = bot.NotHealthy
		r.Plan.Settings.Health = bot.HealthRule{Window: time.Hour, Every: time.Minute, OnUnhealthy: bot.OnUnhealthyRollback, Countdown: time.Hour}
		r.Watch = bot.Watch{StartedAt: now, EndsAt: now.Add(time.Hour), NextAt: now.Add(time.Minute)}
		r.Watch.Countdown = bot.Countdown{Since: now, At: now.Add(time.Hour), To: w.ids["well"]}
	})
}

// puzzle is something on staging that slipway does not understand.
func puzzle(of string) bot.Doubt {
	return bot.Doubt{Target: bot.Target{Service: "api", Environment: "staging"}, About: "a run", Of: of, Says: "a run is odd", Since: time.Now()}
}

// meanwhile is what else happens: whatever waited has ended, what was closed is
// open and the other way round, another commit is in quarantine, something else is
// not understood, and who wanted to be written to does no longer, or does now.
func (w *replayWorld) meanwhile() {
	w.Helper()
	ctx := w.Context()
	w.redis.FastForward(3 * time.Second)
	if err := w.store.Raise(ctx, puzzle("another")); err != nil {
		w.Fatal(err)
	}
	// Whatever was pressed, the countdown is over too.
	if _, err := w.store.Post(ctx, bot.InboxEvent{Release: w.ids["counting"], Event: bot.CancelAsked{By: bot.Person{ID: "U01ANNA"}}, Key: "meanwhile"}); err != nil {
		w.Fatal(err)
	}
	w.moveAll(func(r *bot.Release) {
		if !r.Ended() {
			r.Phase, r.Ending.Cause = bot.Cancelled, "cancelled before anything was started"
		}
	})
	anna, ben := bot.Person{ID: "U01ANNA", Name: "anna"}, bot.Person{ID: "U02BEN", Name: "ben"}
	scope := bot.Scope{Service: "api", Environment: "staging"}
	for _, kind := range []bot.LockKind{bot.Hold, bot.Freeze} {
		change, err := w.store.EndLock(ctx, bot.UnlockWish{Kind: kind, Scope: scope, By: anna, Force: true})
		if err != nil {
			w.Fatal(err)
		}
		if !change.Changed {
			_, err = w.store.SetLock(ctx, bot.LockWish{Lock: bot.Lock{Kind: kind, Scope: scope, By: ben}})
		}
		if err != nil {
			w.Fatal(err)
		}
	}
	if err := w.store.EndQuarantine(ctx, bot.Target(scope), strings.Repeat("b", 40), time.Now()); err != nil {
		w.Fatal(err)
	}
	if err := w.store.TakeBack(ctx, w.ids["older"], w.ids["live"], time.Now()); err != nil {
		w.Fatal(err)
	}
	w.otherwise(ben.ID)
}

// otherwise has somebody want to hear of their own changes who did not, and the other
// way round.
func (w *replayWorld) otherwise(account string) {
	w.Helper()
	among, err := w.store.Subscribed(w.Context(), []string{account})
	if err != nil {
		w.Fatal(err)
	}
	change := w.store.Subscribe
	if len(among) > 0 {
		change = w.store.Unsubscribe
	}
	if _, err := change(w.Context(), account, ""); err != nil {
		w.Fatal(err)
	}
}

func (w *replayWorld) close(kinds ...bot.LockKind) {
	w.Helper()
	for _, kind := range kinds {
		lock := bot.Lock{Kind: kind, Scope: bot.Scope{Service: "api", Environment: "staging"}, By: bot.Person{ID: "U02BEN", Name: "ben"}, Reason: "a migration"}
		if _, err := w.store.SetLock(context.Background(), bot.LockWish{Lock: lock}); err != nil {
			w.Fatal(err)
		}
	}
}

// twice plays a request, has things happen, and sends it again to a replica that
// has just started: that changes nothing.
func (w *replayWorld) twice(what string, ask func(*commands.Commands) (bot.Answer, error)) (first, again bot.Answer) {
	w.Helper()
	first, err := ask(w.replica())
	if err != nil {
		w.Fatalf("%s: %v", what, err)
	}
	w.meanwhile()
	before := w.redis.Dump()
	if again, err = ask(w.replica()); err != nil {
		w.Fatalf("%s, sent again: %v", what, err)
	}
	if diff := cmp.Diff(before, w.redis.Dump()); diff != "" {
		w.Errorf("%s, sent again, changes something (-before +after):\n%s", what, diff)
	}
	return first, again
}

// held is twice for what changes something the first time, and is answered the
// same the second.
func (w *replayWorld) held(what string, ask func(*commands.Commands) (bot.Answer, error)) {
	w.Helper()
	first, again := w.twice(what, ask)
	if problem, refused := first.(bot.Problem); refused {
		w.Fatalf("%s: %+v", what, problem)
	}
	said, saidAgain := blocks.Answer(first), blocks.Answer(again)
	if diff := cmp.Diff(said.Text, saidAgain.Text); diff != "" || len(said.Blocks) != len(saidAgain.Blocks) {
		w.Errorf("%s, sent again, is answered otherwise (-first +again):\n%s", what, diff)
	}
}
