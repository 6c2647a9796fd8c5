package slacksim

import "strings"

// Transcript shows a channel as it stands, in plain text: every message as it
// reads now, threads indented below the message that they belong to, private
// answers marked with the one person who sees them. It holds no times, so that
// the same story reads the same every day.
func (s *Server) Transcript(channel string) string {
	return s.transcript(channel, func(*Message) bool { return true })
}

// TranscriptFor shows a channel as one person sees it: without what only
// others see.
func (s *Server) TranscriptFor(channel, user string) string {
	return s.transcript(channel, func(m *Message) bool {
		return m.EphemeralTo == "" || m.EphemeralTo == user
	})
}

func (s *Server) transcript(channel string, sees func(*Message) bool) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	c := s.channel(channel)
	if c == nil {
		return ""
	}
	name := "#" + c.Name
	if c.im != "" {
		name = "direct message with " + s.displayName(c.im)
	}
	parts := []string{name}
	for _, m := range c.messages {
		switch {
		case c.isTombstone(m):
			parts = append(parts, tombstone)
		case m.Deleted || m.ThreadTS != "" || !sees(m):
			continue
		default:
			parts = append(parts, s.renderMessage(m, ""))
		}
		for _, reply := range c.messages {
			if reply.ThreadTS == m.TS && !reply.Deleted && sees(reply) {
				parts = append(parts, s.renderMessage(reply, "    │ "))
			}
		}
	}
	return strings.Join(parts, "\n\n") + "\n"
}

// tombstone is what is shown of a deleted message that has replies.
const tombstone = "This message was deleted."

// renderMessage shows a message with its author and its reactions.
func (s *Server) renderMessage(m *Message, margin string) string {
	head := firstOf(s.displayName(m.User), strings.TrimPrefix(m.User, "U"))
	if m.User == "USLACKBOT" {
		head = "Slackbot"
	}
	if m.EphemeralTo != "" {
		head += " (only you, " + firstOf(s.displayName(m.EphemeralTo), m.EphemeralTo) + ")"
	}
	lines := []string{head, s.text(m)}
	for _, r := range m.Reactions {
		lines = append(lines, emoji(":"+r.Name+":"))
	}
	return margin + indentRest(indentRest(strings.Join(lines, "\n"), "  "), margin)
}

// reading is a version of a message as a person reads it, and the names in it.
type reading struct {
	version int
	names   map[string]string // by id
	text    string
}

// text is what a person reads in a message. It is made once of each version, as long as
// the names stay: whoever waits for a text looks through all messages at each change.
// The caller holds mu.
func (s *Server) text(m *Message) string {
	known, found := s.read[m]
	for id, name := range known.names {
		found = found && s.displayName(id) == name
	}
	if found && known.version == len(m.Versions) {
		return known.text
	}
	v, names := m.Current(), map[string]string{}
	text := RenderMessage(v.Blocks, v.Text, func(id string) string {
		names[id] = s.displayName(id)
		return names[id]
	})
	s.read[m] = reading{len(m.Versions), names, text}
	return text
}

// ModalText shows the modal that a person has open, or nothing.
func (s *Server) ModalText(user string) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	if v := s.top(user); v != nil {
		return renderView(v, s.displayName)
	}
	return ""
}

// HomeText shows a person's Home tab, or nothing.
func (s *Server) HomeText(user string) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	if v := s.homes[user]; v != nil {
		return renderView(v, s.displayName)
	}
	return ""
}
