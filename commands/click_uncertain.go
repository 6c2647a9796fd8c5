package commands

import (
	"context"
	"fmt"
	"strconv"

	"github.com/slipwayhq/slipway/bot"
)

// uncertain accepts a release of which nobody knows whether it was started, or how it
// went.
func uncertain(w releaseRequest) error {
	if !w.r.Phase.NeedsAnswer() {
		return notNow(w.r, "there is nothing uncertain about its start")
	}
	return nil
}

// unsent accepts an uncertain release without a known run.
func unsent(w releaseRequest) error {
	if err := uncertain(w); err != nil {
		return err
	}
	if w.r.Run.ID != 0 {
		return refuse(fmt.Sprintf("The run of %s is known, so it is not sent again.", w.r.ID), "Press \"Look again\" on its card.")
	}
	return nil
}

// clickItRan records that somebody says that an uncertain dispatch arrived.
func (c *Commands) clickItRan(ctx context.Context, w releaseRequest) (bot.Answer, error) {
	run, err := strconv.ParseInt(w.value, 10, 64)
	if err != nil || run < 0 {
		run = 0 // it is looked for
	}
	says := fmt.Sprintf("The run of %s is looked for again.", w.r.ID)
	if run != 0 {
		says = fmt.Sprintf("Run %d is read, and followed if it is that of %s.", run, w.r.ID)
	}
	return c.post(ctx, inboxEvent(w, bot.RanAsserted{By: w.By, RunID: run}), says)
}

// clickSendAgain records that somebody says that an uncertain dispatch did not arrive.
func (c *Commands) clickSendAgain(ctx context.Context, w releaseRequest) (bot.Answer, error) {
	says := fmt.Sprintf("The run of %s is looked for once more; if there is none, it is sent again.", w.r.ID)
	if !w.r.Cancel.AskedAt.IsZero() {
		says = fmt.Sprintf("The run of %s is looked for once more; if there is none, %s is over, for it was to be stopped.", w.r.ID, w.r.ID)
	}
	return c.post(ctx, inboxEvent(w, bot.NeverRanAsserted{By: w.By}), says)
}

// judgeable accepts a release that is live and not known to be healthy.
func judgeable(w releaseRequest) error {
	switch {
	case w.r.Unclear():
		return nil
	case w.r.TakenBackBy != "":
		return notNow(w.r, "nobody is asked whether it looks good", "Only what was not taken back is judged by a person.")
	case w.r.Well():
		return refuse(fmt.Sprintf("%s counts as healthy already.", w.r.ID), "Nothing is left to do.")
	}
	return notNow(w.r, "nobody is asked whether it looks good", "Only a release whose health could not be told is judged by a person.")
}

// clickLooksGood records that somebody vouches for a release whose watch was
// inconclusive.
func (c *Commands) clickLooksGood(ctx context.Context, w releaseRequest) (bot.Answer, error) {
	return c.post(ctx, inboxEvent(w, bot.LooksGood{By: w.By}), fmt.Sprintf("%s counts as healthy now.", w.r.ID))
}
