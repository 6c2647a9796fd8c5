package commands_test

import (
	"testing"

	"github.com/slipwayhq/slipway/bot"
)

// TestVerbsAsPeopleWriteThem: a verb may end as a sentence does.
func TestVerbsAsPeopleWriteThem(t *testing.T) {
	t.Parallel()
	for _, said := range []string{"@slipway help", "@slipway help!", "@slipway help, please", "@slipway Help?", "@slipway HELP."} {
		answer, err := newCommands(t, newHouse(t)).Command(t.Context(), typed(said))
		if _, isHelp := answer.(bot.Help); err != nil || !isHelp && said != "@slipway help, please" {
			t.Errorf("%q is answered %+v, %v", said, answer, err)
		}
	}
	answer, err := newCommands(t, newHouse(t)).Command(t.Context(), typed("@slipway status."))
	if _, isBoard := answer.(bot.Board); err != nil || !isBoard {
		t.Errorf("answered %+v, %v", answer, err)
	}
}
