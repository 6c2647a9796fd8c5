package commands

import (
	"strings"

	"github.com/slipwayhq/slipway/bot"
	"github.com/slipwayhq/slipway/bot/policy"
)

// onlyShows is the bound of commands that change nothing.
const onlyShows = "it only shows"

// Right says of a verb or a button who may use it and which further rules apply.
type Right struct {
	Verb   string     // as it is typed; empty for a button
	Button bot.Action // empty for a verb
	Label  string     // how the button reads
	Who    bot.Who
	Bound  string
}

// Rights is the table of rights: every verb and every button, from the same registries
// that serve people.
func (c *Commands) Rights() []Right {
	var rights []Right
	for _, v := range c.verbs {
		right := Right{Verb: v.help.Verb, Who: v.who, Bound: v.bound}
		if b, found := c.button(v.means); found {
			right.Who, right.Bound = b.who, b.bound
		}
		if v.kind != "" {
			right.Bound = strings.TrimSuffix("the rules "+strings.Join(policy.Bound(v.kind), ", ")+"; "+v.bound, "; ")
		}
		rights = append(rights, right)
	}
	for _, b := range c.buttons {
		rights = append(rights, Right{Button: b.action, Label: b.label, Who: b.who, Bound: b.bound})
	}
	return rights
}

// InWords describes who that is, for the table.
func InWords(w bot.Who) string {
	switch w {
	case bot.AnyMember:
		return "any full member"
	case bot.TheRequester:
		return "who asked for the release"
	case bot.TheApprover:
		return "an approver of the release"
	case bot.OwnYes:
		return "who has approved it"
	case bot.TheDeployer:
		return "whoever may deploy there"
	case bot.TheStopper:
		return "who asked for the release; whoever may deploy there; an approver of it; `emergency`"
	case bot.TheAsserter:
		return "an approver of the release; a member of `deployers`; where nobody approves, whoever may deploy there"
	case bot.TheJudge:
		return "whoever approves deploys there, or may deploy there where nobody approves; never who asked for the release"
	case bot.TheLooker:
		return "whoever approves deploys there, or may deploy there where nobody approves"
	case bot.TheCloser:
		return "any full member for one target; for several, or with `--take`, whoever may deploy to all of them, or `emergency` there"
	case bot.TheReviewer:
		return "`emergency` or an approver; never who asked for the release"
	}
	return ""
}
