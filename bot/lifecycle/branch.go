package lifecycle

import (
	"time"

	"github.com/slipwayhq/slipway/bot"
)

// looksPerPoll is how many times less often a branch is looked at than a run:
// that it has moved on is good to know, and nothing hangs on it.
const looksPerPoll = 4

// follows says whether it matters what becomes of the branch: where a deploy
// was asked for by a branch's name and waits.
func follows(r bot.Release) bool {
	return r.Kind == bot.Deploy && r.Plan != nil && r.Plan.Commit.TipOf != "" && r.Pace.Poll > 0
}

// nextLook is when the branch is to be looked at again.
func nextLook(r bot.Release) time.Time {
	return laterOf(r.Branch.LookedAt, r.Since()).Add(looksPerPoll * r.Pace.Poll)
}

// lookAtBranch asks for a look when it is time.
func (s *step) lookAtBranch() {
	if s.r.Ended() || !follows(s.r) || s.now.Before(nextLook(s.r)) {
		return
	}
	s.r.Branch.LookedAt = s.now
	s.do(bot.LookAtBranch, "")
}

// waitsUntil is the earlier of a time and the next look at the branch.
func waitsUntil(t time.Time, r bot.Release) time.Time {
	if !follows(r) {
		return t
	}
	return earlierOf(t, nextLook(r))
}
