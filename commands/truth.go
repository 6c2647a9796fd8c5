package commands

import (
	"fmt"

	"github.com/slipwayhq/slipway/bot"
	"github.com/slipwayhq/slipway/bot/policy"
)

// truth says where a release stands, as the beginning of a sentence.
func truth(r bot.Release) string {
	if r.Kind == bot.Batch && !r.Ended() && !r.Phase.BeingPlanned() {
		return r.ID + " is under way"
	}
	switch r.Phase {
	case bot.Requested:
		return r.ID + " is still being worked out"
	case bot.AwaitingApproval:
		if r.Unconfirmed() {
			return fmt.Sprintf("%s waits until %s confirms it", r.ID, bot.ActorName(r.Requester))
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
	by := ""
	if r.Ending.By.ID != "" {
		by = " by " + r.Ending.By.String()
	}
	says := r.ID
	switch r.Phase {
	case bot.Succeeded:
		says += " has succeeded"
	case bot.Failed:
		says += " has failed"
	case bot.Unhealthy:
		says += " has ended unhealthy"
	case bot.Cancelled:
		says += " was cancelled" + by
	case bot.Rejected:
		says += " was rejected" + by
	case bot.Expired:
		says += " has expired"
	case bot.Superseded:
		says += " was superseded"
	case bot.Requested, bot.AwaitingApproval, bot.Queued, bot.Dispatching, bot.Running, bot.Verifying, bot.Unknown: // no ends
	}
	if r.TakenBackBy != "" {
		says += " and was taken back by " + r.TakenBackBy
	}
	return says
}

// notNow refuses what the release's state does not allow.
func notNow(r bot.Release, therefore string, mends ...string) *problemError {
	if len(mends) == 0 {
		mends = []string{"Its card shows what can be done with it."}
		if r.Ended() {
			mends = []string{policy.AskAnew}
		}
	}
	return refuse(truth(r)+", so "+therefore+".", mends...)
}
