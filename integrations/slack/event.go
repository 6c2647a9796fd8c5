package slack

import (
	"context"
	"encoding/json"
	"log/slog"
	"net/http"

	"github.com/slipwayhq/slipway/bot"
)

// envelope is what slipway reads of an event's delivery.
// Source: docs.slack.dev/apis/events-api.
type envelope struct {
	Type           string          `json:"type"`
	Challenge      string          `json:"challenge"`
	TeamID         string          `json:"team_id"`
	EnterpriseID   string          `json:"enterprise_id"`
	EventID        string          `json:"event_id"`
	Event          json.RawMessage `json:"event"`
	Authorizations []struct {
		TeamID string `json:"team_id"`
		UserID string `json:"user_id"`
	} `json:"authorizations"`
	AuthedUsers []string `json:"authed_users"` // older deliveries
}

// isFor says whether the event is told to slipway in a workspace. Where one of
// another workspace happens in a channel that is shared, the envelope names that
// one, and ours among the authorizations.
func (e envelope) isFor(team string) bool {
	for _, a := range e.Authorizations {
		if a.TeamID == team {
			return true
		}
	}
	return e.TeamID == team
}

// event serves the Events API. A repeat is no reason to drop a delivery: it
// may be the only one that arrives. What an event is about tells them apart, in
// the store.
func (in *Inbound) event(ctx context.Context, body []byte) reply {
	var e envelope
	if json.Unmarshal(body, &e) != nil {
		return bad()
	}
	if e.Type == "url_verification" {
		return reply{status: http.StatusOK, body: map[string]string{"challenge": e.Challenge}}
	}
	if e.Type != "event_callback" || e.EventID == "" || !e.isFor(in.team) {
		return ok() // there is no way to answer in another workspace
	}
	var inner struct {
		Type string `json:"type"`
	}
	if json.Unmarshal(e.Event, &inner) != nil {
		return ok()
	}
	switch inner.Type {
	case "app_mention":
		return in.mentioned(ctx, e)
	case "user_change", "team_join", "subteam_members_changed", "subteam_updated", "subteam_created":
		return in.turnedOver(ctx, e.Event)
	}
	return ok()
}

// turnover is what slipway reads of an event about people: whom it is about. What
// they are by now is asked for, so that an event which comes late says nothing
// old.
type turnover struct {
	User struct {
		ID string `json:"id"`
	} `json:"user"`
	SubteamID string `json:"subteam_id"`
	Subteam   struct {
		ID string `json:"id"`
	} `json:"subteam"`
}

// turnedOver takes it that somebody, or who is in a group, has changed: what is
// known of them counts no more.
func (in *Inbound) turnedOver(ctx context.Context, raw json.RawMessage) reply {
	var t turnover
	if json.Unmarshal(raw, &t) != nil {
		return bad()
	}
	changed := bot.Turnover{Account: t.User.ID, Group: t.SubteamID}
	if changed.Group == "" {
		changed.Group = t.Subteam.ID
	}
	if changed == (bot.Turnover{}) {
		return ok()
	}
	in.people.Forget(changed)
	if err := in.turnover(ctx, changed); err != nil {
		in.logger.WarnContext(ctx, "it could not be passed on that somebody has changed", slog.Any("error", err))
		return reply{status: http.StatusServiceUnavailable} // Slack sends it again
	}
	return ok()
}
