package commands

import (
	"context"
	"slices"

	"github.com/slipwayhq/slipway/bot"
)

// button is a button on a card, a note or a form.
type button struct {
	action bot.Action
	label  string // as people read it
	// who may press it. That is checked at the press as far as slipway.yaml can tell,
	// and again when the event is applied or the release that it makes is judged.
	who bot.Who
	// bound names the further rules that apply, for the table of rights.
	bound string
	// fits refuses releases whose state does not allow it.
	fits func(releaseRequest) error
	do   func(context.Context, releaseRequest) (bot.Answer, error)
}

// buttonsOf lists every button, in the order in which a release meets them.
func buttonsOf(c *Commands) []button {
	return []button{
		{bot.ActConfirm, "Yes, Roll Back, Go On", bot.TheRequester, "the plan that was shown", c.confirmable, c.clickConfirm},
		{bot.ActChoose, "Roll Back to Another…", bot.AnyMember, "it only shows; what is chosen is a rollback", anyRelease, c.clickChoose},
		{bot.ActApprove, "Approve", bot.TheApprover, "the plan that was shown; every point ticked off", c.decidable("approve"), c.clickApprove},
		{bot.ActAcknowledge, "✓ (a point)", bot.TheApprover, "a point of the plan that is waiting", c.decidable("tick off"), c.clickAcknowledge},
		{bot.ActReject, "Reject", bot.TheApprover, "a reason", c.rejectable, c.clickReject},
		{bot.ActStartOver, "Start Over with … Newer", bot.TheDeployer, "all that a deploy is bound by; nobody else's reason", c.startable, c.clickStartOver},
		{bot.ActCancel, "Withdraw Request, Cancel", bot.TheStopper, "what a run has done stays done", c.stoppable, c.clickCancel},
		{bot.ActCancelBack, "Cancel and Roll Back", bot.TheDeployer, "all that a rollback is bound by", anyRelease, c.clickRollback},
		{bot.ActRollback, "Roll Back to …", bot.TheDeployer, "all that a rollback is bound by", anyRelease, c.clickRollback},
		{bot.ActBatchBack, "Roll Back All …", bot.TheDeployer, "all that a rollback is bound by, each of them", undoable, c.clickBatchBack},
		{bot.ActItRan, "Look Again", bot.TheAsserter, "the run of the release", uncertain, c.clickItRan},
		{bot.ActWhichRun, "It Ran", bot.TheAsserter, "a run of its workflow that is no other release's", uncertain, c.clickItRan},
		{bot.ActSendAgain, "Start It Again, It Never Ran", bot.TheAsserter, "all that a deploy is bound by at its start", unsent, c.clickSendAgain},
		{bot.ActLooksGood, "Looks Good", bot.TheJudge, "live, not taken back, and not known to be healthy", judgeable, c.clickLooksGood},
		{bot.ActStop, "Stop", bot.TheStopper, "a rollback that is about to go by itself", counting, c.clickStop},
		{bot.ActBackNow, "Roll Back Now", bot.TheDeployer, "all that a rollback is bound by", counting, c.clickRollback},
		{bot.ActLonger, "Watch Longer", bot.TheStopper, "a rollback that is about to go by itself, or what is live and whose watch came to nothing", watchable, c.clickLonger},
		{bot.ActWasRight, "Yes", bot.TheStopper, "a verdict on the release's health; the last word of each counts", ofVerdict(bot.WasRight), c.clickHindsight(bot.WasRight)},
		{bot.ActFalseAlarm, "False Alarm", bot.TheStopper, "a verdict that asked somebody to act", ofVerdict(bot.FalseAlarm), c.clickHindsight(bot.FalseAlarm)},
		{bot.ActMissed, "Missed", bot.TheStopper, "a verdict that raised no alarm", ofVerdict(bot.Missed), c.clickHindsight(bot.Missed)},
		{bot.ActLooked, "I Looked, Go On", bot.TheLooker, "each target that is held back, or the release that is put aside; of what was done past slipway a deployer's word", anyRelease, c.clickLooked},
		{bot.ActSignOff, "Sign Off", bot.TheReviewer, "an emergency that has gone", signable, c.clickSignOff},
	}
}

func (c *Commands) button(a bot.Action) (button, bool) {
	i := slices.IndexFunc(c.buttons, func(b button) bool { return b.action == a })
	if i < 0 {
		return button{}, false
	}
	return c.buttons[i], true
}

// anyRelease accepts every state: the action itself refuses where it must.
func anyRelease(releaseRequest) error { return nil }
