package policy

import (
	"fmt"

	"github.com/slipwayhq/slipway/bot"
)

// GateLive is about what is live already.
const GateLive = "live"

// live keeps what is live from being deployed again by mistake. It refuses only if the
// live release went well: after one that failed or is under way, deploying the same
// commit again may be meant.
func live(f Facts) bot.Gate {
	current, target := *f.Plan.Current, f.Plan.Target
	same := current.SHA != "" && current.SHA == f.Plan.Commit.SHA
	var reason string
	switch {
	case same:
		reason = fmt.Sprintf("%s is already live on %s since %s (%s).",
			bot.ShortSHA(current.SHA), target, inZone(current.At.UTC()), current.Release)
	case f.Plan.Changes.Touch == bot.TouchNone:
		reason = fmt.Sprintf("Nothing of %s changes: none of its files differs from %s, which is live on %s since %s.",
			target.Service, current.Release, target, inZone(current.At.UTC()))
	case f.Plan.Changes.Touch == bot.TouchUnknown:
		return warn(GateLive, fmt.Sprintf("Too many files differ to tell whether any of %s does, so it is taken for changed.", target.Service))
	default:
		return pass(GateLive, fmt.Sprintf("It is not live on %s yet.", target))
	}
	switch {
	case current.Again.Over() && current.Came() == bot.Arrived:
		return warn(GateLive, fmt.Sprintf("%s is live on %s since %s, by a run of %s that somebody started again at GitHub (attempt %d).",
			bot.ShortSHA(current.SHA), target, inZone(current.Again.At.UTC()), current.Release, current.Again.Attempt))
	case f.Plan.Perhaps != nil:
		return pass(GateLive, fmt.Sprintf("%s is known to have been live on %s, but %s came after it, so it may go again.",
			current.Release, target, f.Plan.Perhaps.Release))
	case !current.Phase.EndedWell():
		return pass(GateLive, fmt.Sprintf("%s has not ended well on %s, so it may go again.", current.Release, target))
	case f.Release.Again:
		return warn(GateLive, reason)
	}
	return refuse(GateLive, reason, "If it is to go all the same, type it again with --again.")
}
