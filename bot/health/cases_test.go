package health_test

import (
	"encoding/json"
	"os"
	"testing"
	"time"

	"github.com/slipwayhq/slipway/bot"
	"github.com/slipwayhq/slipway/bot/health"
	"github.com/slipwayhq/slipway/integrations/contract"
)

// judgeCase is a person's verdict on readings before and after a release.
type judgeCase struct {
	ID     string            `json:"id"`
	Unit   string            `json:"unit"`
	Worse  bot.Worse         `json:"worse"`
	Before []json.RawMessage `json:"before"`
	After  []json.RawMessage `json:"after"`
	Want   string            `json:"want"`
	Why    string            `json:"why"`
}

func (c judgeCase) readings(tb testing.TB, raw []json.RawMessage, from time.Time) []bot.Reading {
	tb.Helper()
	readings := make([]bot.Reading, len(raw))
	for i, text := range raw {
		r := bot.Reading{At: from.Add(time.Duration(i) * time.Minute)}
		var pair [2]float64
		switch {
		case string(text) == "null":
			r.Missing = true
		case c.Unit == "counts":
			if err := json.Unmarshal(text, &pair); err != nil {
				tb.Fatal(err)
			}
			r.Bad, r.Total = pair[0], pair[1]
		default:
			if err := json.Unmarshal(text, &r.Value); err != nil {
				tb.Fatal(err)
			}
		}
		readings[i] = r
	}
	return readings
}

func (c judgeCase) trial(tb testing.TB) health.Trial {
	tb.Helper()
	kind := bot.Values
	if c.Unit == "counts" {
		kind = bot.Counts
	}
	return health.Trial{Start: start, Courses: []health.Course{{
		Name: "probe", Kind: kind, Conditions: bot.Conditions{Worse: c.Worse},
		Before: c.readings(tb, c.Before, start.Add(-time.Duration(len(c.Before))*time.Minute)),
		After:  c.readings(tb, c.After, start.Add(time.Minute)),
	}}}
}

// The judge comes to the same verdicts as people did.
func TestReplay_PeoplesCases(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile(contract.Path(t, contract.JudgeCases))
	if err != nil {
		t.Fatal(err)
	}
	var cases []judgeCase
	if err := json.Unmarshal(text, &cases); err != nil {
		t.Fatal(err)
	}
	for _, c := range cases {
		t.Run(c.ID, func(t *testing.T) {
			t.Parallel()
			report := health.Replay(c.trial(t))
			if string(report.Verdict) != c.Want {
				t.Errorf("Replay(%s, %s) = %s, want %s: %s", c.ID, c.Why, report.Verdict, c.Want, report.Findings[0].Why)
			}
			t.Logf("%s %s: %s (%s)", report.Verdict, report.At.Sub(start), report.Findings[0].Why, report.Findings[0].Sees)
		})
	}
}
