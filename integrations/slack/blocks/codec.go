package blocks

import (
	"strings"

	"github.com/slipwayhq/slipway/bot"
)

// maxCarried bounds what a button carries beside its release: a plan digest
// has 64 characters, a release id at most 52.
const maxCarried = 80

// Encode is the value of a button: the release, and what the click says about
// it, a plan digest or the id of a release; or a service and what was looked at
// there.
func Encode(release, value string) string {
	if value == "" {
		return release
	}
	return release + " " + value
}

// Decode reads the value of a button. It came over the wire, so anything that
// Encode does not make is refused.
func Decode(encoded string) (release, value string, ok bool) {
	release, value, two := strings.Cut(encoded, " ")
	if !bot.ValidReleaseID(release) && (!two || !bot.ValidName(release)) || len(value) > maxCarried || two != (value != "") {
		return "", "", false
	}
	for _, c := range []byte(value) {
		if (c < 'a' || c > 'z') && (c < '0' || c > '9') && c != '-' {
			return "", "", false
		}
	}
	return release, value, true
}

// Pressed reads which of our actions somebody meant: that of the button, or of the
// option that they chose in a menu. It is false for anything else.
func Pressed(actionID, value, option string) (a bot.Action, encoded string, ours bool) {
	if actionID == Menu {
		actionID, value, _ = strings.Cut(option, " ")
		if a := bot.Action(actionID); a != bot.ActCancel && a != bot.ActStartOver {
			return "", "", false
		}
	}
	return bot.Action(actionID), value, knownAction(actionID)
}

// knownAction says whether an action_id is one of our buttons'.
func knownAction(id string) bool {
	switch bot.Action(id) {
	case bot.ActApprove, bot.ActReject, bot.ActCancel, bot.ActConfirm, bot.ActRollback,
		bot.ActItRan, bot.ActWhichRun, bot.ActSendAgain, bot.ActLooksGood, bot.ActSignOff, bot.ActAcknowledge, bot.ActCancelBack, bot.ActChoose, bot.ActStartOver, bot.ActBatchBack, bot.ActLooked,
		bot.ActStop, bot.ActBackNow, bot.ActLonger, bot.ActWasRight, bot.ActFalseAlarm, bot.ActMissed:
		return true
	}
	return false
}
