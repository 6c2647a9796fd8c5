package health

import (
	"slices"
	"time"

	"github.com/slipwayhq/slipway/bot"
)

// ProbeSummary is what the samples of one probe were like.
type ProbeSummary struct {
	Probe               string
	Good, Bad, NoAnswer int
	// P50 and P95 are latencies of the answers, good and bad: half of them, and
	// 95 of 100, took at most that long. They are 0 without answers.
	P50, P95 time.Duration
	// Worst is the slowest of the bad answers, or of the good ones if none was
	// bad. It is empty without answers.
	Worst bot.Sample
}

// Summarize sums up each probe of the rule, in the order of the rule.
func Summarize(rule bot.HealthRule, watch bot.Watch) []ProbeSummary {
	summaries := make([]ProbeSummary, 0, len(rule.Probes))
	for _, probe := range rule.Probes {
		summaries = append(summaries, summarize(probe.Name, watch.Samples))
	}
	return summaries
}

func summarize(probe string, samples []bot.Sample) ProbeSummary {
	c := tally(probe, samples)
	sum := ProbeSummary{Probe: probe, Good: c.good, Bad: c.bad, NoAnswer: c.none}
	var latencies []time.Duration
	for _, s := range samples {
		if s.Probe != probe || s.Outcome == bot.NoAnswer {
			continue
		}
		latencies = append(latencies, s.Latency)
		if len(latencies) == 1 || worse(s, sum.Worst) {
			sum.Worst = s
		}
	}
	slices.Sort(latencies)
	sum.P50, sum.P95 = percentile(latencies, 50), percentile(latencies, 95)
	return sum
}

func worse(s, than bot.Sample) bool {
	if s.Outcome != than.Outcome {
		return s.Outcome == bot.Bad
	}
	return s.Latency > than.Latency
}

// percentile takes the nearest rank: the smallest latency that at least p of
// 100 do not exceed.
func percentile(sorted []time.Duration, p int) time.Duration {
	if len(sorted) == 0 {
		return 0
	}
	rank := (p*len(sorted) + 99) / 100
	return sorted[rank-1]
}
