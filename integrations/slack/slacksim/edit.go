package slacksim

import (
	"context"
	"fmt"
	"strings"
)

// EditMessage changes what a person wrote. If it mentions the bot, Slack tells
// the bot as if it were a new mention, under a new id, with the first one's ts
// and a note of the edit (slackapi/bolt-js#960).
func (s *Server) EditMessage(ctx context.Context, channel, ts, text string) (Delivery, error) {
	s.mu.Lock()
	c := s.channel(channel)
	if c == nil || c.message(ts) == nil {
		s.mu.Unlock()
		return Delivery{}, fail("message_not_found")
	}
	m := c.message(ts)
	s.edit(m, Version{Text: text})
	event := s.mentionEvent(c, m, text)
	event["edited"] = object{"user": m.User, "ts": fmt.Sprintf("%d.000000", s.now().Unix())}
	event["event_ts"] = s.nextTS()
	s.mu.Unlock()
	if !strings.Contains(text, "<@"+s.opts.BotUserID) {
		return Delivery{}, nil
	}
	return s.Event(ctx, event)
}

// mentionEvent is what the bot is told of a message that mentions it. The caller
// holds mu.
func (s *Server) mentionEvent(c *conversation, m *Message, text string) object {
	event := object{
		"type": "app_mention", "user": m.User, "text": text, "ts": m.TS, "team": s.teamOf(m.User),
		"channel": c.ID, "event_ts": m.TS, "client_msg_id": s.nextID("9cbd4c5b-7ddf-4ede-b479-"),
	}
	switch {
	case m.ThreadTS != "":
		event["thread_ts"] = m.ThreadTS
	case c.active(m.TS): // the first message of a thread is in it, too
		event["thread_ts"] = m.TS
	}
	return event
}

// DeleteMessage deletes a message, as whoever wrote it or an administrator can.
func (s *Server) DeleteMessage(channel, ts string) error {
	return s.change(channel, ts, s.remove)
}

// CloseMessage ends the time in which the bot can edit a message.
func (s *Server) CloseMessage(channel, ts string) error {
	return s.change(channel, ts, func(m *Message) { m.Closed = true })
}

func (s *Server) change(channel, ts string, how func(*Message)) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	c := s.channel(channel)
	if c == nil || c.message(ts) == nil {
		return fail("message_not_found")
	}
	how(c.message(ts))
	s.wake()
	return nil
}

// Archive archives a channel, or opens it again.
func (s *Server) Archive(channel string, archived bool) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	c := s.channel(channel)
	if c == nil {
		return fail("channel_not_found")
	}
	c.Archived = archived
	s.wake()
	return nil
}

// SetRateLimits switches Slack's tiers on or off from now on.
func (s *Server) SetRateLimits(on bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.limited = on
}

// SetMessagesTab switches the Messages tab of the app's Home on or off. Without
// it nobody can be sent a direct message.
func (s *Server) SetMessagesTab(on bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.tabOff = !on
	s.wake()
}
