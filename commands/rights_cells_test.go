package commands_test

import (
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/slipwayhq/slipway/bot"
	"github.com/slipwayhq/slipway/bot/catalog"
	"github.com/slipwayhq/slipway/bot/lifecycle"
	"github.com/slipwayhq/slipway/commands"
)

// The cells of the table of rights: every button, pressed by everybody who could
// be somebody, where the release stands so that it can be pressed and where it
// does not, under every combination of the settings that say who may what. What
// is expected is written here once more, by other means than the code's.

// cell is one press.
type cell struct {
	setting setting
	who     actor
	action  bot.Action
	how     press
	house   *house
	want    bool // that it counts

	declared *catalog.Catalog
	c        *commands.Commands
	release  bot.Release
}

func newCell(s setting, who actor, a bot.Action, how press, stands func(*bot.Release)) cell {
	h := &house{releases: map[string]bot.Release{}, history: map[bot.Target][]bot.Past{}}
	h.add("api-142", production, sha("c"), bot.Succeeded)
	r := h.add("api-143", production, sha("d"), bot.Unhealthy)
	people := s.people()
	r.Requester = people[0].Person
	declared := s.declares(people)
	plan := *r.Plan
	plan.Settings.Approvals = s.rule()
	plan.Commit.TipOf = "main"
	plan.Settings.Rules.Deployers = declared.Services[0].Environments[0].Deployers
	plan.Settings.Rules.Emergency = declared.Services[0].Environments[0].Emergency
	r.Plan = &plan
	stands(&r)
	h.releases[r.ID] = r
	h.looks = func(by bot.Person) bool { // as the engine finds out
		grants := declared.Grants([]bot.Target{production})
		about := bot.Release{Target: production}
		in := slices.DeleteFunc(about.Asks(bot.TheLooker, grants), func(g string) bool { return !who.in(g) })
		return about.May(bot.TheLooker, grants, by, bot.Standing{Groups: in})
	}
	return cell{s, who, a, how, h, false, declared, commands.New(commands.Ports{Intake: h, Records: h, UnderWay: h, Locks: h, Troubles: h, People: h, Doubts: h, Answers: h, Subscriptions: h}, declared, func() time.Time { return now }), r}
}

// click is the press as it comes.
func (c cell) click() bot.Click {
	click := bot.Click{Action: c.action, Release: c.release.ID, Reason: c.how.reason, By: c.who.Person, Guest: c.who.guest, Key: "action-1"}
	if c.how.value != nil && c.release.Plan != nil {
		click.Value = c.how.value(c.release)
	}
	return click
}

// press presses, and says whether anything came of it.
func (c cell) press(tb testing.TB) (answer bot.Answer, did bool) {
	tb.Helper()
	answer, err := c.c.Click(tb.Context(), c.click())
	if err != nil {
		tb.Fatalf("%s by %s: %v", c.action, c.who.Name, err)
	}
	_, form := answer.(bot.RollbackForm)
	return answer, form || len(c.house.letters)+len(c.house.drafts)+len(c.house.looked) > 0
}

// TestPromise4_EveryCellOfTheTableOfRights tries every button by everybody,
// where it can be pressed, under all settings: what is stored, and what becomes
// of the word where it was stored all the same.
func TestPromise4_EveryCellOfTheTableOfRights(t *testing.T) {
	t.Parallel()
	cells := 0
	for action, how := range pressable() {
		for _, s := range settings() {
			if how.needs != nil && !how.needs(s) {
				continue
			}
			for _, who := range s.people() {
				cells++
				want := !who.guest && how.may(s, who)
				c := newCell(s, who, action, how, how.stands)
				answer, did := c.press(t)
				if _, refused := answer.(bot.Problem); did != want || refused == want {
					t.Errorf("%s by %s, %s: %#v, want it to count: %t", action, who.Name, s, answer, want)
				}
				c.want = want
				forged(t, c)
				c.alsoTyped(t)
			}
		}
	}
	if cells < 5000 {
		t.Errorf("only %d cells were tried", cells)
	}
}

// alsoTyped types what says the same.
func (c cell) alsoTyped(tb testing.TB) {
	tb.Helper()
	if c.how.typed == "" {
		return
	}
	again := newCell(c.setting, c.who, c.action, c.how, c.how.stands)
	in := typed("/deploy " + c.how.typed)
	in.By, in.Guest = c.who.Person, c.who.guest
	answer, err := again.c.Command(tb.Context(), in)
	if did := len(again.house.letters)+len(again.house.looked) > 0; did != c.want || err != nil {
		tb.Errorf("%s by %s, %s: %#v, %v, want it to count: %t", c.how.typed, c.who.Name, c.setting, answer, err, c.want)
	}
}

// forged puts the word into the release's inbox past all that was asked before,
// as it is weighed there, and holds that one that does not count changes
// nothing.
func forged(tb testing.TB, c cell) {
	tb.Helper()
	ev := wordBy(c)
	if ev == nil || c.who.guest { // whoever is a guest now was refused when they said it
		return
	}
	_, who, isWord := bot.SpeakerOf(ev)
	if isWord {
		grants := c.declared.Grants(c.release.Targets())
		var in []string
		for _, g := range c.release.Asks(who, grants) {
			if c.who.in(g) {
				in = append(in, g)
			}
		}
		standing := bot.Standing{Groups: in}
		standing.May = c.release.May(who, grants, c.who.Person, standing)
		ev = bot.Weighed(ev, standing)
	}
	next, effects := lifecycle.Next(c.release, ev, now)
	next.WakeAt = c.release.WakeAt
	changed := !reflect.DeepEqual(c.release, next)
	for _, e := range effects {
		_, told := e.(bot.Tell)
		changed = changed || !told
	}
	if changed != c.want {
		tb.Errorf("%T by %s, %s: changed %t, want %t", ev, c.who.Name, c.setting, changed, c.want)
	}
}

// wordBy is the event that a button stands for; nil where it makes a release.
func wordBy(c cell) bot.Event {
	by := c.who.Person
	value := ""
	if c.how.value != nil {
		value = c.how.value(c.release)
	}
	switch c.action { //nolint:exhaustive // the others make a release, or say no
	case bot.ActConfirm:
		return bot.Confirmed{By: by}
	case bot.ActApprove:
		return bot.Approved{By: by, Digest: value}
	case bot.ActAcknowledge:
		return bot.PointAcknowledged{By: by, Point: value}
	case bot.ActCancel:
		return bot.CancelAsked{By: by}
	case bot.ActItRan, bot.ActWhichRun:
		return bot.RanAsserted{By: by, RunID: 7}
	case bot.ActSendAgain:
		return bot.NeverRanAsserted{By: by}
	case bot.ActLooksGood:
		return bot.LooksGood{By: by}
	case bot.ActStop:
		return bot.CountdownStopped{By: by}
	case bot.ActLonger:
		return bot.WatchLonger{By: by}
	case bot.ActWasRight:
		return bot.HindsightSaid{By: by, Says: bot.WasRight}
	case bot.ActFalseAlarm:
		return bot.HindsightSaid{By: by, Says: bot.FalseAlarm}
	case bot.ActMissed:
		return bot.HindsightSaid{By: by, Says: bot.Missed}
	case bot.ActSignOff:
		return bot.SignedOff{By: by}
	}
	return nil
}

// TestPromise4_NobodyLosesByAnothersPress: presses of several people are one only
// where each is known to count as the others do; and what they make carries the
// channel of the release, wherever the button stood.
func TestPromise4_NobodyLosesByAnothersPress(t *testing.T) {
	t.Parallel()
	s := setting{deployers: true}
	olga, omni := s.people()[1], s.people()[4]
	for name, tt := range map[string]struct {
		change func(c *cell)
		one    bool
	}{
		"both are known to be ones who may": {func(*cell) {}, true},
		"who may must be looked up": {func(c *cell) {
			c.declared.Groups[0] = catalog.Group{Name: "ops", SlackUsergroup: "S0OPS"}
		}, false},
		"somebody's lock is in the way": {func(c *cell) {
			c.house.locks = []bot.Lock{{Kind: bot.Hold, Scope: bot.Scope(production), By: olga.Person}}
		}, false},
	} {
		for _, action := range []bot.Action{bot.ActRollback, bot.ActCancelBack, bot.ActStartOver, bot.ActBatchBack} {
			var drafts []bot.Draft
			for _, who := range []actor{olga, omni} {
				how := pressable()[action]
				c := newCell(s, who, action, how, func(r *bot.Release) { how.stands(r); r.Origin.Channel = "C0HOME" })
				tt.change(&c)
				c.press(t)
				drafts = append(drafts, c.house.drafts...)
			}
			switch {
			case len(drafts) != 2 || drafts[0].Sameness == "":
				t.Errorf("%s, %s: %+v", action, name, drafts)
			case (drafts[0].Sameness == drafts[1].Sameness) != tt.one:
				t.Errorf("%s, %s: %q and %q, want one: %t", action, name, drafts[0].Sameness, drafts[1].Sameness, tt.one)
			case drafts[0].Origin.Channel != "C0HOME":
				t.Errorf("%s carries the channel %s", action, drafts[0].Origin.Channel)
			}
		}
	}
}

// TestPromise4_ClosingIsForThoseWhomItConcerns types every way of closing and
// opening by everybody, under all settings: one target anybody may close, several,
// or what somebody else closed, those who may deploy to all of it.
func TestPromise4_ClosingIsForThoseWhomItConcerns(t *testing.T) {
	t.Parallel()
	closes := map[string]string{"lock": " --reason x", "freeze": " --for 1h --reason x", "unlock": "", "unfreeze": ""}
	for verb, words := range closes {
		for _, s := range settings() {
			for _, who := range s.people() {
				for scope, several := range map[string]bool{"api production": false, "api": true, "all": true} {
					for _, take := range []string{"", " --take"} {
						c := newCell(s, who, bot.ActCancel, press{}, in(bot.Running))
						c.house.groups = map[string][]string{}
						for _, g := range who.groups {
							c.house.groups[g] = []string{who.ID}
						}
						ask := typed("/deploy " + verb + " " + scope + take + words)
						ask.By, ask.Guest = who.Person, who.guest
						answer, err := c.c.Command(t.Context(), ask)
						begins := verb == "lock" || verb == "freeze"
						broad := take != "" || several && begins // what is one's own may be opened
						want := !who.guest && (!broad || s.deploys(who) || s.emergency && who.in("leads"))
						if did := len(c.house.wishes)+len(c.house.ends) > 0; did != want || err != nil {
							t.Errorf("%s by %s, %s: %#v, %v, want it to count: %t", ask.Text, who.Name, s, answer, err, want)
						}
					}
				}
			}
		}
	}
}

// TestPromise4_NothingOutOfPlace: by whoever has every right, each button in
// every phase and kind either does what it stands for or is refused with a mend;
// by somebody who has none it never does anything.
func TestPromise4_NothingOutOfPlace(t *testing.T) {
	t.Parallel()
	strict := setting{deployers: true, emergency: true, approvals: "sre"}
	omni, stan := strict.people()[4], strict.people()[5]
	for action, how := range pressable() {
		for _, kind := range []bot.Kind{bot.Deploy, bot.Rollback, bot.Adopt, bot.Batch} {
			for _, phase := range bot.Phases() {
				stands := in(phase, func(r *bot.Release) {
					if r.Kind = kind; kind == bot.Batch {
						r.Members, r.Plan = []bot.BatchMember{{Target: production, Release: "api-143"}}, nil
					}
				})
				for _, who := range []actor{omni, stan} {
					answer, did := newCell(strict, who, action, how, stands).press(t)
					problem, refused := answer.(bot.Problem)
					switch {
					case did && who.Name == "stan" && action != bot.ActChoose:
						t.Errorf("%s of a %s that is %s by somebody: %#v", action, kind, phase, answer)
					case refused && problem.Near == "" && strings.Join(problem.Mends, "") == "":
						t.Errorf("%s of a %s that is %s: %q says nothing that would help", action, kind, phase, problem.Says)
					case refused == did:
						t.Errorf("%s of a %s that is %s: %#v", action, kind, phase, answer)
					}
				}
			}
		}
	}
}
