package blocks

import (
	"testing"

	"github.com/slipwayhq/slipway/bot"
)

// TestLead holds the words for what waits between two environments.
func TestLead(t *testing.T) {
	t.Parallel()
	for want, apart := range map[markup]bot.Distance{
		"":                            {},
		"staging is 1 commit ahead":   {Ahead: 1},
		"staging is 5 commits ahead":  {Ahead: 5},
		"staging is 2 commits behind": {Behind: 2},
		"staging is 5 commits ahead, and lacks 2": {Ahead: 5, Behind: 2},
	} {
		if got := lead(bot.BoardRow{Before: "staging", Apart: apart}); got != want {
			t.Errorf("%+v is %q, want %q", apart, got, want)
		}
	}
}
