package policy_test

import (
	"testing"
	"time"

	"github.com/slipwayhq/slipway/bot"
	"github.com/slipwayhq/slipway/bot/policy"
)

func TestUsual(t *testing.T) {
	t.Parallel()
	took := func(phase bot.Phase, minutes ...int) []bot.Past {
		var past []bot.Past
		for _, m := range minutes {
			past = append(past, bot.Past{Phase: phase, Took: time.Duration(m) * time.Minute})
		}
		return past
	}
	tests := []struct {
		name    string
		history []bot.Past
		want    time.Duration
	}{
		{"nothing is known", nil, 0},
		{"one", took(bot.Succeeded, 4), 4 * time.Minute},
		{"one odd run does not matter", took(bot.Succeeded, 4, 90, 5), 5 * time.Minute},
		{"one that failed says nothing", append(took(bot.Failed, 1, 1, 1), took(bot.Succeeded, 6)...), 6 * time.Minute},
		{"stored by an older version", took(bot.Succeeded, 0), 0},
		{"of which some were stored by an older version", append(took(bot.Succeeded, 0, 0, 0), took(bot.Succeeded, 6)...), 6 * time.Minute},
		{"one that was unhealthy ran all the same", took(bot.Unhealthy, 6), 6 * time.Minute},
		{"only the last ones count", append(took(bot.Succeeded, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2), took(bot.Succeeded, 50, 50, 50, 50, 50, 50, 50, 50, 50, 50, 50, 50)...), 2 * time.Minute},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			if got := policy.Usual(tt.history); got != tt.want {
				t.Errorf("usual = %s, want %s", got, tt.want)
			}
		})
	}
}

func TestWait(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name        string
		usual, held time.Duration
		ahead       int
		want        time.Duration
	}{
		{"nothing is known", 0, time.Minute, 3, 0},
		{"next in line", 6 * time.Minute, 2 * time.Minute, 0, 4 * time.Minute},
		{"one ahead", 6 * time.Minute, 2 * time.Minute, 1, 10 * time.Minute},
		{"the one under way takes longer than usual", 6 * time.Minute, time.Hour, 1, 6 * time.Minute},
		{"any moment", 6 * time.Minute, time.Hour, 0, time.Minute},
		{"rounded up", 90 * time.Second, 0, 0, 2 * time.Minute},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			if got := policy.Wait(tt.usual, tt.held, tt.ahead); got != tt.want {
				t.Errorf("wait = %s, want %s", got, tt.want)
			}
		})
	}
}
