package slack

import (
	"testing"
	"time"

	slackgo "github.com/slack-go/slack"

	"github.com/slipwayhq/slipway/integrations/slack/blocks"
)

// TestBlocks_WhatIsUnknownIsTriedAgain: a workspace may learn of a type of block, and
// what was refused for another reason is said of no type.
func TestBlocks_WhatIsUnknownIsTriedAgain(t *testing.T) {
	t.Parallel()
	said := slackgo.NewSectionBlock(slackgo.NewTextBlockObject(slackgo.MarkdownType, "it is live", false, true), nil, nil)
	with := func(more ...slackgo.Block) blocks.Message {
		return blocks.Message{Blocks: append([]slackgo.Block{said}, more...)}
	}
	chart, table := slackgo.NewDataVisualizationBlock("latency", nil), slackgo.NewTableBlock("")
	now := time.Now()
	for name, tt := range map[string]struct {
		refused, taken blocks.Message
		asks           blocks.Message
		after          time.Duration
		holds          bool
	}{
		"its chart is the fault":         {with(table, chart), with(table, said), with(chart), 0, true},
		"for an hour":                    {with(table, chart), with(table, said), with(chart), unknownFor - 1, true},
		"and no longer":                  {with(table, chart), with(table, said), with(chart), unknownFor, false},
		"its table is none":              {with(table, chart), with(table, said), with(table), 0, false},
		"both are":                       {with(table, chart), with(said), with(table), 0, true},
		"it was taken at once":           {blocks.Message{}, with(table, chart), with(chart), 0, false},
		"what has neither goes out":      {with(table, chart), with(said), with(), 0, false},
		"another reason than its blocks": {with(table, chart), with(table, chart), with(chart), 0, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := newRefusals()
			r.learn(tt.refused, tt.taken, now)
			if got, _ := r.holds(tt.asks, now.Add(tt.after)); got != tt.holds {
				t.Errorf("it is held back: %t", got)
			}
		})
	}
}
