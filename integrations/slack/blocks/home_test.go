package blocks_test

import (
	"encoding/json"
	"fmt"
	"testing"

	"github.com/slipwayhq/slipway/bot"
	"github.com/slipwayhq/slipway/integrations/slack/blocks"
	"github.com/slipwayhq/slipway/integrations/slack/slacksim"
)

// everyHome is the Home tab of somebody new, of somebody with something to do, a full
// one, and that of whom slipway does nothing for.
func everyHome() map[string]any {
	full := mine()
	for i := range 9 {
		more := with(waiting(), func(r *bot.Release) { r.ID = fmt.Sprintf("api-%d", 200+i) })
		full.Waiting, full.Asked = append(full.Waiting, more), append(full.Asked, more)
	}
	for i := range 100 {
		full.Board.Rows = append(full.Board.Rows, bot.BoardRow{State: bot.TargetState{Target: bot.Target{Service: fmt.Sprintf("service-%d", i), Environment: "production"}}})
	}
	return map[string]any{
		"somebody new": blocks.Home(bot.Mine{}), "some": blocks.Home(mine()), "full": blocks.Home(full),
		"a guest": blocks.HomeOfNobody("Only full members <!here> can use slipway."),
	}
}

// TestHomeFits: Slack takes every Home tab.
func TestHomeFits(t *testing.T) {
	t.Parallel()
	for name, view := range everyHome() {
		raw, err := json.Marshal(view)
		if err != nil {
			t.Fatal(err)
		}
		if found := slacksim.ValidateView(raw); len(found) > 0 {
			t.Errorf("%s: Slack would refuse it: %v", name, found)
		}
	}
}
