package policy

import (
	"strings"

	"github.com/slipwayhq/slipway/bot"
)

// GateBeside is about what was done to the target past slipway.
const GateBeside = "beside"

// beside names what was done past slipway and nobody has looked at. It only warns: a
// deploy's requester is asked, and a rollback must be able to go just then. In a batch
// nobody can be asked about one member, so there it refuses.
func beside(f Facts) bot.Gate {
	done := f.Plan.Beside
	reason := bot.BesideSince(f.Plan.Since, done, f.Now) + ", past slipway."
	if done[0].Unsure {
		reason += " " + done[0].Untold() + ", so it may concern another target."
	}
	if f.Release.Kind == bot.Deploy && f.Release.Part.Batch != "" && !f.Release.Seen {
		return refuse(GateBeside, reason, "Look at what it did, and type this again with --seen.")
	}
	return warn(GateBeside, strings.TrimSpace(reason))
}
