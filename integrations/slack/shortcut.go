package slack

import (
	"context"
	"log/slog"
	"strconv"
	"strings"
	"time"

	slackgo "github.com/slack-go/slack"

	"github.com/slipwayhq/slipway/bot"
	"github.com/slipwayhq/slipway/bot/guard"
	"github.com/slipwayhq/slipway/integrations/slack/blocks"
)

const unlisted = "What was deployed then could not be read. Close this and choose the shortcut again."

// shortcut is the entry of ours in the menu of a message that was chosen.
func (p payload) shortcut() (request, error) {
	if p.CallbackID != blocks.ShortcutAround && p.TriggerID != "" {
		return p.pressed(action{}), nil
	}
	at, known := momentOf(p.MessageTS)
	if !known || p.TriggerID == "" {
		return nil, errMalformed
	}
	return shortcut{
		user: p.User.ID, trigger: p.TriggerID, channel: p.channel(), thread: p.Message.ThreadTS, hook: p.ResponseURL, at: at, from: p.origin(),
	}, nil
}

// momentOf is when a message was sent, which is its name in Slack.
func momentOf(ts string) (at time.Time, known bool) {
	seconds, _, _ := strings.Cut(ts, ".")
	n, err := strconv.ParseInt(seconds, 10, 64)
	const last = 253_402_300_799 // of the year 9999
	if err != nil || n <= 0 || n > last {
		return time.Time{}, false
	}
	return time.Unix(n, 0).UTC(), true
}

// around shows what was deployed around the time of a message, to who asks alone. A
// trigger is good for three seconds and not all may be read by then: so the view opens at
// once, and is filled afterwards.
func (in *Inbound) around(ctx context.Context, s shortcut) reply {
	if in.isForeign(s.from) {
		in.after(ctx, bot.Reply{URL: s.hook}, blocks.Sentence(stranger))
		return ok()
	}
	in.later.Go(func() {
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), laterWithin)
		defer cancel()
		if err := guard.Do(func() error { return in.showAround(ctx, s) }); err != nil {
			in.logger.ErrorContext(ctx, "a person could not be shown what was deployed", slog.Any("error", err))
		}
	})
	return ok()
}

func (in *Inbound) showAround(ctx context.Context, s shortcut) error {
	carried := blocks.Context{Channel: s.channel, Thread: s.thread}
	opened, err := in.opened(ctx, s.trigger, blocks.AroundView(blocks.Sentence("Looking at what was deployed around then."), carried))
	if err != nil {
		in.logger.WarnContext(ctx, "the view could not be opened", slog.Any("error", err))
	}
	m := in.deployedAround(ctx, s)
	if opened != "" {
		if _, err = in.sender.updateView(ctx, opened, "", blocks.AroundView(m, carried)); err == nil {
			return nil
		}
		in.logger.WarnContext(ctx, "the view could not be filled", slog.Any("error", err))
	}
	return in.sender.tell(ctx, bot.Reply{To: bot.Person{ID: s.user}, Channel: s.channel, Thread: s.thread, URL: s.hook}, m)
}

// opened opens a view while its trigger is good for it.
func (in *Inbound) opened(ctx context.Context, trigger string, view slackgo.ModalViewRequest) (id string, err error) {
	soon, cancel := context.WithTimeout(ctx, openWithin)
	defer cancel()
	id, _, err = in.sender.openView(soon, trigger, view)
	return id, err
}

// deployedAround is what somebody reads who asks for it.
func (in *Inbound) deployedAround(ctx context.Context, s shortcut) blocks.Message {
	refuse := func(says string) reply { return reply{says: blocks.Sentence(says)} }
	a := asker{user: s.user, from: s.from, refuse: refuse, wait: refuse}
	who, err := in.people.who(ctx, s.user)
	return in.judged(ctx, a, who, err, func(ctx context.Context, m member) reply {
		answer, err := in.handler.Submit(ctx, bot.Submission{
			Entry: bot.IncidentEntry{At: s.at}, By: m.Person, Guest: m.guest, Source: bot.FromClick, Key: s.id(),
			Reply: bot.Reply{To: m.Person, Channel: s.channel, Thread: s.thread},
		})
		if err != nil || answer == nil {
			in.logger.ErrorContext(ctx, "what was deployed could not be read", slog.Any("error", err))
			return refuse(unlisted)
		}
		return reply{says: blocks.Answer(answer)}
	}).says
}
