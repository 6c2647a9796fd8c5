package slacksim

import (
	"context"
	"errors"
	"slices"
)

// ChangeAccount changes a person, for example into a guest, and tells the bot
// as Slack does (docs.slack.dev/reference/events/user_change).
func (s *Server) ChangeAccount(ctx context.Context, id string, edit func(*User)) (Delivery, error) {
	if err := s.EditUser(id, edit); err != nil {
		return Delivery{}, err
	}
	return s.accountEvent(ctx, "user_change", id)
}

// Join adds a person and tells the bot (docs.slack.dev/reference/events/team_join).
func (s *Server) Join(ctx context.Context, u User) (Delivery, error) {
	s.AddUser(u)
	return s.accountEvent(ctx, "team_join", u.ID)
}

func (s *Server) accountEvent(ctx context.Context, kind, id string) (Delivery, error) {
	s.mu.Lock()
	event := object{"type": kind, "user": s.userObject(s.user(id)), "cache_ts": s.now().Unix()}
	s.mu.Unlock()
	return s.Event(ctx, event)
}

// ChangeUserGroup changes who is in a user group, or disables it, and tells the
// bot (docs.slack.dev/reference/events/subteam_members_changed, subteam_updated).
func (s *Server) ChangeUserGroup(ctx context.Context, g UserGroup) (Delivery, error) {
	s.mu.Lock()
	var before []string
	known := s.group(g.ID)
	if known != nil {
		before = slices.Clone(known.Members)
	}
	s.mu.Unlock()
	s.AddUserGroup(g)
	s.mu.Lock()
	subteam := s.group(g.ID).object(s.opts.TeamID)
	subteam["users"], subteam["user_count"] = slices.Clone(g.Members), len(g.Members)
	s.mu.Unlock()
	if known == nil {
		return s.Event(ctx, object{"type": "subteam_created", "subteam": subteam})
	}
	added, removed := without(g.Members, before), without(before, g.Members)
	if len(added)+len(removed) > 0 {
		d, err := s.Event(ctx, object{
			"type": "subteam_members_changed", "subteam_id": g.ID, "team_id": s.opts.TeamID,
			"added_users": added, "added_users_count": len(added), "removed_users": removed, "removed_users_count": len(removed),
		})
		if err != nil {
			return d, err
		}
	}
	return s.Event(ctx, object{"type": "subteam_updated", "subteam": subteam})
}

// MoveChannel gives a private channel another id, as when it is shared with another
// organisation, and tells the bot; the old one is no channel's any more
// (docs.slack.dev/reference/events/channel_id_changed).
func (s *Server) MoveChannel(ctx context.Context, before, after string) (Delivery, error) {
	s.mu.Lock()
	c := s.channel(before)
	if c != nil {
		c.ID = after
		s.wake()
	}
	ts := s.nextTS()
	s.mu.Unlock()
	if c == nil {
		return Delivery{}, fail("channel_not_found")
	}
	return s.Event(ctx, object{"type": "channel_id_changed", "old_channel_id": before, "new_channel_id": after, "event_ts": ts})
}

// without gives those of a that are not in b.
func without(a, b []string) []string {
	return slices.DeleteFunc(slices.Clone(a), func(id string) bool { return slices.Contains(b, id) })
}

var errWho = errors.New("who, or what?")

func (s *Server) doAccount(ctx context.Context, d controlRequest) (Done, error) {
	if d.Person == nil {
		return Done{}, errWho
	}
	person := *d.Person
	return done(s.ChangeAccount(ctx, person.ID, func(u *User) {
		if person.TeamID == "" {
			person.TeamID = u.TeamID
		}
		*u = person
	}))
}

func (s *Server) doJoin(ctx context.Context, d controlRequest) (Done, error) {
	if d.Person == nil {
		return Done{}, errWho
	}
	return done(s.Join(ctx, *d.Person))
}

func (s *Server) doSubteam(ctx context.Context, d controlRequest) (Done, error) {
	if d.Group == nil {
		return Done{}, errWho
	}
	return done(s.ChangeUserGroup(ctx, *d.Group))
}
