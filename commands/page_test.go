package commands_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/slipwayhq/slipway/bot"
	"github.com/slipwayhq/slipway/bot/golden"
)

const commandsPage = "../docs/commands.md"

// TestClaims_CommandsPageIsGenerated holds docs/commands.md to what help says in Slack.
func TestClaims_CommandsPageIsGenerated(t *testing.T) {
	t.Parallel()
	answer, err := newCommands(t, newHouse(t)).Command(t.Context(), typed("/deploy help"))
	help, ok := answer.(bot.Help)
	if err != nil || !ok {
		t.Fatalf("help is %#v, %v", answer, err)
	}
	golden.Check(t, commandsPage, pageOf(help))
}

const commandsHead = `# Commands

What can be typed in Slack; ` + "`/deploy help`" + ` says the same there, and this page is generated from it. Each verb works as ` + "`/deploy VERB ...`" + ` and as ` + "`@slipway VERB ...`" + `; in threads Slack allows only the latter. The names of the slash commands can be chosen under ` + "`slack.commands`" + `.

SERVICE and ENV are names of slipway.yaml or aliases of them. ENV left out: the service's ` + "`default_environment`" + `, or its only one. In a channel that has a service under ` + "`channels`" + ` SERVICE may be left out: a word that names a command or a service is that one, ` + "`all`" + ` is all of them, and any other words are read as if the channel's service stood before them (a service called as a branch is, is the service; ` + "`/deploy api main`" + ` is the branch). The answer says which service was meant. That service goes to the channel's environment where none is named; a rollback always names one where there are several. REF is a branch, a tag, a SHA or a pull request (#12); left out: the default branch. Typing is forgiving: an em dash counts as two hyphens, typographic quotes as plain ones. What is mistyped gets a private answer that says what was understood, what is wrong, and the nearest thing that would work.

Who may do what is in [security.md](security.md), what the rules mean in [rules.md](rules.md). When Slack is down: ` + "`slipway rollback -c slipway.yaml SERVICE ENV --as PERSON`" + `.
`

func pageOf(help bot.Help) string {
	var b strings.Builder
	b.WriteString(commandsHead)
	for _, v := range help.Verbs {
		fmt.Fprintf(&b, "\n## %s\n\n%s\n\n", v.Verb, v.Summary)
		for _, usage := range v.Usage {
			fmt.Fprintf(&b, "- `%s`\n", usage)
		}
		b.WriteString("\nFor example: ")
		for i, example := range v.Examples {
			if i > 0 {
				b.WriteString(", ")
			}
			fmt.Fprintf(&b, "`%s`", example)
		}
		b.WriteString("\n")
	}
	return b.String()
}
