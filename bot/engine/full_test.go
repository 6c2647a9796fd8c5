package engine

import (
	"context"
	"testing"
	"time"

	"github.com/slipwayhq/slipway/bot"
)

// fullQueue has no room for another release.
type fullQueue struct{ Slots }

func (fullQueue) TakeSlot(context.Context, bot.Release) (bool, bot.Place, error) {
	return false, bot.Place{}, &bot.Error{
		Kind: bot.Limited, Op: "take the slot", Says: "too many releases wait for api → production already", Mend: "Cancel some of those that wait.",
	}
}

// TestFullQueueEndsTheRelease: a release that finds the queue full is told so
// and ends; it does not knock for ever.
func TestFullQueueEndsTheRelease(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 11, 24, 9, 0, 0, 0, time.UTC)
	r := bot.Release{
		ID: "api-1", Target: bot.Target{Service: "api", Environment: "production"}, Phase: bot.Queued, Plan: &bot.Plan{},
		Moments: []bot.Moment{{Phase: bot.Queued, At: now}},
	}
	h := hold(bot.Claim{Release: r, Now: now}, time.Now())
	due := h.due()
	if len(due) != 1 || due[0].Effect != (bot.TakeSlot{}) {
		t.Fatalf("due is %+v, want the slot to be asked for", due)
	}
	e := &Engine{ports: Ports{Slots: fullQueue{}}}
	ev, err := e.takeSlot(t.Context(), h.r, now)
	h.finish(due[0], ev, err)
	if h.r.Phase != bot.Rejected || h.r.Ending.Cause != "too many releases wait for api → production already" || h.r.Ending.Mend == "" {
		t.Errorf("it is %s: %+v", h.r.Phase, h.r.Ending)
	}
}
