package bot

import (
	"slices"
	"time"
)

// MaxSamples is how many samples of a watch are kept, and MaxGaps how many gaps.
const (
	MaxSamples = 1000
	MaxGaps    = 20
)

// Gap is a time within a watch in which nobody looked.
type Gap struct{ From, To time.Time }

// leastMissed is how late a look is at least for the time before it to be a gap: two
// looks, and longer than a timer is ever late by itself.
const leastMissed = time.Second

// Overdue is the gap before a look at now, where that comes too late, as after a
// restart; zero: it comes in time.
func (w Watch) Overdue(every time.Duration, now time.Time) Gap {
	if w.NextAt.IsZero() || now.Sub(w.NextAt) < max(leastMissed, 2*every) {
		return Gap{}
	}
	return Gap{w.NextAt, now}
}

// Missed is how much of the watch nobody looked at since a time.
func (w Watch) Missed(since time.Time) time.Duration {
	var missed time.Duration
	for _, g := range w.Gaps {
		missed += max(0, g.To.Sub(LaterOf(g.From, since)))
	}
	return missed
}

// Miss notes a gap, if there is one. Where there are too many the last one takes it in,
// and is as long as both: what was looked at between them was not missed, and a watch
// that waits for it would not end.
func (w *Watch) Miss(gap Gap) {
	switch n := len(w.Gaps); {
	case gap == (Gap{}):
	case n >= MaxGaps:
		missed := w.Gaps[n-1].To.Sub(w.Gaps[n-1].From) + gap.To.Sub(gap.From)
		w.Gaps = slices.Clone(w.Gaps)
		w.Gaps[n-1] = Gap{gap.To.Add(-missed), gap.To}
	default:
		w.Gaps = append(slices.Clip(w.Gaps), gap)
	}
}

// Keep adds samples. Where there are more than can be kept, those of the probe that has
// most are thinned, so that what is kept of a long watch stays even: what goes is the one
// whose neighbours lie closest together. Its counts are added to theirs. What was seen
// before the release is not thinned.
func (w *Watch) Keep(samples []Sample) {
	w.Samples = append(w.Samples, samples...)
	if len(w.Samples) > MaxSamples {
		w.Samples = slices.Clone(w.Samples)
	}
	for len(w.Samples) > MaxSamples {
		w.thin()
	}
}

// thin lets one sample go: the oldest, where none is to be spared.
func (w *Watch) thin() {
	all := w.ofMost()
	at := func(i int) Sample { return w.Samples[all[i]] }
	gone, closest := -1, time.Duration(0)
	for i := 1; i < len(all)-1; i++ {
		apart := at(i + 1).At.Sub(at(i - 1).At)
		// Of those that are equally near it is left to chance, so that what comes by
		// turns stays in its proportion.
		first := gone < 0 || apart < closest || apart == closest && shuffled(at(i).At) < shuffled(at(gone).At)
		if first && at(i).Start == "" && !arrives(at(i-1), at(i)) && !arrives(at(i), at(i+1)) {
			gone, closest = i, apart
		}
	}
	if gone < 0 {
		w.Samples = slices.Delete(w.Samples, 0, 1)
		return
	}
	for _, beside := range []int{all[gone+1], all[gone-1]} {
		if s := &w.Samples[beside]; s.Outcome == Good && at(gone).Outcome == Good {
			s.Bad, s.Total = s.Bad+at(gone).Bad, s.Total+at(gone).Total
			break
		}
	}
	w.Samples = slices.Delete(w.Samples, all[gone], all[gone]+1)
}

// arrives says that between two samples the released version came, or went.
func arrives(a, b Sample) bool { return (a.Outcome == NotYet) != (b.Outcome == NotYet) }

// shuffled orders times by chance, but always in the same way.
func shuffled(at time.Time) uint64 {
	const golden = 0x9e3779b97f4a7c15 // an odd number whose multiples are spread well
	x := uint64(at.UnixMicro()) * golden
	return (x ^ x>>29) * golden
}

// ofMost are the places of the samples since the release of the probe that has most.
func (w Watch) ofMost() []int {
	from := len(w.Samples) - len(w.After())
	counts, most := map[string]int{}, ""
	for _, s := range w.Samples[from:] {
		counts[s.Probe]++
		if counts[s.Probe] > counts[most] {
			most = s.Probe
		}
	}
	places := make([]int, 0, counts[most])
	for i, s := range w.Samples[from:] {
		if s.Probe == most {
			places = append(places, from+i)
		}
	}
	return places
}
