package blocks

import (
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/slack-go/slack"

	"github.com/slipwayhq/slipway/bot"
)

// buttons are what can be done with a release, as its card offers it; nil if
// nothing can. Who may press them is checked when they are pressed.
func buttons(r bot.Release) *slack.ActionBlock {
	return row(r, append(offers(r), bot.ActSignOff), menu(r))
}

// row puts the buttons that make sense for a release beside each other, and a
// menu behind them.
func row(r bot.Release, actions []bot.Action, more *slack.OverflowBlockElement) *slack.ActionBlock {
	var elements []slack.BlockElement
	for _, a := range actions {
		if b := button(a, r); b != nil {
			elements = append(elements, b)
		}
	}
	apart(elements)
	if more != nil {
		elements = append(elements, more)
	}
	return actionRow(elements...)
}

func actionRow(elements ...slack.BlockElement) *slack.ActionBlock {
	if len(elements) == 0 {
		return nil
	}
	return slack.NewActionBlock("", elements...)
}

// apart keeps what asks before it counts from looking like what does not: where
// both stand in a row, the former are red.
func apart(row []slack.BlockElement) {
	plain := false
	for _, e := range row {
		if b, ok := e.(*slack.ButtonBlockElement); ok && b.Confirm == nil {
			plain = true
		}
	}
	for _, e := range row {
		if b, ok := e.(*slack.ButtonBlockElement); ok && plain && b.Confirm != nil && b.Style == slack.StyleDefault {
			b.Style = slack.StyleDanger
		}
	}
}

// offers says which actions fit the phase. What ends a release that waits for
// somebody is in a menu beside them.
func offers(r bot.Release) []bot.Action {
	if r.Kind == bot.Batch {
		return batchOffers(r)
	}
	switch r.Phase {
	case bot.AwaitingApproval:
		return []bot.Action{bot.ActApprove, bot.ActReject}
	case bot.Queued:
		return []bot.Action{bot.ActCancel, bot.ActStartOver}
	case bot.Requested, bot.Dispatching:
		return []bot.Action{bot.ActCancel}
	case bot.Running:
		return []bot.Action{bot.ActCancel, bot.ActCancelBack, bot.ActChoose}
	case bot.Verifying:
		if r.CountsDown() {
			return countdownOffers()
		}
		return []bot.Action{bot.ActRollback, bot.ActChoose}
	case bot.Unknown:
		return unknownOffers(r)
	case bot.Succeeded:
		if r.CountsDown() {
			return countdownOffers()
		}
		return append(unclearOffers(), bot.ActChoose)
	case bot.Failed, bot.Unhealthy, bot.Cancelled: // what a cancelled run had done stays done
		return []bot.Action{bot.ActRollback, bot.ActChoose}
	case bot.Rejected, bot.Expired, bot.Superseded:
		return nil
	}
	return nil
}

// countdownOffers are what can be done before a rollback goes by itself.
func countdownOffers() []bot.Action { return []bot.Action{bot.ActStop, bot.ActBackNow, bot.ActLonger} }

// unclearOffers are what can be done where nothing could be told of the health of what is
// live; elsewhere only some of them make sense.
func unclearOffers() []bot.Action {
	return []bot.Action{bot.ActLooksGood, bot.ActLonger, bot.ActRollback}
}

// unknownOffers settle what slipway cannot prove.
func unknownOffers(r bot.Release) []bot.Action {
	if r.Run.ID != 0 {
		return []bot.Action{bot.ActItRan, bot.ActCancel, bot.ActCancelBack}
	}
	return []bot.Action{bot.ActWhichRun, bot.ActSendAgain}
}

// menuActions are what the menu of a waiting release holds.
func menuActions(r bot.Release) []bot.Action {
	if r.Kind == bot.Batch || !r.AsksApproval() {
		return nil
	}
	return []bot.Action{bot.ActCancel, bot.ActStartOver}
}

// Menu is the action_id of a menu; which of its actions is meant is in the value
// of the option.
const Menu = "more"

// menu holds what ends a release while its approvers look at it, so that nobody
// presses it who meant to approve. One option is enough for Slack
// (slackapi/python-slack-sdk#1218), which asks the same before each of them.
func menu(r bot.Release) *slack.OverflowBlockElement {
	var options []*slack.OptionBlockObject
	for _, a := range menuActions(r) {
		if b := button(a, r); b != nil {
			options = append(options, slack.NewOptionBlockObject(menuValue(a, r), b.Text, nil))
		}
	}
	switch len(options) {
	case 0:
		return nil
	case 1:
		return slack.NewOverflowBlockElement(Menu, options...).WithConfirm(asksToWithdraw(r))
	default:
		return slack.NewOverflowBlockElement(Menu, options...).WithConfirm(asksToWithdrawOrStartOver(r))
	}
}

func menuValue(a bot.Action, r bot.Release) string {
	return string(a) + " " + Encode(bare(r.ID, nameMax), "")
}

// button makes one of our buttons; nil where it makes no sense for the
// release.
func button(a bot.Action, r bot.Release) *slack.ButtonBlockElement {
	switch a {
	case bot.ActApprove:
		return approveButton(r)
	case bot.ActAcknowledge, bot.ActLooked:
		return nil // each point, and what is not understood, has its own: see points and heldNote
	case bot.ActReject:
		return press(a, r, digestOf(r), "Reject") // its form asks
	case bot.ActCancel:
		return cancelButton(r)
	case bot.ActConfirm:
		return confirmButton(r)
	case bot.ActRollback, bot.ActCancelBack:
		return rollbackButton(a, r)
	case bot.ActStartOver:
		return startOverButton(r)
	case bot.ActChoose:
		return chooseButton(r)
	case bot.ActBatchBack:
		return batchBackButton(r)
	case bot.ActSendAgain:
		return sendAgainButton(r)
	case bot.ActSignOff:
		return signOffButton(r)
	case bot.ActItRan, bot.ActWhichRun, bot.ActWasRight, bot.ActFalseAlarm, bot.ActMissed:
		return press(a, r, "", labelOf(a))
	case bot.ActStop:
		return press(a, r, "", "Stop").WithStyle(slack.StylePrimary)
	case bot.ActBackNow:
		return press(a, r, bare(r.Watch.Countdown.To, nameMax), "Roll Back Now").WithStyle(slack.StyleDanger)
	case bot.ActLonger:
		return longerButton(r)
	case bot.ActLooksGood:
		return looksGoodButton(r)
	}
	return nil
}

// confirmButton says yes to what the requester was shown.
func confirmButton(r bot.Release) *slack.ButtonBlockElement {
	switch {
	case r.Plan == nil || r.Overtaken:
		return nil
	case r.Asked:
		return press(bot.ActConfirm, r, r.Plan.Seal(), "Go On").WithStyle(slack.StylePrimary)
	}
	return press(bot.ActConfirm, r, r.Plan.Seal(), "Yes, Roll Back").WithStyle(slack.StyleDanger)
}

// labelOf is what stands on a button that always reads the same.
func labelOf(a bot.Action) string {
	switch a { //nolint:exhaustive // the others say more than their name
	case bot.ActItRan:
		return "Look Again"
	case bot.ActWhichRun:
		return "It Ran"
	case bot.ActWasRight:
		return "Yes"
	case bot.ActFalseAlarm:
		return "False Alarm"
	default:
		return "Missed"
	}
}

func longerButton(r bot.Release) *slack.ButtonBlockElement {
	if !r.CountsDown() && !r.MayWatchOn() {
		return nil
	}
	return press(bot.ActLonger, r, "", "Watch Longer")
}

func looksGoodButton(r bot.Release) *slack.ButtonBlockElement {
	if !r.Unclear() {
		return nil
	}
	return press(bot.ActLooksGood, r, "", "Looks Good")
}

func digestOf(r bot.Release) string {
	if r.Plan == nil {
		return ""
	}
	return r.Plan.Digest()
}

// press makes a button with the first of the labels that a narrow screen shows
// whole; the last one always does.
func press(a bot.Action, r bot.Release, value string, labels ...string) *slack.ButtonBlockElement {
	label := ""
	for _, label = range labels {
		if length(bare(label, 2*maxButton)) <= maxButton {
			break
		}
	}
	return slack.NewButtonBlockElement(string(a), Encode(bare(r.ID, nameMax), value), plainText(bare(label, maxButton)))
}

// approveButton asks once more where customers are.
func approveButton(r bot.Release) *slack.ButtonBlockElement {
	if r.Plan == nil || r.Overtaken {
		return nil
	}
	if !r.Plan.Production {
		return press(bot.ActApprove, r, r.Plan.Seal(), "Approve").WithStyle(slack.StylePrimary)
	}
	b := press(bot.ActApprove, r, r.Plan.Seal(), "Approve for "+capital(r.Target.Environment), "Approve")
	return b.WithStyle(slack.StylePrimary).WithConfirm(asksToApprove(r))
}

// capital is a name as a label has it: one word begins with a capital letter.
func capital(name string) string {
	if strings.ContainsFunc(name, func(c rune) bool { return !unicode.IsLetter(c) }) {
		return name
	}
	first, size := utf8.DecodeRuneInString(name)
	return string(unicode.ToUpper(first)) + name[size:]
}

func cancelButton(r bot.Release) *slack.ButtonBlockElement {
	if !r.Cancel.AskedAt.IsZero() && !r.Phase.NeedsAnswer() {
		return nil // it is being cancelled already
	}
	label := "Cancel"
	if r.Phase.BeforeStart() {
		label = "Withdraw Request"
	}
	return press(bot.ActCancel, r, "", label).WithConfirm(asksToCancel(r))
}

func startOverButton(r bot.Release) *slack.ButtonBlockElement {
	if r.Branch.Newer == 0 || r.Part.Batch != "" {
		return nil
	}
	return press(bot.ActStartOver, r, "", "Start Over with "+strconv.Itoa(r.Branch.Newer)+" Newer").WithConfirm(asksToStartOver(r))
}

func sendAgainButton(r bot.Release) *slack.ButtonBlockElement {
	label := "Start It Again"
	if !r.Cancel.AskedAt.IsZero() {
		label = "It Never Ran"
	}
	return press(bot.ActSendAgain, r, "", label).WithConfirm(asksWhetherItRan(r))
}

func signOffButton(r bot.Release) *slack.ButtonBlockElement {
	if !r.ReviewOpen() || !r.Started() {
		return nil
	}
	return press(bot.ActSignOff, r, "", "Sign Off").WithStyle(slack.StylePrimary).WithConfirm(asksToSignOff(r))
}

// rollbackButton leads to the release that was healthy before; nil where there
// is none, where nothing was started, or where it was taken back already.
func rollbackButton(a bot.Action, r bot.Release) *slack.ButtonBlockElement {
	if !hasWayBack(r) {
		return nil
	}
	to := *r.Plan.RollbackTo
	labels := []string{"Roll Back to " + to.Release, "Roll Back"}
	if a == bot.ActCancelBack && r.Cancel.AskedAt.IsZero() {
		labels = []string{"Cancel and Roll Back"}
	}
	return press(a, r, bare(to.Release, nameMax), labels...).WithStyle(slack.StyleDanger).WithConfirm(asksToRollBack(a, r, to))
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
	asked := r.AwaitsConfirmation()
	elsewhere := r.Kind == bot.Rollback && r.Ended() && r.Started() && r.TakenBackBy == ""
	if !asked && !elsewhere && !hasWayBack(r) {
		return nil
	}
	return press(bot.ActChoose, r, "", "Roll Back to Another…")
}
