package slacksim

import (
	"encoding/base64"
	"slices"
	"strconv"
	"strings"
)

func (s *Server) conversationsInfo(a args) (reply, error) {
	c := s.visible(a["channel"])
	if c == nil {
		return nil, fail("channel_not_found")
	}
	return reply{"channel": s.channelObject(c)}, nil
}

func (s *Server) conversationsList(a args) (reply, error) {
	types := strings.Split(a["types"], ",")
	if a["types"] == "" {
		types = []string{"public_channel"}
	}
	var all []map[string]any
	for _, c := range s.channels {
		hidden := (c.Private && c.BotAbsent) || (c.Archived && a.flag("exclude_archived"))
		if !hidden && slices.Contains(types, c.kind()) {
			all = append(all, s.channelObject(c))
		}
	}
	page, next := cut(all, a)
	return reply{"channels": page, "response_metadata": map[string]any{"next_cursor": next}}, nil
}

func (s *Server) conversationsJoin(a args) (reply, error) {
	c := s.visible(a["channel"])
	switch {
	case c == nil:
		return nil, fail("channel_not_found")
	case c.Archived:
		return nil, fail("is_archived")
	case c.kind() != "public_channel":
		return nil, fail("method_not_supported_for_channel_type")
	}
	c.BotAbsent = false
	return reply{"channel": s.channelObject(c)}, nil
}

func (s *Server) conversationsOpen(a args) (reply, error) {
	u := s.user(a["users"])
	if u == nil {
		return nil, fail("user_not_found")
	}
	if u.Deleted {
		return nil, fail("user_disabled")
	}
	return reply{"channel": map[string]any{"id": s.direct(u.ID).ID}}, nil
}

func (s *Server) conversationsHistory(a args) (reply, error) {
	c, err := s.readable(a["channel"])
	if err != nil {
		return nil, err
	}
	var all []map[string]any
	for _, m := range slices.Backward(c.messages) { // the newest first
		if m.EphemeralTo == "" && (!m.Deleted || c.isTombstone(m)) && m.ThreadTS == "" && a.within(m.TS) {
			all = append(all, s.historyObject(c, m, a))
		}
	}
	page, next := cut(all, a)
	return reply{
		"messages": page, "has_more": next != "", "pin_count": 0,
		"response_metadata": map[string]any{"next_cursor": next},
	}, nil
}

func (s *Server) conversationsReplies(a args) (reply, error) {
	c, err := s.readable(a["channel"])
	if err != nil {
		return nil, err
	}
	root := c.root(a["ts"])
	if root == "" {
		return nil, fail("thread_not_found")
	}
	var all []map[string]any
	for _, m := range c.messages {
		visible := m.EphemeralTo == "" && (!m.Deleted || c.isTombstone(m))
		if visible && m.threadRoot() == root && (m.TS == root || a.within(m.TS)) {
			all = append(all, s.historyObject(c, m, a))
		}
	}
	page, next := cut(all, a)
	return reply{
		"messages": page, "has_more": next != "",
		"response_metadata": map[string]any{"next_cursor": next},
	}, nil
}

// readable finds a conversation whose messages the bot may read: unlike
// posting, that needs membership even in public channels.
func (s *Server) readable(ref string) (*conversation, error) {
	c := s.visible(ref)
	if c == nil {
		return nil, fail("channel_not_found")
	}
	if c.BotAbsent {
		return nil, fail("not_in_channel")
	}
	return c, nil
}

func (s *Server) historyObject(c *conversation, m *Message, a args) map[string]any {
	v := m.Current()
	out := s.object(m, v)
	if m.Deleted {
		out = map[string]any{"type": "message", "subtype": "tombstone", "user": "USLACKBOT", "text": tombstone, "ts": m.TS, "hidden": true}
		v.Metadata = nil
	}
	if v.Metadata != nil && a.flag("include_all_metadata") {
		out["metadata"] = v.Metadata
	}
	if m.ThreadTS != "" {
		return out
	}
	replies, latest := 0, ""
	for _, r := range c.messages {
		if r.ThreadTS == m.TS && r.EphemeralTo == "" && !r.Deleted {
			replies, latest = replies+1, r.TS
		}
	}
	if replies > 0 {
		out["thread_ts"], out["reply_count"], out["latest_reply"] = m.TS, replies, latest
	}
	return out
}

// within says whether a timestamp lies between oldest and latest. Timestamps
// of one length compare as text.
func (a args) within(ts string) bool {
	oldest, latest := a["oldest"], a["latest"]
	if a.flag("inclusive") && (ts == oldest || ts == latest) {
		return true
	}
	return (oldest == "" || after(ts, oldest)) && (latest == "" || after(latest, ts))
}

func after(a, b string) bool {
	x, _ := strconv.ParseFloat(a, 64) // what is no number counts as 0, as it does at Slack
	y, _ := strconv.ParseFloat(b, 64)
	if x == y {
		return a > b
	}
	return x > y
}

// cut gives the page that the call asks for, and the cursor of the next.
func cut(all []map[string]any, a args) (page []map[string]any, next string) {
	start := 0
	if raw, err := base64.StdEncoding.DecodeString(a["cursor"]); err == nil {
		start, _ = strconv.Atoi(strings.TrimPrefix(string(raw), "next:"))
	}
	start = max(0, min(start, len(all)))
	end := min(start+a.number("limit", 100), len(all))
	if end < len(all) {
		next = base64.StdEncoding.EncodeToString([]byte("next:" + strconv.Itoa(end)))
	}
	return append([]map[string]any{}, all[start:end]...), next
}

func (c *conversation) kind() string {
	switch {
	case c.im != "":
		return "im"
	case c.Private:
		return "private_channel"
	default:
		return "public_channel"
	}
}

func (s *Server) channelObject(c *conversation) map[string]any {
	said := map[string]any{"value": "", "creator": "", "last_set": 0}
	out := map[string]any{
		"id": c.ID, "created": 0, "creator": "", "unlinked": 0,
		"is_channel": c.kind() == "public_channel", "is_group": c.kind() == "private_channel", "is_im": c.im != "",
		"is_mpim": false, "is_private": c.Private, "is_archived": c.Archived, "is_general": false,
		"is_shared": false, "is_org_shared": false, "is_ext_shared": false, "is_pending_ext_shared": false,
		"pending_shared": []string{}, "is_member": !c.BotAbsent,
	}
	if c.im != "" {
		out["user"] = c.im
		return out
	}
	out["name"], out["name_normalized"], out["previous_names"] = c.Name, c.Name, []string{}
	out["topic"], out["purpose"] = said, said
	out["num_members"] = len(c.Members)
	if c.Members == nil {
		out["num_members"] = len(s.users)
	}
	return out
}
