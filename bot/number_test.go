package bot_test

import (
	"strings"
	"testing"

	"github.com/slipwayhq/slipway/bot"
)

// TestPromise1_NumbersAreBelievedWithinReason: numbers close to the known one, or to
// most of the others, are trusted; those far beyond are not.
func TestPromise1_NumbersAreBelievedWithinReason(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		known int64
		told  []int64
		want  int64
	}{
		"nothing":                         {},
		"only what is known":              {known: 7, want: 7},
		"those that follow":               {known: 7, told: []int64{9, 8, 9}, want: 9},
		"those before it":                 {known: 70, told: []int64{9, 8}, want: 70},
		"a gap":                           {known: 7, told: []int64{1007}, want: 1007},
		"one far beyond, among many":      {known: 7, told: []int64{8, 9, 2_000_000}, want: 9},
		"one a little beyond, among many": {known: 7, told: []int64{8, 9, 10, 5000}, want: 10},
		"many, and all is forgotten":      {told: []int64{19_700, 19_800, 20_000}, want: 20_000},
		"many, and one far beyond":        {told: []int64{19_700, 19_800, 20_000, 9_999_999_999}, want: 20_000},
		"one alone, and far":              {told: []int64{9_999_999_999}},
		"chains of gaps":                  {known: 1, told: []int64{900, 1800, 2700}, want: 2700},
		"the end of all numbers":          {known: bot.MaxNumber - 5, told: []int64{bot.MaxNumber - 1, bot.MaxNumber + 5}, want: bot.MaxNumber},
	} {
		if got := bot.BelievedNumber(tt.known, tt.told); got != tt.want {
			t.Errorf("%s: %d is believed, want %d", name, got, tt.want)
		}
	}
}

// TestMintedIDsAreRead: ids with the highest number are read, with the longest name,
// and of previews and batches.
func TestMintedIDsAreRead(t *testing.T) {
	t.Parallel()
	for _, mark := range []string{"", "p", "b"} {
		id := strings.Repeat("a", bot.MaxName) + "-" + mark + "9999999999"
		if !bot.ValidReleaseID(id) {
			t.Errorf("%s is not read", id)
		}
	}
	for id, want := range map[string]int64{"api-142": 142, "my-api-7": 7, "api-9999999999": bot.MaxNumber} {
		if _, n, ok := bot.ReleaseNumber(id); !ok || n != want {
			t.Errorf("the number of %s is %d, %t", id, n, ok)
		}
	}
	for _, id := range []string{"api-p3", "api-b3", "api", "api-007", "api--7x", ""} {
		if service, n, ok := bot.ReleaseNumber(id); ok {
			t.Errorf("the number of %s is %d, of %s", id, n, service)
		}
	}
}
