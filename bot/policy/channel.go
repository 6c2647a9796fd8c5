package policy

import (
	"fmt"
	"slices"

	"github.com/slipwayhq/slipway/bot"
)

// GateChannel is about where it was asked for.
const GateChannel = "channel"

// channel takes commands for the target in the named channels only. A button
// stands where the operator has the cards shown, and a shell and slipway itself are
// in no channel at all: none is a command that somebody typed in a wrong place.
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
