package blocks

import (
	"cmp"
	"slices"
	"strconv"
	"time"

	"github.com/slipwayhq/slipway/bot"
)

// tally is what the answers to one probe come to.
type tally struct {
	name            string
	good, bad, none int
	other           int    // another version answered
	silence         string // why there was no answer, the last time
	link            string // where the last answer can be looked at, if anywhere
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
	t.link = cmp.Or(s.Link, t.link)
	switch s.Outcome {
	case bot.Good:
		t.good++
	case bot.Bad:
		t.bad++
	case bot.NoAnswer:
		t.none++
		t.silence = s.Says
		return
	case bot.NotYet:
		t.other++
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
	all := tallies(r.Watch.After())
	if len(all) == 0 {
		return nil
	}
	return append(append([]markup{"*Health*"}, probes(r, all, (*tally).short)...), gaps(r.Watch)...)
}

// gaps says how much of the watch nobody looked at.
func gaps(w bot.Watch) []markup {
	if len(w.Gaps) == 0 {
		return nil
	}
	missed := "for " + took(w.Missed(w.StartedAt))
	if len(w.Gaps) > 1 {
		missed = markup(count(len(w.Gaps), "time")) + ", " + missed + " in all"
	} else {
		missed += ", from " + clock(w.Gaps[0].From) + " on"
	}
	return []markup{"• slipway did not look " + missed + ": it was away, or too busy"}
}

// probes are so many of them as a message shows, each with what the judge says of it.
func probes(r bot.Release, all []tally, line func(*tally) markup) []markup {
	var lines []markup
	for i, t := range all {
		if i == shownProbes {
			return append(lines, markup("… and "+count(len(all)-i, "more probe")))
		}
		if numbers(r, t.name) {
			said := or(judged(r, t), t.readings())
			if t.none > 0 {
				said += t.because()
			}
			lines = append(lines, "• "+esc(t.name, nameMax)+": "+said)
			continue
		}
		lines = append(lines, join(" · ", line(&t), judged(r, t), linkOnly(t.link, "look at it")))
	}
	return lines
}

// because says why there was no answer.
func (t *tally) because() markup {
	if t.silence == "" {
		return ""
	}
	return " (" + esc(t.silence, nameMax) + ")"
}

// readings counts the numbers that a probe gave.
func (t *tally) readings() markup {
	none := markup("")
	if t.none > 0 {
		none = markup(strconv.Itoa(t.none)+" that could not be had") + t.because()
	}
	return join(", ", markup(count(t.good, "reading")), none)
}

// judged is what the judge says of a probe: of one that gives numbers always, of the
// others where some answer was bad or nobody can tell.
func judged(r bot.Release, t tally) markup {
	for _, e := range r.Watch.Evidence {
		if e.Probe != t.name || e.Says == "" {
			continue
		}
		if numbers(r, t.name) || t.bad > 0 || e.Verdict == bot.Inconclusive {
			return join("; ", esc(e.Says, evidenceMax), esc(notSeen(e), evidenceMax))
		}
	}
	return ""
}

// notSeen is what else would have been seen; of what was seen that tells nothing.
func notSeen(e bot.Evidence) string {
	if e.Verdict == bot.NotHealthy {
		return ""
	}
	return e.Sees
}

// evidenceMax is how much of a sentence of the judge's is shown.
const evidenceMax = 300

// numbers says whether a probe gives some, so that good and bad tell nothing of it.
func numbers(r bot.Release, probe string) bool {
	return r.Plan != nil && slices.ContainsFunc(r.Plan.Settings.Health.Probes, func(p bot.Probe) bool {
		return p.Name == probe && (p.Kind == bot.Values || p.Kind == bot.Counts)
	})
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
	none, other := markup(""), markup("")
	if t.none > 0 {
		none = markup(strconv.Itoa(t.none)+" without an answer") + t.because()
	}
	if t.other > 0 {
		other = markup(strconv.Itoa(t.other) + " of another version")
	}
	return join(", ", markup(strconv.Itoa(t.good)+" good"), markup(strconv.Itoa(t.bad)+" bad"), none, other)
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
	return append(probes(r, tallies(r.Watch.After()), (*tally).full), gaps(r.Watch)...)
}
