package health_test

import (
	"fmt"
	"maps"
	"math"
	"slices"
	"strings"
	"testing"
	"text/tabwriter"

	"github.com/slipwayhq/slipway/bot"
	"github.com/slipwayhq/slipway/bot/health"
)

// This is a leave-one-out cross-validation. The number of probes that share the budget of
// false alarms sets how careful the judge is. For each series that number (the care) is
// chosen on the other series alone, the lowest with at most one false alarm in a hundred
// releases, and the series itself is rated with it. The tests of the judge as such were
// designed with all series known.

// cares are the numbers of probes that are tried, the least careful first. Ten is right for
// a release with ten probes.
func cares() []int { return []int{2, 5, 10, 20, 40, 80, 160} }

// rated is the result of a care on a series.
type rated struct{ windows, alarms, found float64 }

// ofTen is the share of releases with ten probes that have an alarm.
func (r rated) ofTen() float64 {
	return 1 - math.Pow(1-r.alarms/max(r.windows, 1), probesOfARelease)
}

func (r rated) plus(o rated) rated {
	return rated{r.windows + o.windows, r.alarms + o.alarms, r.found + o.found}
}

// heldOut leaves each series out in turn.
func heldOut(tb testing.TB) string {
	tb.Helper()
	const before, after, step = 60, 20, 11
	series := quietSeries(tb)
	names := slices.Sorted(maps.Keys(series))
	by := map[string]map[int]rated{}
	for _, name := range names {
		by[name] = map[int]rated{}
		for _, w := range windowsOf(series[name], before, after, step) {
			s := w.stretch()
			for _, care := range cares() {
				by[name][care] = by[name][care].plus(rateWindow(s, care))
			}
		}
	}
	var table strings.Builder
	w := tabwriter.NewWriter(&table, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "held back (60 before, 20 after)\twindows\tcare\tfalse alarms\t×2 found\tas it is: false alarms\t×2 found")
	var all, asItIs rated
	for _, name := range names {
		care := careFor(by, name)
		got, now := by[name][care], by[name][probesOfARelease]
		fmt.Fprintf(w, "%s\t%.0f\t%d\t%.1f%%\t%.0f%%\t%.1f%%\t%.0f%%\n", name, got.windows, care,
			100*got.ofTen(), 100*got.found/max(got.windows, 1), 100*now.ofTen(), 100*now.found/max(now.windows, 1))
		all, asItIs = all.plus(got), asItIs.plus(now)
	}
	fmt.Fprintf(w, "all\t%.0f\t\t%.1f%%\t%.0f%%\t%.1f%%\t%.0f%%\n", all.windows, 100*all.ofTen(), 100*all.found/all.windows, 100*asItIs.ofTen(), 100*asItIs.found/asItIs.windows)
	_ = w.Flush()
	return table.String()
}

// careFor is the lowest care that suffices on all series but one.
func careFor(by map[string]map[int]rated, heldBack string) int {
	for _, care := range cares() {
		var others rated
		for name, of := range by {
			if name != heldBack {
				others = others.plus(of[care])
			}
		}
		if others.ofTen() <= health.FalseAlarms {
			return care
		}
	}
	return cares()[len(cares())-1]
}

// rateWindow judges a quiet window, and the same one with its readings after doubled.
func rateWindow(s stretch, care int) rated {
	judged := func(after []bot.Reading) float64 {
		trial := health.Trial{Start: start, Courses: []health.Course{{Kind: s.kind, Before: s.before, After: after}}}
		if health.ReplayAmong(trial, care).Verdict == bot.NotHealthy {
			return 1
		}
		return 0
	}
	return rated{1, judged(s.after), judged(s.worsened(2))}
}
