package health

import (
	"cmp"
	"slices"
	"time"

	"github.com/slipwayhq/slipway/bot"
)

// Trial is a past watch: the readings of its probes and the times of its window.
type Trial struct {
	Courses []Course
	Start   time.Time     // of the window; older readings in After are ignored
	End     time.Time     // of the window; zero: at the last reading
	Every   time.Duration // between looks; 0: one look at each reading
}

// Report is the verdict on a trial, and when it was reached.
type Report struct {
	Verdict bot.Verdict
	At      time.Time
	// Findings are in the order of the courses. Each probe is followed to its own end,
	// even if another one had ended the watch by then.
	Findings []Finding
}

// Replay judges a trial tick by tick, as the watch would have.
func Replay(trial Trial) Report { return ReplayAmong(trial, len(trial.Courses)) }

// ReplayAmong is Replay for some of a release's probes: probes is the number of all of
// them, who share the budget.
func ReplayAmong(trial Trial, probes int) Report {
	report := Report{Verdict: bot.Healthy, At: trial.Start}
	if len(trial.Courses) == 0 {
		report.Verdict = bot.NotWatched
		return report
	}
	budget := FalseAlarms / float64(probes)
	last := trial.last()
	for _, course := range trial.Courses {
		report.Findings = append(report.Findings, trial.follow(course, budget, last))
	}
	report.conclude()
	return report
}

// Retrace replays a watch whose samples are all there. Samples after until are ignored,
// since another release was live by then. probes is how many probes share the budget.
func Retrace(rule bot.HealthRule, watch bot.Watch, until time.Time, probes int) Report {
	from := watch.StartedAt.Add(rule.Delay)
	w := window{rule: rule, watch: watch, look: moment{from: from}}
	trial := Trial{Start: from, End: bot.LaterOf(from, bot.EarlierOf(from.Add(rule.Window), until)), Every: rule.Tick()}
	for _, probe := range rule.Probes {
		before, after := w.readings(probe)
		after.numbers = slices.DeleteFunc(after.numbers, func(r bot.Reading) bool { return r.At.After(until) })
		trial.Courses = append(trial.Courses, w.course(probe, before, after))
	}
	return ReplayAmong(trial, probes)
}

// conclude combines the findings: the first unhealthy one ends the watch, otherwise the
// watch goes on to the end of the window.
func (r *Report) conclude() {
	for _, f := range r.Findings {
		if f.Verdict == bot.NotHealthy && (r.Verdict != bot.NotHealthy || f.At.Before(r.At)) {
			r.Verdict, r.At = f.Verdict, f.At
		}
	}
	if r.Verdict == bot.NotHealthy {
		return
	}
	for _, f := range r.Findings {
		if f.Verdict == bot.Inconclusive {
			r.Verdict = f.Verdict
		}
		if f.At.After(r.At) {
			r.At = f.At
		}
	}
}

// last is the time of the newest reading.
func (trial Trial) last() time.Time {
	last := trial.Start
	for _, course := range trial.Courses {
		for _, r := range course.After {
			if r.At.After(last) {
				last = r.At
			}
		}
	}
	return last
}

// follow weighs one course at each tick until it is unhealthy or its window is over. A
// window whose last reading is bad is extended until a good one comes, up to Longest.
func (trial Trial) follow(course Course, budget float64, last time.Time) Finding {
	course.Before, course.After = inTime(course.Before, course.Kind), inTime(course.After, course.Kind)
	course.After = slices.DeleteFunc(course.After, func(r bot.Reading) bool { return r.At.Before(trial.Start) })
	end, longest := last, last
	if !trial.End.IsZero() {
		end, longest = trial.End, Longest(trial.Start, trial.End)
	}
	look := moment{budget: budget, from: trial.Start}
	var f Finding
	for _, look.to = range trial.ticks(course.After, longest) {
		if look.to.After(end) && !weighTo(course, end, look).LastBad {
			break
		}
		if look.to.After(end) {
			end = look.to
		}
		if f = weighTo(course, look.to, look); f.Verdict == bot.NotHealthy {
			return f.withSides(course.until(look.to))
		}
	}
	look.to, look.over = end, true
	return weighTo(course, end, look).withSides(course.until(end))
}

// Longest is how far the end of a window may be extended because its last readings are
// bad.
func Longest(start, end time.Time) time.Time { return end.Add(end.Sub(start) / 2) }

// weighTo weighs the readings up to a time.
func weighTo(course Course, to time.Time, look moment) Finding { return weigh(course.until(to), look) }

// until is the course without readings after a time. They must be sorted.
func (course Course) until(to time.Time) Course {
	n, _ := slices.BinarySearchFunc(course.After, to, func(r bot.Reading, at time.Time) int {
		return cmp.Or(r.At.Compare(at), -1) // a reading at that time is included
	})
	course.After = course.After[:n]
	return course
}

// ticks are the looks that have a new reading, up to the end.
func (trial Trial) ticks(after []bot.Reading, end time.Time) []time.Time {
	var ticks []time.Time
	for _, r := range after {
		tick := r.At
		if trial.Every > 0 {
			early := r.At.Sub(trial.Start) % trial.Every
			tick = r.At.Add((trial.Every - early) % trial.Every)
		}
		if tick.After(end) {
			break
		}
		if len(ticks) == 0 || tick.After(ticks[len(ticks)-1]) {
			ticks = append(ticks, tick)
		}
	}
	return thinned(ticks)
}

const (
	// allLooked is how many ticks are looked at one by one.
	allLooked = 1000
	// lookedShare is the part, one of so many, by which the ticks grow between two later
	// looks.
	lookedShare = 200
)

// thinned leaves ticks out where there are very many: each look weighs all readings so far,
// and a day of seconds would take hours. A later look comes half a percent of the watch
// later than it might have; the last one is always made.
func thinned(ticks []time.Time) []time.Time {
	if len(ticks) <= allLooked {
		return ticks
	}
	looked, last := ticks[:allLooked:allLooked], len(ticks)-1
	for i := allLooked; i < last; i += 1 + i/lookedShare {
		looked = append(looked, ticks[i])
	}
	return append(looked, ticks[last])
}
