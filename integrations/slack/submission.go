package slack

import (
	"context"
	"log/slog"
	"maps"
	"net/http"
	"slices"
	"strings"

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
	words := slices.Sorted(maps.Values(errors))
	return reply{
		status: http.StatusOK, body: formAnswer{Action: "errors", Errors: errors},
		says: blocks.Sentence(strings.Join(words, " ")),
	}
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
	if reason == "" && !in.isForeign(p.origin()) {
		return faulty(map[string]string{blocks.FieldReason: "Say why, so that the requester knows what to do."})
	}
	return in.answered(ctx, p, blocks.FieldReason, bot.Click{Action: bot.ActReject, Reason: reason})
}

// named serves the form that asks for the run of a release.
func (in *Inbound) named(ctx context.Context, p payload) reply {
	run, valid := blocks.ReadRunForm(p.View.entered())
	if !valid && !in.isForeign(p.origin()) {
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
	if click.Value == "" {
		click.Value = carried.Value
	}
	return in.asked(ctx, in.sentBy(ctx, p, carried, field), func(ctx context.Context, m member) reply {
		click.Release, click.By, click.Guest, click.Key = carried.Release, m.Person, m.guest, formKey(p)
		click.Reply = bot.Reply{To: m.Person, Channel: carried.Channel, Thread: carried.Thread}
		answer, err := in.handler.Click(ctx, click)
		return in.formDone(ctx, answer, err, click.Reply, field)
	})
}

// sentBy is who sent a form. What is refused is said at a field of it.
func (in *Inbound) sentBy(ctx context.Context, p payload, carried blocks.Context, field string) asker {
	to := bot.Reply{To: bot.Person{ID: p.User.ID}, Channel: carried.Channel, Thread: carried.Thread}
	return asker{
		user: p.User.ID, to: to, from: p.origin(), wait: in.afterwards(ctx, to),
		refuse: func(says string) reply { return faulty(map[string]string{field: says}) },
	}
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
	who := in.sentBy(ctx, p, carried, blocks.FieldTarget)
	if in.isForeign(who.from) {
		return who.refuse(stranger)
	}
	words, faults := read(carried, p.View.entered())
	if len(faults) > 0 {
		return faulty(faults)
	}
	source := bot.FromCommand
	if carried.Release != "" { // the form was opened by a button on that release's card
		source = bot.FromButton
	}
	return in.asked(ctx, who, func(ctx context.Context, m member) reply {
		to := who.to
		to.To = m.Person
		answer, err := in.handler.Command(ctx, bot.Invocation{
			Verb: verb, Text: words, By: m.Person, Guest: m.guest, Zone: m.zone, Source: source, Key: formKey(p), Reply: to,
		})
		return in.formDone(ctx, answer, err, to, blocks.FieldTarget)
	})
}

// formDone closes the form, or says in it that nothing was stored.
func (in *Inbound) formDone(ctx context.Context, answer bot.Answer, err error, to bot.Reply, field string) reply {
	if err != nil {
		in.logger.ErrorContext(ctx, "a form could not be stored", slog.Any("error", err))
		return faulty(map[string]string{field: "Not confirmed: slipway could not store it. Sending it again is safe."})
	}
	if answer != nil {
		in.after(ctx, to, blocks.Answer(in.notify(ctx, to, answer)))
	}
	return ok()
}

// formKey is a submission's own id: the form, and the state in which it was
// sent.
func formKey(p payload) string { return "view." + p.View.ID + "." + p.View.Hash }
