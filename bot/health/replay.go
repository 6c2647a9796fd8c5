package health

import (
	"cmp"
	"slices"
	"time"

	"github.com/slipwayhq/slipway/bot"
)

// Trial is a watch that is looked back on: all that its probes showed.
type Trial struct {
	Courses []Course
	Start   time.Time     // the first look may see what is not before this
	End     time.Time     // of the window; zero: the last reading there is
	Every   time.Duration // between looks; 0: one at each reading
}

// Report is what was said, and when.
type Report struct {
	Verdict bot.Verdict
	At      time.Time
	// Findings are in the order of the courses. Each probe is looked at to its own
	// end, even if another one had ended the watch by then.
	Findings []Finding
}

// Replay looks at a trial tick by tick, as a watch would have.
func Replay(trial Trial) Report { return ReplayAmong(trial, len(trial.Courses)) }

// ReplayAmong is Replay of some of a release's probes, who share the budget of all.
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

// Retrace looks back on a watch of which all is known, tick by tick: what would have been
// said of it, and when. The rule's probes share the budget of so many. Up to a time what
// was seen is the release's; what came later is another one's.
func Retrace(rule bot.HealthRule, watch bot.Watch, until time.Time, probes int) Report {
	from := watch.StartedAt.Add(rule.Delay)
	w := window{rule: rule, watch: watch, look: Look{From: from}}
	trial := Trial{Start: from, End: bot.LaterOf(from, bot.EarlierOf(from.Add(rule.Window), until)), Every: rule.Tick()}
	for _, probe := range rule.Probes {
		before, after := w.readings(probe)
		after.numbers = slices.DeleteFunc(after.numbers, func(r bot.Reading) bool { return r.At.After(until) })
		trial.Courses = append(trial.Courses, w.course(probe, before, after))
	}
	return ReplayAmong(trial, probes)
}

// conclude takes the findings together: the first that is unhealthy ends the
// watch, else its end does.
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

// last is when the newest reading there is was taken.
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

// follow looks at one course until it is unhealthy or its window is over. A bad last
// reading decides nothing: the window is lengthened until a good one comes.
func (trial Trial) follow(course Course, budget float64, last time.Time) Finding {
	course.Before, course.After = inTime(course.Before, course.Kind), inTime(course.After, course.Kind)
	course.After = slices.DeleteFunc(course.After, func(r bot.Reading) bool { return r.At.Before(trial.Start) })
	end, longest := last, last
	if !trial.End.IsZero() {
		end, longest = trial.End, Longest(trial.Start, trial.End)
	}
	look := Look{Budget: budget, From: trial.Start}
	var f Finding
	for _, look.To = range trial.ticks(course.After, longest) {
		if look.To.After(end) && !weighTo(course, end, look).LastBad {
			break
		}
		if look.To.After(end) {
			end = look.To
		}
		if f = weighTo(course, look.To, look); f.Verdict == bot.NotHealthy {
			return f.withSides(course.until(look.To))
		}
	}
	look.To, look.Over = end, true
	return weighTo(course, end, look).withSides(course.until(end))
}

// Longest is to when a window may be lengthened because its last readings are bad.
func Longest(start, end time.Time) time.Time { return end.Add(end.Sub(start) / 2) }

// weighTo weighs what had been read by a time.
func weighTo(course Course, to time.Time, look Look) Finding { return weigh(course.until(to), look) }

// until is the course as it stood at a time. Its readings after are in order.
func (course Course) until(to time.Time) Course {
	n, _ := slices.BinarySearchFunc(course.After, to, func(r bot.Reading, at time.Time) int {
		return cmp.Or(r.At.Compare(at), -1) // those of that very moment count
	})
	course.After = course.After[:n]
	return course
}

// ticks are the looks at which there was anything new, up to the end.
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
	return ticks
}
