package reconciler

import (
	"context"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/slipwayhq/slipway/bot"
	"github.com/slipwayhq/slipway/bot/bottest"
)

// many are services of which each test spoils one.
const many = `
slack: {mode: http, bot_token: xoxb-1, signing_secret: abcdefgh, team: T0001, alerts: C0ALERTS}
github: {token: ghp_1}
redis: {url: "redis://127.0.0.1:6379/0"}
people: {anna: {slack: U01ANNA}, ben: {slack: U02BEN}, cleo: {slack: U03CLEO}}
groups: {sre: {members: [anna]}, leads: {members: [ben]}, far: {slack_usergroup: S0FAR}}
services:
  api: {repo: acme/api, workflow: deploy.yml, environments: {staging: {deployers: [leads]}, production: {deployers: [leads], approvals: {count: 1, from: [sre]}}}}
  web: {repo: acme/web, workflow: deploy.yml, environments: {production: {}}}
  shop: {repo: acme/shop, workflow: deploy.yml, environments: {production: {deployers: [far]}}}
`

// TestPromise1_OneBadItemHoldsBackItsOwnTargets: whatever one service has that
// cannot be understood, after a new epoch of the store the others are compared
// all the same, and may be started.
func TestPromise1_OneBadItemHoldsBackItsOwnTargets(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		spoil func(p *past)
		held  []string // targets
		free  bool     // whether api is compared all the same
	}{
		"nothing":                   {spoil: func(*past) {}, free: true},
		"its repository is gone":    {spoil: func(p *past) { p.fails["acme/api"] = bottest.Failing(bot.NotFound) }, held: []string{"api → production", "api → staging"}},
		"its repository is broken":  {spoil: func(p *past) { p.fails["acme/api"] = bottest.Failing(bot.Unavailable) }, held: []string{"api → production", "api → staging"}},
		"its repository is limited": {spoil: func(p *past) { p.fails["acme/api"] = bottest.Failing(bot.Limited) }, held: []string{"api → production", "api → staging"}},
		"its workflow is hidden":    {spoil: func(p *past) { p.finds["api-1"] = bottest.Failing(bot.Denied) }, held: []string{"api → production", "api → staging"}},
		"two runs of a release":     {spoil: func(p *past) { p.finds["api-1"] = bottest.Failing(bot.Internal) }, held: []string{"api → production"}},
		"an odd key in a release":   {spoil: func(p *past) { p.finds["api-1"] = bottest.Failing(bot.Invalid) }, held: []string{"api → production"}},
		"an unreadable release":     {spoil: func(p *past) { p.broken["api-1"] = bottest.Failing(bot.Internal) }, free: true},
		"an inbox that is full":     {spoil: func(p *past) { p.postFails["api-1"] = bottest.Failing(bot.Limited) }, held: []string{"api → production", "api → staging"}},
		"a run of an unreadable release": {spoil: func(p *past) {
			p.broken["api-1"] = bottest.Failing(bot.Internal)
			p.runs["acme/api"] = []bot.ListedRun{listed("api-1.aaaaaaaa", "acme/api", bot.RunInProgress)}
		}, held: []string{"api → production", "api → staging"}, free: true},
		"two runs with one key": {spoil: func(p *past) {
			p.finds["api-1"] = bottest.Failing(bot.NotFound)
			p.runs["acme/api"] = []bot.ListedRun{listed("api-1.aaaaaaaa", "acme/api", bot.RunInProgress), listed("api-1.aaaaaaaa", "acme/api", bot.RunCompleted)}
		}, held: []string{"api → production"}},
		"two runs with one key that are over": {spoil: func(p *past) {
			p.runs["acme/api"] = []bot.ListedRun{listed("api-1.aaaaaaaa", "acme/api", bot.RunCompleted), listed("api-1.aaaaaaaa", "acme/api", bot.RunCompleted)}
		}, free: true},
		"runs that somebody named": {spoil: func(p *past) {
			p.runs["acme/api"] = []bot.ListedRun{
				listed("api-99999999999.aaaaaaaa", "acme/api", bot.RunInProgress), listed("api-p1.aaaaaaaa", "acme/api", bot.RunInProgress),
				listed("api-2000000.aaaaaaaa", "acme/api", bot.RunInProgress), listed("nowhere-1.aaaaaaaa", "acme/api", bot.RunInProgress), listed("web-1.bbbbbbbb", "acme/api", bot.RunInProgress),
			}
		}, free: true},
		"a panic": {spoil: func(p *past) { p.panics = "acme/api" }, held: []string{"api → production", "api → staging"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := newPast()
			p.last = 1
			for _, id := range []string{"api-1", "web-1", "shop-1"} {
				p.queued(id)
			}
			tt.spoil(p)
			rc := p.reconciler(t)
			for range fewTries {
				rc.compareRuns(t.Context(), "epoch", -time.Second)
				rc.epochs.hurry()
			}
			for _, service := range []string{"web", "shop"} {
				s := source{repo: "acme/" + service, workflow: "deploy.yml"}
				if !rc.epochs.is("epoch", s) || !slices.Contains(p.events, service+"-1") || !p.compared[s.String()] {
					t.Errorf("%s is not compared; told were %v", service, p.events)
				}
			}
			var held []string
			for _, d := range p.doubts {
				held = append(held, d.Target.String())
				if d.Says == "" || d.Mend == "" || d.Of != "epoch" {
					t.Errorf("it is said %+v", d)
				}
			}
			slices.Sort(held)
			if !slices.Equal(held, tt.held) {
				t.Errorf("held back are %v, want %v", held, tt.held)
			}
			if free := rc.epochs.is("epoch", source{"acme/api", "deploy.yml"}); tt.free && !free {
				t.Error("api is held back too")
			}
			for _, id := range p.skipped {
				if id != "web-1" && id != "api-1" {
					t.Errorf("counted on from %s", id)
				}
			}
		})
	}
}

// hurry lets what waits to be tried again be tried now.
func (l *epochs) hurry() {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, c := range l.sources {
		c.next = time.Time{}
	}
}

// TestPromise12_ComparingBacksOff: a source that does not answer is asked a few
// times soon, and then at most once a minute.
func TestPromise12_ComparingBacksOff(t *testing.T) {
	t.Parallel()
	var l epochs
	s := source{repo: "acme/api", workflow: "deploy.yml"}
	l.due("epoch", []source{s}, time.Now())
	sum := time.Duration(0)
	for tries := 1; tries <= 12; tries++ {
		if got := l.failed("epoch", s, 0); got != tries {
			t.Fatalf("failed for the %dth time: %d", tries, got)
		}
		wait := time.Until(l.sources[s].next)
		if sum += wait; tries > 6 && wait < 59*time.Second || wait > time.Minute {
			t.Errorf("after %d tries the next comes in %s", tries, wait)
		}
		if len(l.due("epoch", []source{s}, time.Now())) > 0 || l.wants("epoch", time.Now()) {
			t.Errorf("after %d tries it is due at once", tries)
		}
	}
	if sum > 8*time.Minute {
		t.Errorf("12 tries take %s", sum)
	}
	if l.failed("epoch", s, time.Hour); time.Until(l.sources[s].next) < 59*time.Minute {
		t.Error("that GitHub asked for a pause is not heeded")
	}
	if !l.wants("another epoch", time.Now()) {
		t.Error("another epoch is not compared at once")
	}
}

// TestPromise4_WhoseLookCounts: those who approve on a target, or who may deploy
// there where nobody approves; and what cannot be found out is a no.
func TestPromise4_WhoseLookCounts(t *testing.T) {
	t.Parallel()
	at := func(service, environment string) bot.Target {
		return bot.Target{Service: service, Environment: environment}
	}
	for name, tt := range map[string]struct {
		target bot.Target
		by     string
		may    bool
		unread bool
	}{
		"an approver":                         {target: at("api", "production"), by: "U01ANNA", may: true},
		"who may deploy, not approve":         {target: at("api", "production"), by: "U02BEN"},
		"who may deploy, and nobody approves": {target: at("api", "staging"), by: "U02BEN", may: true},
		"an approver of elsewhere":            {target: at("api", "staging"), by: "U01ANNA"},
		"anybody, where all may deploy":       {target: at("web", "production"), by: "U03CLEO", may: true},
		"who has left the team":               {target: at("web", "production"), by: "U08LEFT"},
		"who may have left":                   {target: at("web", "production"), by: "U09UNSURE", unread: true},
		"a group that cannot be read":         {target: at("shop", "production"), by: "U01ANNA", unread: true},
		"a target that is declared no more":   {target: at("gone", "production"), by: "U01ANNA"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := newPast()
			p.releases["api-7"] = bot.Release{ID: "api-7"}
			d := bot.Doubt{Target: tt.target, About: "release api-7", Of: "1", Release: "api-7", Says: "it is odd"}
			_ = p.Raise(t.Context(), d)
			_ = p.Raise(t.Context(), bot.Doubt{Target: at("web", "staging"), About: "other"})
			for _, w := range []bot.LookWish{{Target: tt.target}, {Mark: d.Mark()}} {
				w.By = bot.Person{ID: tt.by}
				done, err := p.reconciler(t).Looked(t.Context(), w)
				if err != nil || len(done.Released) == 1 != tt.may || len(done.Refused) == 1 == tt.may || done.Unread != tt.unread {
					t.Fatalf("%+v, %v", done, err)
				}
				if (len(p.taken) == 1) != tt.may {
					t.Errorf("taken up: %v", p.taken)
				}
				p.taken = nil
				_ = p.Lift(t.Context(), d)
				_ = p.Raise(t.Context(), d)
			}
		})
	}
}

// TestPromise6_WhoCannotBeReadGivesTheirPlace: a release whose record is missing or
// cannot be read is not taken up, it gives its place to the next; while the store is
// away nothing is noted, so that somebody can look again.
func TestPromise6_WhoCannotBeReadGivesTheirPlace(t *testing.T) {
	t.Parallel()
	target := bot.Target{Service: "web", Environment: "production"}
	for name, tt := range map[string]struct {
		broken error
		taken  []string
		away   bool
	}{
		"it is missing":        {broken: bottest.Failing(bot.NotFound), taken: []string{"web-7 leaves web → production"}},
		"it cannot be read":    {broken: bottest.Failing(bot.Internal), taken: []string{"web-7 leaves web → production"}},
		"the store is away":    {broken: bottest.Failing(bot.Unavailable), away: true},
		"it can be read again": {taken: []string{"web-7"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := newPast()
			p.releases["web-7"] = bot.Release{ID: "web-7"}
			if tt.broken != nil {
				p.broken["web-7"] = tt.broken
			}
			_ = p.Raise(t.Context(), bot.Doubt{Target: target, About: "turn of web-7", Release: "web-7"})
			done, err := p.reconciler(t).Looked(t.Context(), bot.LookWish{Target: target, By: bot.Person{ID: "U03CLEO"}})
			if (err != nil) != tt.away || (len(done.Released) == 1) == tt.away {
				t.Errorf("%+v, %v", done, err)
			}
			if diff := cmp.Diff(tt.taken, p.taken); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
			if left, _ := p.Doubts(t.Context()); len(left) != 1 || left[0].Open() != tt.away {
				t.Errorf("noted: %+v", left)
			}
		})
	}
}

// TestPromise1_ADoubtHoldsItsTargetAlone: nothing is sent while a doubt about the
// target is open, and looking at one that says that the runs could not be
// compared stands for the comparison.
func TestPromise1_ADoubtHoldsItsTargetAlone(t *testing.T) {
	t.Parallel()
	target := bottest.Starting().Target
	runs := source{repo: "acme/api", workflow: "deploy.yml"}.about()
	looked := bot.Look{By: bot.Person{ID: "U1"}, At: noon}
	for name, tt := range map[string]struct {
		doubts   []bot.Doubt
		compared string
		sent     bool
	}{
		"none":                            {compared: "two", sent: true},
		"one about the target":            {compared: "two", doubts: []bot.Doubt{{Target: target, About: "x", Of: "one", Says: "it is odd"}}},
		"one about another":               {compared: "two", doubts: []bot.Doubt{{Target: bot.Target{Service: "web"}, About: "x", Says: "it is odd"}}, sent: true},
		"a release that is put aside":     {compared: "two", doubts: []bot.Doubt{{Target: target, About: "x", Release: "api-6", Says: "it is odd"}}, sent: true},
		"one that somebody looked at":     {compared: "two", doubts: []bot.Doubt{{Target: target, About: "x", Says: "it is odd", Looked: looked}}, sent: true},
		"not compared":                    {},
		"not compared, and looked at":     {doubts: []bot.Doubt{{Target: target, About: runs, Of: "two", Looked: looked}}, sent: true},
		"not compared, and looked before": {doubts: []bot.Doubt{{Target: target, About: runs, Of: "one", Looked: looked}}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := second()
			rc, _ := w.reconciler(t)
			rc.ports.Doubts = doubtsAre{doubts: tt.doubts}
			rc.epochs.first(tt.compared, []source{{"acme/api", "deploy.yml"}})
			if wait := rc.NotYet(t.Context(), bottest.Starting()); (wait.Says == "") != tt.sent {
				t.Fatalf("it waits, since %q", wait.Says)
			}
		})
	}
}

type doubtsAre struct {
	quiet
	doubts []bot.Doubt
}

func (d doubtsAre) Doubts(context.Context) ([]bot.Doubt, error) { return d.doubts, nil }
