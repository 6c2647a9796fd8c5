package slacksim

import (
	"cmp"
	"maps"
	"slices"
)

func (s *Server) authTest(args) (reply, error) {
	out := reply{
		"url": "https://" + s.opts.TeamDomain + ".slack.com/", "team": s.opts.TeamName, "team_id": s.opts.TeamID,
		"user": s.opts.BotName, "user_id": s.opts.BotUserID, "bot_id": s.opts.BotID,
	}
	if s.opts.EnterpriseID != "" {
		out["enterprise_id"], out["is_enterprise_install"] = s.opts.EnterpriseID, s.opts.OrgWide
	}
	if s.opts.OrgWide {
		out["team_id"] = s.opts.EnterpriseID
	}
	return out, nil
}

func (s *Server) teamInfo(args) (reply, error) {
	icon := map[string]any{"image_default": true}
	return reply{"team": map[string]any{
		"id": s.opts.TeamID, "name": s.opts.TeamName, "domain": s.opts.TeamDomain,
		"email_domain": s.opts.TeamDomain + ".example", "icon": icon,
	}}, nil
}

func (s *Server) botsInfo(a args) (reply, error) {
	if a["bot"] != s.opts.BotID {
		return nil, fail("bot_not_found")
	}
	return reply{"bot": map[string]any{
		"id": s.opts.BotID, "app_id": s.opts.AppID, "user_id": s.opts.BotUserID,
		"name": s.opts.BotName, "deleted": false, "updated": 0, "icons": icons(),
	}}, nil
}

func (s *Server) usersInfo(a args) (reply, error) {
	u := s.user(a["user"])
	if u == nil {
		return nil, fail("user_not_found")
	}
	return reply{"user": s.userObject(u)}, nil
}

func (s *Server) usersLookupByEmail(a args) (reply, error) {
	for _, u := range s.users {
		if u.Email != "" && u.Email == a["email"] && !u.Deleted {
			return reply{"user": s.userObject(u)}, nil
		}
	}
	return nil, fail("users_not_found")
}

func (s *Server) usersList(a args) (reply, error) {
	all := make([]map[string]any, len(s.users))
	for i, u := range s.users {
		all[i] = s.userObject(u)
	}
	page, next := cut(all, a)
	return reply{
		"members": page, "cache_ts": s.now().Unix(),
		"response_metadata": map[string]any{"next_cursor": next},
	}, nil
}

func (s *Server) usergroupsList(a args) (reply, error) {
	all := []map[string]any{}
	for _, g := range s.groups {
		if g.Disabled && !a.flag("include_disabled") {
			continue
		}
		out := g.object(s.opts.TeamID)
		if a.flag("include_users") {
			out["users"] = slices.Clone(g.Members)
		}
		if a.flag("include_count") {
			out["user_count"] = len(g.Members)
		}
		all = append(all, out)
	}
	return reply{"usergroups": all}, nil
}

func (s *Server) usergroupsUsersList(a args) (reply, error) {
	g := s.group(a["usergroup"])
	if g == nil || (g.Disabled && !a.flag("include_disabled")) {
		return nil, fail("no_such_subteam")
	}
	return reply{"users": append([]string{}, g.Members...)}, nil
}

func (g *UserGroup) object(team string) map[string]any {
	deleted := 0
	if g.Disabled {
		deleted = 1
	}
	return map[string]any{
		"id": g.ID, "team_id": team, "is_usergroup": true, "name": g.Name, "description": "",
		"handle": g.Handle, "is_external": false, "date_create": 0, "date_update": 0, "date_delete": deleted,
		"auto_type": nil, "created_by": "", "updated_by": "", "deleted_by": nil,
		"prefs": map[string]any{"channels": []string{}, "groups": []string{}},
	}
}

// userObject is a person in the shape of Slack's answers and events.
func (s *Server) userObject(u *User) map[string]any {
	out := map[string]any{
		"id": u.ID, "team_id": u.TeamID, "name": u.Name, "deleted": u.Deleted, "is_bot": u.IsBot,
		"is_app_user": false, "updated": 0, "profile": map[string]any{
			"real_name": u.RealName, "real_name_normalized": u.RealName, "email": u.Email, "team": u.TeamID,
			"display_name": u.Name, "display_name_normalized": u.Name, "status_text": "", "status_emoji": "",
		},
	}
	if u.Stranger {
		out["is_stranger"] = true
	}
	if id, name := s.organisation(u.ID); id != "" && !u.Stranger {
		out["enterprise_user"] = map[string]any{
			"id": u.ID, "enterprise_id": id, "enterprise_name": name, "is_admin": false, "is_owner": false, "teams": u.teams(),
		}
	}
	if u.Deleted {
		return out // Slack leaves the rest out for people who have left
	}
	maps.Copy(out, map[string]any{
		"color": "9f69e7", "real_name": u.RealName, "tz": cmp.Or(u.TZ, "Etc/UTC"), "tz_label": "UTC", "tz_offset": 0,
		"is_admin": u.IsAdmin, "is_owner": false, "is_primary_owner": false,
		"is_restricted": u.IsRestricted, "is_ultra_restricted": u.IsUltraRestricted,
	})
	return out
}
