package slacksim

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Mention posts a message that mentions the bot, as a person, and tells the
// bot. threadTS may be empty; the mention is put in front of the text if it is
// not in it.
func (s *Server) Mention(ctx context.Context, user, channel, threadTS, text string) (Delivery, error) {
	if at := "<@" + s.opts.BotUserID; !strings.Contains(text, at) {
		text = at + "> " + text
	}
	ts, err := s.Say(user, channel, threadTS, text)
	if err != nil {
		return Delivery{}, err
	}
	s.mu.Lock()
	c := s.channel(channel)
	event := s.mentionEvent(c, c.message(ts), text)
	s.mu.Unlock()
	d, err := s.Event(ctx, event)
	d.TS = ts
	return d, err
}

// Event tells the bot of an event, as often as Slack does until it is
// acknowledged: docs.slack.dev/apis/events-api has the retries.
//
// What the app has not subscribed to it is not told of, and that is no error.
func (s *Server) Event(ctx context.Context, inner map[string]any) (Delivery, error) {
	kind, _ := inner["type"].(string)
	if s.opts.Events != nil && !slices.Contains(s.opts.Events, kind) {
		return Delivery{}, nil
	}
	r, err := s.eventRequest(inner)
	if err != nil {
		return Delivery{}, err
	}
	d := s.Send(ctx, r)
	for i, wait := range s.opts.EventRetries {
		if d.Good() || d.noRetry {
			break
		}
		if err := sleep(ctx, wait); err != nil {
			return d, err
		}
		again := s.Sign(Request{Path: r.Path, Header: retryHeader(r.Header, i+1, d), Body: r.Body})
		d = s.Send(ctx, again)
		d.Attempts = i + 2
	}
	return d, nil
}

// eventRequest builds and signs an event, without sending it.
func (s *Server) eventRequest(inner map[string]any) (Request, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	team := s.opts.TeamID
	if t, found := inner["team"].(string); found {
		team = t
	}
	author, _ := inner["user"].(string)
	event := maps.Clone(inner)
	if event["event_ts"] == nil {
		event["event_ts"] = s.nextTS()
	}
	var enterprise any // that of the app, and in the envelope that of the source
	envelope := object{
		"token": legacyProof, "team_id": team, "api_app_id": s.opts.AppID,
		"event": event, "type": "event_callback",
		"event_id": s.nextID("Ev"), "event_time": s.now().Unix(),
		"authed_users": []string{s.opts.BotUserID}, "is_ext_shared_channel": s.isStranger(author),
	}
	if s.opts.EnterpriseID != "" {
		enterprise = s.opts.EnterpriseID
	}
	if id, _ := s.organisation(author); id != "" {
		envelope["enterprise_id"] = id
	}
	envelope["authorizations"] = []object{{
		"enterprise_id": enterprise, "team_id": s.opts.TeamID, "user_id": s.opts.BotUserID,
		"is_bot": true, "is_enterprise_install": false,
	}}
	return s.jsonRequest(envelope)
}

// URLVerification asks the bot to echo a challenge, as Slack does when the
// events' URL is entered.
func (s *Server) URLVerification(ctx context.Context) (Delivery, error) {
	const challenge = "3eZbrw1aBm2rZgRNFdxV2595E9CY3gmdALWMmHkvFXO7tYXAYM8P"
	r, err := s.jsonRequest(object{"type": "url_verification", "token": legacyProof, "challenge": challenge})
	if err != nil {
		return Delivery{}, err
	}
	d := s.Send(ctx, r)
	if !d.Good() || !d.understood() || !strings.Contains(d.Body, challenge) {
		return d, fmt.Errorf("the challenge was not echoed: status %d, %q", d.Status, d.Body)
	}
	return d, nil
}

func (s *Server) jsonRequest(body any) (Request, error) {
	raw, err := json.Marshal(body)
	if err != nil {
		return Request{}, fmt.Errorf("write the event: %w", err)
	}
	return s.Sign(Request{
		Path: "/slack/events", Header: http.Header{"Content-Type": {"application/json"}}, Body: raw,
	}), nil
}

func retryHeader(first http.Header, n int, failed Delivery) http.Header {
	h := first.Clone()
	h.Set("X-Slack-Retry-Num", strconv.Itoa(n))
	reason := failed.Failure
	if reason == "" {
		reason = "http_error"
	}
	h.Set("X-Slack-Retry-Reason", reason)
	return h
}

func sleep(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return fmt.Errorf("wait before sending the event again: %w", ctx.Err())
	}
}
