package slack

import (
	"context"
	"log/slog"
	"net/http"

	"github.com/slipwayhq/slipway/bot"
	"github.com/slipwayhq/slipway/integrations/slack/blocks"
)

// formAnswer tells Slack what is wrong with a form, field by field; the form
// stays open.
type formAnswer struct {
	Action string            `json:"response_action"`
	Errors map[string]string `json:"errors"`
}

func faulty(errors map[string]string) reply {
	return reply{status: http.StatusOK, body: formAnswer{Action: "errors", Errors: errors}}
}

// submitted serves a form that was sent.
func (in *Inbound) submitted(ctx context.Context, p payload) reply {
	switch p.View.CallbackID {
	case blocks.FormReject:
		return in.rejected(ctx, p)
	case blocks.FormDeploy:
		return in.deployed(ctx, p)
	}
	return ok()
}

func (in *Inbound) rejected(ctx context.Context, p payload) reply {
	carried, valid := blocks.ReadContext(p.View.PrivateMetadata)
	if !valid || !bot.ValidReleaseID(carried.Release) {
		return bad()
	}
	if in.isForeign(p) {
		return faulty(map[string]string{blocks.FieldReason: stranger})
	}
	reason := blocks.Reason(p.View.entered())
	if reason == "" {
		return faulty(map[string]string{blocks.FieldReason: "Say why, so that the requester knows what to do."})
	}
	person, guest, err := in.people.who(ctx, p.User.ID)
	if err != nil {
		return faulty(map[string]string{blocks.FieldReason: nobody})
	}
	to := bot.Reply{To: person, Channel: carried.Channel, Thread: carried.Thread}
	answer, err := in.handler.Click(ctx, bot.Click{
		Action: bot.ActReject, Release: carried.Release, Value: carried.Value, Reason: reason,
		By: person, Guest: guest, Key: formKey(p), Reply: to,
	})
	return in.formDone(ctx, answer, err, to, blocks.FieldReason)
}

// deployed makes a command of the form.
func (in *Inbound) deployed(ctx context.Context, p payload) reply {
	carried, valid := blocks.ReadContext(p.View.PrivateMetadata)
	if !valid {
		return bad()
	}
	if in.isForeign(p) {
		return faulty(map[string]string{blocks.FieldTarget: stranger})
	}
	words, faults := blocks.ReadDeployForm(p.View.entered())
	if len(faults) > 0 {
		return faulty(faults)
	}
	person, guest, err := in.people.who(ctx, p.User.ID)
	if err != nil {
		return faulty(map[string]string{blocks.FieldTarget: nobody})
	}
	to := bot.Reply{To: person, Channel: carried.Channel, Thread: carried.Thread}
	answer, err := in.handler.Command(ctx, bot.Invocation{
		Verb: "deploy", Text: words, By: person, Guest: guest, Source: bot.FromCommand, Key: formKey(p), Reply: to,
	})
	return in.formDone(ctx, answer, err, to, blocks.FieldTarget)
}

// formDone closes the form, or says in it that nothing was stored.
func (in *Inbound) formDone(ctx context.Context, answer bot.Answer, err error, to bot.Reply, field string) reply {
	if err != nil {
		in.logger.ErrorContext(ctx, "a form could not be stored", slog.Any("error", err))
		return faulty(map[string]string{field: "Not confirmed: slipway could not store it. Sending it again is safe."})
	}
	if answer != nil {
		in.after(ctx, to, blocks.Answer(answer))
	}
	return ok()
}

// formKey is a submission's own id: the form, and the state in which it was
// sent.
func formKey(p payload) string { return "view." + p.View.ID + "." + p.View.Hash }
