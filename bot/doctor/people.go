package doctor

import (
	"time"

	"github.com/slipwayhq/slipway/bot"
)

const (
	kindChannelGood     = "slack-channel-good"
	kindChannelHidden   = "slack-channel-hidden"
	kindChannelArchived = "slack-channel-archived"
	kindChannelAbsent   = "slack-channel-absent"
	kindGroupGood       = "slack-group-good"
	kindGroupUnread     = "slack-group-unread"
	kindGroupEmpty      = "slack-group-empty"
	kindPeopleGood      = "slack-people-good"
	kindPersonGone      = "slack-person-gone"
)

func peopleKinds() []Kind {
	return []Kind{
		{kindChannelGood, "slack-channels", OK, "slipway is in the channel {channel} ({for}).", "", ""},
		{
			kindChannelHidden, "slack-channels", Error, "slipway cannot see the channel {channel} ({for}): there is none of this id, or it is private and slipway is not in it.", "Nothing can be said there.",
			"Type /invite @slipway in the channel, or correct its id in slipway.yaml (at the end of the channel's details in Slack).",
		},
		{kindChannelArchived, "slack-channels", Error, "The channel {channel} ({for}) is archived.", "Nothing can be said there.", "Unarchive it, or name another channel in slipway.yaml."},
		{kindChannelAbsent, "slack-channels", Error, "slipway is not in the channel {channel} ({for}).", "Nothing can be said there, and mentions of slipway there are not heard.", "Type /invite @slipway in the channel."},
		{kindGroupGood, "slack-groups", OK, "The user group {group} has {members}.", "", ""},
		{kindGroupUnread, "slack-groups", Error, "The user group {group} ({id}) cannot be read: {why}.", "Nobody counts as a member, so nobody can approve or deploy by it.", "{mend}"},
		{kindGroupEmpty, "slack-groups", Warning, "The user group {group} ({id}) has no members.", "Nobody can approve or deploy by it.", "Add its members in Slack, or name another group under groups in slipway.yaml."},
		{kindPeopleGood, "slack-people", OK, "{people} of slipway.yaml that were looked up are full members of the workspace.", "", ""},
		{kindPersonGone, "slack-people", Warning, "{name} ({id}) is no full member of the workspace: {why}.", "Their word counts for nothing, although slipway.yaml names them.", "Correct the id under people in slipway.yaml, or take them out."},
	}
}

// Channel is a channel that slipway.yaml names.
type Channel struct {
	ID, Name string
	// For is what it is for, such as "alerts".
	For      string
	Err      error
	Archived bool
	// Member says that slipway may post there: it is in it, or may post in every
	// public channel.
	Member bool
}

// Finding judges one channel.
func (c Channel) Finding() Finding {
	label := c.ID
	if c.Name != "" {
		label = "#" + c.Name + " (" + c.ID + ")"
	}
	kind := kindChannelGood
	switch {
	case bot.KindOf(c.Err) == bot.NotFound:
		kind = kindChannelHidden
	case c.Err != nil:
		f := Unknown("slack-channels", c.Err)
		f.Says = "The channel " + plain(label) + ": " + f.Says
		return f
	case c.Archived:
		kind = kindChannelArchived
	case !c.Member:
		kind = kindChannelAbsent
	}
	return find(kind, "channel", label, "for", c.For)
}

// Group is a group whose members are read elsewhere, in Slack or at GitHub.
type Group struct {
	Name, ID string
	Members  int
	Err      error
}

// Finding judges a user group of Slack.
func (g Group) Finding() Finding {
	switch {
	case g.Err != nil:
		return find(kindGroupUnread, "group", g.Name, "id", g.ID, "why", why(g.Err), "mend", mendOf(g.Err, "Correct its id under groups in slipway.yaml, or list the members there."))
	case g.Members == 0:
		return find(kindGroupEmpty, "group", g.Name, "id", g.ID)
	}
	return find(kindGroupGood, "group", g.Name, "members", counted(g.Members, "member"))
}

// Account is somebody whom slipway.yaml names.
type Account struct {
	Name, ID string
	Full     bool // a full member of the workspace
	Err      error
}

// People judges the accounts that were looked up.
func People(all []Account) []Finding {
	var found []Finding
	good := 0
	for _, a := range all {
		switch {
		case a.Err != nil:
			f := Unknown("slack-people", a.Err)
			f.Says = plain(a.Name) + ": " + f.Says
			found = append(found, f)
		case !a.Full:
			found = append(found, find(kindPersonGone, "name", a.Name, "id", a.ID, "why", "Slack does not know them, they are deactivated, a guest or a bot"))
		default:
			good++
		}
	}
	if len(found) == 0 && good > 0 {
		found = append(found, find(kindPeopleGood, "people", counted(good, "account")))
	}
	return found
}

// Requests is when slipway took something of Slack last.
type Requests struct {
	// Any is when it took anything at all, and Command a slash command. A version of
	// slipway before this one noted no commands.
	Any, Command time.Time
	// Name is that of the command that deploys, and Socket says that slipway opens the
	// connection to Slack itself.
	Name   string
	Socket bool
}

// Findings judges by what slipway took of Slack itself.
func (r Requests) Findings(now time.Time) []Finding {
	switch {
	case r.Any.IsZero() && r.Socket:
		return []Finding{find(kindUnheardSocket, "name", r.Name)}
	case r.Any.IsZero():
		return []Finding{find(kindUnheard, "name", r.Name)}
	case r.Command.IsZero():
		return []Finding{find(kindHeard, "ago", ago(r.Any, now)), find(kindNoCommand, "name", r.Name)}
	}
	return []Finding{find(kindHeard, "ago", ago(r.Any, now))}
}

func ago(at, now time.Time) string { return bot.Span(bot.Rough(max(0, now.Sub(at)))) }
