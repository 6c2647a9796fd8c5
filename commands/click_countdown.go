package commands

import (
	"context"
	"fmt"

	"github.com/slipwayhq/slipway/bot"
)

// counting fits while a rollback is about to go by itself.
func counting(w word) error {
	if w.r.CountsDown() {
		return nil
	}
	return notNow(w.r, "no rollback of it is about to go by itself")
}

// clickStop keeps a rollback from going by itself.
func (c *Commands) clickStop(ctx context.Context, w word) (bot.Answer, error) {
	return c.post(ctx, letter(w, bot.CountdownStopped{By: w.By}), fmt.Sprintf("%s is not taken back by itself.", w.r.ID))
}

// clickLonger has the service watched for another window first.
func (c *Commands) clickLonger(ctx context.Context, w word) (bot.Answer, error) {
	return c.post(ctx, letter(w, bot.WatchLonger{By: w.By}), fmt.Sprintf("%s is watched for another window before anything is done.", w.r.ID))
}
