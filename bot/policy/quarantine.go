package policy

import (
	"fmt"
	"strings"
	"time"

	"github.com/slipwayhq/slipway/bot"
)

// GateQuarantine is about what was taken back.
const GateQuarantine = "quarantine"

// quarantine keeps a commit that was taken back from returning unnoticed: whoever
// brings it back must say why.
func quarantine(f Facts) bot.Gate {
	commit, target := bot.ShortSHA(f.Plan.Commit.SHA), f.Plan.Target
	mend := "Say why it may come back: type it again with --reason and the reason."
	var reason string
	var since time.Time
	switch back := returning(f.Plan.Comebacks); {
	case f.Quarantine != nil:
		reason = fmt.Sprintf("%s was taken back from %s: %s brought it, %s took it back.",
			commit, target, f.Quarantine.Release, f.Quarantine.By)
		since = f.Quarantine.At
	case len(back) > 0:
		reason = comesBack(back, target)
		for _, c := range back {
			if c.At.After(since) {
				since = c.At
			}
		}
		mend = "Revert it first, or say why it may come back: type it again with --reason and the reason."
	case len(f.Plan.Comebacks) > 0:
		gone := f.Plan.Comebacks[0]
		return pass(GateQuarantine, fmt.Sprintf("%s, which %s took back from %s, is reverted by %s.",
			bot.ShortSHA(gone.SHA), gone.By, target, bot.ShortSHA(gone.Reverted)))
	default:
		return pass(GateQuarantine, fmt.Sprintf("%s is not in quarantine on %s.", commit, target))
	}
	// A reason given before the commit was taken back does not count.
	if f.Release.Reason == "" || since.After(f.Release.RequestedAt) {
		return refuse(GateQuarantine, reason, mend)
	}
	return warn(GateQuarantine, reason)
}

// returning are the comebacks that were not reverted.
func returning(all []bot.Comeback) []bot.Comeback {
	var back []bot.Comeback
	for _, c := range all {
		if c.Returns() {
			back = append(back, c)
		}
	}
	return back
}

// comesBack says, one sentence each, what would return as part of something newer.
func comesBack(back []bot.Comeback, t bot.Target) string {
	const named = 3
	var says []string
	for _, c := range back[:min(len(back), named)] {
		does := "It brings %s again, which was taken back from %s: %s brought it, %s took it back."
		if c.Untold {
			does = "It cannot be told whether it brings %s again, which was taken back from %s: %s brought it, %s took it back."
		}
		says = append(says, fmt.Sprintf(does, bot.ShortSHA(c.SHA), t, c.Release, c.By))
	}
	if more := len(back) - named; more > 0 {
		says = append(says, fmt.Sprintf("So it is with %s more.", commits(more)))
	}
	return strings.Join(says, " ")
}
