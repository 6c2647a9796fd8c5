package commands

import (
	"context"
	"slices"
	"strings"

	"github.com/slipwayhq/slipway/bot"
	"github.com/slipwayhq/slipway/bot/catalog"
)

// verb is one command.
type verb struct {
	help bot.VerbHelp
	run  func(context.Context, request) (bot.Answer, error)
	// means is the button with the same meaning; who may use it stands there.
	means bot.Action
	// who may use a verb that has no button. For what makes a release the gates check
	// it.
	who  bot.Who
	kind bot.Kind
	// bound names the further rules that apply, for the table of rights.
	bound string
	// ofRelease says that the first word is the id of a release, which may be left out
	// in the thread of that release's card.
	ofRelease bool
	// ofService says that the first word names a service, which may be left out in a
	// channel that has one: always, or only if other words follow.
	ofService serviceUse
	// looks says that the verb changes nothing, so that its rate is limited.
	looks bool
}

// serviceUse is whether a verb takes a service that its words do not name.
type serviceUse int

const (
	noService   serviceUse = iota
	alwaysOne              // without words it is about the channel's service
	oneIfSpoken            // without words it is about everything, or asks
)

// registry lists every command, in the order in which help shows them.
func registry(c *Commands) []verb {
	return []verb{
		deployVerb(c),
		rollbackVerb(c),
		promoteVerb(c),
		statusVerb(c),
		incidentVerb(c),
		planVerb(c),
		whyVerb(c),
		approveVerb(c),
		unapproveVerb(c),
		rejectVerb(c),
		cancelVerb(c),
		signOffVerb(c),
		verdictVerb(c),
		lookedVerb(c),
		lockVerb(c),
		unlockVerb(c, bot.Hold),
		freezeVerb(c),
		unlockVerb(c, bot.Freeze),
		queueVerb(c),
		mineVerb(c),
		releaseQuarantineVerb(c),
		historyVerb(c),
		reportVerb(c),
		diffVerb(c),
		adoptVerb(c),
		notifyVerb(c),
		helpVerb(c),
	}
}

// Verbs are the words that mean a command in a place where a service's name may be.
func Verbs() []string {
	var words []string
	for _, v := range registry(&Commands{catalog: &catalog.Catalog{}}) {
		words = append(words, v.help.Verb)
	}
	return words
}

func (c *Commands) verb(name string) (verb, bool) {
	i := slices.IndexFunc(c.verbs, func(v verb) bool { return v.help.Verb == name })
	if i < 0 {
		return verb{}, false
	}
	return c.verbs[i], true
}

func (c *Commands) verbNames() []string {
	var names []string
	for _, v := range c.verbs {
		names = append(names, v.help.Verb)
	}
	return names
}

// typed is a command as a person would type it where they are: by mention
// where they mentioned slipway, since threads take no slash commands.
func (c *Commands) typed(in bot.Invocation, verb string, words ...string) string {
	start := c.slash(verb)
	if in.Source == bot.FromMention {
		start = "@slipway " + verb
	}
	parts := []string{start}
	for _, word := range words {
		if word != "" {
			parts = append(parts, word)
		}
	}
	return strings.Join(parts, " ")
}

func (c *Commands) names() bot.SlashNames { return bot.SlashNames(c.catalog.Slack.Commands) }

// slash is the slash command of a verb: its own if it has one.
func (c *Commands) slash(verb string) string {
	names := c.names()
	switch verb {
	case "deploy":
		return names.Deploy
	case "rollback":
		return names.Rollback
	case "status":
		return names.Status
	default:
		return names.Deploy + " " + verb
	}
}
