package health_test

import (
	"math"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/slipwayhq/slipway/bot"
	"github.com/slipwayhq/slipway/bot/health"
)

var start = time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)

const beat = 30 * time.Second

// samples makes a probe's samples of a word, one letter for each tick after the release: g
// for good, b for bad, n for no answer, o for another version.
func samples(probe, word string) []bot.Sample {
	outcomes := map[rune]bot.SampleOutcome{'g': bot.Good, 'b': bot.Bad, 'n': bot.NoAnswer, 'o': bot.NotYet}
	var list []bot.Sample
	for i, letter := range word {
		list = append(list, bot.Sample{Probe: probe, At: start.Add(time.Duration(i) * beat), Outcome: outcomes[letter], Says: "version fedcba9"})
	}
	return list
}

// earlier moves samples to before the release, the last one a tick before it.
func earlier(list []bot.Sample) []bot.Sample {
	for i := range list {
		list[i].At = list[i].At.Add(-time.Duration(len(list)) * beat)
	}
	return list
}

func ruleOf(probes ...bot.Probe) bot.HealthRule {
	return bot.HealthRule{Window: 10 * time.Minute, Every: beat, Probes: probes}
}

func answersOf(name string) bot.Probe { return bot.Probe{Name: name, Kind: bot.Answers} }

func watchOf(list ...bot.Sample) bot.Watch {
	return bot.Watch{StartedAt: start, EndsAt: start.Add(10 * time.Minute), Samples: list}
}

func TestJudge_Answers(t *testing.T) {
	t.Parallel()
	at := func(ticks int) time.Time { return start.Add(time.Duration(ticks) * beat) }
	over := 20
	tests := []struct {
		name, before, word string
		ticks              int
		want               bot.Verdict
	}{
		{"nothing asked yet", "", "", 1, bot.Watching},
		{"good so far", "", "ggg", 2, bot.Watching},
		{"three bad in a row may recover", "", "bbb", 2, bot.Watching},
		{"a crash loop is seen in five answers", "", "bbbbb", 4, bot.NotHealthy},
		{"and after a good beginning", "", "ggggbbbbbb", 9, bot.NotHealthy},
		{"all good", "", strings.Repeat("g", 21), over, bot.Healthy},
		{"one bad one", "", "ggggggggggbgggggggggg", over, bot.Healthy},
		{"the last answer is bad, and lengthens the window", "", strings.Repeat("g", 20) + "b", over, bot.Watching},
		{"until a good one comes", "", strings.Repeat("g", 20) + "bg", 21, bot.Healthy},
		{"or the time is up", "", strings.Repeat("g", 20) + "bgggggggggb", 30, bot.Healthy},
		{"bad once before, and always after", "b", strings.Repeat("b", 21), 30, bot.Inconclusive},
		{"bad before and after", "bbbbbbbbbbbb", strings.Repeat("b", 21), 30, bot.Healthy},
		{"bad now and then before, always after", "ggbggbggbggb", strings.Repeat("b", 31), 30, bot.NotHealthy},
		{"bad once before, all good after", "bg", strings.Repeat("g", 21), over, bot.Healthy},
		{"mostly good before, all good after", "gbg", strings.Repeat("g", 21), over, bot.Healthy},
		{"one of two bad before, and after too", "bg", strings.Repeat("bg", 15) + "g", 30, bot.Inconclusive},
		{"no answer at all", "", strings.Repeat("n", 21), over, bot.Inconclusive},
		{"hardly any answer", "", "g" + strings.Repeat("n", 20), over, bot.Inconclusive},
		{"few answers, the others none", "", strings.Repeat("gn", 10) + "g", over, bot.Healthy},
		{"nothing asked", "", "", over, bot.Inconclusive},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			watch := watchOf(append(earlier(samples("up", tt.before)), samples("up", tt.word)...)...)
			got := health.Judge(ruleOf(answersOf("up")), watch, at(tt.ticks))
			if got.Verdict != tt.want {
				t.Errorf("Judge(%q, %q) = %s, want %s: %+v", tt.before, tt.word, got.Verdict, tt.want, got.Evidence)
			}
			if len(got.Evidence) != 1 || got.Evidence[0].Probe != "up" || got.Evidence[0].Says == "" {
				t.Errorf("evidence %+v", got.Evidence)
			}
		})
	}
}

// TestJudge_BadBeforeIsNoFault: turning a good answer before the release into a bad one
// never makes a healthy release unhealthy.
func TestJudge_BadBeforeIsNoFault(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		before := rapid.StringMatching(`[gb]{0,30}`).Draw(t, "before")
		after := rapid.StringMatching(`[gb]{0,3}g{5,21}[gb]{0,3}`).Draw(t, "after")
		judged := func(before string) bot.Judgement {
			watch := watchOf(append(earlier(samples("up", before)), samples("up", after)...)...)
			return health.Judge(ruleOf(answersOf("up")), watch, start.Add(30*beat))
		}
		well := judged(strings.ReplaceAll(before, "b", "g"))
		if got := judged(before); well.Verdict == bot.Healthy && got.Verdict != bot.Healthy {
			t.Errorf("with %q before %q is %s (%+v), with all good before healthy", before, after, got.Verdict, got.Evidence)
		}
	})
}

// TestJudge_Arrival: the window begins when the released version answers. A version that
// never answers has not arrived.
func TestJudge_Arrival(t *testing.T) {
	t.Parallel()
	rule := ruleOf(answersOf("version"), answersOf("up"))
	judged := func(word string) bot.Judgement {
		n := len(word) - 1
		watch := watchOf(append(samples("version", word), samples("up", strings.Repeat("g", len(word)))...)...)
		return health.Judge(rule, watch, start.Add(time.Duration(n)*beat))
	}
	if got := judged("ooooo"); got.Verdict != bot.Watching || !strings.Contains(got.Evidence[0].Says, "version fedcba9") {
		t.Errorf("not there yet: %+v", got)
	}
	if got, want := judged("oooog"), start.Add(4*beat+rule.Window); got.Verdict != bot.Watching || !got.EndsAt.Equal(want) {
		t.Errorf("arrived: %+v, want an end at %s", got, want)
	}
	if got := judged("oooo" + strings.Repeat("g", 20)); got.Verdict != bot.Watching {
		t.Errorf("the window ended before its time: %+v", got)
	}
	if got := judged("oooo" + strings.Repeat("g", 21)); got.Verdict != bot.Healthy {
		t.Errorf("arrived and well: %+v", got)
	}
	if got := judged("og" + strings.Repeat("o", 6)); got.Verdict != bot.NotHealthy {
		t.Errorf("gone again: %+v", got)
	}
	if got := judged(strings.Repeat("o", 21)); got.Verdict != bot.NotHealthy || !strings.Contains(got.Evidence[0].Says, "did not arrive") || got.Evidence[0].Probe != "version" {
		t.Errorf("never came: %+v", got)
	}
	before := watchOf(append(earlier(samples("version", "oooooooooo")), samples("version", strings.Repeat("g", 21))...)...)
	if got := health.Judge(ruleOf(answersOf("version")), before, start.Add(20*beat)); got.Verdict != bot.Healthy {
		t.Errorf("another version before the release is no fault: %+v", got)
	}
}

// numbers are a probe's samples, one for each tick. f gives the value, or how many of the
// total were bad.
func numbers(probe string, from, to int, f func(tick int) (value, bad, total float64)) []bot.Sample {
	var list []bot.Sample
	for i := from; i < to; i++ {
		s := bot.Sample{Probe: probe, At: start.Add(time.Duration(i) * beat), Outcome: bot.Good}
		s.Value, s.Bad, s.Total = f(i)
		list = append(list, s)
	}
	return list
}

func baseline(probe string, days, from, to int, f func(tick int) (value, bad, total float64)) bot.Baseline {
	b := bot.Baseline{Probe: probe, Days: days}
	for _, s := range numbers(probe, from, to, f) {
		b.Readings = append(b.Readings, bot.Reading{At: s.At.AddDate(0, 0, -days), Value: s.Value, Bad: s.Bad, Total: s.Total})
	}
	return b
}

// wave is a level that is never quite the same.
func wave(level float64) func(int) (float64, float64, float64) {
	return func(i int) (float64, float64, float64) { return level * (1 + 0.05*math.Sin(float64(i)*1.7)), 0, 0 }
}

func countedAs(share, total float64) func(int) (float64, float64, float64) {
	return func(i int) (float64, float64, float64) {
		return 0, math.Round(share*total + 2*math.Sin(float64(i)*1.7)*math.Sqrt(share*total)/2), total
	}
}

// rising is a level that doubles within the hour in which the release is.
func rising(level float64) func(int) (float64, float64, float64) {
	return func(i int) (float64, float64, float64) {
		v, _, _ := wave(level * (1 + 1/(1+math.Exp(-float64(i)/4))))(i)
		return v, 0, 0
	}
}

// TestJudge_Numbers judges numbers before and after, as Prometheus gives them.
func TestJudge_Numbers(t *testing.T) {
	t.Parallel()
	type readings = func(int) (float64, float64, float64)
	step := func(i int) (float64, float64, float64) { return countedAs(0.2, 3000)(i) }
	tests := []struct {
		name          string
		kind          bot.SampleKind
		before, after readings
		day, week     readings
		says          string
		want          bot.Verdict
	}{
		{"as before", bot.Values, wave(0.2), wave(0.2), nil, nil, "the median", bot.Healthy},
		{"a doubling", bot.Values, wave(0.2), wave(0.4), nil, nil, "the median rose", bot.NotHealthy},
		{"an error rate step", bot.Counts, countedAs(0.02, 3000), step, nil, nil, "before 2", bot.NotHealthy},
		{"bad before and as bad after", bot.Counts, countedAs(0.2, 3000), step, nil, nil, "no more than before", bot.Healthy},
		{"no traffic at all", bot.Counts, countedAs(0.02, 3000), countedAs(0, 0), nil, nil, "no traffic", bot.Inconclusive},
		{"a rise as every day", bot.Values, rising(100), rising(100), rising(90), rising(80), "as it did at the same hours", bot.Healthy},
		{"the same rise on another day than the others", bot.Values, rising(100), rising(100), wave(150), wave(150), "the median rose", bot.NotHealthy},
		{"twice the rise of every day", bot.Values, rising(100), func(i int) (float64, float64, float64) { v, _, _ := rising(300)(i); return v, 0, 0 }, rising(90), rising(90), "the median rose", bot.NotHealthy},
		{"errors that rise as every day", bot.Counts, countedAs(0.01, 3000), countedAs(0.03, 3000), half(0.01, 0.03), half(0.01, 0.03), "as it did at the same hours", bot.Healthy},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			watch := watchOf(numbers("p", 0, 21, tt.after)...)
			watch.Before = []bot.Baseline{baseline("p", 0, -120, 0, tt.before)}
			if tt.day != nil {
				watch.Before = append(watch.Before, baseline("p", 1, -40, 21, tt.day), baseline("p", 7, -40, 21, tt.week))
			}
			got := health.Judge(ruleOf(bot.Probe{Name: "p", Kind: tt.kind}), watch, start.Add(20*beat))
			if got.Verdict != tt.want || !strings.Contains(got.Evidence[0].Says, tt.says) {
				t.Errorf("Judge = %s, want %s with %q: %+v", got.Verdict, tt.want, tt.says, got.Evidence)
			}
		})
	}
}

// half is one share before the release and another one after it.
func half(before, after float64) func(int) (float64, float64, float64) {
	return func(i int) (float64, float64, float64) {
		if i < 0 {
			return countedAs(before, 3000)(i)
		}
		return countedAs(after, 3000)(i)
	}
}

// TestJudge_Control: what changed at the control as well is not the release's fault.
func TestJudge_Control(t *testing.T) {
	t.Parallel()
	judged := func(controlAfter float64) bot.Judgement {
		watch := watchOf(numbers("p", 0, 21, wave(0.4))...)
		b := baseline("p", 0, -60, 0, wave(0.2))
		for i := range b.Readings {
			b.Readings[i].Control = new(3 * b.Readings[i].Value)
		}
		for i := range watch.Samples {
			v, _, _ := wave(controlAfter)(i + 3)
			watch.Samples[i].Control = &v
		}
		watch.Before = []bot.Baseline{b}
		return health.Judge(ruleOf(bot.Probe{Name: "p", Kind: bot.Values}), watch, start.Add(20*beat))
	}
	if got := judged(1.2); got.Verdict != bot.Healthy || !strings.Contains(got.Evidence[0].Says, "as its control did") {
		t.Errorf("with its control: %+v", got)
	}
	if got := judged(0.6); got.Verdict != bot.NotHealthy {
		t.Errorf("and not with its control: %+v", got)
	}
}

// TestJudge_SpeedOfAStep: an error step from 2 % to 20 % at 100 requests a second, looked
// at every 15 seconds, is seen within a minute.
func TestJudge_SpeedOfAStep(t *testing.T) {
	t.Parallel()
	rule := bot.HealthRule{Window: 10 * time.Minute, Every: 15 * time.Second, Probes: []bot.Probe{{Name: "p", Kind: bot.Counts}}}
	watch := watchOf()
	watch.Before = []bot.Baseline{baseline("p", 0, -120, 0, countedAs(0.02, 1500))}
	for i := range 40 {
		now := start.Add(time.Duration(i) * rule.Every)
		watch.Samples = append(watch.Samples, bot.Sample{Probe: "p", At: now, Outcome: bot.Good, Bad: 300, Total: 1500})
		if got := health.Judge(rule, watch, now); got.Verdict == bot.NotHealthy {
			if now.Sub(start) > time.Minute {
				t.Errorf("it took %s", now.Sub(start))
			}
			return
		}
	}
	t.Error("it was never seen")
}

// TestJudge_ValueProbeThatFails: errors instead of numbers count against the service.
func TestJudge_ValueProbeThatFails(t *testing.T) {
	t.Parallel()
	watch := watchOf(samples("load", strings.Repeat("b", 8))...)
	got := health.Judge(ruleOf(bot.Probe{Name: "load", Kind: bot.Values}), watch, start.Add(7*beat))
	if got.Verdict != bot.NotHealthy || !strings.Contains(got.Evidence[0].Says, "8 of 8 answers were bad") {
		t.Errorf("Judge = %+v", got)
	}
}

// TestJudge_SeveralProbes: the worst one decides, and those that the rule does not name are
// ignored.
func TestJudge_SeveralProbes(t *testing.T) {
	t.Parallel()
	over := start.Add(10 * time.Minute)
	good := samples("up", strings.Repeat("g", 21))
	rule := ruleOf(answersOf("up"), answersOf("other"))
	for name, tt := range map[string]struct {
		other []bot.Sample
		want  bot.Verdict
	}{
		"both good":          {samples("other", strings.Repeat("g", 21)), bot.Healthy},
		"one bad":            {samples("other", strings.Repeat("b", 21)), bot.NotHealthy},
		"one without answer": {samples("other", strings.Repeat("n", 21)), bot.Inconclusive},
		"another one bad":    {append(samples("third", strings.Repeat("b", 21)), samples("other", strings.Repeat("g", 21))...), bot.Healthy},
	} {
		if got := health.Judge(rule, watchOf(append(tt.other, good...)...), over); got.Verdict != tt.want {
			t.Errorf("%s: %s, want %s", name, got.Verdict, tt.want)
		}
	}
	if got := health.Judge(ruleOf(), watchOf(), over); got.Verdict != bot.NotWatched {
		t.Errorf("without probes: %s", got.Verdict)
	}
}

// TestJudge_Property: each piece of evidence says why, and nothing is healthy while the
// window is open.
func TestJudge_Property(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		word := rapid.StringOfN(rapid.RuneFrom([]rune("gbno")), 0, 40, -1).Draw(t, "word")
		ticks := rapid.IntRange(0, 45).Draw(t, "ticks")
		got := health.Judge(ruleOf(answersOf("up")), watchOf(samples("up", word)...), start.Add(time.Duration(ticks)*beat))
		if len(got.Evidence) != 1 || got.Evidence[0].Says == "" {
			t.Fatalf("no evidence: %+v", got)
		}
		if ticks < 20 && (got.Verdict == bot.Healthy || got.Verdict == bot.Inconclusive) {
			t.Fatalf("an open window is %s", got.Verdict)
		}
		if got.EndsAt.IsZero() {
			t.Fatal("the window has no end")
		}
	})
}

// TestJudge_Gaps: the window is extended by the time in which nobody looked.
func TestJudge_Gaps(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		missed time.Duration
		ticks  int // good ones, the last of them now
		want   bot.Verdict
	}{
		"none":                        {0, 21, bot.Healthy},
		"of two minutes":              {2 * time.Minute, 21, bot.Watching},
		"of two minutes, made up for": {2 * time.Minute, 25, bot.Healthy},
		"of an hour":                  {time.Hour, 140, bot.Watching},
		"of an hour, made up for":     {time.Hour, 141, bot.Healthy},
	} {
		watch := watchOf(samples("up", strings.Repeat("g", tt.ticks))...)
		if tt.missed > 0 {
			watch.Miss(bot.Gap{From: start.Add(time.Minute), To: start.Add(time.Minute + tt.missed)})
		}
		now := start.Add(time.Duration(tt.ticks-1) * beat)
		got := health.Judge(ruleOf(answersOf("up")), watch, now)
		if want := start.Add(10*time.Minute + tt.missed); got.Verdict != tt.want || !got.EndsAt.Equal(want) {
			t.Errorf("%s: %s, and it ends %s, want %s and %s", name, got.Verdict, got.EndsAt, tt.want, want)
		}
	}
}

// TestJudge_VerdictsOfOthers: one is enough, and the watch ends when all of them are there.
func TestJudge_VerdictsOfOthers(t *testing.T) {
	t.Parallel()
	told := func(name string) bot.Probe { return bot.Probe{Name: name, Kind: bot.Verdicts} }
	for name, tt := range map[string]struct {
		probes       []bot.Probe
		smoke, check string
		ticks        int
		want         bot.Verdict
		says         string
	}{
		"none yet":             {[]bot.Probe{told("smoke")}, "nnn", "", 2, bot.Watching, "no verdict has come"},
		"a good one":           {[]bot.Probe{told("smoke")}, "nnng", "", 3, bot.Healthy, "its verdict is for the release"},
		"a bad one":            {[]bot.Probe{told("smoke")}, "nnnb", "", 3, bot.NotHealthy, "its verdict is against the release"},
		"never":                {[]bot.Probe{told("smoke")}, strings.Repeat("n", 21), "", 20, bot.Inconclusive, "no verdict has come"},
		"one of two":           {[]bot.Probe{told("smoke"), told("check")}, "gg", "nn", 1, bot.Watching, ""},
		"both of two":          {[]bot.Probe{told("smoke"), told("check")}, "gg", "ng", 1, bot.Healthy, ""},
		"beside answers":       {[]bot.Probe{told("smoke"), answersOf("check")}, "gg", "gg", 1, bot.Watching, ""},
		"a late one, late too": {[]bot.Probe{told("smoke")}, strings.Repeat("n", 20) + "g", "", 20, bot.Healthy, ""},
	} {
		watch := watchOf(append(samples("smoke", tt.smoke), samples("check", tt.check)...)...)
		got := health.Judge(ruleOf(tt.probes...), watch, start.Add(time.Duration(tt.ticks)*beat))
		if got.Verdict != tt.want || !strings.Contains(got.Evidence[0].Says, tt.says) {
			t.Errorf("%s: %s, want %s: %+v", name, got.Verdict, tt.want, got.Evidence)
		}
	}
}
