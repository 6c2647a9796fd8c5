package blocks

import "github.com/slipwayhq/slipway/bot"

// trouble says what keeps slipway from reaching people, and what would help.
func trouble(t bot.Trouble) markup {
	says, of := sentence(t.Says), markup("")
	switch t.Kind {
	case bot.NoAlerts:
		says = join(" ", "Nothing can be said in", or(channel(t.Channel), "the alerts channel")+", where slipway says what needs a person:", says)
	case bot.NoDirect:
		says = join(" ", "Nobody can be written to directly:", says)
	case bot.NoSocket:
		says = join(" ", "What people type and click may not reach slipway:", says)
	case bot.NoChannel:
		says = join(" ", "What notify tells", channel(t.Channel), "does not arrive:", says)
	case bot.SharedToken, bot.NotHeard, bot.ChannelMoved:
	case bot.NoBlocks:
		if t.Of != "" {
			of = "It was about " + code(t.Of, nameMax) + "."
		}
	}
	return join(" ", "⚠️", says, of, sentence(t.Mend))
}
