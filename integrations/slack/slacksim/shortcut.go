package slacksim

import (
	"context"
	"fmt"
)

// Shortcut chooses an entry of the bot's in the menu of a message, by its callback_id. A
// private answer has no such menu, and people choose it where they read only.
func (s *Server) Shortcut(ctx context.Context, user, channel, ts, callbackID string) (Delivery, error) {
	r, err := s.shortcutRequest(user, channel, ts, callbackID)
	if err != nil {
		return Delivery{}, err
	}
	return s.Send(ctx, r), nil
}

// shortcutRequest builds and signs what Shortcut sends, without sending it: a
// message_action, which names the app nowhere.
// Source: docs.slack.dev/reference/interaction-payloads/shortcuts-interaction-payload.
func (s *Server) shortcutRequest(user, channel, ts, callbackID string) (Request, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	_, c, err := s.memberIn(user, channel)
	if err != nil {
		return Request{}, err
	}
	m := c.shown(ts, user)
	if m == nil || m.EphemeralTo != "" {
		return Request{}, fmt.Errorf("%s sees no message %s with a menu in %s", s.displayName(user), ts, c.Name)
	}
	payload := s.payload("message_action", user)
	delete(payload, "api_app_id")
	payload["callback_id"] = callbackID
	payload["action_ts"] = s.nextTS()
	payload["channel"] = object{"id": c.ID, "name": c.shownName()}
	payload["message_ts"] = m.TS
	payload["message"] = s.object(m, m.Current())
	payload["response_url"] = s.newHook("app", hook{channel: c.ID, user: user})
	return s.payloadRequest(payload)
}
