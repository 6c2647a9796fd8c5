package slack

import (
	"context"
	"encoding/json"
	"log/slog"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/slipwayhq/slipway/bot"
	"github.com/slipwayhq/slipway/integrations/slack/blocks"
)

// message is what slipway reads of a message that mentions it.
type message struct {
	Subtype  string          `json:"subtype"`
	User     string          `json:"user"`
	BotID    string          `json:"bot_id"`
	Text     string          `json:"text"`
	Channel  string          `json:"channel"`
	TS       string          `json:"ts"`
	ThreadTS string          `json:"thread_ts"`
	Team     string          `json:"team"`
	UserTeam string          `json:"user_team"`
	Edited   json.RawMessage `json:"edited"`
}

// thread is the thread that the mention was written in; empty if it stands in
// the channel. The first message of a thread does, and there an answer is to be
// seen: what Slack shows privately in a thread that there is not, it shows nobody.
func (m message) thread() string {
	if m.ThreadTS == m.TS {
		return ""
	}
	return m.ThreadTS
}

func (m message) isEdited() bool { return len(m.Edited) > 0 && string(m.Edited) != "null" }

// key is the same for everything that Slack says of one message: a repeat, and
// another event about it. A repeat is no reason to drop a delivery, which may be
// the only one that arrives: the store tells them apart.
func (m mention) key() string {
	if m.Channel == "" || m.TS == "" {
		return m.EventID
	}
	return "mention." + m.Channel + "." + m.TS
}

// origin is where somebody who mentioned slipway is.
func (m mention) origin(team string) origin {
	from := origin{team: team, own: m.UserTeam, enterprise: m.EnterpriseID}
	if m.Team != "" && m.Team != team {
		from.own = m.Team
	}
	return from
}

// mentioned serves a mention.
func (in *Inbound) mentioned(ctx context.Context, m mention) reply {
	if !m.isFor(in.team) {
		return ok() // there is no way to answer in another workspace
	}
	if m.BotID != "" || m.Subtype == "bot_message" || m.User == in.botUser || !blocks.ValidUserID(m.User) {
		return ok() // slipway itself, or another program
	}
	to := bot.Reply{To: bot.Person{ID: m.User}, Channel: m.Channel, Thread: m.thread()}
	if m.isEdited() {
		// Slack tells of an edit as of a new mention. Whoever only mends a word
		// does not want the same again.
		in.after(ctx, to, blocks.Sentence(edited))
		return ok()
	}
	who := asker{user: m.User, to: to, from: m.origin(in.team), refuse: in.afterwards(ctx, to), wait: in.afterwards(ctx, to)}
	return in.asked(ctx, who, func(ctx context.Context, who member) reply {
		to.To = who.Person
		answer, err := in.handler.Command(ctx, bot.Invocation{
			Text: spoken(m.Text, m.names(in.botUser)), By: who.Person, Guest: who.guest, Zone: who.zone,
			Source: bot.FromMention, Key: m.key(), Reply: to,
		})
		if err != nil {
			in.logger.ErrorContext(ctx, "a mention could not be stored", slog.Any("error", err))
			return reply{status: untaken, says: blocks.Sentence(notStored)}
		}
		if answer = in.notify(ctx, to, answer); answer != nil {
			in.after(ctx, to, blocks.Answer(answer))
			in.follow(ctx, to, answer)
		}
		return ok()
	})
}

// spoken is what is said to slipway in a message: what stands behind its name,
// or where nothing does what stands before it. People write the name as one
// calls somebody, with a greeting before it and a colon or a comma behind.
func spoken(text string, names []string) string {
	start, end := calledIn(text, names)
	if start < 0 {
		return strings.TrimSpace(text)
	}
	before, after := text[:start], text[end:]
	for {
		after = withoutCall(after)
		start, end := calledIn(after, names)
		if start != 0 {
			break
		}
		after = after[end:]
	}
	if after != "" {
		return strings.TrimSpace(after)
	}
	return strings.TrimRightFunc(strings.TrimSpace(before), func(r rune) bool { return isCall(r) || isDash(r) || unicode.IsSpace(r) })
}

// calledIn finds the first of some names in a text: "<@U0>" or "<@U0|slipway>".
func calledIn(text string, names []string) (start, end int) {
	for from := 0; ; {
		i := strings.Index(text[from:], "<@")
		if i < 0 {
			return -1, -1
		}
		start = from + i
		inside, _, closed := strings.Cut(text[start+len("<@"):], ">")
		id, _, _ := strings.Cut(inside, "|")
		if closed && slices.Contains(names, id) {
			return start, start + len("<@") + len(inside) + len(">")
		}
		from = start + len("<@")
	}
}

// withoutCall takes off what stands between a name and what is said: space,
// marks, and a dash that stands alone and so is none of a flag's.
func withoutCall(text string) string {
	for {
		text = strings.TrimLeftFunc(text, func(r rune) bool { return isCall(r) || unicode.IsSpace(r) || unicode.Is(unicode.Cf, r) })
		dash, size := utf8.DecodeRuneInString(text)
		next, _ := utf8.DecodeRuneInString(text[size:])
		if !isDash(dash) || len(text) > size && !unicode.IsSpace(next) {
			return text
		}
		text = text[size:]
	}
}

func isCall(r rune) bool { return strings.ContainsRune(":,;.!?*_~…，：；、！？", r) }

func isDash(r rune) bool { return strings.ContainsRune("-‐‑‒–—―", r) }
