package slacksim

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"
)

const (
	// maxText is where Slack cuts the text of a new message
	// (docs.slack.dev/reference/methods/chat.postMessage).
	maxText = 40_000
	// maxEditText is the limit for an edit. It is counted in bytes, after
	// escaping (gitlab-org/gitlab!258898): an edit can be refused where the
	// post of the same text was not.
	maxEditText = 4_000
)

func (s *Server) chatPostMessage(a args) (reply, error) {
	c, err := s.target(a["channel"])
	if err != nil {
		return nil, err
	}
	v, err := s.content(a)
	if err != nil {
		return nil, err
	}
	m := &Message{User: s.opts.BotUserID, ThreadTS: c.root(a["thread_ts"]), Versions: []Version{v}}
	m.Unfurls = a["unfurl_links"] != "false" || a["unfurl_media"] != "false"
	s.post(c, m)
	return reply{"channel": c.ID, "ts": m.TS, "message": s.object(m, v)}, nil
}

func (s *Server) chatPostEphemeral(a args) (reply, error) {
	c, err := s.target(a["channel"])
	if err != nil {
		return nil, err
	}
	if s.user(a["user"]) == nil || !c.has(a["user"]) {
		return nil, fail("user_not_in_channel")
	}
	v, err := s.content(a)
	if err != nil {
		return nil, err
	}
	m := &Message{User: s.opts.BotUserID, EphemeralTo: a["user"], Versions: []Version{v}}
	s.privately(c, m, a["thread_ts"])
	return reply{"message_ts": m.TS}, nil
}

// chatUpdate keeps blocks and metadata that are not given, as
// docs.slack.dev/reference/methods/chat.update has it; an empty list or object
// takes them away.
func (s *Server) chatUpdate(a args) (reply, error) {
	c, m, err := s.own(a, "cant_update_message")
	if err != nil {
		return nil, err
	}
	if len(a["text"]) > maxEditText {
		return nil, fail("msg_too_long")
	}
	old := m.Current()
	if a["blocks"] == "" && old.Blocks != nil {
		a["blocks"] = string(old.Blocks)
	}
	v, err := s.content(a)
	if err != nil {
		return nil, err
	}
	if a["metadata"] == "" {
		v.Metadata = old.Metadata
	}
	s.edit(m, v)
	return reply{"channel": c.ID, "ts": m.TS, "text": v.Text, "message": s.object(m, v)}, nil
}

func (s *Server) chatDelete(a args) (reply, error) {
	c, m, err := s.own(a, "cant_delete_message")
	if err != nil {
		return nil, err
	}
	s.remove(m)
	return reply{"channel": c.ID, "ts": m.TS}, nil
}

func (s *Server) chatGetPermalink(a args) (reply, error) {
	c := s.visible(a["channel"])
	if c == nil {
		return nil, fail("channel_not_found")
	}
	m := c.message(a["message_ts"])
	if m == nil {
		return nil, fail("message_not_found")
	}
	link := fmt.Sprintf("https://%s.slack.com/archives/%s/p%s", s.opts.TeamDomain, c.ID, strings.ReplaceAll(m.TS, ".", ""))
	if m.ThreadTS != "" {
		link += "?thread_ts=" + m.ThreadTS + "&cid=" + c.ID
	}
	return reply{"channel": c.ID, "permalink": link}, nil
}

func (s *Server) reactionsAdd(a args) (reply, error) {
	c := s.visible(a["channel"])
	if c == nil {
		return nil, fail("channel_not_found")
	}
	m := c.message(a["timestamp"])
	switch {
	case m == nil:
		return nil, fail("message_not_found")
	case a["name"] == "":
		return nil, fail("invalid_name")
	}
	me := s.opts.BotUserID
	i := slices.IndexFunc(m.Reactions, func(r Reaction) bool { return r.Name == a["name"] })
	if i < 0 {
		m.Reactions = append(m.Reactions, Reaction{Name: a["name"]})
		i = len(m.Reactions) - 1
	}
	if slices.Contains(m.Reactions[i].Users, me) {
		return nil, fail("already_reacted")
	}
	m.Reactions[i].Users = append(slices.Clone(m.Reactions[i].Users), me)
	s.note(Change{Kind: ChangeReaction, Channel: c.ID, User: me, TS: m.TS, ThreadTS: m.ThreadTS, Text: a["name"]})
	return reply{}, nil
}

// target is the conversation that the bot may write to: a channel, or a
// person, whose direct message is meant. Direct messages need the Messages tab
// of the app's Home (docs.slack.dev/surfaces/app-home).
func (s *Server) target(ref string) (*conversation, error) {
	c := s.visible(ref)
	if u := s.user(ref); u != nil {
		c = s.direct(u.ID)
	}
	switch {
	case c == nil:
		return nil, fail("channel_not_found")
	case c.im != "" && s.tabOff:
		return nil, fail("messages_tab_disabled")
	case c.Archived:
		return nil, fail("is_archived")
	case c.BotAbsent && !s.opts.ChatWritePublic:
		return nil, fail("not_in_channel")
	}
	return c, nil
}

// visible finds a conversation that the bot can know of: a private channel
// without the bot does not exist for it.
func (s *Server) visible(ref string) *conversation {
	c := s.channel(ref)
	if c == nil || (c.Private && c.BotAbsent) {
		return nil
	}
	return c
}

// own finds the bot's own message that a call wants to change.
func (s *Server) own(a args, refusal string) (*conversation, *Message, error) {
	c := s.visible(a["channel"])
	if c == nil {
		return nil, nil, fail("channel_not_found")
	}
	m := c.message(a["ts"])
	switch {
	case c.Archived:
		return nil, nil, fail("is_inactive")
	case m == nil:
		return nil, nil, fail("message_not_found")
	case m.User != s.opts.BotUserID:
		return nil, nil, fail(refusal)
	case m.Closed && refusal == "cant_update_message":
		return nil, nil, fail("edit_window_closed")
	}
	return c, m, nil
}

// content checks what a message shall say.
func (s *Server) content(a args) (Version, error) {
	if present(a["attachments"]) {
		// Not simulated; dropping them in silence would hide what a person misses.
		return Version{}, fail("invalid_attachments")
	}
	v := Version{Text: a["text"]}
	if present(a["blocks"]) {
		blocks := decodeBlocks(json.RawMessage(a["blocks"]))
		found := slices.Concat(Validate(json.RawMessage(a["blocks"]), SurfaceMessage), s.unknownHere(blocks), s.strangeFiles(blocks))
		if len(found) > 0 {
			return Version{}, invalidBlocks("invalid_blocks", found)
		}
		v.Blocks = withIDs(blocks)
	}
	if v.Text == "" && v.Blocks == nil {
		return Version{}, fail("no_text")
	}
	if utf8.RuneCountInString(v.Text) > maxText {
		v.Text = string([]rune(v.Text)[:maxText])
	}
	var err error
	v.Metadata, err = metadata(a["metadata"])
	return v, err
}

// metadata checks a message's metadata. Without an event_type there is none.
func metadata(raw string) (json.RawMessage, error) {
	if raw == "" {
		return nil, nil
	}
	var m struct {
		Type    string         `json:"event_type"`
		Payload map[string]any `json:"event_payload"`
	}
	if json.Unmarshal([]byte(raw), &m) != nil {
		return nil, fail("invalid_metadata_format")
	}
	if m.Type == "" {
		return nil, nil
	}
	if m.Payload == nil {
		return nil, fail("invalid_metadata_schema")
	}
	return json.RawMessage(raw), nil
}

// present says whether a JSON argument holds anything.
func present(raw string) bool {
	return !slices.Contains([]string{"", "null", "[]", "{}"}, strings.TrimSpace(raw))
}

func invalidBlocks(code string, found []Violation) error {
	messages := make([]string, len(found))
	for i, v := range found {
		messages[i] = v.String()
	}
	return fail(code, messages...)
}
