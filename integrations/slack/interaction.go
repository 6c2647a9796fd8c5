package slack

import (
	"context"
	"encoding/json"
	"log/slog"
	"net/url"

	slackgo "github.com/slack-go/slack"

	"github.com/slipwayhq/slipway/bot"
	"github.com/slipwayhq/slipway/integrations/slack/blocks"
)

// interaction serves clicks and forms. The payload is read from the body
// alone: the signature does not cover the URL.
func (in *Inbound) interaction(ctx context.Context, body []byte) reply {
	form, err := url.ParseQuery(string(body))
	if err != nil {
		return bad()
	}
	if form.Get("ssl_check") == "1" {
		return ok()
	}
	var p payload
	if json.Unmarshal([]byte(form.Get("payload")), &p) != nil || !blocks.ValidUserID(p.User.ID) {
		return bad()
	}
	switch p.Type {
	case "block_actions":
		return in.clicked(ctx, p)
	case "view_submission":
		return in.submitted(ctx, p)
	}
	return ok()
}

// clicked serves a button. Slack gets its acknowledgement when the click is
// stored; what it led to is told afterwards.
func (in *Inbound) clicked(ctx context.Context, p payload) reply {
	id, value, found := ourAction(p)
	if !found {
		return ok() // a link, or a button that an older version made
	}
	to := bot.Reply{To: bot.Person{ID: p.User.ID}, Channel: p.channel(), Thread: p.thread(), URL: p.ResponseURL}
	if in.isForeign(p.origin()) {
		in.after(ctx, bot.Reply{URL: p.ResponseURL}, blocks.Sentence(stranger))
		return ok()
	}
	release, carried, valid := blocks.Decode(value)
	if !valid || p.TriggerID == "" {
		return ok()
	}
	if form, asks := blocks.FormOf(id, blocks.Context{Release: release, Value: carried, Channel: to.Channel, Thread: to.Thread}); asks {
		in.open(ctx, p, to, form)
		return ok()
	}
	who := asker{user: p.User.ID, to: to, from: p.origin(), refuse: in.afterwards(ctx, to), wait: in.afterwards(ctx, to)}
	return in.asked(ctx, who, func(ctx context.Context, m member) reply {
		to.To = m.Person
		in.click(ctx, p, bot.Click{Action: id, Release: release, Value: carried, By: m.Person, Guest: m.guest, Key: p.TriggerID, Reply: to})
		return ok()
	})
}

func (in *Inbound) click(ctx context.Context, p payload, c bot.Click) {
	answer, err := in.handler.Click(ctx, c)
	if err != nil {
		in.logger.ErrorContext(ctx, "a click could not be stored", slog.String("release", c.Release), slog.Any("error", err))
		in.after(ctx, c.Reply, blocks.Sentence(notTaken))
		return
	}
	if form, asks := in.formOf(answer, c); asks {
		in.open(ctx, p, c.Reply, form)
		return
	}
	if answer != nil {
		in.after(ctx, c.Reply, blocks.Answer(answer))
	}
}

// formOf is the form that an answer to a click asks for.
func (in *Inbound) formOf(answer bot.Answer, c bot.Click) (slackgo.ModalViewRequest, bool) {
	f, isForm := answer.(bot.RollbackForm)
	if !isForm {
		return slackgo.ModalViewRequest{}, false
	}
	return blocks.RollbackForm(f, blocks.Context{Release: c.Release, Channel: c.Reply.Channel, Thread: c.Reply.Thread})
}

func ourAction(p payload) (id bot.Action, value string, found bool) {
	for _, a := range p.Actions {
		if action, encoded, ours := blocks.Pressed(a.ActionID, a.Value, a.Selected.Value); ours {
			return action, encoded, true
		}
	}
	return "", "", false
}

// open opens the form behind a button.
func (in *Inbound) open(ctx context.Context, p payload, to bot.Reply, form slackgo.ModalViewRequest) {
	if err := in.sender.openView(ctx, p.TriggerID, form); err != nil {
		in.logger.WarnContext(ctx, "the form could not be opened", slog.Any("error", err))
		in.after(ctx, to, blocks.Sentence("Slack did not open the form behind this button. Click it again."))
	}
}

// openView opens a modal. A trigger works once and for three seconds only.
func (s *Sender) openView(ctx context.Context, trigger string, view slackgo.ModalViewRequest) error {
	if err := blocks.CheckView(view); err != nil {
		return &bot.Error{Kind: bot.Internal, Op: methodView, Err: err}
	}
	return s.call(ctx, methodView, "", func() error {
		_, err := s.api.OpenViewContext(ctx, trigger, view)
		return err
	})
}
