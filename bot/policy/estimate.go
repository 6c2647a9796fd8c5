package policy

import (
	"slices"
	"time"

	"github.com/slipwayhq/slipway/bot"
)

// lookedAt is how many of the last releases of a target an estimate rests on:
// enough that one odd run does not matter, few enough to follow a change.
const lookedAt = 10

// Usual is about how long a release of a target takes, by the median of the
// last ones that came to their end; 0 if there was none. The history is newest
// first.
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

// Wait is about how long a release waits for its turn, in whole minutes, where
// the one under way has held the slot for a while and others wait before it.
// It is 0 where nothing is known of how long a release usually takes.
func Wait(usual, held time.Duration, ahead int) time.Duration {
	if usual <= 0 {
		return 0
	}
	wait := max(0, usual-held) + time.Duration(ahead)*usual
	return max(time.Minute, (wait + time.Minute - 1).Truncate(time.Minute))
}
