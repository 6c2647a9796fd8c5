package manifest

import "slices"

// Grant is a scope or an event with what slipway needs it for.
type Grant struct {
	Name string
	// For says what it is for, as it goes on after "is for".
	For string
	// UserGroups says that it is needed only where a group is a user group.
	UserGroups bool
	// Without says what is less good where it is missing, if slipway does without it; else
	// what it is for does not work.
	Without string
}

// AllScopes are the scopes of the bot token that slipway may need.
func AllScopes() []Grant {
	return []Grant{
		{Name: "app_mentions:read", For: "hearing `@slipway` in channels and threads"},
		{Name: "channels:history", For: "finding a message in a public channel again whose posting was not confirmed, and seeing that a card was deleted"},
		{Name: "channels:read", For: "seeing whether a public channel is there, archived, or without slipway"},
		{Name: "chat:write", For: "posting and editing cards and answers"},
		{Name: "commands", For: "the slash commands"},
		{
			Name: "files:write", For: "charts as pictures, in a workspace that does not take them as blocks",
			Without: "In a workspace that does not take charts as blocks they are shown as a line of text, and not as pictures.",
		},
		{Name: "groups:history", For: "the same as `channels:history`, in private channels"},
		{Name: "groups:read", For: "the same as `channels:read`, of private channels"},
		{Name: "im:write", For: "direct messages to those who are asked or told something"},
		{Name: "usergroups:read", For: "reading who is in the user groups that slipway.yaml names", UserGroups: true},
		{Name: "users:read", For: "telling full members of the workspace from guests and strangers"},
	}
}

// AllEvents are the events that slipway may need.
func AllEvents() []Grant {
	return []Grant{
		{Name: "app_home_opened", For: "drawing the Home tab of whoever opens it"},
		{Name: "app_mention", For: "commands that begin with `@slipway`"},
		{Name: "channel_id_changed", For: "private channels that get another id when they are shared with another organisation"},
		{Name: "subteam_created", For: "user groups that are made anew", UserGroups: true},
		{Name: "subteam_members_changed", For: "user groups whose members change", UserGroups: true},
		{Name: "subteam_updated", For: "user groups that are changed or disabled", UserGroups: true},
		{Name: "team_join", For: "accounts that are new"},
		{Name: "user_change", For: "accounts that are deactivated or become guests"},
	}
}

// Scopes are those that the app's bot token needs.
func Scopes(a App) []string { return a.names(AllScopes()) }

// eventNames are those that the app subscribes to.
func eventNames(a App) []string { return a.names(AllEvents()) }

// names are what the app needs, in alphabetical order.
func (a App) names(all []Grant) []string {
	var names []string
	for _, g := range all {
		if a.UserGroups || !g.UserGroups {
			names = append(names, g.Name)
		}
	}
	slices.Sort(names)
	return names
}
