package blocks

import (
	"time"

	"github.com/slack-go/slack"

	"github.com/slipwayhq/slipway/bot"
)

// buttons are what can be done with a release as it stands; nil if nothing
// can. Who may press them is checked when they are pressed.
func buttons(r bot.Release) *slack.ActionBlock {
	var elements []slack.BlockElement
	for _, a := range offers(r) {
		if b := button(a, r); b != nil {
			elements = append(elements, b)
		}
	}
	if r.ReviewOpen() && r.Started() {
		elements = append(elements, button(bot.ActSignOff, r))
	}
	return actionRow(elements...)
}

func actionRow(elements ...slack.BlockElement) *slack.ActionBlock {
	if len(elements) == 0 {
		return nil
	}
	return slack.NewActionBlock("", elements...)
}

// offers says which actions fit the phase.
func offers(r bot.Release) []bot.Action {
	if r.Kind == bot.Batch {
		return batchOffers(r)
	}
	switch r.Phase {
	case bot.AwaitingApproval:
		return []bot.Action{bot.ActApprove, bot.ActReject, bot.ActCancel, bot.ActStartOver}
	case bot.Queued:
		return []bot.Action{bot.ActCancel, bot.ActStartOver}
	case bot.Requested, bot.Dispatching:
		return []bot.Action{bot.ActCancel}
	case bot.Running:
		return []bot.Action{bot.ActCancel, bot.ActCancelBack, bot.ActChoose}
	case bot.Verifying:
		return []bot.Action{bot.ActLooksGood, bot.ActRollback, bot.ActChoose}
	case bot.Unknown:
		if r.Run.ID != 0 {
			return []bot.Action{bot.ActItRan, bot.ActCancel, bot.ActCancelBack}
		}
		return []bot.Action{bot.ActWhichRun, bot.ActSendAgain}
	case bot.Succeeded:
		return []bot.Action{bot.ActLooksGood, bot.ActRollback, bot.ActChoose}
	case bot.Failed, bot.Unhealthy, bot.Cancelled: // what a cancelled run had done stays done
		return []bot.Action{bot.ActRollback, bot.ActChoose}
	case bot.Rejected, bot.Expired, bot.Superseded:
		return nil
	}
	return nil
}

// button makes one of our buttons; nil where it makes no sense for the
// release.
func button(a bot.Action, r bot.Release) *slack.ButtonBlockElement {
	switch a {
	case bot.ActApprove:
		if r.Plan == nil || r.Overtaken {
			return nil
		}
		return press(a, r, r.Plan.Seal(), "Approve").WithStyle(slack.StylePrimary)
	case bot.ActSettle, bot.ActLooked:
		return nil // each point, and what is not understood, has its own: see points and heldNote
	case bot.ActReject:
		return press(a, r, digestOf(r), "Reject").WithStyle(slack.StyleDanger)
	case bot.ActCancel:
		return cancelButton(r)
	case bot.ActConfirm:
		if r.Plan == nil || r.Overtaken {
			return nil
		}
		return press(a, r, r.Plan.Seal(), "Yes, roll back").WithStyle(slack.StyleDanger)
	case bot.ActRollback, bot.ActCancelBack:
		return rollbackButton(a, r)
	case bot.ActStartOver:
		if r.Branch.Newer == 0 || r.Part.Batch != "" {
			return nil
		}
		return press(a, r, "", "Start over with them")
	case bot.ActChoose:
		return chooseButton(r)
	case bot.ActBatchBack:
		return batchBackButton(r)
	case bot.ActItRan:
		return press(a, r, "", "Look again")
	case bot.ActWhichRun:
		return press(a, r, "", "It ran")
	case bot.ActSendAgain:
		if !r.Cancel.AskedAt.IsZero() {
			return press(a, r, "", "It did not")
		}
		return press(a, r, "", "It did not, send again")
	case bot.ActSignOff:
		return press(a, r, "", "Sign off").WithConfirm(ask("Sign "+r.ID+" off?",
			"You say that you have looked at this emergency of "+r.Requester.String()+" and answer for it too.", "Sign off", "Not now"))
	case bot.ActLooksGood:
		if !r.Unclear() {
			return nil
		}
		return press(a, r, "", "Looks good")
	}
	return nil
}

func digestOf(r bot.Release) string {
	if r.Plan == nil {
		return ""
	}
	return r.Plan.Digest()
}

func press(a bot.Action, r bot.Release, value, label string) *slack.ButtonBlockElement {
	return slack.NewButtonBlockElement(string(a), Encode(bare(r.ID, nameMax), value), plainText(bare(label, maxButton)))
}

func cancelButton(r bot.Release) *slack.ButtonBlockElement {
	if !r.Cancel.AskedAt.IsZero() && r.Phase != bot.Unknown {
		return nil // it is being cancelled already
	}
	b := press(bot.ActCancel, r, "", "Cancel")
	if r.Kind == bot.Batch && r.Phase == bot.Running {
		return b.WithConfirm(ask("Cancel "+r.ID+"?",
			"The runs under way are stopped, and nothing more is started. What they have done by then stays done.", "Cancel all of it", "Keep going"))
	}
	if r.Phase == bot.Running || r.Phase == bot.Unknown {
		return b.WithConfirm(ask("Cancel "+r.ID+"?",
			"The workflow run is stopped. What it has done by then stays done.", "Cancel the run", "Keep going"))
	}
	return b
}

// rollbackButton leads to the release that was healthy before; nil where there
// is none, where nothing was started, or where it was taken back already.
func rollbackButton(a bot.Action, r bot.Release) *slack.ButtonBlockElement {
	if !hasWayBack(r) {
		return nil
	}
	to := *r.Plan.RollbackTo
	label, first := "Roll back to "+to.Release, ""
	if a == bot.ActCancelBack {
		first = " It waits for the run under way, which is being cancelled."
		if r.Cancel.AskedAt.IsZero() {
			label, first = "Cancel and roll back", " The run under way is cancelled first."
		}
	}
	b := press(a, r, bare(to.Release, nameMax), label)
	if r.Phase == bot.Failed || r.Phase == bot.Unhealthy {
		b = b.WithStyle(slack.StyleDanger)
	}
	says := "Puts " + bot.ShortSHA(to.SHA) + " (" + to.Release + ", " + stamp(to.At) + older(r, to) + ") back on " +
		r.Target.String() + "." + likeADeploy(to) + takesAway(r, to) + undoneIn(r) + first
	return b.WithConfirm(ask("Roll back "+r.Target.Service+"?", says, "Roll back", "Not now"))
}

// hasWayBack says whether a release may be taken back to another commit than
// its own. A rollback that did not bring its commit may be tried again.
func hasWayBack(r bot.Release) bool {
	if r.Plan == nil || r.Plan.RollbackTo == nil || !r.Started() || r.TakenBackBy != "" {
		return false
	}
	if r.Kind == bot.Rollback {
		return r.Ended() && r.Arrival() != bot.Arrived
	}
	return r.Arrival() != bot.NeverCame && r.Plan.RollbackTo.SHA != r.SHA()
}

// chooseButton leads to the list of all releases that were healthy, from a card
// and from the question whether a rollback may go.
func chooseButton(r bot.Release) *slack.ButtonBlockElement {
	asked := r.Kind == bot.Rollback && r.Phase == bot.AwaitingApproval && !r.Confirmed
	elsewhere := r.Kind == bot.Rollback && r.Ended() && r.Started() && r.TakenBackBy == ""
	if !asked && !elsewhere && !hasWayBack(r) {
		return nil
	}
	return press(bot.ActChoose, r, "", "Another release…")
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
	return " It takes away " + count(p.Changes.Total, "commit") + "."
}

// undoneIn says in the dialog what a rollback will not undo. That there is
// nothing is no news there.
func undoneIn(r bot.Release) string {
	if u := r.Plan.Undone; u == nil || *u == (bot.Undone{}) {
		return ""
	}
	return " " + undone(r.Plan)
}

// ask is a dialog before a click counts. It lives in the reader's client and
// guards against a slip of the finger, not against anybody.
func ask(title, says, yes, no string) *slack.ConfirmationBlockObject {
	return slack.NewConfirmationBlockObject(
		plainText(bare(title, 100)), plainText(bare(says, 300)), plainText(yes), plainText(no))
}
