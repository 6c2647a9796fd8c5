package announcer

import (
	"context"
	"errors"
	"slices"
	"time"

	"github.com/slipwayhq/slipway/bot"
	"github.com/slipwayhq/slipway/bot/guard"
	"github.com/slipwayhq/slipway/bot/loop"
)

const (
	// fewAlone is how many messages go one by one that come to a channel at once: each with
	// buttons of its own.
	fewAlone = 3
	// maxDigest is how many one digest names.
	maxDigest = 100
)

// PostTogether posts messages for one channel, each once: some alone, many as one digest.
// While the channel is to be spared none goes, and those that have come meanwhile go
// together afterwards; kind bot.Limited says when.
func (a *Announcer) PostTogether(ctx context.Context, all []bot.Message) error {
	if len(all) == 0 {
		return nil
	}
	if wait := a.crowd.sparedFor(all[0].Channel); wait > 0 {
		return &bot.Error{Kind: bot.Limited, Op: "post to a channel", Says: "much was said there of late", RetryAfter: wait}
	}
	if len(all) <= fewAlone {
		return a.postApart(ctx, all)
	}
	var failed error
	for some := range slices.Chunk(all, maxDigest) {
		err := guard.Do(func() error { return a.postDigest(ctx, some) })
		if guard.Stack(err) != "" { // one of them is to blame, and not the others
			a.log.Error("a digest panicked, and goes in parts", bot.ErrAttr(err))
			err = a.postApart(ctx, some)
		}
		failed = errors.Join(failed, err)
	}
	return failed
}

// postApart posts each alone. What goes wrong with one keeps the others from nothing.
func (a *Announcer) postApart(ctx context.Context, all []bot.Message) error {
	var failed error
	for _, m := range all {
		failed = errors.Join(failed, guard.Do(func() error {
			_, posted, err := a.PostOnce(ctx, m)
			if posted && err == nil {
				a.noteSpoken(ctx, m.Channel)
			}
			return err
		}))
	}
	return failed
}

// postDigest posts those of the messages as one that do not stand yet. All replicas go
// through them in one order: whoever is first at the first of them posts them all.
func (a *Announcer) postDigest(ctx context.Context, all []bot.Message) error {
	leave := loop.Until(time.Now().Add(postWithin))
	var mine []bot.Message
	var intents []bot.MessageState
	stands := false
	defer func() {
		for i, m := range mine {
			if !stands {
				a.letGo(ctx, m.Key, intents[i].Intent)
			}
		}
	}()
	for _, m := range all {
		before, err := a.ports.Messages.Message(ctx, m.Key)
		switch {
		case err != nil:
			return err
		case before.Busy && len(mine) == 0:
			return &bot.Error{Kind: bot.Limited, Op: "post " + m.Key.Kind, Says: "the message is being posted", RetryAfter: busyRetry}
		case before.Busy, before.Ref.ID != "":
			continue
		}
		mine, intents = append(mine, m), append(intents, before)
	}
	if len(mine) == 0 {
		return nil
	}
	var digest bot.Digest
	for _, m := range mine {
		digest.Others = append(digest.Others, m.Body)
	}
	ref, err := a.ports.Chat.Post(ctx, bot.Message{
		Key: bot.MessageKey{Release: mine[0].Key.Release, Kind: "many_" + mine[0].Key.Kind}, Channel: mine[0].Channel, Body: digest,
	}, leave)
	if err != nil {
		return err
	}
	stands = true
	a.noteSpoken(ctx, mine[0].Channel)
	ref.Shared = len(mine) > 1
	for _, m := range mine {
		err = errors.Join(err, a.ports.Messages.MessagePosted(ctx, m.Key, ref))
	}
	return err
}
