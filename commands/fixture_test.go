package commands_test

import (
	"context"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/slipwayhq/slipway/bot"
	"github.com/slipwayhq/slipway/bot/catalog"
	"github.com/slipwayhq/slipway/commands"
)

const declared = `
slack:
  mode: http
  bot_token: xoxb-1
  signing_secret: abcdefgh
  team: T0001
github:
  token: ghp_1
redis:
  url: redis://127.0.0.1:6379/0
people:
  anna: {slack: U01ANNA}
  ben: {slack: U02BEN, github: ben-gh}
groups:
  sre: {members: [ben]}
  oncall: {slack_usergroup: S0ONCALL}
services:
  api:
    repo: acme/api
    workflow: deploy.yml
    channel: C0DEPLOYS
    default_environment: staging
    links: {logs: "https://logs.example.com/api"}
    environments:
      staging: {}
      production:
        approvals: {count: 1, from: [sre], expires: 2h}
  web:
    repo: acme/web
    workflow: deploy.yml
    needs: [api]
    environments:
      production: {}
  shop:
    repo: acme/shop
    workflow: deploy.yml
    environments:
      eu: {}
      us: {}
`

var (
	now  = time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)
	anna = bot.Person{ID: "U01ANNA", Name: "anna"}
	ben  = bot.Person{ID: "U02BEN", Name: "ben"}
	cleo = bot.Person{ID: "U03CLEO", Name: "cleo"} // a full member, in no group

	production = bot.Target{Service: "api", Environment: "production"}
	staging    = bot.Target{Service: "api", Environment: "staging"}
)

// parsed is shared: a catalog never changes.
var parsed = sync.OnceValues(func() (*catalog.Catalog, error) {
	return catalog.Parse([]byte(declared), func(string) (string, bool) { return "", false }, catalog.Vocabulary{})
})

func sha(letter string) string { return strings.Repeat(letter, 40) }

// house is an engine that carries nothing out: it holds what a story needs and
// writes down what it is asked for.
type house struct {
	mu         sync.Mutex
	releases   map[string]bot.Release
	history    map[bot.Target][]bot.Past
	unread     map[bot.Target]error // of the histories
	drafts     []bot.Draft
	letters    []bot.InboxEvent
	locks      []bot.Lock
	troubles   []bot.Trouble
	wishes     []bot.LockWish
	ends       []bot.UnlockWish
	waiting    map[bot.Target][]string
	groups     map[string][]string
	ledger     []bot.LedgerEntry
	looked     []bot.LookWish
	subscribed []string
	wished     []string     // the keys of their wishes
	doubted    bot.LookDone // what comes of a wish
	looks      func(bot.Person) bool
	existing   bool                  // the next draft is answered by an earlier one
	stands     func(*bot.Release)    // how that stands
	posted     bot.Posted            // what comes of a letter; empty: stored
	answers    map[string]bot.Answer // the first answers, where they are kept; nil: nothing is
	refuses    error                 // what a lock is answered with
	// unfinished are the releases under way, and cards where theirs stand.
	unfinished []string
	cards      map[string]bot.MessageRef
	broken     error // what every call answers, once lasts of them were answered
	lasts      int32
	calls      atomic.Int32
}

// fault is what a call is answered with in place of what is known.
func (h *house) fault() error {
	if h.calls.Add(1) > h.lasts {
		return h.broken
	}
	return nil
}

func (h *house) Start(_ context.Context, d bot.Draft) (bot.Created, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if err := h.fault(); err != nil {
		return bot.Created{}, err
	}
	h.drafts = append(h.drafts, d)
	r := bot.Release{ID: d.Target.Service + "-200", Kind: d.Kind, Target: d.Target, Phase: bot.Requested}
	if h.stands != nil {
		h.stands(&r)
	}
	return bot.Created{Release: r, Existing: h.existing}, nil
}

func (h *house) Looked(_ context.Context, w bot.LookWish) (bot.LookDone, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if err := h.fault(); err != nil {
		return bot.LookDone{}, err
	}
	if d := (bot.Doubt{Target: production, About: "runs"}); h.looks != nil {
		if !h.looks(w.By) {
			return bot.LookDone{Refused: []bot.Doubt{d}}, nil
		}
		h.doubted.Released = []bot.Doubt{d}
	}
	h.looked = append(h.looked, w)
	return h.doubted, nil
}

func (h *house) Subscribe(_ context.Context, account, key string) (bool, error) {
	return h.subscribe(key, func() { h.subscribed = append(h.subscribed, account) })
}

func (h *house) Unsubscribe(_ context.Context, account, key string) (bool, error) {
	return h.subscribe(key, func() {
		h.subscribed = slices.DeleteFunc(h.subscribed, func(a string) bool { return a == account })
	})
}

// subscribe carries a wish out, unless it came before by its key.
func (h *house) subscribe(key string, do func()) (bool, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if err := h.fault(); err != nil {
		return false, err
	}
	if key != "" && slices.Contains(h.wished, key) {
		return false, nil
	}
	h.wished = append(h.wished, key)
	do()
	return true, nil
}

func (h *house) Subscribed(_ context.Context, accounts []string) ([]string, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	var among []string
	for _, account := range accounts {
		if slices.Contains(h.subscribed, account) {
			among = append(among, account)
		}
	}
	return among, h.fault()
}

func (h *house) Post(_ context.Context, l bot.InboxEvent) (bot.Posted, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if err := h.fault(); err != nil {
		return "", err
	}
	h.letters = append(h.letters, l)
	if h.posted != "" {
		return h.posted, nil
	}
	return bot.PostStored, nil
}

func (h *house) Answered(_ context.Context, key string) (bot.Answer, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.answers[key], h.fault()
}

func (h *house) KeepAnswer(_ context.Context, key string, answer bot.Answer) error {
	h.mu.Lock()
	defer h.mu.Unlock()
	if err := h.fault(); err != nil || h.answers == nil {
		return err
	}
	h.answers[key] = answer
	return nil
}

func (h *house) Release(_ context.Context, id string) (bot.Release, error) {
	if err := h.fault(); err != nil {
		return bot.Release{}, err
	}
	if r, ok := h.releases[id]; ok {
		return r, nil
	}
	return bot.Release{}, &bot.Error{Kind: bot.NotFound, Op: "read a release"}
}

func (h *house) History(_ context.Context, t bot.Target, limit int) ([]bot.Past, error) {
	past := h.history[t]
	if err := h.unread[t]; err != nil {
		return nil, err
	}
	return past[:min(limit, len(past))], h.fault()
}

func (h *house) Targets(_ context.Context, targets []bot.Target) ([]bot.TargetState, error) {
	states := make([]bot.TargetState, 0, len(targets))
	for _, t := range targets {
		state := bot.TargetState{Target: t, Locks: bot.Covering(h.locks, t), Waiting: h.waiting[t]}
		if past := h.history[t]; len(past) > 0 {
			r := h.releases[past[0].Release]
			state.Current = &r
		}
		states = append(states, state)
	}
	return states, h.fault()
}

func (h *house) Ledger(_ context.Context, service string) ([]bot.LedgerEntry, error) {
	var of []bot.LedgerEntry
	for _, e := range h.ledger {
		if e.Target.Service == service {
			of = append(of, e)
		}
	}
	return of, h.fault()
}

func (h *house) Unfinished(context.Context) ([]string, error) { return h.unfinished, h.fault() }

func (h *house) CardsUnderWay(context.Context) (map[string]bot.MessageRef, error) {
	return h.cards, h.fault()
}

// MemberOf is what the file says; of groups that live elsewhere nobody knows.
func (h *house) MemberOf(_ context.Context, groups []string, who bot.Person) (in, unread []string) {
	for _, g := range groups {
		switch {
		case g == "oncall":
			unread = append(unread, g)
		case slices.Contains(h.groups[g], who.ID):
			in = append(in, g)
		}
	}
	return in, unread
}

// add makes a release that ran, newer than those before.
func (h *house) add(id string, t bot.Target, commit string, phase bot.Phase) bot.Release {
	r := bot.Release{
		ID: id, Kind: bot.Deploy, Target: t, Phase: phase, Requester: anna, Healthy: phase == bot.Succeeded,
		Run:  bot.Run{ID: 7},
		Plan: &bot.Plan{Target: t, Commit: bot.Commit{SHA: commit}},
	}
	h.releases[id] = r
	past := bot.Past{Release: id, Kind: bot.Deploy, SHA: commit, Phase: phase, Healthy: r.Healthy}
	h.history[t] = append([]bot.Past{past}, h.history[t]...)
	return r
}

// newHouse is a week of work: production runs api-143, which is unhealthy;
// api-142 and api-140 were healthy, api-141 failed. On staging is api-144.
// api-150 waits for approval, api-160 is a rollback that waits for anna.
func newHouse(t *testing.T) *house {
	t.Helper()
	h := &house{releases: map[string]bot.Release{}, history: map[bot.Target][]bot.Past{}}
	h.add("api-140", production, sha("a"), bot.Succeeded)
	h.add("api-141", production, sha("b"), bot.Failed)
	h.add("api-142", production, sha("c"), bot.Succeeded)
	h.add("api-143", production, sha("d"), bot.Unhealthy)
	h.add("api-144", staging, sha("e"), bot.Succeeded)
	h.add("web-3", bot.Target{Service: "web", Environment: "production"}, sha("f"), bot.Succeeded)

	waiting := h.releases["api-143"]
	waiting.ID, waiting.Phase, waiting.Healthy, waiting.Run = "api-150", bot.AwaitingApproval, false, bot.Run{}
	waiting.Plan = &bot.Plan{
		Target: production, Commit: bot.Commit{SHA: sha("9")},
		Settings: bot.Settings{Approvals: bot.ApprovalRule{Sets: []bot.ApprovalSet{{Count: 1, From: []string{"sre"}}}, Expires: 2 * time.Hour}},
	}
	h.releases["api-150"] = waiting

	back := waiting
	back.ID, back.Kind = "api-160", bot.Rollback
	back.Plan = &bot.Plan{Target: production, Commit: bot.Commit{SHA: sha("c")}}
	h.releases["api-160"] = back
	return h
}

// in puts a copy of a release into another phase.
func (h *house) in(id string, phase bot.Phase, change func(*bot.Release)) {
	r := h.releases[id]
	r.Phase = phase
	if change != nil {
		change(&r)
	}
	h.releases[id] = r
}

func newCommands(t *testing.T, h *house) *commands.Commands {
	t.Helper()
	return newCommandsAt(t, h, now)
}

// newCommandsAt are commands at another time than the tests' usual.
func newCommandsAt(t *testing.T, h *house, at time.Time) *commands.Commands {
	t.Helper()
	c, err := parsed()
	if err != nil {
		t.Fatalf("the catalog of the tests: %v", err)
	}
	return commands.New(commands.Ports{Intake: h, Records: h, UnderWay: h, Locks: h, Troubles: h, People: h, Doubts: h, Answers: h, Subscriptions: h}, c, func() time.Time { return at })
}

// typed is what anna types; a text that begins with @ is a mention, one that
// begins with / is that command.
func typed(text string) bot.Invocation {
	in := bot.Invocation{
		By: anna, Key: "trigger-1", Source: bot.FromCommand,
		Reply: bot.Reply{Channel: "C0TYPED", Thread: "17.1", URL: "https://hooks.example.com/1"},
	}
	command, rest, _ := strings.Cut(text, " ")
	verbs := map[string]string{"/deploy": "deploy", "/rollback": "rollback", "/deploy-status": "status", "@slipway": ""}
	in.Verb, in.Text = verbs[command], rest
	if in.Verb == "" {
		in.Source = bot.FromMention
	}
	return in
}
