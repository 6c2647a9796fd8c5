package slack

import (
	"context"
	"log/slog"
	"maps"
	"slices"
	"strings"

	slackgo "github.com/slack-go/slack"

	"github.com/slipwayhq/slipway/bot"
	"github.com/slipwayhq/slipway/integrations/slack/blocks"
)

// typed serves a slash command. What it says is said in the answer itself.
func (in *Inbound) typed(ctx context.Context, c command) reply {
	verb, known := in.verbs[c.Name]
	if !known {
		return privateReply(blocks.Answer(bot.Problem{
			Says: "slipway does not serve " + c.Name, Mends: []string{"It serves " + in.served() + "."},
		}))
	}
	to := bot.Reply{To: bot.Person{ID: c.User}, Channel: c.Channel, URL: c.Hook}
	who := asker{user: c.User, to: to, from: origin{team: c.Team, enterprise: c.Enterprise}, refuse: said, wait: said}
	return in.asked(ctx, who, func(ctx context.Context, m member) reply {
		to.To = m.Person
		answer, err := in.handler.Command(ctx, bot.Invocation{
			Verb: verb, Text: c.Text, By: m.Person, Guest: m.guest, Zone: m.zone, Source: bot.FromCommand, Key: c.Trigger, Reply: to,
		})
		if err != nil {
			in.logger.ErrorContext(ctx, "a command could not be stored", slog.Any("error", err))
			return said(notStored)
		}
		return in.answerCommand(ctx, in.notify(ctx, to, answer), c)
	})
}

func (in *Inbound) answerCommand(ctx context.Context, answer bot.Answer, c command) reply {
	if answer == nil || in.openForm(ctx, answer, c) {
		return ok()
	}
	return privateReply(in.sender.checked(ctx, blocks.Answer(answer)))
}

// openForm opens the form that an answer asks for; false if there is none, or
// it could not be opened, and then the person reads what to type instead.
func (in *Inbound) openForm(ctx context.Context, answer bot.Answer, c command) bool {
	var view slackgo.ModalViewRequest
	var worth bool
	carried := blocks.Context{Channel: c.Channel}
	switch f := answer.(type) {
	case bot.Form:
		view, worth = blocks.DeployForm(f, carried)
	case bot.RollbackForm:
		view, worth = blocks.RollbackForm(f, carried)
	default:
	}
	if !worth {
		return false
	}
	if err := in.sender.openView(ctx, c.Trigger, view); err != nil {
		in.logger.WarnContext(ctx, "the form could not be opened", slog.Any("error", err))
		return false
	}
	return true
}

// served names the slash commands, for whoever typed another.
func (in *Inbound) served() string {
	names := slices.Sorted(maps.Keys(in.verbs))
	return strings.Join(names, ", ")
}
