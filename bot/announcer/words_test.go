package announcer

import (
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/slipwayhq/slipway/bot"
	"github.com/slipwayhq/slipway/bot/bottest"
	"github.com/slipwayhq/slipway/bot/golden"
)

// wording is all that is said privately of a release, in each phase in which it
// makes a difference.
func wording(tb testing.TB) string {
	tb.Helper()
	a, _ := speaker(tb, strings.Replace(bottest.Shop, "production: {}", "production: {deployers: [sre, leads], emergency: [sre]}", 1), newMemory(), &screen{})
	anna, ben, eve := bot.Person{ID: "U01ANNA", Name: "anna"}, bot.Person{ID: "U02BEN", Name: "ben"}, bot.Person{ID: "U09EVE", Name: "eve"}
	release := func(kind bot.Kind, phase bot.Phase) bot.Release {
		r := shownRelease()
		r.Kind, r.Phase, r.Requester = kind, phase, anna
		r.Plan.Commit.SHA = strings.Repeat("c", 40)
		r.Ending = bot.Ending{Cause: "the cause of it", Mend: "What mends it."}
		r.Dispatch.Problem = "no answer"
		r.Plan.Settings.Approvals.Sets = []bot.ApprovalSet{{Count: 1, From: []string{"sre"}}}
		r.Plan.Settings.Rules = bot.Rules{Deployers: []string{"sre", "leads"}, Emergency: []string{"sre"}}
		r.Decision = bot.Decision{Gates: []bot.Gate{{Name: "lock", Outcome: bot.Refuse, Reason: "it is locked"}, {Name: "checks", Outcome: bot.Pass, Reason: "all green"}}}
		return r
	}
	var b strings.Builder
	say := func(what string, r bot.Release, note bot.Told, to bot.Person) {
		answer := a.answerFor(tb.Context(), r, bot.Tell{To: to, Why: note})
		switch a := answer.(type) {
		case bot.PlanView:
			fmt.Fprintf(&b, "%s\n  the plan of %s, offering %q\n", what, a.Release.ID, a.Offer)
		case bot.Done:
			fmt.Fprintf(&b, "%s\n  %s\n", what, a.Says)
		case bot.Problem:
			fmt.Fprintf(&b, "%s\n  no: %s\n", what, a.Says)
			for _, gate := range a.Gates {
				fmt.Fprintf(&b, "  since %s\n", gate.Reason)
			}
			for _, mend := range a.Mends {
				fmt.Fprintf(&b, "  mend: %s\n", mend)
			}
		default:
			tb.Errorf("%s is answered by %#v", what, answer)
		}
	}
	notes := []bot.Told{
		bot.TellPreview, bot.TellConfirm, bot.TellRefused, bot.TellFailed, bot.TellOldCard, bot.TellNotCancelled, bot.TellMayNot, bot.TellOpenPoints,
		bot.TellNothingToTake, bot.TellUnread, bot.TellNotMissing, bot.TellAlready, bot.TellAdopted, bot.TellConfirmedOnce, bot.TellWaiting,
		bot.TellMayNotSignOff, bot.TellReplaced, bot.TellMayNotEndQuarantine,
		bot.TellMayNotCancel, bot.TellMayNotAssert, bot.TellMayNotJudge, bot.TellStopped, bot.TellNotGone,
	}
	for _, note := range notes {
		say(string(note), release(bot.Deploy, bot.AwaitingApproval), note, eve)
	}
	say("refused, an adoption", release(bot.Adopt, bot.Rejected), bot.TellRefused, anna)
	say("refused, a rollback", release(bot.Rollback, bot.Rejected), bot.TellRefused, anna)
	say("may_not, who may by now", release(bot.Deploy, bot.AwaitingApproval), bot.TellMayNot, ben)
	for _, phase := range []bot.Phase{bot.Queued, bot.Verifying, bot.Unknown, bot.Succeeded, bot.Rejected} {
		say("too_late, "+string(phase), release(bot.Deploy, phase), bot.TellTooLate, eve)
	}
	bare := release(bot.Deploy, bot.Failed)
	bare.Ending.Mend = ""
	say("failed, and nothing helps", bare, bot.TellFailed, anna)
	return b.String()
}

// TestPrivateWords holds every private word, as it is read.
func TestPrivateWords(t *testing.T) {
	t.Parallel()
	golden.Check(t, filepath.Join("testdata", "private.txt"), wording(t))
}

// TestWhoIsAnsweredWhere: the requester where they asked, anybody else where the
// card stands.
func TestWhoIsAnsweredWhere(t *testing.T) {
	t.Parallel()
	m, s := newMemory(), &screen{}
	m.url = "https://hooks.slack.example.com/1"
	a, _ := speaker(t, bottest.Shop, m, s)
	r := shownRelease()
	ben := bot.Person{ID: "U02BEN", Name: "ben"}
	for _, who := range []bot.Person{r.Asker(), ben} {
		if err := a.Tell(t.Context(), r, bot.Tell{To: who, Why: bot.TellAlready}); err != nil {
			t.Fatal(err)
		}
	}
	m.faults["reply"] = &bot.Error{Kind: bot.Unavailable}
	if err := a.Tell(t.Context(), r, bot.Tell{To: r.Asker(), Why: bot.TellAlready}); err == nil {
		t.Error("nobody knows where to answer, and it is no error")
	}
	var to []bot.Reply
	for _, t := range s.told {
		to = append(to, t.to)
	}
	want := []bot.Reply{{To: r.Asker(), Channel: "C0ASKED", URL: m.url}, {To: ben, Channel: "C0API"}}
	if !slices.Equal(to, want) {
		t.Errorf("answered %#v, want %#v", to, want)
	}
}
