package slacksim

import (
	"cmp"
	"encoding/json"
	"fmt"
	"slices"
	"time"
)

// Version is a message as it stood from a time on.
type Version struct {
	At       time.Time       `json:"at"`
	Text     string          `json:"text"`
	Blocks   json.RawMessage `json:"blocks,omitempty"`
	Metadata json.RawMessage `json:"metadata,omitempty"`
}

// Reaction is an emoji under a message, and who put it there.
type Reaction struct {
	Name  string   `json:"name"`
	Users []string `json:"users"`
}

// Message is a message of a channel, with all it ever said. The last of its
// versions is the one that is shown.
type Message struct {
	Channel  string `json:"channel"`
	TS       string `json:"ts"`
	ThreadTS string `json:"thread_ts,omitempty"` // set on replies only
	User     string `json:"user"`
	// EphemeralTo is the one person who sees the message.
	EphemeralTo string `json:"ephemeral_to,omitempty"`
	Deleted     bool   `json:"deleted,omitempty"`
	// Closed says that the bot can no longer edit the message.
	Closed bool `json:"closed,omitempty"`
	// Unfurls says that the bot left it to Slack to show what the message links to.
	Unfurls   bool       `json:"unfurls,omitempty"`
	Versions  []Version  `json:"versions"`
	Reactions []Reaction `json:"reactions,omitempty"`
}

// Current is the version that is shown.
func (m Message) Current() Version { return m.Versions[len(m.Versions)-1] }

// threadRoot is the timestamp by which a reply to the message is threaded.
func (m *Message) threadRoot() string {
	if m.ThreadTS != "" {
		return m.ThreadTS
	}
	return m.TS
}

// Messages gives all messages of a channel in the order in which they came,
// ephemeral and deleted ones included.
func (s *Server) Messages(channel string) []Message {
	s.mu.Lock()
	defer s.mu.Unlock()
	c := s.channel(channel)
	if c == nil {
		return nil
	}
	out := make([]Message, len(c.messages))
	for i, m := range c.messages {
		out[i] = *m
		out[i].Versions = slices.Clone(m.Versions)
		out[i].Reactions = slices.Clone(m.Reactions)
	}
	return out
}

// DirectMessages gives the messages between the bot and a person.
func (s *Server) DirectMessages(user string) []Message {
	return s.Messages(s.DirectChannel(user))
}

// DirectChannel is the id of the direct message between the bot and a person.
func (s *Server) DirectChannel(user string) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.direct(user).ID
}

// Say posts a message as a person, without telling the bot.
func (s *Server) Say(user, channel, threadTS, text string) (ts string, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	c := s.channel(channel)
	if c == nil {
		return "", fail("channel_not_found")
	}
	m := &Message{User: user, ThreadTS: c.root(threadTS), Versions: []Version{{Text: text}}}
	s.post(c, m)
	return m.TS, nil
}

// message finds what everybody can see and nobody has deleted.
func (c *conversation) message(ts string) *Message {
	for _, m := range c.messages {
		if m.TS == ts && m.EphemeralTo == "" && !m.Deleted {
			return m
		}
	}
	return nil
}

// shown finds what one person can see, their ephemerals included.
func (c *conversation) shown(ts, user string) *Message {
	for _, m := range c.messages {
		if m.TS == ts && (m.EphemeralTo == "" || m.EphemeralTo == user) && !m.Deleted {
			return m
		}
	}
	return nil
}

// root is the thread that a reply to ts belongs to. Where the message is gone,
// and with it its thread, Slack posts the reply without one.
func (c *conversation) root(ts string) string {
	if m := c.message(ts); m != nil {
		return m.threadRoot()
	}
	if c.active(ts) {
		return ts
	}
	return ""
}

// active says whether there is a thread: a message with at least one reply that
// everybody sees. It outlives its first message, of which Slack then shows that
// it was deleted.
func (c *conversation) active(root string) bool {
	return root != "" && slices.ContainsFunc(c.messages, func(m *Message) bool {
		return m.ThreadTS == root && m.EphemeralTo == "" && !m.Deleted
	})
}

// isTombstone says that a message is gone and that Slack shows so, for the sake
// of the replies to it.
func (c *conversation) isTombstone(m *Message) bool {
	return m.Deleted && m.EphemeralTo == "" && m.ThreadTS == "" && c.active(m.TS)
}

// privately shows a message to one person. In a thread that there is not, nobody
// ever sees it, and Slack says ok all the same
// (docs.slack.dev/reference/methods/chat.postEphemeral). The caller holds mu.
func (s *Server) privately(c *conversation, m *Message, thread string) {
	if thread == "" {
		s.post(c, m)
		return
	}
	m.ThreadTS = cmp.Or(c.root(thread), thread)
	if c.active(m.ThreadTS) {
		s.post(c, m)
		return
	}
	m.Channel, m.TS, m.Versions[0].At = c.ID, s.nextTS(), s.now()
	s.unseen = append(s.unseen, *m)
}

// Unseen gives the private answers that Slack took and never shows to anybody.
func (s *Server) Unseen() []Message {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.unseen)
}

// Unfurling gives the messages of the bot of which it left to Slack to show what they
// link to, whether or not they link to anything.
func (s *Server) Unfurling() []Message {
	s.mu.Lock()
	defer s.mu.Unlock()
	var all []Message
	for _, c := range s.channels {
		for _, m := range c.messages {
			if m.Unfurls {
				all = append(all, *m)
			}
		}
	}
	return all
}

// post puts a message into a channel. The caller holds mu.
func (s *Server) post(c *conversation, m *Message) {
	m.Channel, m.TS = c.ID, s.nextTS()
	m.Versions[0].At = s.now()
	c.messages = append(c.messages, m)
	kind := ChangePosted
	if m.EphemeralTo != "" {
		kind = ChangeEphemeral
	}
	s.noteMessage(kind, m)
}

// edit gives a message a new version. The caller holds mu.
func (s *Server) edit(m *Message, v Version) {
	v.At = s.now()
	m.Versions = append(m.Versions, v)
	s.noteMessage(ChangeEdited, m)
}

// remove deletes a message. The caller holds mu.
func (s *Server) remove(m *Message) {
	m.Deleted = true
	s.noteMessage(ChangeDeleted, m)
}

func (s *Server) noteMessage(kind ChangeKind, m *Message) {
	user := m.User
	if m.EphemeralTo != "" {
		user = m.EphemeralTo
	}
	s.note(Change{
		Kind: kind, Channel: m.Channel, User: user, TS: m.TS, ThreadTS: m.ThreadTS,
		Text: s.text(m),
	})
}

// object is a message in the shape of Slack's answers and payloads.
func (s *Server) object(m *Message, v Version) map[string]any {
	out := map[string]any{"type": "message", "user": m.User, "text": v.Text, "ts": m.TS, "team": s.opts.TeamID}
	if m.User == s.opts.BotUserID {
		out["bot_id"], out["app_id"] = s.opts.BotID, s.opts.AppID
		out["bot_profile"] = s.botProfile()
	}
	if v.Blocks != nil {
		out["blocks"] = v.Blocks
	}
	if m.ThreadTS != "" {
		out["thread_ts"] = m.ThreadTS
	}
	if len(m.Versions) > 1 {
		out["edited"] = map[string]any{"user": m.User, "ts": fmt.Sprintf("%d.000000", v.At.Unix())}
	}
	if len(m.Reactions) > 0 {
		out["reactions"] = m.reactions()
	}
	return out
}

func (m *Message) reactions() []map[string]any {
	out := make([]map[string]any, len(m.Reactions))
	for i, r := range m.Reactions {
		out[i] = map[string]any{"name": r.Name, "users": slices.Clone(r.Users), "count": len(r.Users)}
	}
	return out
}

func (s *Server) botProfile() map[string]any {
	return map[string]any{
		"id": s.opts.BotID, "deleted": false, "name": s.opts.BotName, "updated": 0,
		"app_id": s.opts.AppID, "icons": icons(), "team_id": s.opts.TeamID,
	}
}

func icons() map[string]any {
	const picture = "https://a.slack-edge.com/img/plugins/app/bot.png"
	return map[string]any{"image_36": picture, "image_48": picture, "image_72": picture}
}
