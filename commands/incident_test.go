package commands_test

import (
	"strings"
	"testing"
	"time"

	"github.com/slipwayhq/slipway/bot"
)

// TestIncidentTime: a time is read however it is typed; what is none, or is out of bounds,
// is said to be so, with what would work and without anything being looked up.
func TestIncidentTime(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]time.Duration{
		"": 30 * time.Minute, "30m": 30 * time.Minute, "2h": 2 * time.Hour, "90 m": 90 * time.Minute, "2H": 2 * time.Hour, "1h30m": 90 * time.Minute, "7d": 7 * 24 * time.Hour,
		"30 min": 30 * time.Minute, "45 Minutes": 45 * time.Minute, "1 hour 30 mins": 90 * time.Minute, "3 days": 3 * 24 * time.Hour, "90 seconds": 90 * time.Second,
		"minutes": 0, "30 minutos": 0, "5 min ago": 0,
		"0m": 0, "0": 0, "-5m": 0, "—5m": 0, "30": 0, "1000d": 0, "7d1s": 0, "99999999999999999999h": 0, "NaNh": 0, "1e3h": 0, "now": 0, "api": 0, "api 30m": 0,
		"--since 30m": 0, "<!channel>": 0, "'30m": 0, "30m 30m 30m x": 0, strings.Repeat("9", 5000) + "m": 0,
	} {
		answer, err := newCommands(t, newHouse(t)).Command(t.Context(), typed("/deploy incident "+text))
		if err != nil {
			t.Fatalf("%q: %v", text, err)
		}
		switch answer := answer.(type) {
		case bot.IncidentView:
			if got := answer.Now.Sub(answer.Since); got != want {
				t.Errorf("%q looks %s back, want %s", text, got, want)
			}
		case bot.Problem:
			if want != 0 || answer.Says == "" || len(answer.Mends) == 0 || len(answer.Says) > 1000 {
				t.Errorf("%q is refused: %+v", text, answer)
			}
		default:
			t.Errorf("%q is answered with %T", text, answer)
		}
	}
}
