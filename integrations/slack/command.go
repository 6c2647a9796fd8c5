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

// typed serves a slash command. What it says is said in the answer itself.
func (in *Inbound) typed(ctx context.Context, c command) reply {
	verb, known := in.verbs[c.Name]
	if !known {
		return privateReply(blocks.Answer(bot.Problem{
			Says: "slipway does not serve " + c.Name, Mends: []string{"It serves " + in.served() + "."},
		}))
	}
	to := c.reply()
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
		in.follow(ctx, to, answer)
		return in.answerCommand(ctx, in.notify(ctx, to, answer), c)
	})
}

func (in *Inbound) answerCommand(ctx context.Context, answer bot.Answer, c command) reply {
	if answer == nil {
		return ok()
	}
	if form, asks := formOf(answer, blocks.Context{Channel: c.Channel}); asks {
		in.open(ctx, c.Trigger, c.reply(), form, blocks.Answer(answer))
		return ok()
	}
	return privateReply(in.sender.checked(ctx, blocks.Answer(answer)))
}

// served names the slash commands, for whoever typed another.
func (in *Inbound) served() string {
	names := slices.Sorted(maps.Keys(in.verbs))
	return strings.Join(names, ", ")
}
