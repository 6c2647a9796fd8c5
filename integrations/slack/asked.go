package slack

import (
	"context"
	"errors"
	"log/slog"
	"time"

	"github.com/slipwayhq/slipway/bot"
	"github.com/slipwayhq/slipway/bot/guard"
	"github.com/slipwayhq/slipway/integrations/slack/blocks"
)

// storeShare is which part of the time for an answer is left once it is known who
// asks.
const storeShare = 4

// asker is somebody who asks for something: their account, where a later answer
// goes, and where the request says that it comes from.
type asker struct {
	user string
	to   bot.Reply
	from origin
	// refuse answers the request with words.
	refuse func(says string) reply
	// wait answers a request that is gone on with afterwards.
	wait func(says string) reply
}

// asked finds out who asks, and does what they ask for. Where Slack has not said
// in time who they are, they read that nothing is stored yet; it is gone on with
// when Slack says it, and answered then.
func (in *Inbound) asked(ctx context.Context, a asker, do func(context.Context, member) reply) reply {
	if in.isForeign(a.from) {
		return a.refuse(stranger)
	}
	look, cancel := ctx, context.CancelFunc(func() {})
	if end, bounded := ctx.Deadline(); bounded {
		look, cancel = context.WithDeadline(ctx, end.Add(-time.Until(end)/storeShare))
	}
	defer cancel()
	who, err := in.people.who(look, a.user)
	if errors.Is(err, errSlow) {
		in.goOn(ctx, a, do)
		return a.wait(slow)
	}
	return in.judged(ctx, a, who, err, do)
}

// judged does what somebody asks for who is known by now, or who is not.
func (in *Inbound) judged(ctx context.Context, a asker, who member, err error, do func(context.Context, member) reply) reply {
	switch {
	case err != nil:
		in.logger.WarnContext(ctx, "somebody's account could not be read", slog.Any("error", err))
		return a.refuse(nobody)
	case who.guest && !in.isHome(a.from):
		return a.refuse(stranger)
	}
	return do(ctx, who)
}

// goOn does what was asked for after the request was answered, and says what
// came of it.
func (in *Inbound) goOn(ctx context.Context, a asker, do func(context.Context, member) reply) {
	a.refuse = func(says string) reply { return reply{says: blocks.Sentence(says)} }
	in.later.Go(func() {
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), laterWithin)
		defer cancel()
		err := guard.Do(func() error {
			who, err := in.people.who(ctx, a.user)
			answer := in.judged(ctx, a, who, err, do)
			if answer.says.Text == "" {
				return nil
			}
			return in.sender.tell(ctx, a.to, answer.says)
		})
		if err != nil {
			in.logger.ErrorContext(ctx, "a person could not be answered", slog.Any("to", a.to), slog.Any("error", err))
		}
	})
}

// afterwards answers nothing now, and tells the person right after.
func (in *Inbound) afterwards(ctx context.Context, to bot.Reply) func(says string) reply {
	return func(says string) reply {
		in.after(ctx, to, blocks.Sentence(says))
		return ok()
	}
}

// origin is where a request says that it comes from. What it does not name is
// empty.
type origin struct {
	team       string // the workspace in which it was made
	own        string // the workspace that Slack calls the person's own
	enterprise string // the organisation of the first
}

// isHome says that all that a request names is our workspace.
func (in *Inbound) isHome(o origin) bool {
	return o.team == in.team && (o.own == "" || o.own == in.team)
}

// isForeign says that somebody of another company is at it, as can happen in
// shared channels. In an organisation of several workspaces a request may name a
// sibling of ours, or none: then the account decides, which names the workspaces
// that somebody is in.
func (in *Inbound) isForeign(o origin) bool {
	if in.isHome(o) {
		return false
	}
	ours := in.sender.enterprise()
	return o.enterprise == "" || ours != "" && ours != o.enterprise
}
