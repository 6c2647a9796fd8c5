package slack

import (
	"context"
	"log/slog"
	"maps"
	"slices"
	"strings"

	"github.com/slipwayhq/slipway/bot"
	"github.com/slipwayhq/slipway/integrations/slack/blocks"
)

// submitted serves a form that was sent. What is wrong with it is said at its
// fields, and it stays open.
func (in *Inbound) submitted(ctx context.Context, s submission) reply {
	switch s.form {
	case blocks.FormReject:
		return in.rejected(ctx, s)
	case blocks.FormRun:
		return in.named(ctx, s)
	case blocks.FormDeploy, blocks.FormTarget, blocks.FormBack:
		return in.entered(ctx, s)
	}
	return in.unknownForm(ctx, s)
}

// unknownForm answers a form that another version of slipway opened, at its first field,
// so that whoever filled it in can copy what they wrote.
func (in *Inbound) unknownForm(ctx context.Context, s submission) reply {
	says := in.anotherVersions()
	if in.isForeign(s.from) {
		says = stranger
	}
	if fields := slices.Sorted(maps.Keys(s.entered)); len(fields) > 0 {
		return faulty(map[string]string{fields[0]: strings.ReplaceAll(says, "`", "")})
	}
	in.after(ctx, bot.Reply{To: bot.Person{ID: s.user}}, blocks.Sentence(says))
	return ok()
}

func (in *Inbound) rejected(ctx context.Context, s submission) reply {
	reason := blocks.Reason(s.entered)
	if reason == "" && !in.isForeign(s.from) {
		return faulty(map[string]string{blocks.FieldReason: "Say why, so that the requester knows what to do."})
	}
	return in.answered(ctx, s, blocks.FieldReason, bot.Click{Action: bot.ActReject, Reason: reason})
}

// named serves the form that asks for the run of a release.
func (in *Inbound) named(ctx context.Context, s submission) reply {
	run, valid := blocks.ReadRunForm(s.entered)
	if !valid && !in.isForeign(s.from) {
		return faulty(map[string]string{blocks.FieldRun: "This is neither the number of a run nor a link to one."})
	}
	return in.answered(ctx, s, blocks.FieldRun, bot.Click{Action: bot.ActWhichRun, Value: run})
}

// answered makes the click whole whose form was sent, and hands it on. The value
// that the button carried holds where the form has set none.
func (in *Inbound) answered(ctx context.Context, s submission, field string, click bot.Click) reply {
	carried, valid := blocks.ReadContext(s.carried)
	if !valid || !bot.ValidReleaseID(carried.Release) {
		return bad()
	}
	if click.Value == "" {
		click.Value = carried.Value
	}
	return in.asked(ctx, in.sentBy(ctx, s, carried, field), func(ctx context.Context, m member) reply {
		click.Release, click.By, click.Guest, click.Key = carried.Release, m.Person, m.guest, s.key
		click.Reply = bot.Reply{To: m.Person, Channel: carried.Channel, Thread: carried.Thread}
		answer, err := in.handler.Click(ctx, click)
		return in.formDone(ctx, answer, err, asking{s.form, s.view, click.Reply, field, carried})
	})
}

// sentBy is who sent a form. What is refused is said at a field of it.
func (in *Inbound) sentBy(ctx context.Context, s submission, carried blocks.Context, field string) asker {
	to := bot.Reply{To: bot.Person{ID: s.user}, Channel: carried.Channel, Thread: carried.Thread}
	return asker{
		user: s.user, to: to, from: s.from, wait: in.afterwards(ctx, to),
		refuse: func(says string) reply { return faulty(map[string]string{field: says}) },
	}
}

// entered hands on what was entered in a form that asks for a release.
func (in *Inbound) entered(ctx context.Context, s submission) reply {
	carried, valid := blocks.ReadContext(s.carried)
	if !valid {
		return bad()
	}
	who := in.sentBy(ctx, s, carried, blocks.FieldTarget)
	if in.isForeign(who.from) {
		return who.refuse(stranger)
	}
	entry, faults := blocks.ReadForm(s.form, carried, s.entered)
	if len(faults) > 0 {
		return faulty(faults)
	}
	source := bot.FromCommand
	if carried.Release != "" { // the form was opened by a button on that release's card
		source = bot.FromClick
	}
	return in.asked(ctx, who, func(ctx context.Context, m member) reply {
		to := who.to
		to.To = m.Person
		answer, err := in.handler.Submit(ctx, bot.Submission{Entry: entry, By: m.Person, Guest: m.guest, Source: source, Key: s.key, Reply: to})
		return in.formDone(ctx, answer, err, asking{s.form, s.view, to, blocks.FieldTarget, carried})
	})
}

// asking is a form that was sent: where its answer goes, the field at which a refusal
// is said that is about no other, and what it carried.
type asking struct {
	form    string
	view    string // its id
	to      bot.Reply
	field   string
	carried blocks.Context
}

// formDone closes the form; or lets it stay open and says in it what is wrong, or that
// nothing was stored; or puts the next one in its place.
func (in *Inbound) formDone(ctx context.Context, answer bot.Answer, err error, a asking) reply {
	if err != nil {
		in.logger.ErrorContext(ctx, "a form could not be stored", slog.Any("error", err))
		return faulty(map[string]string{a.field: "Not confirmed: slipway could not store it. Sending it again is safe."})
	}
	if problem, refused := answer.(bot.Problem); refused {
		return faulty(blocks.AtFields(problem, a.form, a.field))
	}
	if next, asks := formOf(answer, a.carried); asks && blocks.CheckView(next) == nil {
		in.drawn.replaced(ctx, a.view)
		return reply{body: formView{Action: "update", View: next}, says: blocks.Answer(answer)}
	}
	if answer != nil {
		in.after(ctx, a.to, blocks.Answer(in.notify(ctx, a.to, answer)))
	}
	return ok()
}
