package catalog_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/slipwayhq/slipway/bot"
	"github.com/slipwayhq/slipway/bot/catalog"
)

// FuzzParse looks for text that makes Parse panic, return neither or both of its
// results, place a fault outside the text or out of order, or show a secret; and for a
// file that ListenOf reads differently.
func FuzzParse(f *testing.F) {
	for _, name := range []string{"full.yaml", "minimal.yaml", "bad.yaml", "notyet_bad.yaml"} {
		f.Add(readFile(f, name))
	}
	f.Add([]byte("a: &x [*x]\n---\n%\n? - !!t |\n"))
	f.Fuzz(func(t *testing.T, text []byte) {
		parsed, err := catalog.Parse(text, variables, vocabulary())
		if (parsed == nil) == (err == nil) {
			t.Fatalf("Parse = %v, %v", parsed, err)
		}
		listen, listenErr := catalog.ListenOf(text, variables)
		if err == nil {
			if listen != parsed.Listen || listenErr != nil {
				t.Errorf("ListenOf = %q, %v, want %q", listen, listenErr, parsed.Listen)
			}
			_ = fmt.Sprint(parsed)
			return
		}
		var faults catalog.Faults
		if !errors.As(err, &faults) || len(faults) == 0 {
			t.Fatalf("Parse = %v, want faults", err)
		}
		if !slices.IsSortedFunc(faults, func(a, b catalog.Fault) int { return (a.Line-b.Line)*1_000_000 + a.Column - b.Column }) {
			t.Errorf("faults are out of order:\n%v", err)
		}
		lines := strings.Count(string(text), "\n") + 1
		for _, fault := range faults {
			if fault.Line < 1 || fault.Line > lines || fault.Column < 1 || fault.Message == "" {
				t.Errorf("odd fault %+v in a text of %d lines", fault, lines)
			}
			if strings.ContainsAny(fault.String(), "\n\r\x00") {
				t.Errorf("fault of several lines: %q", fault)
			}
		}
		if !strings.Contains(string(text), "hidden") && strings.Contains(err.Error(), "hidden") {
			t.Errorf("a secret is shown:\n%v", err)
		}
	})
}

// TestSpansAreReadBack checks that the durations that slipway prints can be typed.
func TestSpansAreReadBack(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		most := int64(100 * 24 * time.Hour / time.Millisecond)
		want := time.Duration(rapid.Int64Range(0, most).Draw(t, "ms")) * time.Millisecond
		for _, d := range []time.Duration{want, bot.Rough(want)} {
			if got, err := catalog.Duration(catalog.Written(d)); err != nil || got != d {
				t.Fatalf("%s is read as %s (%v), want %s", catalog.Written(d), got, err, d)
			}
		}
		if rough := bot.Rough(want); rough > want || want-rough > want/10 {
			t.Fatalf("Rough(%s) = %s", want, rough)
		}
	})
}

// TestDurations checks that any mixture of units is read as the sum of its parts.
func TestDurations(t *testing.T) {
	t.Parallel()
	units := map[string]time.Duration{"ms": time.Millisecond, "s": time.Second, "m": time.Minute, "h": time.Hour, "d": 24 * time.Hour}
	rapid.Check(t, func(t *rapid.T) {
		var written strings.Builder
		var want time.Duration
		for range rapid.IntRange(1, 4).Draw(t, "parts") {
			amount := rapid.IntRange(0, 99).Draw(t, "amount")
			unit := rapid.SampledFrom([]string{"ms", "s", "m", "h", "d"}).Draw(t, "unit")
			fmt.Fprintf(&written, "%d%s", amount, unit)
			want += time.Duration(amount) * units[unit]
		}
		text := strings.Replace(minimal(), "production: {}", "production: {timeout: "+written.String()+"}", 1)
		parsed, err := catalog.Parse([]byte(text), variables, vocabulary())
		if want < time.Second || want > 7*24*time.Hour {
			if err == nil {
				t.Fatalf("timeout %s was accepted", written.String())
			}
			return
		}
		if err != nil || parsed.Services[0].Environments[0].Timeout != want {
			t.Fatalf("timeout %s: %v, want %v", written.String(), err, want)
		}
	})
}
