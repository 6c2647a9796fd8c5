package slack

import (
	"context"
	"log/slog"
	"maps"
	"net/url"
	"slices"
	"strings"

	slackgo "github.com/slack-go/slack"

	"github.com/slipwayhq/slipway/bot"
	"github.com/slipwayhq/slipway/integrations/slack/blocks"
)

// command serves a slash command. What it says is said in the answer itself.
func (in *Inbound) command(ctx context.Context, body []byte) reply {
	form, err := url.ParseQuery(string(body))
	if err != nil {
		return bad()
	}
	if form.Get("ssl_check") == "1" {
		return ok()
	}
	if !blocks.ValidUserID(form.Get("user_id")) || form.Get("trigger_id") == "" {
		return bad()
	}
	verb, known := in.verbs[form.Get("command")]
	if !known {
		return privateReply(blocks.Answer(bot.Problem{
			Says: "slipway does not serve " + form.Get("command"), Mends: []string{"It serves " + in.served() + "."},
		}))
	}
	who := asker{
		user: form.Get("user_id"), to: bot.Reply{To: bot.Person{ID: form.Get("user_id")}, Channel: form.Get("channel_id"), URL: form.Get("response_url")},
		from:   origin{team: form.Get("team_id"), enterprise: form.Get("enterprise_id")},
		refuse: said, wait: said,
	}
	return in.asked(ctx, who, func(ctx context.Context, m member) reply {
		to := who.to
		to.To = m.Person
		answer, err := in.handler.Command(ctx, bot.Invocation{
			Verb: verb, Text: form.Get("text"), By: m.Person, Guest: m.guest, Zone: m.zone, Source: bot.FromCommand, Key: form.Get("trigger_id"), Reply: to,
		})
		if err != nil {
			in.logger.ErrorContext(ctx, "a command could not be stored", slog.Any("error", err))
			return said(notStored)
		}
		return in.answerCommand(ctx, in.notify(ctx, to, answer), form)
	})
}

// said answers the person who typed a command with words.
func said(says string) reply { return privateReply(blocks.Sentence(says)) }

func (in *Inbound) answerCommand(ctx context.Context, answer bot.Answer, form url.Values) reply {
	if answer == nil {
		return ok()
	}
	if in.openForm(ctx, answer, form) {
		return ok()
	}
	return privateReply(in.sender.checked(ctx, blocks.Answer(answer)))
}

// openForm opens the form that an answer asks for; false if there is none, or
// it could not be opened, and then the person reads what to type instead.
func (in *Inbound) openForm(ctx context.Context, answer bot.Answer, form url.Values) bool {
	var view slackgo.ModalViewRequest
	var worth bool
	carried := blocks.Context{Channel: form.Get("channel_id")}
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
	if err := in.sender.openView(ctx, form.Get("trigger_id"), view); err != nil {
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
