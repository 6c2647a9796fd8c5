package commands

import (
	"fmt"

	"github.com/slipwayhq/slipway/bot"
)

// truth says where a release stands, as the beginning of a sentence.
func truth(r bot.Release) string {
	if r.Kind == bot.Batch && !r.Ended() && r.Phase != bot.Requested {
		return r.ID + " is under way"
	}
	switch r.Phase {
	case bot.Requested:
		return r.ID + " is still being worked out"
	case bot.AwaitingApproval:
		if r.Kind == bot.Rollback && !r.Confirmed {
			return fmt.Sprintf("%s waits until %s confirms it", r.ID, r.Requester)
		}
		return r.ID + " waits for approval"
	case bot.Queued:
		return fmt.Sprintf("%s waits for its turn on %s", r.ID, r.Target)
	case bot.Dispatching:
		return r.ID + " is being started"
	case bot.Running:
		return r.ID + " is running"
	case bot.Verifying:
		return fmt.Sprintf("%s has run, and the health of %s is being watched", r.ID, r.Target)
	case bot.Unknown:
		return r.ID + " is uncertain: nobody knows yet whether it ran, or how"
	case bot.Succeeded, bot.Failed, bot.Unhealthy, bot.Cancelled, bot.Rejected, bot.Expired, bot.Superseded:
		return ended(r)
	}
	return r.ID + " has moved on"
}

func ended(r bot.Release) string {
	ends := map[bot.Phase]string{
		bot.Succeeded: "has succeeded", bot.Failed: "has failed", bot.Unhealthy: "has ended unhealthy",
		bot.Cancelled: "was cancelled", bot.Rejected: "was rejected", bot.Expired: "has expired",
		bot.Superseded: "was superseded",
	}
	says := r.ID + " " + ends[r.Phase]
	if by := r.Ending.By; by.ID != "" && (r.Phase == bot.Cancelled || r.Phase == bot.Rejected) {
		says += " by " + by.String()
	}
	if r.TakenBackBy != "" {
		says += " and was taken back by " + r.TakenBackBy
	}
	return says
}

// notNow refuses what does not fit where the release stands.
func notNow(r bot.Release, therefore string, mends ...string) *problemError {
	if len(mends) == 0 {
		mends = []string{"Its card shows what can be done with it."}
		if r.Ended() {
			mends = []string{"Ask for a new release if it is still wanted."}
		}
	}
	return refuse(truth(r)+", so "+therefore+".", mends...)
}
