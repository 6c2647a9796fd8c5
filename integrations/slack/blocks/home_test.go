package blocks_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/slipwayhq/slipway/bot"
	"github.com/slipwayhq/slipway/integrations/slack/blocks"
	"github.com/slipwayhq/slipway/integrations/slack/slacksim"
)

// everyHome is the Home tab of somebody new, of somebody with something to do, a full
// one, and that of whom slipway does nothing for.
func everyHome() map[string]any {
	full := mine()
	full.MoreWaiting, full.MoreAsked = 190, 90
	for i := range 9 {
		more := with(waiting(), func(r *bot.Release) { r.ID = fmt.Sprintf("api-%d", 200+i) })
		full.Waiting, full.Asked = append(full.Waiting, more), append(full.Asked, more)
	}
	for i := range 500 {
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

// TestHomeShowsWhatIsMineAndWhatIsClosed: one's own services come before all others, and
// what is locked or frozen stands by itself.
func TestHomeShowsWhatIsMineAndWhatIsClosed(t *testing.T) {
	t.Parallel()
	me := bot.Person{ID: "U01ANNA", Name: "anna"}
	mineLive := bot.TargetState{Target: bot.Target{Service: "web", Environment: "production"}, Current: &bot.Release{ID: "web-3", Phase: bot.Succeeded, Requester: me}}
	closed := bot.TargetState{Target: bot.Target{Service: "api", Environment: "production"}, Locks: []bot.Lock{{Kind: bot.Hold, Scope: bot.Scope{Service: "api"}, By: bot.Person{ID: "U02BEN"}}}}
	m := bot.Mine{Who: me, Board: bot.Board{Rows: []bot.BoardRow{{State: closed}, {State: mineLive}}, Troubles: []bot.Trouble{{Kind: bot.NoSocket, Says: "Slack is hard to reach"}}}}
	text := func(m bot.Mine) string {
		raw, err := json.Marshal(blocks.Home(m))
		if err != nil {
			t.Fatal(err)
		}
		return string(raw)
	}
	shown := text(m)
	order := []string{"Locked or frozen", "api → production", "Your services", "Slack is hard to reach", "web → production", "What else is live", "api → production"}
	for _, want := range order {
		i := strings.Index(shown, want)
		if i < 0 {
			t.Fatalf("%q does not follow in %s", want, text(m))
		}
		shown = shown[i+len(want):]
	}
	m.Board.Rows = m.Board.Rows[1:]
	if shown := text(m); strings.Contains(shown, "What else is live") || strings.Contains(shown, "Locked or frozen") || strings.Count(shown, "Slack is hard to reach") != 1 {
		t.Errorf("with nothing else: %s", shown)
	}
}
