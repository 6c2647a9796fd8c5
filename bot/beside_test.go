package bot_test

import (
	"testing"
	"time"

	"github.com/slipwayhq/slipway/bot"
)

// TestBesideSaysTheDay: what was done past slipway on another day than that on which it is
// read is told with its day, and so is what is read who knows when.
func TestBesideSaysTheDay(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 3, 2, 0, 30, 0, 0, time.UTC)
	for name, tt := range map[string]struct {
		at, now time.Time
		want    string
	}{
		"today":                         {now.Add(-10 * time.Minute), now, "mona ran deploy.yml at 00:20 UTC (a1b2c3d)"},
		"an hour ago, which is another": {now.Add(-time.Hour), now, "mona ran deploy.yml on Sun 1 Mar 2026 at 23:30 UTC (a1b2c3d)"},
		"three days ago":                {now.Add(-72 * time.Hour), now, "mona ran deploy.yml on Fri 27 Feb 2026 at 00:30 UTC (a1b2c3d)"},
		"a year ago to the day":         {now.AddDate(-1, 0, 0), now, "mona ran deploy.yml on Sun 2 Mar 2025 at 00:30 UTC (a1b2c3d)"},
		"told elsewhere in the world":   {now.In(time.FixedZone("west", -8*3600)), now, "mona ran deploy.yml at 00:30 UTC (a1b2c3d)"},
		"kept for later":                {now, time.Time{}, "mona ran deploy.yml on Mon 2 Mar 2026 at 00:30 UTC (a1b2c3d)"},
		"nobody tells when it was":      {time.Time{}, now, "mona ran deploy.yml (a1b2c3d)"},
		"nor when it is read":           {time.Time{}, time.Time{}, "mona ran deploy.yml (a1b2c3d)"},
	} {
		b := bot.Beside{What: bot.BesideRun, Who: "mona", Of: "deploy.yml", SHA: "a1b2c3d4e5f6", At: tt.at}
		if got := b.Says(tt.now); got != tt.want {
			t.Errorf("%s: %q, want %q", name, got, tt.want)
		}
		if since := bot.BesideSince("api-3", []bot.Beside{b}, tt.now); since != "Since api-3, "+tt.want {
			t.Errorf("%s: since then %q", name, since)
		}
	}
}
