package health_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/slipwayhq/slipway/bot"
	"github.com/slipwayhq/slipway/bot/health"
)

// pass makes answers of a word: g for good, b for bad, n for no answer.
func pass(word string, from int) []bot.Reading {
	var readings []bot.Reading
	for i, letter := range word {
		readings = append(readings, bot.Reading{At: tickAt(from + i), OK: letter == 'g', Missing: letter == 'n'})
	}
	return readings
}

func repeated(value float64, n, from int) []bot.Reading {
	var readings []bot.Reading
	for i := range n {
		readings = append(readings, bot.Reading{At: tickAt(from + i), Value: value + float64(i%3)*value/100})
	}
	return readings
}

// inBursts are counts with errors in four ticks of each period.
func inBursts(every, n, from int) []bot.Reading {
	readings := countsOf(0, 1000, n, from)
	for i := range readings {
		if i%every < 4 {
			readings[i].Bad = 12
		}
	}
	return readings
}

// around are readings on both sides of a value, within a distance from it.
func around(value, far float64, n, from int) []bot.Reading {
	readings := repeated(value, n, from)
	for i := range readings {
		readings[i].Value = value + far*float64(i*7%11-5)/5
	}
	return readings
}

func everyThird(readings []bot.Reading, value float64) []bot.Reading {
	for i := 2; i < len(readings); i += 3 {
		readings[i].Value = value
	}
	return readings
}

func countsOf(bad, total float64, n, from int) []bot.Reading {
	var readings []bot.Reading
	for i := range n {
		readings = append(readings, bot.Reading{At: tickAt(from + i), Bad: bad, Total: total})
	}
	return readings
}

const good20 = "gggggggggggggggggggg"

func TestReplay_Answers(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, before, after string
		want                bot.Verdict
		tick                int // of the decision, counted from 1; 0: not asked
	}{
		{"all good", good20, good20, bot.Healthy, 20},
		{"a crash loop", good20, "bbbbbbbbbbbbbbbbbbbb", bot.NotHealthy, 5},
		{"a crash loop of what nobody knew before", "", "bbbbbbbbbbbbbbbbbbbb", bot.NotHealthy, 5},
		{"two bad ones early", good20, "bbgggggggggggggggggg", bot.Healthy, 0},
		{"only the last is bad", good20, "gggggggggggggggggggb", bot.Healthy, 0},
		{"every second fails", good20, "gbgbgbgbgbgbgbgbgbgb", bot.NotHealthy, 0},
		{"every third failed before, and does", "gbggbggbggbggbggbggb", "ggbggbggbggbggbggbgg", bot.Healthy, 0},
		{"all failed before, and do", "bbbbbbbbbbbbbbbbbbbb", "bbbbbbbbbbbbbbbbbbbb", bot.Healthy, 0},
		{"every third failed before, and now all do", "gbggbggbggbggbggbggb", "bbbbbbbbbbbbbbbbbbbb", bot.NotHealthy, 0},
		{"our own network fails", good20, "nnnnnnnnnnnnnnnnnnnn", bot.Inconclusive, 0},
		{"our own network fails mostly", good20, "gngnnngnnngnnngnnngn", bot.Inconclusive, 0},
		{"our own network fails now and then", good20, "gggngggngggngggngggn", bot.Healthy, 0},
		{"nothing was asked", good20, "", bot.Inconclusive, 0},
		{"one answer says too little", good20, "g", bot.Inconclusive, 0},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			report := health.Replay(health.Trial{Start: start, Courses: []health.Course{{
				Name: "up", Kind: bot.Answers, Before: pass(tt.before, -len(tt.before)), After: pass(tt.after, 0),
			}}})
			if report.Verdict != tt.want {
				t.Errorf("Replay(%q, %q) = %s, want %s: %s", tt.before, tt.after, report.Verdict, tt.want, report.Findings[0].Why)
			}
			if tick := int(report.At.Sub(start)/(30*time.Second)) + 1; tt.tick != 0 && tick != tt.tick {
				t.Errorf("Replay(%q, %q) was decided at tick %d, want %d", tt.before, tt.after, tick, tt.tick)
			}
		})
	}
}

func TestReplay_Conditions(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name          string
		kind          bot.SampleKind
		conditions    bot.Conditions
		before, after []bot.Reading
		want          bot.Verdict
	}{
		{"below the bound, though doubled", bot.Values, bot.Conditions{Max: new(1.0)}, repeated(.2, 20, -20), repeated(.4, 20, 0), bot.Healthy},
		{"above the bound", bot.Values, bot.Conditions{Max: new(1.0)}, repeated(.9, 20, -20), repeated(1.1, 20, 0), bot.NotHealthy},
		{"above the bound of what nobody knew before", bot.Values, bot.Conditions{Max: new(1.0)}, nil, repeated(1.1, 20, 0), bot.NotHealthy},
		{"above the bound once", bot.Values, bot.Conditions{Max: new(1.0)}, repeated(.9, 20, -20), append(repeated(.9, 19, 0), repeated(5, 1, 19)...), bot.Healthy},
		{"above the bound before and after", bot.Values, bot.Conditions{Max: new(1.0)}, repeated(1.1, 20, -20), repeated(1.1, 20, 0), bot.Healthy},
		{"above the bound before and clearly worse after", bot.Values, bot.Conditions{Max: new(1.0)}, repeated(1.1, 20, -20), repeated(3.3, 20, 0), bot.NotHealthy},
		{"below the lower bound", bot.Values, bot.Conditions{Min: new(10.0)}, repeated(20, 20, -20), repeated(5, 20, 0), bot.NotHealthy},
		{"above the lower bound", bot.Values, bot.Conditions{Min: new(10.0)}, repeated(20, 20, -20), repeated(12, 20, 0), bot.Healthy},
		{"within the increase", bot.Values, bot.Conditions{MaxIncrease: new(.2)}, repeated(1, 20, -20), repeated(1.15, 20, 0), bot.Healthy},
		{"beyond the increase", bot.Values, bot.Conditions{MaxIncrease: new(.2)}, repeated(1, 20, -20), repeated(1.25, 20, 0), bot.NotHealthy},
		{"an increase over nothing", bot.Values, bot.Conditions{MaxIncrease: new(.2)}, nil, repeated(1.25, 20, 0), bot.Inconclusive},
		{"a fall beyond the increase", bot.Values, bot.Conditions{MaxIncrease: new(.2), Worse: bot.Lower}, repeated(1, 20, -20), repeated(.7, 20, 0), bot.NotHealthy},
		{"a rise where lower is worse", bot.Values, bot.Conditions{Worse: bot.Lower}, repeated(1, 20, -20), repeated(5, 20, 0), bot.Healthy},
		{"a fall to zero where either is worse", bot.Values, bot.Conditions{Worse: bot.Either}, repeated(100, 20, -20), repeated(0, 20, 0), bot.NotHealthy},
		{"negative readings that fall", bot.Values, bot.Conditions{Worse: bot.Lower}, repeated(-10, 30, -30), repeated(-30, 20, 0), bot.NotHealthy},
		{"a burst that begins at the very end", bot.Values, bot.Conditions{}, repeated(100, 30, -30), append(repeated(100, 26, 0), repeated(300, 4, 26)...), bot.Inconclusive},
		{"a burst that is over", bot.Values, bot.Conditions{}, repeated(100, 30, -30), append(append(repeated(100, 10, 0), repeated(300, 4, 10)...), repeated(100, 16, 14)...), bot.Healthy},
		{"what begins in the last third", bot.Values, bot.Conditions{}, repeated(100, 30, -30), append(repeated(100, 20, 0), repeated(200, 10, 20)...), bot.NotHealthy},
		{"every third reading is far out", bot.Values, bot.Conditions{}, repeated(100, 30, -30), everyThird(repeated(100, 30, 0), 500), bot.NotHealthy},
		{"two readings are far out", bot.Values, bot.Conditions{}, repeated(100, 30, -30), append(append(repeated(100, 9, 0), repeated(500, 2, 9)...), repeated(100, 19, 11)...), bot.Healthy},
		{"four readings ten times as high", bot.Values, bot.Conditions{}, repeated(100, 20, -20), repeated(1000, 4, 0), bot.NotHealthy},
		{"three readings ten times as high", bot.Values, bot.Conditions{}, repeated(100, 20, -20), repeated(1000, 3, 0), bot.Inconclusive},
		{"wider about the same median where either is worse", bot.Values, bot.Conditions{Worse: bot.Either}, around(100, 5, 30, -30), around(100, 40, 30, 0), bot.NotHealthy},
		{"a little wider where either is worse", bot.Values, bot.Conditions{Worse: bot.Either}, around(100, 1, 30, -30), around(100, 2, 30, 0), bot.Healthy},
		{"nothing to compare with", bot.Values, bot.Conditions{}, nil, repeated(1, 20, 0), bot.Inconclusive},

		{"a share below the bound", bot.Counts, bot.Conditions{Max: new(.01)}, countsOf(1, 1000, 20, -20), countsOf(5, 1000, 20, 0), bot.Healthy},
		{"a share above the bound", bot.Counts, bot.Conditions{Max: new(.01)}, countsOf(1, 1000, 20, -20), countsOf(20, 1000, 20, 0), bot.NotHealthy},
		{"a share above the bound of what nobody knew before", bot.Counts, bot.Conditions{Max: new(.01)}, nil, countsOf(20, 1000, 20, 0), bot.NotHealthy},
		{"a share above the bound before and after", bot.Counts, bot.Conditions{Max: new(.01)}, countsOf(20, 1000, 20, -20), countsOf(20, 1000, 20, 0), bot.Healthy},
		{"a share below the lower bound", bot.Counts, bot.Conditions{Min: new(.9)}, countsOf(95, 100, 20, -20), countsOf(80, 100, 20, 0), bot.NotHealthy},
		{"a share within the increase", bot.Counts, bot.Conditions{MaxIncrease: new(1.0)}, countsOf(10, 1000, 20, -20), countsOf(18, 1000, 20, 0), bot.Healthy},
		{"a share beyond the increase", bot.Counts, bot.Conditions{MaxIncrease: new(1.0)}, countsOf(10, 1000, 20, -20), countsOf(40, 1000, 20, 0), bot.NotHealthy},
		{"a share beyond the increase, in bursts as there were before", bot.Counts, bot.Conditions{MaxIncrease: new(0.2)}, inBursts(12, 36, -36), inBursts(6, 12, 0), bot.Healthy},
		{"no traffic at all", bot.Counts, bot.Conditions{}, countsOf(1, 1000, 20, -20), countsOf(0, 0, 20, 0), bot.Inconclusive},
		{"too few requests", bot.Counts, bot.Conditions{}, countsOf(1, 1000, 20, -20), countsOf(0, 1, 5, 0), bot.Inconclusive},
		{"counts with nothing to compare with", bot.Counts, bot.Conditions{}, nil, countsOf(1, 1000, 20, 0), bot.Inconclusive},
		{"one tick is all there is, and it is bad", bot.Counts, bot.Conditions{}, countsOf(2, 4000, 20, -20), countsOf(400, 4000, 1, 0), bot.NotHealthy},
		{"more bad ones where fewer are worse", bot.Counts, bot.Conditions{Worse: bot.Lower}, countsOf(2, 4000, 20, -20), countsOf(40, 4000, 20, 0), bot.Healthy},
		{"one bad tick", bot.Counts, bot.Conditions{}, countsOf(2, 4000, 20, -20), append(countsOf(2, 4000, 19, 0), countsOf(400, 4000, 1, 19)...), bot.Healthy},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			report := health.Replay(health.Trial{Start: start, Courses: []health.Course{{
				Name: "probe", Kind: tt.kind, Conditions: tt.conditions, Before: tt.before, After: tt.after,
			}}})
			if report.Verdict != tt.want {
				t.Errorf("Replay = %s, want %s: %s", report.Verdict, tt.want, report.Findings[0].Why)
			}
		})
	}
}

// What happens after the end of the window does not count.
func TestReplay_Window(t *testing.T) {
	t.Parallel()
	trial := func(after string) health.Trial {
		return health.Trial{Start: start, End: start.Add(10 * time.Minute), Every: 30 * time.Second, Courses: []health.Course{{
			Name: "up", Kind: bot.Answers, Before: pass(good20, -20), After: pass(after, 0),
		}}}
	}
	tests := []struct {
		name, after string
		want        bot.Verdict
		minutes     float64
	}{
		{"bad after the window", good20 + "bbbbbbbbbb", bot.Healthy, 10},
		{"a bad last answer is given time, and good ones come", "gggggggggggggggggggb" + "gggggggggg", bot.Healthy, 10.5},
		{"a bad last answer is given time, and bad ones come", "gggggggggggggggggggb" + "bbbbbbbbbb", bot.NotHealthy, 13},
		{"it is not given time for ever", "gggggggggggggggggggb" + "gbgbgbgbgbgbgbgb", bot.Healthy, 10.5},
		{"the readings end early", "gggg", bot.Inconclusive, 10},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			report := health.Replay(trial(tt.after))
			if minutes := report.At.Sub(start).Minutes(); report.Verdict != tt.want || minutes != tt.minutes {
				t.Errorf("Replay(%q) = %s after %v minutes, want %s after %v: %s", tt.after, report.Verdict, minutes, tt.want, tt.minutes, report.Findings[0].Why)
			}
		})
	}
}

// An error rate that jumps from 2 % to 20 % at 100 requests a second, looked at every 15
// seconds, is found within two minutes with every seed.
func TestReplay_ErrorStepIsKnownSoon(t *testing.T) {
	t.Parallel()
	random := rand.New(rand.NewPCG(7, 7))
	for range 200 {
		course := health.Course{Name: "errors", Kind: bot.Counts}
		for i := range 40 {
			at := start.Add(time.Duration(i-20)*15*time.Second + time.Second)
			rate := 30.0
			if i >= 20 {
				rate = 300
				course.After = append(course.After, bot.Reading{At: at, Bad: poisson(random, rate), Total: 1500})
				continue
			}
			course.Before = append(course.Before, bot.Reading{At: at, Bad: poisson(random, rate), Total: 1500})
		}
		report := health.Replay(health.Trial{Start: start, End: start.Add(10 * time.Minute), Every: 15 * time.Second, Courses: []health.Course{course}})
		if report.Verdict != bot.NotHealthy || report.At.Sub(start) > 2*time.Minute {
			t.Fatalf("Replay = %s after %s", report.Verdict, report.At.Sub(start))
		}
	}
}

func drawnKind(t *rapid.T, label string) (bot.SampleKind, func(from, n int) []bot.Reading) {
	kind := rapid.SampledFrom([]bot.SampleKind{bot.Values, bot.Counts, bot.Answers}).Draw(t, label+" kind")
	return kind, func(from, n int) []bot.Reading {
		var readings []bot.Reading
		for i := range n {
			r := bot.Reading{At: tickAt(from + i), Missing: rapid.IntRange(0, 9).Draw(t, "missing") == 0}
			switch kind {
			case bot.Values:
				r.Value = rapid.Float64Range(-10, 1000).Draw(t, "value")
			case bot.Counts:
				r.Total = float64(rapid.IntRange(0, 500).Draw(t, "total"))
				r.Bad = float64(rapid.IntRange(0, int(r.Total)).Draw(t, "bad"))
			case bot.Answers, bot.Verdicts:
				r.OK = rapid.Bool().Draw(t, "ok")
				r.Latency = time.Duration(rapid.IntRange(0, 500).Draw(t, "ms")) * time.Millisecond
			}
			readings = append(readings, r)
		}
		return readings
	}
}

func drawnTrial(t *rapid.T) health.Trial {
	trial := health.Trial{Start: start}
	for i := range rapid.IntRange(1, 3).Draw(t, "probes") {
		name := fmt.Sprintf("probe-%d", i)
		kind, draw := drawnKind(t, name)
		worse := rapid.SampledFrom([]bot.Worse{"", bot.Higher, bot.Lower, bot.Either}).Draw(t, "worse")
		before, after := rapid.IntRange(0, 30).Draw(t, "before"), rapid.IntRange(0, 20).Draw(t, "after")
		trial.Courses = append(trial.Courses, health.Course{
			Name: name, Kind: kind, Conditions: bot.Conditions{Worse: worse},
			Before: draw(-before, before), After: draw(0, after),
		})
	}
	return trial
}

// The result does not depend on the order of readings and probes, and is reproducible.
func TestReplay_OrderIsNothing(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		trial := drawnTrial(t)
		report := health.Replay(trial)
		if diff := cmp.Diff(report, health.Replay(trial)); diff != "" {
			t.Fatalf("the same trial again:\n%s", diff)
		}
		shuffled := trial
		shuffled.Courses = rapid.Permutation(trial.Courses).Draw(t, "courses")
		for i := range shuffled.Courses {
			c := &shuffled.Courses[i]
			c.Before, c.After = rapid.Permutation(c.Before).Draw(t, "before"), rapid.Permutation(c.After).Draw(t, "after")
		}
		again := health.Replay(shuffled)
		for _, list := range [][]health.Finding{report.Findings, again.Findings} {
			slices.SortFunc(list, func(a, b health.Finding) int { return cmpText(a.Name, b.Name) })
		}
		if diff := cmp.Diff(report, again); diff != "" {
			t.Fatalf("in another order:\n%s", diff)
		}
	})
}

func cmpText(a, b string) int {
	if a < b {
		return -1
	}
	return 1
}

// Readings as good as those before never make a release unhealthy.
func TestReplay_MoreGoodIsNoHarm(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		kind, draw := drawnKind(t, "one")
		course := health.Course{Name: "one", Kind: kind, Before: draw(-30, 30)}
		n := rapid.IntRange(1, 40).Draw(t, "after")
		for i := range n {
			r := bot.Reading{At: tickAt(i), OK: true, Total: 100}
			r.Value = course.Before[rapid.IntRange(0, 29).Draw(t, "as good as")].Value
			if kind == bot.Values {
				r.Value = min(r.Value, medianOf(course.Before))
			}
			course.After = append(course.After, r)
		}
		report := health.Replay(health.Trial{Start: start, Courses: []health.Course{course}})
		if report.Verdict == bot.NotHealthy {
			t.Fatalf("Replay = %s: %s", report.Verdict, report.Findings[0].Why)
		}
	})
}

func medianOf(readings []bot.Reading) float64 {
	var numbers []float64
	for _, r := range readings {
		if !r.Missing {
			numbers = append(numbers, r.Value)
		}
	}
	if len(numbers) == 0 {
		return 0
	}
	slices.Sort(numbers)
	return numbers[(len(numbers)-1)/2]
}

// Missing readings never count against a release.
func TestReplay_MissingIsNoHarm(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		trial := drawnTrial(t)
		for i := range trial.Courses {
			for j := range trial.Courses[i].After {
				trial.Courses[i].After[j].Missing = true
			}
		}
		if report := health.Replay(trial); report.Verdict != bot.Inconclusive {
			t.Fatalf("Replay = %s, though nothing is known", report.Verdict)
		}
	})
}
