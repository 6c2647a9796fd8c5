package blocks

import (
	"github.com/slack-go/slack"

	"github.com/slipwayhq/slipway/bot"
)

// inHome is what a Home tab may hold: 100 blocks, and 250 KB as a whole, of which the
// text is a part.
func inHome() room { return room{100, 40_000, "page"} }

// The buttons of a Home tab that open a form, by their action_id.
const (
	openDeploy   = "open_deploy"
	openRollback = "open_rollback"
)

// Opens is the verb whose form a button opens, as that verb typed alone does; false for
// any other button.
func Opens(actionID string) (verb string, opens bool) {
	switch actionID {
	case openDeploy:
		return "deploy", true
	case openRollback:
		return "rollback", true
	}
	return "", false
}

// Home draws somebody's Home tab.
func Home(m bot.Mine) slack.HomeTabViewRequest {
	parts := []slack.Block{actionRow(
		slack.NewButtonBlockElement(openDeploy, openDeploy, plainText("Deploy…")),
		slack.NewButtonBlockElement(openRollback, openRollback, plainText("Roll Back…")),
	)}
	parts = append(parts, concerns(m)...)
	return home(append(parts, slack.NewDividerBlock(), welcome(m.Names))...)
}

// HomeOfNobody is the Home tab of somebody for whom slipway does nothing.
func HomeOfNobody(why string) slack.HomeTabViewRequest {
	return home(title("slipway"), section(sentence(why)))
}

func home(parts ...slack.Block) slack.HomeTabViewRequest {
	return slack.HomeTabViewRequest{Type: slack.VTHomeTab, Blocks: slack.Blocks{BlockSet: fit(notEmpty(parts), inHome())}}
}

// welcome says what can be done, to whoever does not know yet.
func welcome(names bot.SlashNames) *slack.SectionBlock {
	typed := func(words string) markup { return code(words, subjectMax) }
	return section(
		"*What you can do here*",
		"• "+typed(names.Deploy)+" opens a form; "+typed(names.Deploy+" SERVICE to ENVIRONMENT")+" asks at once.",
		"• "+typed(names.Rollback+" SERVICE")+" shows the way back.",
		"• "+typed(names.Status)+" shows what is live, and "+typed(names.Deploy+" mine")+" this page as a message.",
		"• In threads, mention me: `@slipway why ID`. "+typed(names.Deploy+" help")+" lists the rest.",
	)
}
