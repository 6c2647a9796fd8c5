package slacksim

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

// User is a person or a bot of the workspace. TeamID differs from the
// workspace's own for people of other organisations.
type User struct {
	ID                string `json:"id"`
	Name              string `json:"name"`
	RealName          string `json:"real_name"`
	Email             string `json:"email"`
	TZ                string `json:"tz"` // left out: Etc/UTC
	TeamID            string `json:"team_id"`
	IsAdmin           bool   `json:"is_admin"`
	IsBot             bool   `json:"is_bot"`
	IsRestricted      bool   `json:"is_restricted"`
	IsUltraRestricted bool   `json:"is_ultra_restricted"`
	Deleted           bool   `json:"deleted"`
	// Teams are all workspaces of the organisation in which somebody is, where
	// there is one (Enterprise Grid); TeamID is then the one that Slack calls
	// their own, which may be a sibling of ours. Left out, it is TeamID alone.
	Teams []string `json:"teams"`
	// Stranger is a person of another company, in a channel that is shared with
	// it (Slack Connect). EnterpriseID is that company's organisation, if it has
	// one.
	Stranger     bool   `json:"stranger"`
	EnterpriseID string `json:"enterprise_id"`
}

// UserGroup is a user group (subteam): what @sre stands for.
type UserGroup struct {
	ID       string   `json:"id"`
	Handle   string   `json:"handle"`
	Name     string   `json:"name"`
	Members  []string `json:"members"`
	Disabled bool     `json:"disabled"`
}

// Channel is a channel or a direct message. Members left out means that
// everybody of the workspace is in it.
type Channel struct {
	ID        string   `json:"id"`
	Name      string   `json:"name"`
	Private   bool     `json:"private"`
	Archived  bool     `json:"archived"`
	BotAbsent bool     `json:"bot_absent"` // the bot is not a member
	Members   []string `json:"members"`
}

// conversation is a channel with what was said in it. In a direct message im
// names the person.
type conversation struct {
	Channel
	im       string
	messages []*Message
}

func (c *conversation) has(user string) bool {
	return c.Members == nil || slices.Contains(c.Members, user)
}

// AddUser adds a person, or replaces the one of that id.
func (s *Server) AddUser(u User) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if u.TeamID == "" {
		u.TeamID = s.opts.TeamID
	}
	if u.RealName == "" {
		u.RealName = u.Name
	}
	if old := s.user(u.ID); old != nil {
		*old = u
	} else {
		s.users = append(s.users, &u)
	}
	s.wake()
}

// EditUser changes a person, for example into a guest.
func (s *Server) EditUser(id string, edit func(*User)) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	u := s.user(id)
	if u == nil {
		return fmt.Errorf("no user %q", id)
	}
	edit(u)
	s.wake()
	return nil
}

// AddUserGroup adds a user group, or replaces the one of that id.
func (s *Server) AddUserGroup(g UserGroup) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if g.Name == "" {
		g.Name = g.Handle
	}
	g.Members = slices.Clone(g.Members)
	if old := s.group(g.ID); old != nil {
		*old = g
	} else {
		s.groups = append(s.groups, &g)
	}
	s.wake()
}

// AddChannel adds a channel, or replaces the settings of the one of that id.
func (s *Server) AddChannel(c Channel) {
	s.mu.Lock()
	defer s.mu.Unlock()
	c.Members = slices.Clone(c.Members)
	if old := s.channel(c.ID); old != nil {
		old.Channel = c
	} else {
		s.channels = append(s.channels, &conversation{Channel: c})
	}
	s.wake()
}

// RevokeToken makes the bot's token invalid.
func (s *Server) RevokeToken() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.revoked = true
	s.wake()
}

func (s *Server) user(id string) *User {
	for _, u := range s.users {
		if u.ID == id {
			return u
		}
	}
	return nil
}

func (s *Server) group(id string) *UserGroup {
	for _, g := range s.groups {
		if g.ID == id {
			return g
		}
	}
	return nil
}

// channel finds a conversation by id, by #name, or by name.
//
// "@U01ANNA" is the direct message between that person and the bot.
func (s *Server) channel(ref string) *conversation {
	if ref == "" {
		return nil
	}
	if person, isDirect := strings.CutPrefix(ref, "@"); isDirect && s.user(person) != nil {
		return s.direct(person)
	}
	name := strings.TrimPrefix(ref, "#")
	for _, c := range s.channels {
		if c.ID == ref || (c.im == "" && c.Name == name) {
			return c
		}
	}
	return nil
}

// direct finds the direct message between the bot and a person, and opens it
// at first use.
func (s *Server) direct(user string) *conversation {
	for _, c := range s.channels {
		if c.im == user {
			return c
		}
	}
	c := &conversation{
		Channel: Channel{ID: "D" + strings.TrimLeft(user, "UW"), Private: true, Members: []string{user}},
		im:      user,
	}
	s.channels = append(s.channels, c)
	return c
}

// nextTS gives a message timestamp: the clock's microseconds, but never one
// twice and never one before another.
func (s *Server) nextTS() string {
	s.lastTS = max(s.lastTS+1, s.opts.Now().UnixMicro())
	return fmt.Sprintf("%d.%06d", s.lastTS/1e6, s.lastTS%1e6)
}

// nextID gives an id of Slack's kind that is unique in this workspace.
func (s *Server) nextID(prefix string) string {
	s.serial++
	return fmt.Sprintf("%s%07d", prefix, s.serial)
}

func (s *Server) now() time.Time { return s.opts.Now() }

// wake tells all who wait that something changed. The caller holds mu.
func (s *Server) wake() {
	close(s.changed)
	s.changed = make(chan struct{})
}

// displayName is what the workspace shows for an id of a user, a channel or a
// user group. The caller holds mu.
func (s *Server) displayName(id string) string {
	if u := s.user(id); u != nil {
		return u.RealName
	}
	if g := s.group(id); g != nil {
		return g.Handle
	}
	if c := s.channel(id); c != nil {
		return c.Name
	}
	return ""
}
