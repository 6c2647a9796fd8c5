package slack_test

import (
	"strconv"
	"strings"
	"testing"

	"github.com/slipwayhq/slipway/bot"
	"github.com/slipwayhq/slipway/integrations/slack/slacksim"
)

// TestBlocks_WhatTheWorkspaceDoesNotKnowIsTriedOnce: every summary after the first is
// posted in the shape that was taken, without another call that Slack refuses.
func TestBlocks_WhatTheWorkspaceDoesNotKnowIsTriedOnce(t *testing.T) {
	t.Parallel()
	const summaries = 2
	for name, tt := range map[string]struct {
		unknown []string
		refused int // calls, of the first summary alone
	}{
		"it knows all":     {nil, 0},
		"no charts":        {[]string{"data_visualization"}, 1},
		"no tables":        {[]string{"table"}, 2}, // with the charts, and without
		"neither of them":  {[]string{"data_visualization", "table"}, 2},
		"not even buttons": {[]string{"section", "context"}, 3 * summaries}, // no shape is taken, so that nothing is known of a type
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := newRig(t, slacksim.Options{Scopes: []string{"chat:write"}})
			card := r.posted(t, cardMessage(release()))
			for _, kind := range tt.unknown {
				r.sim.RefuseBlocks(kind)
			}
			for i := range summaries {
				watched, said := watchedRelease("api-" + strconv.Itoa(i))
				r.posted(t, bot.Message{Key: bot.MessageKey{Release: watched.ID, Kind: "say_health"}, Channel: deploys, Thread: card.ID, Body: said})
			}
			refused := 0
			for _, c := range r.sim.Calls() {
				if c.Method == "chat.postMessage" && c.Error == "invalid_blocks" {
					refused++
				}
			}
			if refused != tt.refused {
				t.Errorf("%d calls were refused, want %d", refused, tt.refused)
			}
			if wall := r.sim.Transcript(deploys); strings.Count(wall, "is live in") != summaries {
				t.Errorf("not every summary stands:\n%s", wall)
			}
		})
	}
}
