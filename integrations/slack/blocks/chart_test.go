package blocks_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/slack-go/slack"

	"github.com/slipwayhq/slipway/bot"
	"github.com/slipwayhq/slipway/integrations/slack/blocks"
)

// saysTheSame says whether the words for a chart tell what its block shows, and are no
// longer than Slack takes for a picture.
func saysTheSame(t *testing.T, m blocks.Message, c blocks.Chart) {
	t.Helper()
	said := c.InWords()
	if utf8.RuneCountInString(said) > 1000 || !strings.HasPrefix(said, "Line chart of "+c.Title()+" (") || strings.ContainsAny(said, "<>&") {
		t.Errorf("it is said in words: %q", said)
	}
	shown := slices.IndexFunc(m.Blocks, func(b slack.Block) bool {
		d, is := b.(*slack.DataVisualizationBlock)
		return is && d.Title == c.Title()
	})
	if shown < 0 {
		t.Errorf("no block shows %q", c.Title())
		return
	}
	block, _ := m.Blocks[shown].(*slack.DataVisualizationBlock)
	line, _ := block.Chart.(*slack.DataVisualizationLineChart)
	var before, after []float64
	for _, p := range line.Series[0].Data {
		if p.Label == "▲ deployed" || len(after) > 0 {
			after = append(after, p.Value)
		} else {
			before = append(before, p.Value)
		}
	}
	told := func(values []float64) string {
		switch len(values) {
		case 0:
			return "nothing is known"
		case 1:
			return "1 point at " + bot.Figure(values[0])
		}
		return fmt.Sprintf("%d points from %s to %s, lowest %s, highest %s", len(values), bot.Figure(values[0]), bot.Figure(values[len(values)-1]), bot.Figure(slices.Min(values)), bot.Figure(slices.Max(values)))
	}
	for _, want := range []string{". Before: " + told(before), ". After: " + told(after)} {
		if !strings.Contains(said, want) {
			t.Errorf("in words it is %q, which does not say %q", said, want)
		}
	}
}

// TestChart_NamesItsLimits: the bounds of slipway.yaml go with the course, in its unit.
func TestChart_NamesItsLimits(t *testing.T) {
	t.Parallel()
	most, least := 0.013, 2.5
	answers := func(bad int) func(int, bool) bot.Sample {
		return func(i int, _ bool) bot.Sample {
			if i < bad {
				return bot.Sample{Outcome: bot.Bad}
			}
			return bot.Sample{Outcome: bot.Good, Latency: 80 * time.Millisecond}
		}
	}
	for name, tt := range map[string]struct {
		kind   bot.SampleKind
		sample func(int, bool) bot.Sample
		set    bot.Conditions
		want   []blocks.Limit
	}{
		"counts": {bot.Counts, func(int, bool) bot.Sample { return bot.Sample{Outcome: bot.Good, Bad: 1, Total: 200} }, bot.Conditions{Max: &most}, []blocks.Limit{{Says: "at most 1.3%", Value: 1.3}}},
		"values": {
			bot.Values, func(i int, _ bool) bot.Sample { return bot.Sample{Outcome: bot.Good, Value: float64(i)} },
			bot.Conditions{Max: &most, Min: &least},
			[]blocks.Limit{{Says: "at most 0.013", Value: most}, {Says: "at least 2.5", Value: least}},
		},
		"times":                 {bot.Answers, answers(0), bot.Conditions{MaxLatency: 1500 * time.Millisecond}, []blocks.Limit{{Says: "at most 1,500 ms", Value: 1500}}},
		"shares of bad answers": {bot.Answers, answers(2), bot.Conditions{MaxLatency: time.Second}, nil},
		"none":                  {bot.Values, func(int, bool) bot.Sample { return bot.Sample{Outcome: bot.Good, Value: 1} }, bot.Conditions{}, nil},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := course{n: 20, probes: 1, step: time.Second, kind: tt.kind, sample: tt.sample}.judgedBy()
			r.Plan.Settings.Health.Probes[0].Conditions = tt.set
			charts := summaryOf(r).Charts
			if len(charts) != 1 || !slices.Equal(charts[0].Limits, tt.want) {
				t.Fatalf("the charts are %+v, want limits %v", charts, tt.want)
			}
			for _, l := range tt.want {
				if said := charts[0].InWords(); !strings.Contains(said, "Allowed: "+l.Says+".") {
					t.Errorf("in words it is %q", said)
				}
			}
		})
	}
}
