package main

import (
	"context"
	"log/slog"
	"os"
	"path/filepath"
	"regexp"
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
people: {anna: {slack: U01ANNA}, ben: {slack: U02BEN}}
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
	declared, err := catalog.Parse([]byte(replayed), func(string) (string, bool) { return "", false }, kinds())
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
	looked := reconciler.New(w.declared, reconciler.Ports{Doubts: s, Aside: s, People: known, Voice: said}, log)
	moved := engine.New(w.declared, engine.Ports{Intake: s, Records: s}, engine.Options{}, log)
	return commands.New(commands.Ports{
		Intake: moved, Records: s, UnderWay: s, Locks: s, Troubles: s, People: known, Doubts: looked, Answers: s,
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
	back.Kind, back.Takes = bot.Rollback, bot.Takes{Back: w.ids["live"], To: w.ids["older"]}
	w.add("back", back, func(r *bot.Release) {
		r.Plan, r.Phase, r.Requester = commitOf("c"), bot.AwaitingApproval, bot.Person{ID: "U02BEN", Name: "ben"}
	})
	batch := at("staging")
	batch.Kind = bot.Batch
	w.add("batch", batch, func(r *bot.Release) {
		r.Phase = bot.Failed
		r.Members = []bot.Member{{Target: r.Target, Release: w.ids["live"], Phase: bot.Succeeded, Started: true, Healthy: true}}
	})
}

// puzzle is something on staging that slipway does not understand.
func puzzle(of string) bot.Doubt {
	return bot.Doubt{Target: bot.Target{Service: "api", Environment: "staging"}, About: "a run", Of: of, Says: "a run is odd", Since: time.Now()}
}

// meanwhile is what else happens: whatever waited has ended, what was closed is
// open and the other way round, another commit is in quarantine, and something
// else is not understood.
func (w *replayWorld) meanwhile() {
	w.Helper()
	ctx := w.Context()
	w.redis.FastForward(3 * time.Second)
	if err := w.store.Raise(ctx, puzzle("another")); err != nil {
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
		change, err := w.store.EndLock(ctx, bot.UnlockWish{Kind: kind, Scope: scope, By: anna, Take: true})
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

// changingVerbs are commands of the verbs that may change something.
func changingVerbs() map[string][]string {
	return map[string][]string{
		"deploy":    {"web main", "api,web main to staging", "api main to production --dry-run"},
		"rollback":  {"api staging", "api staging to {oldest}"},
		"promote":   {"api staging production"},
		"plan":      {"api main to production", "api,web main to staging"},
		"diff":      {"api staging main"},
		"unapprove": {"{approved}"},
		"reject":    {"{waiting} too risky"},
		"cancel":    {"{waiting}"},
		"sign-off":  {"{emergency}"},
		"lock":      {"api staging --for 2h"},
		"unlock":    {"api staging"},
		"freeze":    {"api staging --for 2h --reason fair"},
		"unfreeze":  {"api staging"},
		"adopt":     {"api staging abcdef1"},

		"looked":             {"api staging"},
		"release-quarantine": {"api staging --reason mended"},
	}
}

// lookingVerbs are commands of those that only look: they have nothing to repeat,
// and need not say the same twice.
func lookingVerbs() map[string][]string {
	return map[string][]string{
		"status": {""}, "why": {"{waiting}"}, "approve": {"{waiting}"}, "queue": {"api"}, "history": {"api staging"}, "help": {""},
	}
}

// TestPromise10_ARepeatedCommandChangesNothing sends a captured command of every
// verb again, after a restart and after things have moved on.
func TestPromise10_ARepeatedCommandChangesNothing(t *testing.T) {
	t.Parallel()
	changing, looking := changingVerbs(), lookingVerbs()
	help, err := newReplayWorld(t).replica().Command(t.Context(), bot.Invocation{Verb: "deploy", Text: "help", By: bot.Person{ID: "U02BEN"}})
	all, ok := help.(bot.Help)
	if !ok || err != nil {
		t.Fatalf("%#v, %v", help, err)
	}
	for _, v := range all.Verbs {
		texts, changes := changing[v.Verb], true
		if texts == nil {
			texts, changes = looking[v.Verb], false
		}
		if len(texts) == 0 {
			t.Errorf("%s is not tried", v.Verb)
		}
		for _, text := range texts {
			t.Run(v.Verb+" "+text, func(t *testing.T) {
				t.Parallel()
				w := newReplayWorld(t)
				if v.Verb == "unlock" || v.Verb == "unfreeze" {
					w.close(bot.Hold, bot.Freeze)
				}
				for name, id := range w.ids {
					text = strings.ReplaceAll(text, "{"+name+"}", id)
				}
				in := bot.Invocation{
					Verb: "deploy", Text: v.Verb + " " + text, By: bot.Person{ID: "U02BEN", Name: "ben"}, Source: bot.FromCommand, Key: "trigger-1",
				}
				send := func(c *commands.Commands) (bot.Answer, error) { return c.Command(w.Context(), in) }
				if changes {
					w.held(in.Text, send)
					return
				}
				w.twice(in.Text, send)
			})
		}
	}
}

// TestPromise10_ARefusedCommandStaysRefused: what was refused may be granted by
// now; the request that was refused is not asked again.
func TestPromise10_ARefusedCommandStaysRefused(t *testing.T) {
	t.Parallel()
	w := newReplayWorld(t)
	w.close(bot.Hold)
	in := bot.Invocation{Verb: "deploy", Text: "lock api staging", By: bot.Person{ID: "U01ANNA", Name: "anna"}, Source: bot.FromCommand, Key: "trigger-1"}
	first, again := w.twice(in.Text, func(c *commands.Commands) (bot.Answer, error) { return c.Command(w.Context(), in) })
	if _, refused := first.(bot.Problem); !refused || !cmp.Equal(first, again) {
		t.Errorf("answered %#v, and then %#v", first, again)
	}
}

// TestPromise10_ARepeatedClickChangesNothing is the same for every button.
func TestPromise10_ARepeatedClickChangesNothing(t *testing.T) {
	t.Parallel()
	digest := func(w *replayWorld, name string) string {
		r, err := w.store.Release(w.Context(), w.ids[name])
		if err != nil {
			w.Fatal(err)
		}
		return r.Plan.Digest()
	}
	clicks := map[bot.Action]func(*replayWorld) bot.Click{
		bot.ActApprove: func(w *replayWorld) bot.Click {
			return bot.Click{Release: w.ids["waiting"], Value: digest(w, "waiting")}
		},
		bot.ActReject:  func(w *replayWorld) bot.Click { return bot.Click{Release: w.ids["waiting"], Reason: "too risky"} },
		bot.ActCancel:  func(w *replayWorld) bot.Click { return bot.Click{Release: w.ids["waiting"]} },
		bot.ActConfirm: func(w *replayWorld) bot.Click { return bot.Click{Release: w.ids["back"], Value: digest(w, "back")} },
		bot.ActSettle: func(w *replayWorld) bot.Click {
			r, err := w.store.Release(w.Context(), w.ids["points"])
			if err != nil || len(r.Points()) == 0 {
				w.Fatalf("%+v, %v", r, err)
			}
			return bot.Click{Release: r.ID, Value: r.Points()[0].ID}
		},
		bot.ActRollback:   func(w *replayWorld) bot.Click { return bot.Click{Release: w.ids["live"], Value: w.ids["older"]} },
		bot.ActCancelBack: func(w *replayWorld) bot.Click { return bot.Click{Release: w.ids["live"], Value: w.ids["oldest"]} },
		bot.ActItRan:      func(w *replayWorld) bot.Click { return bot.Click{Release: w.ids["unknown"]} },
		bot.ActWhichRun:   func(w *replayWorld) bot.Click { return bot.Click{Release: w.ids["unknown"], Value: "77"} },
		bot.ActSendAgain:  func(w *replayWorld) bot.Click { return bot.Click{Release: w.ids["unknown"]} },
		bot.ActLooksGood:  func(w *replayWorld) bot.Click { return bot.Click{Release: w.ids["unclear"]} },
		bot.ActSignOff:    func(w *replayWorld) bot.Click { return bot.Click{Release: w.ids["emergency"]} },
		bot.ActStartOver:  func(w *replayWorld) bot.Click { return bot.Click{Release: w.ids["newer"]} },
		bot.ActBatchBack:  func(w *replayWorld) bot.Click { return bot.Click{Release: w.ids["batch"]} },
		bot.ActLooked:     func(*replayWorld) bot.Click { return bot.Click{Value: puzzle("first").Mark()} },
		bot.ActChoose:     func(w *replayWorld) bot.Click { return bot.Click{Release: w.ids["live"]} },
	}
	source, err := os.ReadFile(filepath.Join(repoRoot, "bot", "invocation.go"))
	if err != nil {
		t.Fatal(err)
	}
	buttons := regexp.MustCompile(`Act\w+\s+Action\s+= "(\w+)"`).FindAllStringSubmatch(string(source), -1)
	if len(buttons) != len(clicks) {
		t.Errorf("there are %d buttons, %d are tried", len(buttons), len(clicks))
	}
	for _, button := range buttons {
		if clicks[bot.Action(button[1])] == nil {
			t.Errorf("%s is not tried", button[1])
		}
	}
	for action, click := range clicks {
		t.Run(string(action), func(t *testing.T) {
			t.Parallel()
			w := newReplayWorld(t)
			c := click(w)
			c.Action, c.By, c.Key = action, bot.Person{ID: "U02BEN", Name: "ben"}, "action-1"
			press := func(on *commands.Commands) (bot.Answer, error) { return on.Click(w.Context(), c) }
			if action == bot.ActChoose { // it opens a form, whose sending is a command of its own
				w.twice(string(action), press)
				return
			}
			w.held(string(action), press)
		})
	}
}
