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
	case blocks.FormRun:
		return in.named(ctx, p)
	case blocks.FormDeploy:
		return in.deployed(ctx, p)
	case blocks.FormBack:
		return in.wentBack(ctx, p)
	}
	return ok()
}

func (in *Inbound) rejected(ctx context.Context, p payload) reply {
	reason := blocks.Reason(p.View.entered())
	if reason == "" && !in.isForeign(p) {
		return faulty(map[string]string{blocks.FieldReason: "Say why, so that the requester knows what to do."})
	}
	return in.answered(ctx, p, blocks.FieldReason, bot.Click{Action: bot.ActReject, Reason: reason})
}

// named serves the form that asks for the run of a release.
func (in *Inbound) named(ctx context.Context, p payload) reply {
	run, valid := blocks.ReadRunForm(p.View.entered())
	if !valid && !in.isForeign(p) {
		return faulty(map[string]string{blocks.FieldRun: "This is neither the number of a run nor a link to one."})
	}
	return in.answered(ctx, p, blocks.FieldRun, bot.Click{Action: bot.ActWhichRun, Value: run})
}

// answered makes the click whole whose form was sent, and hands it on. What is
// wrong is said at the field. The value that the button carried holds where the
// form has set none.
func (in *Inbound) answered(ctx context.Context, p payload, field string, click bot.Click) reply {
	carried, valid := blocks.ReadContext(p.View.PrivateMetadata)
	if !valid || !bot.ValidReleaseID(carried.Release) {
		return bad()
	}
	if in.isForeign(p) {
		return faulty(map[string]string{field: stranger})
	}
	person, guest, err := in.people.who(ctx, p.User.ID)
	if err != nil {
		return faulty(map[string]string{field: nobody})
	}
	click.Release, click.By, click.Guest, click.Key = carried.Release, person, guest, formKey(p)
	click.Reply = bot.Reply{To: person, Channel: carried.Channel, Thread: carried.Thread}
	if click.Value == "" {
		click.Value = carried.Value
	}
	answer, err := in.handler.Click(ctx, click)
	return in.formDone(ctx, answer, err, click.Reply, field)
}

// deployed makes a deploy of the form.
func (in *Inbound) deployed(ctx context.Context, p payload) reply {
	return in.typed(ctx, p, "deploy", func(_ blocks.Context, entered map[string]string) (string, map[string]string) {
		return blocks.ReadDeployForm(entered)
	})
}

// wentBack makes a rollback of the form, which shows what goes and asks.
func (in *Inbound) wentBack(ctx context.Context, p payload) reply {
	return in.typed(ctx, p, "rollback", blocks.ReadRollbackForm)
}

// typed makes a command of a form whose first field is the target.
func (in *Inbound) typed(ctx context.Context, p payload, verb string, read func(blocks.Context, map[string]string) (string, map[string]string)) reply {
	carried, valid := blocks.ReadContext(p.View.PrivateMetadata)
	if !valid {
		return bad()
	}
	if in.isForeign(p) {
		return faulty(map[string]string{blocks.FieldTarget: stranger})
	}
	words, faults := read(carried, p.View.entered())
	if len(faults) > 0 {
		return faulty(faults)
	}
	person, guest, err := in.people.who(ctx, p.User.ID)
	if err != nil {
		return faulty(map[string]string{blocks.FieldTarget: nobody})
	}
	to := bot.Reply{To: person, Channel: carried.Channel, Thread: carried.Thread}
	source := bot.FromCommand
	if carried.Release != "" { // the form was opened by a button on that release's card
		source = bot.FromButton
	}
	answer, err := in.handler.Command(ctx, bot.Invocation{
		Verb: verb, Text: words, By: person, Guest: guest, Zone: in.people.zone(person.ID), Source: source, Key: formKey(p), Reply: to,
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
