package health_test

import (
	"fmt"
	"maps"
	"math"
	"math/rand/v2"
	"os"
	"slices"
	"strings"
	"testing"
	"text/tabwriter"
	"time"

	"github.com/slipwayhq/slipway/bot"
	"github.com/slipwayhq/slipway/bot/health"
)

// A rule judges the readings of one probe in a release with ten.
type rule struct {
	name  string
	judge func(s stretch) (verdict bot.Verdict, tick int)
}

const probesOfARelease = 10

func rules() []rule {
	return []rule{
		{"the judge", byJudge},
		{"three in a row", byToday},
		{"Mann-Whitney p<.02", byRanks},
		{"mean and 3 sigma", byMean},
	}
}

// byJudge is the judge, with a tenth of the budget.
func byJudge(s stretch) (bot.Verdict, int) {
	trial := health.Trial{Start: start, Courses: make([]health.Course, probesOfARelease)}
	trial.Courses = trial.Courses[:1]
	trial.Courses[0] = health.Course{Kind: s.kind, Before: s.before, After: s.after}
	finding := health.ReplayAmong(trial, probesOfARelease).Findings[0]
	return finding.Verdict, int(finding.At.Sub(start)/(30*time.Second)) + 1
}

// numbersOf are the numbers that the other rules use: values, or shares of bad ones.
func numbersOf(readings []bot.Reading, kind bot.SampleKind) []float64 {
	numbers := make([]float64, len(readings))
	for i, r := range readings {
		switch kind {
		case bot.Counts:
			numbers[i] = r.Bad / r.Total
		case bot.Answers, bot.Verdicts:
			if !r.OK {
				numbers[i] = 1
			}
		case bot.Values:
			numbers[i] = r.Value
		}
	}
	return numbers
}

func meanOf(numbers []float64) float64 {
	sum := 0.0
	for _, v := range numbers {
		sum += v
	}
	return sum / float64(len(numbers))
}

func sigmaOf(numbers []float64) float64 {
	m, sum := meanOf(numbers), 0.0
	for _, v := range numbers {
		sum += (v - m) * (v - m)
	}
	return math.Sqrt(sum/float64(len(numbers)-1)) + 1e-12
}

// tally counts the samples of one probe.
type tally struct {
	good, bad, none int
	longestBad      int // consecutive bad answers; missing ones in between are ignored
	lastBad         bool
}

func tallied(samples []bot.Sample) tally {
	var c tally
	row := 0
	for _, s := range samples {
		switch s.Outcome {
		case bot.Good:
			c.good++
			c.lastBad, row = false, 0
		case bot.Bad:
			c.bad++
			row++
			c.lastBad, c.longestBad = true, max(c.longestBad, row)
		case bot.NoAnswer, bot.NotYet:
			c.none++
		}
	}
	return c
}

func (c tally) answered() int { return c.good + c.bad }

func (c tally) total() int { return c.answered() + c.none }

func (c tally) speaksAgainst() bool { return c.lastBad || 4*c.bad > c.answered() }

// byToday is the rule that the judge replaced: three consecutive bad ones, a bad last one,
// or more than a quarter. A number is bad beyond three sigma.
func byToday(s stretch) (bot.Verdict, int) {
	before, after := numbersOf(s.before, s.kind), numbersOf(s.after, s.kind)
	bound := meanOf(before) + 3*sigmaOf(before)
	if s.kind == bot.Answers {
		bound = 0.5
	}
	var seen []bot.Sample
	for i, v := range after {
		outcome := bot.Good
		if v > bound {
			outcome = bot.Bad
		}
		seen = append(seen, bot.Sample{Outcome: outcome})
		t, last := tallied(seen), i == len(after)-1
		switch {
		case t.longestBad >= 3, last && t.speaksAgainst():
			return bot.NotHealthy, i + 1
		case last && 2*t.answered() < t.total():
			return bot.Inconclusive, i + 1
		case last:
			return bot.Healthy, i + 1
		}
	}
	return bot.Inconclusive, len(after)
}

const firstLook = 5

func lookingAtEach(s stretch, worse func(before, after []float64) bool) (bot.Verdict, int) {
	before, after := numbersOf(s.before, s.kind), numbersOf(s.after, s.kind)
	for n := firstLook; n <= len(after); n++ {
		if worse(before, after[:n]) {
			return bot.NotHealthy, n
		}
	}
	return bot.Healthy, len(after)
}

func byRanks(s stretch) (bot.Verdict, int) {
	return lookingAtEach(s, func(before, after []float64) bool {
		all := slices.Concat(before, after)
		slices.Sort(all)
		sum := 0.0
		for _, v := range after {
			low, _ := slices.BinarySearch(all, v)
			high := low
			for high < len(all) && all[high] == v {
				high++
			}
			sum += float64(low+high+1) / 2
		}
		n, k := float64(len(before)), float64(len(after))
		z := (sum - k*(n+k+1)/2) / math.Sqrt(n*k*(n+k+1)/12)
		return math.Erfc(math.Abs(z)/math.Sqrt2) < 0.02 && z > 0
	})
}

func byMean(s stretch) (bot.Verdict, int) {
	return lookingAtEach(s, func(before, after []float64) bool {
		return meanOf(after)-meanOf(before) >= 3*sigmaOf(before)
	})
}

// A row is the result of a rule over many releases with ten probes each.
type row struct {
	falseAlarms, inconclusive float64    // of releases in which nothing changed
	found                     [3]float64 // of releases in which one probe of ten became worse
	ticks                     float64    // the median time to finding × 2 or × 5, in ticks
}

func worsenings() []float64 { return []float64{1.25, 2, 5} }

// measure applies a rule to releases whose probes are drawn from a source.
func measure(r rule, draw func() stretch, releases int) row {
	var result row
	var ticks []int
	for range releases {
		alarm, unsure := 0.0, 0.0
		for range probesOfARelease {
			switch verdict, _ := r.judge(draw()); verdict { //nolint:exhaustive // healthy counts as nothing
			case bot.NotHealthy:
				alarm = 1
			case bot.Inconclusive:
				unsure = 1
			}
		}
		result.falseAlarms += alarm / float64(releases)
		result.inconclusive += unsure * (1 - alarm) / float64(releases)
		for i, times := range worsenings() {
			s := draw()
			s.after = s.worsened(times)
			if verdict, tick := r.judge(s); verdict == bot.NotHealthy {
				result.found[i] += 1 / float64(releases)
				if times > 1.25 {
					ticks = append(ticks, tick)
				}
			}
		}
	}
	if slices.Sort(ticks); len(ticks) > 0 {
		result.ticks = float64(ticks[len(ticks)/2])
	}
	return result
}

// sources are the simulated noise and the quiet windows of real series.
func sources(tb testing.TB) []source {
	tb.Helper()
	all := append(valueNoise(), countNoise()...)
	series := quietSeries(tb)
	for _, size := range [][2]int{{24, 12}, {60, 20}, {120, 12}, {120, 36}} {
		var windows []window
		for _, name := range slices.Sorted(maps.Keys(series)) {
			windows = append(windows, windowsOf(series[name], size[0], size[1], 3)...)
		}
		all = append(all, source{
			fmt.Sprintf("real, %d before, %d after", size[0], size[1]),
			func(r *rand.Rand) stretch { return windows[r.IntN(len(windows))].stretch() },
		})
	}
	return all
}

// promised checks a row of the judge against the goals, allowing for three standard
// deviations of sampling error.
func promised(tb testing.TB, noise string, got row, releases int) {
	tb.Helper()
	wide := func(share float64) float64 { return 3 * math.Sqrt(share*(1-share)/float64(releases)) }
	if got.falseAlarms > health.FalseAlarms+wide(health.FalseAlarms) && !beyond(noise) {
		tb.Errorf("%s: %.1f%% of releases are false alarms", noise, 100*got.falseAlarms)
	}
	if got.inconclusive > 0.1+wide(0.1) {
		tb.Errorf("%s: %.1f%% of releases are inconclusive", noise, 100*got.inconclusive)
	}
	for start, least := range map[string]float64{
		"counts, 10 errors before": 0.08, "counts, 40 errors before": 0.55, "counts, 100 errors before": 0.95, "counts, 1,000 errors before": 0.95,
		"real, 24": 0.60, "real, 60": 0.65, "real, 120": 0.70, "independent, 10 %": 0.95, "AR(1) 0.7, 10 %": 0.95,
	} {
		if strings.HasPrefix(noise, start) && got.found[1] < least-wide(least) {
			tb.Errorf("%s: a doubling is found in %.0f%%, want %.0f%%", noise, 100*got.found[1], 100*least)
		}
	}
}

// beyond is the noise for which the goal is not met: a hundred errors in twenty ticks are
// too few to show that their rate varies, but enough for that to cause false alarms; and
// sixty values whose logarithm wanders so far are too few to show how far it may.
func beyond(noise string) bool {
	return noise == "counts, 100, AR(1) 0.7 of 30 %" || noise == "AR(1) 0.7, log-normal"
}

// TestVerdicts checks the goals of the judge with a few releases of each kind. With VERDICTS
// set to a number of releases it prints the table of `make verdicts`, with other rules
// beside it.
func TestVerdicts(t *testing.T) {
	t.Parallel()
	releases, full := 25, os.Getenv("VERDICTS") != ""
	compared := rules()[:1]
	if full {
		if _, err := fmt.Sscan(os.Getenv("VERDICTS"), &releases); err != nil {
			t.Fatal(err)
		}
		if os.Getenv("VERDICTS_OF") == "" {
			compared = rules()
		}
	}
	var table strings.Builder
	w := tabwriter.NewWriter(&table, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "noise\trule\tfalse alarms\tfound ×1.25\t×2\t×5\tinconclusive\tticks")
	for _, src := range sources(t) {
		if !strings.Contains(src.name, os.Getenv("VERDICTS_OF")) {
			continue
		}
		for _, r := range compared {
			random := rand.New(rand.NewPCG(2026, 11))
			got := measure(r, func() stretch { return src.draw(random) }, releases)
			fmt.Fprintf(w, "%s\t%s\t%.1f%%\t%.0f%%\t%.0f%%\t%.0f%%\t%.1f%%\t%.0f\n", src.name, r.name, 100*got.falseAlarms,
				100*got.found[0], 100*got.found[1], 100*got.found[2], 100*got.inconclusive, got.ticks)
			if r.name == rules()[0].name {
				promised(t, src.name, got, releases)
			}
		}
	}
	_ = w.Flush()
	t.Log("\n" + table.String())
	if full && os.Getenv("VERDICTS_OF") == "" {
		t.Log("\n" + heldOut(t))
	}
}
