package health

import (
	"time"

	"github.com/slipwayhq/slipway/bot"
)

// inARow is how many bad answers of a probe, one after the other, end the watch
// at once.
const inARow = 3

// Judge says what a watch has come to at now. Samples of probes that the rule
// does not name are ignored.
func Judge(rule bot.HealthRule, watch bot.Watch, now time.Time) bot.Verdict {
	if len(rule.Probes) == 0 {
		return bot.NotWatched
	}
	open := watch.EndsAt.IsZero() || now.Before(watch.EndsAt)
	verdict := bot.Healthy
	for _, probe := range rule.Probes {
		t := tally(probe.Name, watch.Samples)
		switch {
		case t.longestBad >= inARow, !open && t.speaksAgainst():
			return bot.NotHealthy
		case t.answered() == 0, 2*t.answered() < t.total():
			verdict = bot.Inconclusive
		}
	}
	if open {
		return bot.Watching
	}
	return verdict
}

// counts is what the samples of one probe amount to.
type counts struct {
	good, bad, none int
	longestBad      int // bad answers in a row, no answer in between not counting
	lastBad         bool
}

func tally(probe string, samples []bot.Sample) counts {
	var c counts
	row := 0
	for _, s := range samples {
		if s.Probe != probe {
			continue
		}
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

func (c counts) answered() int { return c.good + c.bad }

func (c counts) total() int { return c.answered() + c.none }

func (c counts) speaksAgainst() bool { return c.lastBad || 4*c.bad > c.answered() }
