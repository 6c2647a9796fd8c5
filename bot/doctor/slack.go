package doctor

import (
	"cmp"
	"errors"
	"slices"
	"strconv"
	"strings"

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
	kindAppGood       = "slack-app-token-good"
	kindAppRefused    = "slack-app-token-refused"
	kindCommandsGood  = "slack-commands-good"
	kindCommandWrong  = "slack-command-wrong"
	kindTabGood       = "slack-tab-good"
	kindTabOff        = "slack-tab-off"
	kindTrouble       = "slack-trouble"
	kindHeard         = "slack-requests-good"
	kindUnheard       = "slack-requests-none"
)

func slackKinds() []Kind {
	const again = "Install the app again, under OAuth & Permissions in its settings, and start slipway with its bot token (xoxb-...) as slack.bot_token."
	return []Kind{
		{kindTokenGood, "slack-token", OK, "The bot token is good: slipway is in the workspace {team}.", "", ""},
		{kindTokenRefused, "slack-token", Error, "Slack does not accept slack.bot_token ({why}).", "slipway serve does not start; one that runs says nothing in Slack.", again},
		{
			kindTokenAway, "slack-token", Error, "Slack cannot be asked: {why}.", "While it is so nobody can give commands, and no card moves.",
			"Check that this machine reaches the address under slack.api_url; status.slack.com tells whether Slack has trouble.",
		},
		{kindTokenKind, "slack-token", Error, "slack.bot_token is no bot token: one begins with xoxb-.", "slipway cannot speak as its app.", again},
		{
			kindTokenTeam, "slack-token", Error, "slack.bot_token belongs to the workspace {team}, but slack.team is {want}.", "slipway serve does not start.",
			"Write team: {team} under slack (or in .env, where slipway.yaml takes it from there), or use the bot token of the app as it is installed in the other workspace.",
		},
		{
			kindTokenOrg, "slack-token", Error, "The app is installed for the whole organisation {team}, and slipway serves one workspace.", "slipway serve does not start.",
			"Install the app in that workspace itself, name it (T...) under slack.team, and use that installation's bot token.",
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
		{kindAppGood, "slack-app-token", OK, "The app-level token is good: Slack opens connections for it.", "", ""},
		{
			kindAppRefused, "slack-app-token", Error, "Slack opens no connection with slack.app_token: {why}.", "In socket mode nothing that is typed or clicked reaches slipway.",
			"Under Basic Information, App-Level Tokens, make a token with the scope connections:write (xapp-...), switch Socket Mode on, and start slipway with it.",
		},
		{kindCommandsGood, "slack-commands", OK, "The slash commands have names that an app can have: {names}.", "", ""},
		{kindCommandWrong, "slack-commands", Error, "{wrong}", "Slack refuses the app's manifest, or keeps what is typed to itself.", "Choose another name under slack.commands, and give the app what slipway manifest prints."},
		{kindTabGood, "slack-messages-tab", OK, "Slack has refused no message of slipway's lately.", "", ""},
		{
			kindTabOff, "slack-messages-tab", Error, "Slack takes no direct messages from slipway: the Messages tab of its app is off.", "People who are asked or told something in private do not hear of it.",
			"Switch the Messages Tab on, under App Home in the settings of slipway's app.",
		},
		{kindTrouble, "slack-messages", Warning, "slipway could not reach people lately: {why}.", "What it wanted to say there was not said, or not as it should look.", "{mend}"},
		{kindHeard, "slack-requests", OK, "The last request of Slack was taken {ago} ago.", "", ""},
		{
			kindUnheard, "slack-requests", Warning, "slipway has taken no request of Slack yet.", "If something has been typed or clicked already, it did not reach slipway, or was signed with another secret.",
			"Type /deploy help in Slack while slipway serves, and run slipway doctor again. If this stays, compare the request URLs in the app's settings with what slipway manifest prints, and slack.signing_secret with Basic Information.",
		},
	}
}

// SlackToken is what was found out about the bot token.
type SlackToken struct {
	Err error
	// Kind says whether it looks like a bot token.
	Kind bool
	// Team is the id of the workspace that it belongs to, Name that workspace's name, and
	// Want the id of the one that is to be served.
	Team, Name, Want string
}

// Findings judges the token. Only with a good one Slack can be asked further.
func (t SlackToken) Findings() []Finding {
	switch kind := bot.KindOf(t.Err); {
	case t.Err != nil && (kind == bot.Denied || kind == bot.Invalid || kind == bot.NotFound) && !t.Kind:
		return []Finding{find(kindTokenKind)}
	case t.Err != nil && (kind == bot.Denied || kind == bot.Invalid || kind == bot.NotFound):
		return []Finding{find(kindTokenRefused, "why", reasonOf(t.Err))}
	case t.Err != nil:
		return []Finding{find(kindTokenAway, "why", why(t.Err))}
	case strings.HasPrefix(t.Team, "E"):
		return []Finding{find(kindTokenOrg, "team", t.Team)}
	case t.Team != t.Want:
		return []Finding{find(kindTokenTeam, "team", t.Team, "want", cmp.Or(t.Want, "not set"))}
	}
	return []Finding{find(kindTokenGood, "team", t.Name+" ("+t.Team+")")}
}

// Scope is a scope and what it is for.
type Scope struct{ Name, For string }

// Scopes compares the scopes of a token with those that slipway needs. granted is nil if
// Slack did not tell them.
func Scopes(granted []string, needed []Scope) []Finding {
	if granted == nil {
		return []Finding{find(kindScopesUnknown)}
	}
	var found []Finding
	for _, s := range needed {
		if !slices.Contains(granted, s.Name) {
			found = append(found, find(kindScopeMissing, "scope", s.Name, "for", strings.ReplaceAll(s.For, "`", "")))
		}
	}
	if len(found) == 0 {
		found = append(found, find(kindScopesGood))
	}
	return found
}

// AppToken judges whether Slack opens connections for the app-level token.
func AppToken(err error) []Finding {
	if err != nil {
		return []Finding{find(kindAppRefused, "why", reasonOf(err))}
	}
	return []Finding{find(kindAppGood)}
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
