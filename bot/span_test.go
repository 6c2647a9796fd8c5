package bot_test

import (
	"testing"
	"time"

	"github.com/slipwayhq/slipway/bot"
)

func TestSpan(t *testing.T) {
	t.Parallel()
	const ms, day = time.Millisecond, 24 * time.Hour
	tests := []struct {
		d           time.Duration
		span, rough string
	}{
		{-time.Hour, "0 s", "0 s"},
		{0, "0 s", "0 s"},
		{1, "less than 1 ms", "less than 1 ms"},
		{ms - 1, "less than 1 ms", "less than 1 ms"},
		{ms, "1 ms", "1 ms"},
		{812*ms + 999, "812 ms", "812 ms"},
		{time.Second - 1, "999 ms", "999 ms"},
		{time.Second, "1 s", "1 s"},
		{1234 * ms, "1.234 s", "1.2 s"},
		{1122 * ms, "1.122 s", "1.1 s"},
		{9999 * ms, "9.999 s", "9.9 s"},
		{10 * time.Second, "10 s", "10 s"},
		{10*time.Second + 999*ms, "10.999 s", "10 s"},
		{30 * time.Second, "30 s", "30 s"},
		{time.Minute - 1, "59.999 s", "59 s"},
		{time.Minute, "1 min", "1 min"},
		{time.Minute + 10*time.Second, "1 min 10 s", "1 min 10 s"},
		{time.Minute + 30*time.Second, "1 min 30 s", "1 min 30 s"},
		{90*time.Second + 500*ms, "1 min 30.5 s", "1 min 30 s"},
		{10 * time.Minute, "10 min", "10 min"},
		{30 * time.Minute, "30 min", "30 min"},
		{time.Hour - 1, "59 min 59.999 s", "59 min 59 s"},
		{time.Hour, "1 h", "1 h"},
		{time.Hour + 20*time.Second, "1 h 20 s", "1 h"},
		{time.Hour + 30*time.Minute, "1 h 30 min", "1 h 30 min"},
		{3*time.Hour + 5*time.Minute + 10*time.Second, "3 h 5 min 10 s", "3 h 5 min"},
		{10 * time.Hour, "10 h", "10 h"},
		{day, "24 h", "24 h"},
		{36 * time.Hour, "36 h", "36 h"},
		{2*day - 1, "47 h 59 min 59.999 s", "47 h 59 min"},
		{2 * day, "2 days", "2 days"},
		{4*day + 2*time.Hour + 30*time.Minute, "4 days 2 h 30 min", "4 days 2 h"},
		{30 * day, "30 days", "30 days"},
		{10_000 * day, "10000 days", "10000 days"},
	}
	for _, tt := range tests {
		if got := bot.Span(tt.d); got != tt.span {
			t.Errorf("Span(%d) = %q, want %q", tt.d, got, tt.span)
		}
		if got := bot.Span(bot.Rough(tt.d)); got != tt.rough {
			t.Errorf("Span(Rough(%d)) = %q, want %q", tt.d, got, tt.rough)
		}
	}
}
