package announcer

import (
	"log/slog"
	"testing"

	"github.com/slipwayhq/slipway/bot"
	"github.com/slipwayhq/slipway/bot/catalog"
)

// TestPromise12_EveryPrivateRefusalSaysWhatWouldHelp goes through everything
// that a Tell refuses.
func TestPromise12_EveryPrivateRefusalSaysWhatWouldHelp(t *testing.T) {
	t.Parallel()
	a := New(&catalog.Catalog{}, Ports{People: knowing(&catalog.Catalog{}, newMemory(), nil)}, Options{}, slog.New(slog.DiscardHandler))
	release := func(phase bot.Phase) bot.Release {
		return bot.Release{
			ID: "api-1", Phase: phase, Requester: bot.Person{ID: "U01ANNA", Name: "anna"},
			Plan: &bot.Plan{Settings: bot.Settings{Approvals: bot.ApprovalRule{Sets: []bot.ApprovalSet{{Count: 1, From: []string{"sre"}}}}}},
		}
	}
	notes := []bot.Told{bot.TellOldCard, bot.TellMayNot, bot.TellUnread, bot.TellOpenPoints, bot.TellNothingToTake, bot.TellNotMissing, bot.TellConfirmedOnce, bot.TellWaiting, bot.TellNotCancelled, bot.TellTooLate}
	phases := []bot.Phase{bot.AwaitingApproval, bot.Queued, bot.Dispatching, bot.Running, bot.Verifying, bot.Unknown, bot.Succeeded, bot.Rejected}
	for _, note := range notes {
		for _, phase := range phases {
			answer, refused := a.answerFor(t.Context(), release(phase), bot.Tell{Why: note, To: bot.Person{ID: "U02BEN"}}).(bot.Problem)
			if !refused || answer.Says == "" || len(answer.Mends) == 0 {
				t.Errorf("%s while it is %s: %+v", note, phase, answer)
			}
		}
	}
}
