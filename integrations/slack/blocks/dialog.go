package blocks

import (
	"strconv"
	"time"

	"github.com/slack-go/slack"

	"github.com/slipwayhq/slipway/bot"
)

// ask is a dialog before a press counts, for what does harm if it was a slip. It
// lives in the reader's client: it guards against the finger, not against anybody.
func ask(title, says, yes, no string) *slack.ConfirmationBlockObject {
	return slack.NewConfirmationBlockObject(
		plainText(bare(title, 100)), plainText(bare(says, 300)), plainText(yes), plainText(no)).WithStyle(slack.StyleDanger)
}

// asksToApprove says what goes where, and what a rollback would leave.
func asksToApprove(r bot.Release) *slack.ConfirmationBlockObject {
	c := r.Plan.Commit
	says := r.ID + " puts " + bot.ShortSHA(c.SHA) + ", “" + clean(c.Subject, subjectMax) + "”, on " + r.Target.String() + "."
	if r.Kind == bot.Adopt {
		says = r.ID + " records that " + bot.ShortSHA(c.SHA) + " is live on " + r.Target.String() + "."
	}
	return ask("Approve for "+r.Target.Environment+"?", says+undoneIn(r), "Approve", "Not Now").WithStyle(slack.StylePrimary)
}

func asksToCancel(r bot.Release) *slack.ConfirmationBlockObject {
	if r.Kind == bot.Batch && r.Phase.Runs() {
		return ask("Cancel "+r.ID+"?",
			"The runs under way are stopped, and nothing more is started. What they have done by then stays done.", "Cancel All of It", "Keep Going")
	}
	switch {
	case r.Phase.MayRun():
		return ask("Cancel "+r.ID+"?", "The workflow run is stopped. What it has done by then stays done.", "Cancel the Run", "Keep Going")
	case r.Phase.Starts():
		return ask("Cancel "+r.ID+"?", "The workflow is not started, or stopped if it has begun. What it has done by then stays done.", "Cancel It", "Keep Going")
	}
	return asksToWithdraw(r)
}

func asksToWithdraw(r bot.Release) *slack.ConfirmationBlockObject {
	return ask("Withdraw "+r.ID+"?", "Nothing of it is started, and the approvals that it has are lost.", "Withdraw", "Keep Waiting")
}

// asksToWithdrawOrStartOver stands before a menu that holds both, which asks the
// same whatever is chosen.
func asksToWithdrawOrStartOver(r bot.Release) *slack.ConfirmationBlockObject {
	return ask("End "+r.ID+"?", "Withdrawn, it is over and nothing is started. Started over, a new release of "+newerOf(r)+
		" takes its place, and every approval is asked for anew.", "End It", "Keep Waiting")
}

func asksToStartOver(r bot.Release) *slack.ConfirmationBlockObject {
	return ask("Start "+r.ID+" over?", "A new release of "+newerOf(r)+" takes its place, and every approval is asked for anew.", "Start Over", "Keep Waiting")
}

// newerOf is what a release would bring if it were started over.
func newerOf(r bot.Release) string {
	commits := "the newest commit"
	if r.Branch.Newer > 1 {
		commits = "the " + strconv.Itoa(r.Branch.Newer) + " newer commits"
	}
	if r.Plan == nil || r.Plan.Commit.TipOf == "" {
		return commits
	}
	return commits + " of " + clean(r.Plan.Commit.TipOf, nameMax)
}

// asksWhetherItRan stands before the word that a workflow never ran, after which
// it is started again, or another release may start.
func asksWhetherItRan(r bot.Release) *slack.ConfirmationBlockObject {
	if !r.Cancel.AskedAt.IsZero() {
		return ask("Did "+r.ID+" never run?", "It ends as cancelled, and the next release may start. If its workflow did run, both change "+
			r.Target.String()+" at the same time.", "It Never Ran", "Not Now")
	}
	return ask("Start "+r.ID+" again?", "The workflow runs a second time if it did run.", "Start It Again", "Not Now")
}

func asksToSignOff(r bot.Release) *slack.ConfirmationBlockObject {
	return ask("Sign "+r.ID+" off?", "You say that you have looked at this emergency of "+bot.ActorName(r.Requester)+" and answer for it too.",
		"Sign Off", "Not Now").WithStyle(slack.StylePrimary)
}

// asksToRollBack says where a rollback goes and what it takes away.
func asksToRollBack(a bot.Action, r bot.Release, to bot.Past) *slack.ConfirmationBlockObject {
	first := ""
	if a == bot.ActCancelBack {
		first = " It waits for the run under way, which is being cancelled."
		if r.Cancel.AskedAt.IsZero() {
			first = " The run under way is cancelled first."
		}
	}
	says := "Puts " + bot.ShortSHA(to.SHA) + " (" + to.Release + ", " + stamp(to.At) + older(r, to) + ") back on " +
		r.Target.String() + "." + likeADeploy(to) + takesAway(r, to) + undoneIn(r) + first
	return ask("Roll back "+r.Target.Service+"?", says, "Roll Back", "Not Now")
}

// older says how much older a rollback's target is than the release itself,
// which stays true however late the card is read.
func older(r bot.Release, to bot.Past) string {
	age := r.RequestedAt.Sub(to.At)
	if to.At.IsZero() || r.RequestedAt.IsZero() || age < time.Minute {
		return ""
	}
	return ", " + string(took(age)) + " older"
}

// takesAway says how many commits a rollback removes, where that is known: it
// is when the target is what was live before the release.
func takesAway(r bot.Release, to bot.Past) string {
	p := r.Plan
	if p.Current == nil || p.Current.SHA != to.SHA || p.Changes.Direction != bot.Forward || p.Changes.Total == 0 {
		return ""
	}
	return " It removes " + count(p.Changes.Total, "commit") + "."
}

// undoneIn says in the dialog what a rollback will not undo. That there is
// nothing is no news there.
func undoneIn(r bot.Release) string {
	if u := r.Plan.Undone; u == nil || *u == (bot.Undone{}) {
		return ""
	}
	return " " + undone(r.Plan)
}
