package policy

import (
	"fmt"

	"github.com/slipwayhq/slipway/bot"
)

// GateRequester is about whether whoever asked is still there.
const GateRequester = "requester"

// requester keeps back what somebody asked for who has left since.
func requester(f Facts) bot.Gate {
	return refuse(GateRequester, fmt.Sprintf("%s is not a full member of the team any more.", bot.ActorName(f.Release.Requester)),
		"Ask for it yourself if it is still wanted.")
}
