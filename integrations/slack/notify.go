package slack

import (
	"context"
	"log/slog"
	"slices"
	"time"

	"github.com/slipwayhq/slipway/bot"
	"github.com/slipwayhq/slipway/bot/guard"
	"github.com/slipwayhq/slipway/integrations/slack/blocks"
)

// notify tells others what an answer means for them, and returns the answer with
// what came of that: nobody is said to have been told before they were. Whoever
// takes longer is still being written to, and if that fails the person who asked
// hears of it.
func (in *Inbound) notify(ctx context.Context, to bot.Reply, answer bot.Answer) bot.Answer {
	a, isLock := answer.(bot.Locked)
	if !isLock || len(a.Tell) == 0 {
		return answer
	}
	a.Tell = slices.Clone(a.Tell)
	told := make(chan outcome, len(a.Tell))
	for i, w := range a.Tell {
		in.later.Go(func() { told <- outcome{i, in.direct(ctx, w)} })
	}
	within := time.NewTimer(notifyWithin)
	defer within.Stop()
	for n := range a.Tell {
		select {
		case o := <-told:
			a.Tell[o.of] = o.word
		case <-within.C:
			in.later.Go(func() { in.complain(ctx, to, told, len(a.Tell)-n) })
			return a
		case <-ctx.Done():
			in.later.Go(func() { in.complain(ctx, to, told, len(a.Tell)-n) })
			return a
		}
	}
	return a
}

// notifyWithin is how long an answer waits for what comes of telling others.
const notifyWithin = 700 * time.Millisecond

// outcome is what came of one of the words.
type outcome struct {
	of   int
	word bot.DirectMessage
}

// direct writes to somebody, and notes what came of it.
func (in *Inbound) direct(ctx context.Context, w bot.DirectMessage) bot.DirectMessage {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), laterWithin)
	defer cancel()
	err := guard.Do(func() error { return in.sender.tell(ctx, bot.Reply{To: w.To}, blocks.Direct(w)) })
	if err != nil {
		in.logger.WarnContext(ctx, "a person could not be told", slog.Any("to", w.To), slog.Any("error", err))
		says, mend := bot.ForPeople(err)
		w.Failed = &bot.Untold{Says: says, Mend: mend}
		return w
	}
	w.Told = true
	return w
}

// complain says to who asked which of the last words did not arrive.
func (in *Inbound) complain(ctx context.Context, to bot.Reply, told <-chan outcome, left int) {
	for range left {
		if o := <-told; !o.word.Told {
			in.after(ctx, to, blocks.Untold(o.word))
		}
	}
}
