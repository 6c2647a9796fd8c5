package policy

import (
	"fmt"
	"slices"

	"github.com/slipwayhq/slipway/bot"
)

// GateChannel is about where it was asked for.
const GateChannel = "channel"

// channel accepts commands for the target only in the named channels. Buttons, the
// shell and slipway itself are not commands typed in a channel, so they pass.
func channel(f Facts) bot.Gate {
	rules, origin := f.Plan.Settings.Rules, f.Release.Origin
	switch {
	case origin.Source == bot.FromClick, origin.Source == bot.FromShell, origin.Source == bot.FromRule:
		return pass(GateChannel, "It was not asked for in a channel.")
	case slices.Contains(rules.Channels, origin.Channel):
		return pass(GateChannel, fmt.Sprintf("Commands for %s are taken in this channel.", f.Plan.Target))
	}
	gate := refuse(GateChannel, fmt.Sprintf("Commands for %s are not taken in the channel in which this was typed.", f.Plan.Target),
		"Type it again in one of its channels.")
	gate.Where = rules.Channels
	return gate
}
