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
		{-time.Hour, "0s", "0s"},
		{0, "0s", "0s"},
		{1, "less than 1ms", "less than 1ms"},
		{ms - 1, "less than 1ms", "less than 1ms"},
		{ms, "1ms", "1ms"},
		{812*ms + 999, "812ms", "812ms"},
		{time.Second - 1, "999ms", "999ms"},
		{time.Second, "1s", "1s"},
		{1234 * ms, "1.234s", "1.2s"},
		{1122 * ms, "1.122s", "1.1s"},
		{9999 * ms, "9.999s", "9.9s"},
		{10 * time.Second, "10s", "10s"},
		{10*time.Second + 999*ms, "10.999s", "10s"},
		{30 * time.Second, "30s", "30s"},
		{time.Minute - 1, "59.999s", "59s"},
		{time.Minute, "1m", "1m"},
		{time.Minute + 10*time.Second, "1m10s", "1m10s"},
		{time.Minute + 30*time.Second, "1m30s", "1m30s"},
		{90*time.Second + 500*ms, "1m30.5s", "1m30s"},
		{10 * time.Minute, "10m", "10m"},
		{30 * time.Minute, "30m", "30m"},
		{time.Hour - 1, "59m59.999s", "59m59s"},
		{time.Hour, "1h", "1h"},
		{time.Hour + 20*time.Second, "1h20s", "1h"},
		{time.Hour + 30*time.Minute, "1h30m", "1h30m"},
		{3*time.Hour + 5*time.Minute + 10*time.Second, "3h5m10s", "3h5m"},
		{10 * time.Hour, "10h", "10h"},
		{day, "24h", "24h"},
		{36 * time.Hour, "36h", "36h"},
		{2*day - 1, "47h59m59.999s", "47h59m"},
		{2 * day, "2d", "2d"},
		{4*day + 2*time.Hour + 30*time.Minute, "4d2h30m", "4d2h"},
		{30 * day, "30d", "30d"},
		{10_000 * day, "10000d", "10000d"},
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
