package blocks_test

import (
	"strings"
	"testing"

	"github.com/slipwayhq/slipway/bot"
	"github.com/slipwayhq/slipway/integrations/slack/blocks"
)

// troubles are all that can be wrong with how slipway reaches people.
func troubles() []bot.Trouble {
	return []bot.Trouble{
		{Kind: bot.NoAlerts, Channel: "C0ALERTS", Says: "the channel is archived", Mend: "Name another channel in slipway.yaml, or unarchive it."},
		{Kind: bot.NoDirect, Says: "Slack takes no direct messages from slipway", Mend: "Switch the Messages tab on."},
		{Kind: bot.NoBlocks, Of: "api-142", Says: "Slack refused how a message was made <!here>", Mend: "Please report it."},
		{Kind: bot.NoChannel, Channel: "C0INCIDENTS", Says: "the channel is archived", Mend: "Name another channel in slipway.yaml, or unarchive it."},
		{Kind: bot.NotHeard, Channel: "U02BEN", Says: "What notify tells ben does not arrive: Slack does not know them", Mend: "Take ben out of slipway.yaml, or correct the account there."},
	}
}

// TestPlain: where Slack refuses blocks, the words alone say what they said.
func TestPlain(t *testing.T) {
	t.Parallel()
	for name, body := range cards() {
		m := blocks.Body(body, "https://acme.slack.com")
		plain := blocks.Plain(m)
		if len(plain.Blocks) != 0 || plain.Text == "" || len(plain.Text) > 3700 {
			t.Errorf("%s: %d blocks, %d bytes", name, len(plain.Blocks), len(plain.Text))
		}
		if strings.Contains(plain.Text, "<!channel>") || strings.Contains(plain.Text, "<!here>") {
			t.Errorf("%s calls everybody: %s", name, plain.Text)
		}
	}
	text := blocks.Plain(blocks.Body(cards()["awaiting"], "")).Text
	for _, want := range []string{"0 of 2", "<@U01ANNA>", "asks to deploy", "no buttons"} {
		if !strings.Contains(text, want) {
			t.Errorf("%q does not say %q", text, want)
		}
	}
}
