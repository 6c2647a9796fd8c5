package blocks

import (
	"slices"
	"strconv"
	"time"

	"github.com/slipwayhq/slipway/bot"
)

// tally is what the answers to one probe come to.
type tally struct {
	name            string
	good, bad, none int
	latencies       []time.Duration
	worst           bot.Sample // the slowest bad answer, or good one if none was bad
}

// tallies counts the answers, probe by probe, in the order in which the probes
// first answered.
func tallies(samples []bot.Sample) []tally {
	var out []tally
	index := map[string]int{}
	for _, s := range samples {
		i, known := index[s.Probe]
		if !known {
			i = len(out)
			index[s.Probe] = i
			out = append(out, tally{name: s.Probe})
		}
		out[i].add(s)
	}
	return out
}

func (t *tally) add(s bot.Sample) {
	switch s.Outcome {
	case bot.Good:
		t.good++
	case bot.Bad:
		t.bad++
	case bot.NoAnswer:
		t.none++
		return
	}
	t.latencies = append(t.latencies, s.Latency)
	if len(t.latencies) == 1 || worse(s, t.worst) {
		t.worst = s
	}
}

func worse(s, than bot.Sample) bool {
	if s.Outcome != than.Outcome {
		return s.Outcome == bot.Bad
	}
	return s.Latency >= than.Latency
}

// percentile is the smallest answer time that p of 100 answers do not exceed.
func (t *tally) percentile(p int) time.Duration {
	if len(t.latencies) == 0 {
		return 0
	}
	sorted := slices.Sorted(slices.Values(t.latencies))
	return sorted[(len(sorted)*p+99)/100-1]
}

// shownProbes is how many probes a message shows.
const shownProbes = 10

// health shows the watch of a release as it comes.
func health(r bot.Release) []markup {
	all := tallies(r.Watch.Samples)
	if len(all) == 0 {
		return nil
	}
	lines := []markup{"*Health*"}
	for i, t := range all {
		if i == shownProbes {
			lines = append(lines, markup("… and "+count(len(all)-i, "more probe")))
			break
		}
		lines = append(lines, t.short())
	}
	return lines
}

// short is one probe on the card.
func (t *tally) short() markup {
	says := markup("")
	if t.bad > 0 && t.worst.Says != "" {
		says = "(" + esc(t.worst.Says, nameMax) + ")"
	}
	return join(" ", "•", esc(t.name, nameMax)+":", t.numbers(), says)
}

// numbers are the counts, without those that are zero.
func (t *tally) numbers() markup {
	none := markup("")
	if t.none > 0 {
		none = markup(strconv.Itoa(t.none) + " without an answer")
	}
	return join(", ", markup(strconv.Itoa(t.good)+" good"), markup(strconv.Itoa(t.bad)+" bad"), none)
}

// full is one probe in the summary, with its answer times and its worst
// answer.
func (t *tally) full() markup {
	times := markup("")
	if len(t.latencies) > 0 {
		times = "p50 " + took(t.percentile(50)) + ", p95 " + took(t.percentile(95))
	}
	return join(" · ", "• "+esc(t.name, nameMax)+": "+t.numbers(), times, t.worstSays())
}

// worstSays is the worst answer and when it was given.
func (t *tally) worstSays() markup {
	var says markup
	switch {
	case t.bad > 0 && t.worst.Says != "":
		says = "worst: " + esc(t.worst.Says, nameMax)
	case t.bad == 0 && t.good > 0:
		says = "slowest: " + took(t.worst.Latency)
	default:
		return ""
	}
	if at := clock(t.worst.At); at != "" {
		says += " at " + at
	}
	return says
}

// summary is the whole watch, probe by probe.
func summary(r bot.Release) []markup {
	all := tallies(r.Watch.Samples)
	var lines []markup
	for i, t := range all {
		if i == shownProbes {
			lines = append(lines, markup("… and "+count(len(all)-i, "more probe")))
			break
		}
		lines = append(lines, t.full())
	}
	return lines
}
