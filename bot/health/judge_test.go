package health_test

import (
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/slipwayhq/slipway/bot"
	"github.com/slipwayhq/slipway/bot/health"
)

var start = time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)

// samples writes a probe's samples as a word: g good, b bad, n no answer.
func samples(probe, word string) []bot.Sample {
	outcomes := map[rune]bot.SampleOutcome{'g': bot.Good, 'b': bot.Bad, 'n': bot.NoAnswer}
	var list []bot.Sample
	for i, letter := range word {
		list = append(list, bot.Sample{
			Probe: probe, At: start.Add(time.Duration(i) * 30 * time.Second), Outcome: outcomes[letter],
		})
	}
	return list
}

func ruleOf(names ...string) bot.HealthRule {
	rule := bot.HealthRule{Window: 10 * time.Minute, Every: 30 * time.Second}
	for _, name := range names {
		rule.Probes = append(rule.Probes, bot.Probe{Name: name})
	}
	return rule
}

func watchOf(list ...bot.Sample) bot.Watch {
	return bot.Watch{StartedAt: start, EndsAt: start.Add(10 * time.Minute), Samples: list}
}

func TestJudge(t *testing.T) {
	t.Parallel()
	open, over := start.Add(5*time.Minute), start.Add(10*time.Minute)
	tests := []struct {
		name string
		word string
		now  time.Time
		want bot.Verdict
	}{
		{"nothing asked yet", "", open, bot.Watching},
		{"good so far", "ggg", open, bot.Watching},
		{"two bad in a row may recover", "gbb", open, bot.Watching},
		{"three bad in a row end it at once", "gbbb", open, bot.NotHealthy},
		{"no answer in between does not reset", "bnbnnb", open, bot.NotHealthy},
		{"no answer in between does not count", "bnnnb", open, bot.Watching},
		{"a good one in between resets", "bbgbb", open, bot.Watching},
		{"three in a row are not forgiven later", "bbbggggggggggggggg", over, bot.NotHealthy},
		{"all good", "gggggggg", over, bot.Healthy},
		{"an early bad one is forgiven", "bgggggg", over, bot.Healthy},
		{"exactly a quarter is forgiven", "bggg", over, bot.Healthy},
		{"more than a quarter is not", "bgg", over, bot.NotHealthy},
		{"the last answer is bad", "gggggggggb", over, bot.NotHealthy},
		{"the last answer is bad, then none", "gggggggggbn", over, bot.NotHealthy},
		{"half answered is enough", "gngn", over, bot.Healthy},
		{"fewer than half answered", "gnn", over, bot.Inconclusive},
		{"nothing answered", "nnnn", over, bot.Inconclusive},
		{"nothing asked", "", over, bot.Inconclusive},
		{"few answers, and those bad", "nnnnb", over, bot.NotHealthy},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			got := health.Judge(ruleOf("up"), watchOf(samples("up", tt.word)...), tt.now)
			if got != tt.want {
				t.Errorf("Judge(%q) = %s, want %s", tt.word, got, tt.want)
			}
		})
	}
}

func TestJudgeSeveralProbes(t *testing.T) {
	t.Parallel()
	over := start.Add(10 * time.Minute)
	tests := []struct {
		name       string
		rule       bot.HealthRule
		one, other string
		want       bot.Verdict
	}{
		{"without probes nothing is watched", ruleOf(), "bbbb", "", bot.NotWatched},
		{"both good", ruleOf("one", "other"), "gggg", "gggg", bot.Healthy},
		{"one bad decides", ruleOf("one", "other"), "gggg", "gbbb", bot.NotHealthy},
		{"bad is worse than unanswered", ruleOf("one", "other"), "nnnn", "gggb", bot.NotHealthy},
		{"one unanswered leaves it open", ruleOf("one", "other"), "gggg", "nnng", bot.Inconclusive},
		{"a stranger's samples are ignored", ruleOf("one"), "gggg", "bbbb", bot.Healthy},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			list := append(samples("one", tt.one), samples("other", tt.other)...)
			if got := health.Judge(tt.rule, watchOf(list...), over); got != tt.want {
				t.Errorf("Judge = %s, want %s", got, tt.want)
			}
		})
	}
}

func TestJudgeWatchNotBegun(t *testing.T) {
	t.Parallel()
	if got := health.Judge(ruleOf("up"), bot.Watch{}, start); got != bot.Watching {
		t.Errorf("Judge of a watch without an end = %s, want %s", got, bot.Watching)
	}
}

func wellness(v bot.Verdict) int {
	return map[bot.Verdict]int{bot.NotHealthy: 0, bot.Inconclusive: 1, bot.Healthy: 2, bot.Watching: 2}[v]
}

func drawn(t *rapid.T) ([]bot.Sample, time.Time) {
	word := rapid.StringOfN(rapid.SampledFrom([]rune("gggbn")), 1, 30, -1).Draw(t, "samples")
	now := start.Add(time.Duration(rapid.IntRange(0, 20).Draw(t, "minutes")) * time.Minute)
	return samples("up", word), now
}

func TestMoreBadIsNeverHealthier(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		list, now := drawn(t)
		before := health.Judge(ruleOf("up"), watchOf(list...), now)

		turned := append([]bot.Sample(nil), list...)
		i := rapid.IntRange(0, len(turned)-1).Draw(t, "turned")
		if turned[i].Outcome == bot.Good {
			turned[i].Outcome = bot.Bad
		}
		if after := health.Judge(ruleOf("up"), watchOf(turned...), now); wellness(after) > wellness(before) {
			t.Fatalf("turning a good answer bad made %s of %s", after, before)
		}
		added := append(list, samples("up", "b")...)
		if after := health.Judge(ruleOf("up"), watchOf(added...), now); wellness(after) > wellness(before) {
			t.Fatalf("one more bad answer made %s of %s", after, before)
		}
	})
}

func TestVerdictComesAtTheEnd(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		list, _ := drawn(t)
		if got := health.Judge(ruleOf("up"), watchOf(list...), start.Add(10*time.Minute)); got == bot.Watching {
			t.Fatal("the window is over and the verdict is still open")
		}
	})
}
