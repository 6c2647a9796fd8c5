package slack

import (
	"context"
	"encoding/json"
	"log/slog"
	"net/http"
	"strings"

	"github.com/slipwayhq/slipway/bot"
	"github.com/slipwayhq/slipway/integrations/slack/blocks"
)

// envelope is what slipway reads of an event's delivery.
// Source: docs.slack.dev/apis/events-api.
type envelope struct {
	Type           string          `json:"type"`
	Challenge      string          `json:"challenge"`
	TeamID         string          `json:"team_id"`
	EventID        string          `json:"event_id"`
	Event          json.RawMessage `json:"event"`
	Authorizations []struct {
		UserID string `json:"user_id"`
	} `json:"authorizations"`
	AuthedUsers []string `json:"authed_users"` // older deliveries
}

// mention is somebody who calls slipway by its name.
type mention struct {
	Type     string `json:"type"`
	Subtype  string `json:"subtype"`
	User     string `json:"user"`
	BotID    string `json:"bot_id"`
	Text     string `json:"text"`
	Channel  string `json:"channel"`
	TS       string `json:"ts"`
	ThreadTS string `json:"thread_ts"`
	Team     string `json:"team"`
	UserTeam string `json:"user_team"`
}

// event serves the Events API. A repeat is no reason to drop a delivery: it
// may be the only one that arrives. The event_id tells them apart, in the
// store.
func (in *Inbound) event(ctx context.Context, body []byte) reply {
	var e envelope
	if json.Unmarshal(body, &e) != nil {
		return bad()
	}
	if e.Type == "url_verification" {
		return reply{status: http.StatusOK, body: map[string]string{"challenge": e.Challenge}}
	}
	var m mention
	if e.Type != "event_callback" || json.Unmarshal(e.Event, &m) != nil || m.Type != "app_mention" {
		return ok()
	}
	if m.BotID != "" || m.Subtype == "bot_message" || m.User == in.botUser || !blocks.ValidUserID(m.User) || e.EventID == "" {
		return ok() // slipway itself, or another program
	}
	if e.TeamID != in.team {
		return ok() // there is no way to answer in another workspace
	}
	return in.mentioned(ctx, e, m)
}

func (in *Inbound) mentioned(ctx context.Context, e envelope, m mention) reply {
	thread := m.ThreadTS
	if thread == "" {
		thread = m.TS
	}
	to := bot.Reply{To: bot.Person{ID: m.User}, Channel: m.Channel, Thread: thread}
	if !in.isHome(m.Team) || !in.isHome(m.UserTeam) {
		in.after(ctx, to, blocks.Sentence(stranger))
		return ok()
	}
	person, guest, err := in.people.who(ctx, m.User)
	if err != nil {
		in.logger.WarnContext(ctx, "somebody's account could not be read", slog.Any("error", err))
		in.after(ctx, to, blocks.Sentence(nobody))
		return ok()
	}
	to.To = person
	answer, err := in.handler.Command(ctx, bot.Invocation{
		Text: in.withoutName(e, m.Text), By: person, Guest: guest, Zone: in.people.zone(person.ID), Source: bot.FromMention, Key: e.EventID, Reply: to,
	})
	if err != nil {
		in.logger.ErrorContext(ctx, "a mention could not be stored", slog.Any("error", err))
		return reply{status: http.StatusServiceUnavailable} // Slack sends it again
	}
	in.notify(ctx, answer)
	if answer != nil {
		in.after(ctx, to, blocks.Answer(answer))
	}
	return ok()
}

// isHome says whether a workspace is ours, or not named.
func (in *Inbound) isHome(team string) bool { return team == "" || team == in.team }

// withoutName takes slipway's own name out of the text, wherever it stands.
func (in *Inbound) withoutName(e envelope, text string) string {
	names := append([]string{in.botUser}, e.AuthedUsers...)
	for _, a := range e.Authorizations {
		names = append(names, a.UserID)
	}
	for _, name := range names {
		if name == "" {
			continue
		}
		if before, after, found := strings.Cut(text, "<@"+name+">"); found {
			return strings.TrimSpace(strings.TrimSpace(before) + " " + strings.TrimSpace(after))
		}
	}
	return strings.TrimSpace(text)
}
