package commands

import (
	"context"
	"fmt"

	"github.com/slipwayhq/slipway/bot"
)

// counting accepts a release while the countdown to its automatic rollback runs.
func counting(w releaseRequest) error {
	if w.r.CountsDown() {
		return nil
	}
	return notNow(w.r, "no rollback of it is about to go by itself")
}

// watchable accepts a release that can be watched for longer: during a countdown, and
// after an inconclusive watch.
func watchable(w releaseRequest) error {
	switch {
	case w.r.CountsDown(), w.r.MayWatchOn():
		return nil
	case w.r.WatchesOn():
		return refuse(fmt.Sprintf("%s is being watched for longer already.", w.r.ID), "Its card shows until when.")
	}
	return notNow(w.r, "it is not watched for longer", "A release can be watched for longer while a rollback of it is about to go by itself, and where nothing could be told of its health.")
}

// clickStop stops the countdown.
func (c *Commands) clickStop(ctx context.Context, w releaseRequest) (bot.Answer, error) {
	return c.post(ctx, inboxEvent(w, bot.CountdownStopped{By: w.By}), fmt.Sprintf("%s is not taken back by itself.", w.r.ID))
}

// clickLonger has the service watched for another window. For a release that has ended
// that makes sense only while it is live.
func (c *Commands) clickLonger(ctx context.Context, w releaseRequest) (bot.Answer, error) {
	if w.r.Ended() {
		if err := c.stillLive(ctx, w.Invocation, w.r); err != nil {
			return nil, err
		}
		return c.post(ctx, inboxEvent(w, bot.WatchLonger{By: w.By}), fmt.Sprintf("%s is watched for another window.", w.r.ID))
	}
	return c.post(ctx, inboxEvent(w, bot.WatchLonger{By: w.By}), fmt.Sprintf("%s is watched for another window before anything is done.", w.r.ID))
}
