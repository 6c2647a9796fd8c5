package lifecycle

import (
	"time"

	"github.com/slipwayhq/slipway/bot"
)

// looksPerPoll is how many times less often a branch is read than a run. That it has
// moved on is good to know; nothing depends on it.
const looksPerPoll = 4

// looksOut says whether a release watches its branch and what is live while it waits.
func looksOut(r bot.Release) bool { return r.Plan != nil && r.Kind != bot.Batch && r.Pace.Poll > 0 }

// follows says whether new commits on the branch matter: only to a waiting deploy that
// was asked for by the branch's name.
func follows(r bot.Release) bool {
	return r.Kind == bot.Deploy && r.Plan != nil && r.Plan.Commit.TipOf != "" && r.Pace.Poll > 0
}

// nextLook is when the branch is to be looked at again.
func nextLook(r bot.Release) time.Time {
	return bot.LaterOf(r.Branch.LookedAt, r.Since()).Add(looksPerPoll * r.Pace.Poll)
}

// lookAbout reads the branch and what is live when that is due.
func (s *step) lookAbout() {
	if s.r.Ended() || !looksOut(s.r) || s.now.Before(nextLook(s.r)) {
		return
	}
	s.r.Branch.LookedAt = s.now
	s.do(bot.LookAtLive{})
	s.lookEarly()
	if follows(s.r) {
		s.do(bot.LookAtBranch{})
	}
}

// waitsUntil is the earlier of a time and the next look.
func waitsUntil(t time.Time, r bot.Release) time.Time {
	if !looksOut(r) {
		return t
	}
	return bot.EarlierOf(t, nextLook(r))
}
