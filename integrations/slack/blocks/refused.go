package blocks

import "github.com/slipwayhq/slipway/bot"

// refused lists all rules that stopped a release, where there are several: the
// ending names only the first of them.
func refused(r bot.Release) []markup {
	refusals := r.Decision.Refusals()
	if r.Phase != bot.Rejected || r.Ending.By.ID != "" || len(refusals) < 2 {
		return nil
	}
	var lines []markup
	for _, g := range refusals {
		lines = append(lines, gateLine(g))
	}
	return lines
}
