package policy

import (
	"fmt"

	"github.com/slipwayhq/slipway/bot"
)

// GateRequester is about whether the requester is still a member of the team.
const GateRequester = "requester"

// requester refuses a release whose requester has left the team since.
func requester(f Facts) bot.Gate {
	return refuse(GateRequester, fmt.Sprintf("%s is not a full member of the team any more.", bot.ActorName(f.Release.Requester)),
		"Ask for it yourself if it is still wanted.")
}
