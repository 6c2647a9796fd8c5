package engine

import (
	"testing"

	"github.com/slipwayhq/slipway/bot"
)

// TestPromise12_EveryPrivateRefusalSaysWhatWouldHelp goes through everything
// that a Tell refuses.
func TestPromise12_EveryPrivateRefusalSaysWhatWouldHelp(t *testing.T) {
	t.Parallel()
	release := func(phase bot.Phase) bot.Release {
		return bot.Release{
			ID: "api-1", Phase: phase, Requester: bot.Person{ID: "U01ANNA", Name: "anna"},
			Plan: &bot.Plan{Settings: bot.Settings{Approvals: bot.ApprovalRule{Count: 1, From: []string{"sre"}}}},
		}
	}
	notes := []string{bot.TellOldCard, bot.TellOwnRelease, bot.TellConfirmedOnce, bot.TellWaiting, bot.TellTooLate}
	phases := []bot.Phase{bot.AwaitingApproval, bot.Queued, bot.Dispatching, bot.Running, bot.Verifying, bot.Unknown, bot.Succeeded, bot.Rejected}
	for _, note := range notes {
		for _, phase := range phases {
			answer, refused := answerFor(release(phase), note).(bot.Problem)
			if !refused || answer.Says == "" || len(answer.Mends) == 0 {
				t.Errorf("%s while it is %s: %+v", note, phase, answer)
			}
		}
	}
	anybody := release(bot.AwaitingApproval)
	anybody.Plan.Settings.Approvals.From = nil
	if says := whoElse(anybody); says != "Ask another full member of the team to approve it." {
		t.Errorf("where anybody may approve: %s", says)
	}
}
