package slacksim

import (
	"context"
	"maps"
	"slices"
)

// What a client shows and does that a transcript does not tell.

// PlaceOf names one element of a message or view, or one option of its menu, as
// [Press] takes it, whatever else has the same label. option may be empty.
func PlaceOf(block, action, option string) string {
	place := block + "/" + action
	if option != "" {
		place += "/" + option
	}
	return place
}

// HomeView gives the Home tab that the bot has published for a person.
func (s *Server) HomeView(user string) (View, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if v := s.homes[user]; v != nil {
		return v.shown(), true
	}
	return View{}, false
}

// OpenHome opens the app's Home tab as a person, of which Slack tells the bot
// (docs.slack.dev/reference/events/app_home_opened). The bot may publish what it
// shows from then on.
func (s *Server) OpenHome(ctx context.Context, user string) (Delivery, error) {
	s.mu.Lock()
	event := object{"type": "app_home_opened", "user": user, "channel": s.direct(user).ID, "tab": "home"}
	if v := s.homes[user]; v != nil {
		event["view"] = s.viewObject(v)
	}
	s.mu.Unlock()
	return s.Event(ctx, event)
}

// shown is a view as it stands, whatever becomes of the one it was taken from.
func (v *View) shown() View {
	out := *v
	out.Blocks = slices.Clone(v.Blocks)
	out.Errors = maps.Clone(v.Errors)
	return out
}
