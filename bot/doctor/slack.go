package doctor

import (
	"cmp"
	"errors"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/slipwayhq/slipway/bot"
)

const (
	kindTokenGood     = "slack-token-good"
	kindTokenRefused  = "slack-token-refused" //nolint:gosec // the name of a finding
	kindTokenAway     = "slack-token-away"
	kindTokenKind     = "slack-token-kind"
	kindTokenTeam     = "slack-token-team"
	kindTokenOrg      = "slack-token-organisation"
	kindScopesGood    = "slack-scopes-good"
	kindScopesUnknown = "slack-scopes-unknown"
	kindScopeMissing  = "slack-scope-missing"
	kindScopeLeftOut  = "slack-scope-left-out"
	kindAppGood       = "slack-app-token-good"
	kindAppRefused    = "slack-app-token-refused"
	kindAppKind       = "slack-app-token-kind"
	kindAppOther      = "slack-app-token-other"
	kindCommandsGood  = "slack-commands-good"
	kindCommandWrong  = "slack-command-wrong"
	kindTabGood       = "slack-tab-good"
	kindTabOff        = "slack-tab-off"
	kindTrouble       = "slack-trouble"
	kindMoved         = "slack-channels-moved"
	kindHeard         = "slack-requests-good"
	kindUnheard       = "slack-requests-none"
	kindUnheardSocket = "slack-requests-none-socket"
	kindNoCommand     = "slack-requests-no-command"
	kindSlackClock    = "slack-clock"
)

func slackKinds() []Kind {
	const again = "Install the app again, under OAuth & Permissions in its settings, and start slipway with its bot token (xoxb-...) as slack.bot_token."
	return []Kind{
		{kindTokenGood, "slack-token", OK, "The bot token is good: slipway is in the workspace {team}.", "", ""},
		{kindTokenRefused, "slack-token", Error, "Slack does not accept slack.bot_token ({why}).", "slipway serve does not start; one that runs says nothing in Slack.", again},
		{
			kindTokenAway, "slack-token", Error, "Slack cannot be asked: {why}.", "While it is so nobody can give commands, and no card moves.", "{mend}",
		},
		{kindTokenKind, "slack-token", Error, "slack.bot_token is no bot token, which begins with xoxb-: {looks}.", "slipway cannot speak as its app.", again},
		{
			kindTokenTeam, "slack-token", Error, "slack.bot_token belongs to the workspace {team}, but slack.team is {want}.", "slipway serve does not start.",
			"Write team: {team} under slack (or in .env, where slipway.yaml takes it from there), or use the bot token of the app as it is installed in the other workspace.",
		},
		{
			kindTokenOrg, "slack-token", Error, "The app is installed for the whole organisation {team}, and slipway serves one workspace.", "slipway serve does not start.",
			"Install the app in that workspace itself, name it (T...) under slack.team, and use that installation's bot token.",
		},
		{
			kindSlackClock, "slack-clock", Warning, "The clocks of this machine and of Slack differ by {off}.", "Beyond five minutes slipway refuses what Slack sends over HTTP, since its signature is too old; GitHub refuses an App's tokens already beyond half a minute.",
			"Let this machine set its clock by NTP.",
		},
		{kindScopesGood, "slack-scopes", OK, "The app has every scope that slipway needs.", "", ""},
		{
			kindScopesUnknown, "slack-scopes", Warning, "Slack did not say which scopes the bot token has.", "A missing one shows only when it is needed.",
			"Compare OAuth & Permissions in the app's settings with what slipway manifest prints.",
		},
		{
			kindScopeMissing, "slack-scopes", Error, "The app lacks the scope {scope}.", "It is for {for}, which does not work.",
			"Add {scope} to the Bot Token Scopes under OAuth & Permissions (or put what slipway manifest prints under App Manifest), and install the app again.",
		},
		{
			kindScopeLeftOut, "slack-scopes", Warning, "The app lacks the scope {scope}.", "slipway does without it. {without}",
			"Add {scope} to the Bot Token Scopes under OAuth & Permissions, and install the app again; or leave it as it is.",
		},
		{kindAppGood, "slack-app-token", OK, "The app-level token is good: Slack opens connections for it.", "", ""},
		{
			kindAppRefused, "slack-app-token", Error, "Slack opens no connection with slack.app_token: {why}.", "In socket mode nothing that is typed or clicked reaches slipway.",
			"Under Basic Information, App-Level Tokens, make a token with the scope connections:write (xapp-...), switch Socket Mode on, and start slipway with it.",
		},
		{
			kindAppKind, "slack-app-token", Error, "slack.app_token is no app-level token, which begins with xapp-: {looks}.", "In socket mode nothing that is typed or clicked reaches slipway.",
			"Under Basic Information, App-Level Tokens, make a token with the scope connections:write, and put it there.",
		},
		{
			kindAppOther, "slack-app-token", Error, "slack.app_token belongs to another app ({app}) than slack.bot_token ({bot}).", "slipway hears what is typed to one app, and speaks as the other.",
			"Take both tokens from the settings of one app: the bot token under OAuth & Permissions, the app-level token under Basic Information.",
		},
	}
}

// saidKinds are those about what goes over Slack.
func saidKinds() []Kind {
	return []Kind{
		{kindCommandsGood, "slack-commands", OK, "The slash commands have names that an app can have: {names}.", "", ""},
		{kindCommandWrong, "slack-commands", Error, "{wrong}", "Slack refuses the app's manifest, or keeps what is typed to itself.", "Choose another name under slack.commands, and give the app what slipway manifest prints."},
		{kindTabGood, "slack-messages-tab", OK, "Slack has refused no message of slipway's lately.", "", ""},
		{
			kindTabOff, "slack-messages-tab", Error, "Slack takes no direct messages from slipway: the Messages tab of its app is off.", "People who are asked or told something in private do not hear of it.",
			"Switch the Messages Tab on, under App Home in the settings of slipway's app.",
		},
		{kindMoved, "slack-channels", Error, "{why}.", "Cards, answers and news that belong there do not arrive.", "{mend}"},
		{kindTrouble, "slack-messages", Warning, "slipway could not reach people lately: {why}.", "What it wanted to say there was not said, or not as it should look.", "{mend}"},
		{kindHeard, "slack-requests", OK, "The last request of Slack was taken {ago} ago.", "", ""},
		{
			kindUnheard, "slack-requests", Warning, "slipway has taken no request of Slack yet.", "If something has been typed or clicked already, it did not reach slipway, or was signed with another secret.",
			"Type {name} help in Slack while slipway serves, and run slipway doctor again. If this stays, compare the request URLs in the app's settings with what slipway manifest prints, and slack.signing_secret with Basic Information.",
		},
		{
			kindUnheardSocket, "slack-requests", Warning, "slipway has taken nothing of Slack yet.", "If something has been typed or clicked already, it did not reach slipway.",
			"Type {name} help in Slack while slipway serves, and run slipway doctor again. If this stays, look under Socket Mode in the app's settings whether it is on, and whether another program uses slack.app_token: Slack gives each request to one of all connections.",
		},
		{
			kindNoCommand, "slack-requests", Warning, "Slack sends slipway other things, and no slash command yet.", "If {name} has been typed already, another app of the workspace may have answered: Slack gives a command to the app that was installed last.",
			"Type {name} help. Where slipway does not answer, remove the command from the other app, or choose another name under slack.commands and give the app what slipway manifest prints.",
		},
	}
}

// SlackToken is what was found out about the bot token.
type SlackToken struct {
	Err error
	// Kind says whether it looks like a bot token, and Looks what it looks like.
	Kind  bool
	Looks string
	// Team is the id of the workspace that it belongs to, Name that workspace's name, and
	// Want the id of the one that is to be served.
	Team, Name, Want string
}

// Findings judges the token. Only with a good one Slack can be asked further.
func (t SlackToken) Findings() []Finding {
	switch kind := bot.KindOf(t.Err); {
	case !t.Kind && (t.Err == nil || kind == bot.Denied || kind == bot.Invalid || kind == bot.NotFound):
		return []Finding{find(kindTokenKind, "looks", t.Looks)}
	case t.Err != nil && (kind == bot.Denied || kind == bot.Invalid || kind == bot.NotFound):
		return []Finding{find(kindTokenRefused, "why", reasonOf(t.Err))}
	case t.Err != nil:
		return []Finding{find(kindTokenAway, "why", why(t.Err), "mend", mendOf(t.Err, "Check that this machine reaches the address under slack.api_url; status.slack.com tells whether Slack has trouble."))}
	case strings.HasPrefix(t.Team, "E"):
		return []Finding{find(kindTokenOrg, "team", t.Team)}
	case t.Team != t.Want:
		return []Finding{find(kindTokenTeam, "team", t.Team, "want", cmp.Or(t.Want, "not set"))}
	}
	return []Finding{find(kindTokenGood, "team", t.Name+" ("+t.Team+")")}
}

// SlackClock judges by how much Slack's clock is ahead of ours, which is nobody's fault
// where an answer was on its way for so long.
func SlackClock(ahead time.Duration) []Finding {
	const slack = 20 * time.Second
	if ahead.Abs() <= slack {
		return nil
	}
	return []Finding{find(kindSlackClock, "off", bot.Span(bot.Rough(ahead.Abs())))}
}

// Scope is a scope, what it is for, and what is less good without it if slipway does
// without it.
type Scope struct{ Name, For, Without string }

// Scopes compares the scopes of a token with those that slipway needs. granted is nil if
// Slack did not tell them.
func Scopes(granted []string, needed []Scope) []Finding {
	if granted == nil {
		return []Finding{find(kindScopesUnknown)}
	}
	var found []Finding
	for _, s := range needed {
		switch {
		case slices.Contains(granted, s.Name):
		case s.Without != "":
			found = append(found, find(kindScopeLeftOut, "scope", s.Name, "without", s.Without))
		default:
			found = append(found, find(kindScopeMissing, "scope", s.Name, "for", strings.ReplaceAll(s.For, "`", "")))
		}
	}
	if len(found) == 0 {
		found = append(found, find(kindScopesGood))
	}
	return found
}

// AppToken is what is known of the app-level token.
type AppToken struct {
	// Err is why Slack opens no connection for it, and Looks what it looks like, where
	// it is none.
	Err   error
	Looks string
	// App is the app that it belongs to, and Bot that of the bot token; empty: it is not
	// known.
	App, Bot string
}

// Findings judges whether Slack opens connections for the token, to the app that
// slipway speaks as.
func (t AppToken) Findings() []Finding {
	switch {
	case t.Err != nil && t.Looks != "":
		return []Finding{find(kindAppKind, "looks", t.Looks)}
	case t.Err != nil && bot.KindOf(t.Err) != bot.Denied && bot.KindOf(t.Err) != bot.Invalid && bot.KindOf(t.Err) != bot.NotFound:
		return []Finding{Unknown("slack-app-token", t.Err)}
	case t.Err != nil:
		return []Finding{find(kindAppRefused, "why", reasonOf(t.Err))}
	case t.App != "" && t.Bot != "" && t.App != t.Bot:
		return []Finding{find(kindAppOther, "app", t.App, "bot", t.Bot)}
	}
	return []Finding{find(kindAppGood)}
}

// Looks says in words what a token begins like, of those that slipway has use for or that
// stand beside them in the app's settings; empty: it is not known.
func Looks(token string) string {
	for _, known := range []struct{ prefix, what string }{
		{"xoxb-", "it looks like a bot token (OAuth & Permissions)"},
		{"xapp-", "it looks like an app-level token (Basic Information)"},
		{"xoxp-", "it looks like a user token, which lets an app speak as a person"},
		{"xoxe.", "it looks like a token that is rotated, and ends after twelve hours"},
		{"xoxe-", "it looks like a token that renews others"},
		{"ghp_", "it looks like a token of GitHub's"},
		{"github_pat_", "it looks like a token of GitHub's"},
	} {
		if strings.HasPrefix(token, known.prefix) {
			return known.what
		}
	}
	return ""
}

// Commands judges the names of the slash commands; wrong are the faults that were found.
func Commands(names, wrong []string) []Finding {
	var found []Finding
	for _, w := range wrong {
		found = append(found, find(kindCommandWrong, "wrong", w))
	}
	if len(found) == 0 {
		found = append(found, find(kindCommandsGood, "names", strings.Join(names, ", ")))
	}
	return found
}

// Troubles judges whether messages reach people, by the troubles that slipway recorded when
// Slack refused some. Nothing is sent to find out.
func Troubles(all []bot.Trouble) []Finding {
	var found []Finding
	for _, t := range all {
		if t.Kind == bot.NoDirect {
			found = append(found, find(kindTabOff))
			continue
		}
		if t.Kind == bot.ChannelMoved {
			found = append(found, find(kindMoved, "why", t.Says, "mend", t.Mend))
			continue
		}
		mend := t.Mend
		if mend == "" {
			mend = "The log of slipway says more."
		}
		found = append(found, find(kindTrouble, "why", strings.TrimSuffix(t.Says, "."), "mend", mend))
	}
	if len(found) == 0 {
		found = append(found, find(kindTabGood))
	}
	return found
}

// reasonOf is why the platform refused, with its own error where there is one.
func reasonOf(err error) string {
	reason := why(err)
	if e, is := errors.AsType[*bot.Error](err); is && e.Err != nil {
		return reason + ": " + e.Err.Error()
	}
	return reason
}

// counted is a number with its noun.
func counted(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return strconv.Itoa(n) + " " + noun + "s"
}
