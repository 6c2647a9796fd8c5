package blocks

import (
	"github.com/slack-go/slack"

	"github.com/slipwayhq/slipway/bot"
)

// Home draws somebody's Home tab.
func Home(m bot.Mine) slack.HomeTabViewRequest {
	parts := concerns(m)
	parts = append(parts, slack.NewDividerBlock(), welcome())
	return slack.HomeTabViewRequest{Type: slack.VTHomeTab, Blocks: slack.Blocks{BlockSet: message("", parts...).Blocks}}
}

// HomeOfNobody is the Home tab of somebody for whom slipway does nothing.
func HomeOfNobody(why string) slack.HomeTabViewRequest {
	return slack.HomeTabViewRequest{Type: slack.VTHomeTab, Blocks: slack.Blocks{BlockSet: message("", title("slipway"), section(sentence(why))).Blocks}}
}

// welcome says what can be done, to whoever does not know yet.
func welcome() *slack.SectionBlock {
	return section(
		"*What you can do here*",
		"• `/deploy` opens a form; `/deploy SERVICE to ENVIRONMENT` asks at once.",
		"• `/rollback SERVICE` shows the way back.",
		"• `/deploy-status` shows what is live, and `/deploy mine` this page as a message.",
		"• In threads, mention me: `@slipway why ID`. `/deploy help` lists the rest.",
	)
}
