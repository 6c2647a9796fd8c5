package blocks_test

import (
	"encoding/json"
	"fmt"
	"testing"

	"github.com/slipwayhq/slipway/bot"
	"github.com/slipwayhq/slipway/integrations/slack/blocks"
	"github.com/slipwayhq/slipway/integrations/slack/slacksim"
)

// TestHomeFits: Slack takes every Home tab, that of somebody new, a full one, and
// that of whom slipway does nothing for.
func TestHomeFits(t *testing.T) {
	t.Parallel()
	full := mine()
	for i := range 9 {
		more := with(waiting(), func(r *bot.Release) { r.ID = fmt.Sprintf("api-%d", 200+i) })
		full.Waiting, full.Asked = append(full.Waiting, more), append(full.Asked, more)
	}
	for i := range 100 {
		full.Board.Rows = append(full.Board.Rows, bot.BoardRow{State: bot.TargetState{Target: bot.Target{Service: fmt.Sprintf("service-%d", i), Environment: "production"}}})
	}
	for name, view := range map[string]any{
		"somebody new": blocks.Home(bot.Mine{}), "some": blocks.Home(mine()), "full": blocks.Home(full),
		"a guest": blocks.HomeOfNobody("Only full members <!here> can use slipway."),
	} {
		raw, err := json.Marshal(view)
		if err != nil {
			t.Fatal(err)
		}
		if found := slacksim.ValidateView(raw); len(found) > 0 {
			t.Errorf("%s: Slack would refuse it: %v", name, found)
		}
	}
}
