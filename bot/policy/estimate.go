package policy

import (
	"slices"
	"time"

	"github.com/slipwayhq/slipway/bot"
)

// lookedAt is how many of a target's last releases an estimate is based on: enough that
// one odd run does not matter, few enough to follow a change.
const lookedAt = 10

// Usual is roughly how long a release of a target takes: the median of the last ones
// that ended; 0: there was none. The history is newest first.
func Usual(history []bot.Past) time.Duration {
	var took []time.Duration
	for _, past := range history {
		if whole := past.Phase.Ended() && past.Phase.RanWell(); whole && past.Took > 0 {
			took = append(took, past.Took)
		}
		if len(took) == lookedAt {
			break
		}
	}
	if len(took) == 0 {
		return 0
	}
	slices.Sort(took)
	return took[len(took)/2]
}

// Wait is roughly how long a release waits for its turn, in whole minutes, if the one
// under way has held the slot for a while and others are ahead. It is 0 if the usual
// duration is unknown.
func Wait(usual, held time.Duration, ahead int) time.Duration {
	if usual <= 0 {
		return 0
	}
	wait := max(0, usual-held) + time.Duration(ahead)*usual
	return max(time.Minute, (wait + time.Minute - 1).Truncate(time.Minute))
}
