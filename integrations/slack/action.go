package slack

import (
	"context"
	"log/slog"
	"time"

	slackgo "github.com/slack-go/slack"

	"github.com/slipwayhq/slipway/bot"
	"github.com/slipwayhq/slipway/bot/guard"
	"github.com/slipwayhq/slipway/integrations/slack/blocks"
)

// pressed serves a button. Slack gets its acknowledgement when the click is
// stored; what it led to is told afterwards.
func (in *Inbound) pressed(ctx context.Context, a action) reply {
	to := bot.Reply{To: bot.Person{ID: a.user}, Channel: a.channel, Thread: a.thread, URL: a.hook}
	if in.isForeign(a.from) {
		in.after(ctx, bot.Reply{URL: a.hook}, blocks.Sentence(stranger))
		return ok()
	}
	if form, asks := blocks.FormOf(a.act, blocks.Context{Release: a.release, Value: a.value, Channel: to.Channel, Thread: to.Thread}); asks {
		in.open(ctx, a.trigger, to, form, blocks.Sentence(unopenedForm))
		return ok()
	}
	if a.act == "" {
		in.after(ctx, to, blocks.Sentence(in.anotherVersions()))
		return ok()
	}
	who := asker{user: a.user, to: to, from: a.from, refuse: in.afterwards(ctx, to), wait: in.afterwards(ctx, to)}
	return in.asked(ctx, who, func(ctx context.Context, m member) reply {
		to.To = m.Person
		in.click(ctx, a.trigger, bot.Click{Action: a.act, Release: a.release, Value: a.value, By: m.Person, Guest: m.guest, Key: a.trigger, Reply: to})
		return ok()
	})
}

// anotherVersions answers what this version of slipway does not know, as while one
// version takes the place of another.
func (in *Inbound) anotherVersions() string {
	return "Nothing was done: this is of another version of slipway. `" + in.help + "` says what can be typed instead."
}

func (in *Inbound) click(ctx context.Context, trigger string, c bot.Click) {
	answer, err := in.handler.Click(ctx, c)
	if err != nil {
		in.logger.ErrorContext(ctx, "a click could not be stored", slog.String("release", c.Release), slog.Any("error", err))
		in.after(ctx, c.Reply, blocks.Sentence(notTaken))
		return
	}
	if form, asks := formOf(answer, blocks.Context{Release: c.Release, Channel: c.Reply.Channel, Thread: c.Reply.Thread}); asks {
		in.open(ctx, trigger, c.Reply, form, blocks.Sentence(unopenedForm))
		return
	}
	if answer != nil {
		in.after(ctx, c.Reply, blocks.Answer(answer))
	}
}

// formOf is the form that an answer asks for; false if there is none, or nothing to
// choose in it.
func formOf(answer bot.Answer, carried blocks.Context) (slackgo.ModalViewRequest, bool) {
	switch f := answer.(type) {
	case bot.Form:
		return blocks.DeployForm(f, carried)
	case bot.TargetForm:
		return blocks.TargetForm(f, carried)
	case bot.RollbackForm:
		return blocks.RollbackForm(f, carried)
	default:
		return slackgo.ModalViewRequest{}, false
	}
}

const unopenedForm = "Slack did not open the form behind this button. Click it again."

// openWithin is how long a trigger is good for, less what was spent already.
const openWithin = 2 * time.Second

// open opens a form once Slack has its acknowledgement, which is not to wait for it.
// Where it does not open, the person reads otherwise.
func (in *Inbound) open(ctx context.Context, trigger string, to bot.Reply, form slackgo.ModalViewRequest, otherwise blocks.Message) {
	in.later.Go(func() {
		soon, cancel := context.WithTimeout(context.WithoutCancel(ctx), openWithin)
		defer cancel()
		err := guard.Do(func() error {
			id, hash, err := in.sender.openView(soon, trigger, form)
			if err == nil {
				in.shownMore(ctx, to.To.ID, form, id, hash)
			}
			return err
		})
		if err != nil {
			in.logger.WarnContext(ctx, "the form could not be opened", slog.Any("error", err))
			in.after(ctx, to, otherwise)
		}
	})
}

// openView opens a modal, and gives its id and hash. A trigger works once and for
// three seconds only.
func (s *Sender) openView(ctx context.Context, trigger string, view slackgo.ModalViewRequest) (id, hash string, err error) {
	if err := blocks.CheckView(view); err != nil {
		return "", "", &bot.Error{Kind: bot.Internal, Op: methodView, Err: err}
	}
	err = s.call(ctx, methodView, "", func() error {
		opened, err := s.api.OpenViewContext(ctx, trigger, view)
		if err == nil {
			id, hash = opened.ID, opened.Hash
		}
		return err
	})
	return id, hash, err
}
