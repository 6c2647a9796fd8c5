package commands_test

import (
	"strings"
	"testing"
	"time"

	"github.com/slipwayhq/slipway/bot"
)

// TestIncidentAround: the half hour before a moment is looked at and some minutes after
// it, as far as they are over; a time of which nothing can be known is refused.
func TestIncidentAround(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		ago            time.Duration
		before, behind time.Duration // how long before it and after it is looked
		refused        string
	}{
		"just now":       {0, 30 * time.Minute, 0, ""},
		"a moment ahead": {-time.Second, 30 * time.Minute, 0, ""},
		"minutes ago":    {4 * time.Minute, 30 * time.Minute, 4 * time.Minute, ""},
		"yesterday":      {24 * time.Hour, 30 * time.Minute, 10 * time.Minute, ""},
		"tomorrow":       {-24 * time.Hour, 0, 0, "from a time of which nothing is known"},
		"years ago":      {10 * 366 * 24 * time.Hour, 0, 0, "from a time of which nothing is known"},
	} {
		c := newCommands(t, newHouse(t))
		answer, err := c.Submit(t.Context(), bot.Submission{Entry: bot.IncidentEntry{At: now.Add(-tt.ago)}, By: anna, Key: name})
		if err != nil {
			t.Fatal(err)
		}
		if problem, refused := answer.(bot.Problem); refused {
			if tt.refused == "" || !strings.Contains(problem.Says, tt.refused) {
				t.Errorf("%s: refused: %+v", name, problem)
			}
			continue
		}
		v, is := answer.(bot.IncidentView)
		if !is || tt.refused != "" || v.At.Sub(v.Since) != tt.before || v.To.Sub(v.At) != tt.behind || !v.Now.Equal(now) {
			t.Errorf("%s: %+v", name, answer)
		}
	}
}
