package policy

import (
	"fmt"
	"strings"
	"time"

	"github.com/slipwayhq/slipway/bot"
)

// GateFreeze is about when the target is closed.
const GateFreeze = "freeze"

// freeze refuses deploys while a window is open. A rollback only gets a warning: a
// freeze is there to keep the service well, and must not keep it broken.
func freeze(f Facts) bot.Gate {
	windows, target := f.Plan.Settings.Rules.Freeze, f.Plan.Target
	closed := Closed(windows, f.Now)
	if len(closed.Reasons) == 0 {
		return pass(GateFreeze, fmt.Sprintf("%s is not frozen now.", target))
	}
	reason := fmt.Sprintf("%s is frozen: %s.", target, strings.TrimRight(strings.Join(closed.Reasons, "; "), "."))
	mend := "It has no end; whoever looks after slipway.yaml can change its freeze windows."
	if !closed.Until.IsZero() {
		reason = fmt.Sprintf("%s is frozen until %s: %s.", target, inZone(closed.Until), strings.TrimRight(strings.Join(closed.Reasons, "; "), "."))
		mend = "Try again then; whoever looks after slipway.yaml can change its freeze windows. A rollback may go."
	}
	if f.Release.Kind == bot.Rollback || f.Release.Kind == bot.Adopt { // see ForAdoption
		return warn(GateFreeze, reason)
	}
	return refuse(GateFreeze, reason, mend)
}

// Closure says whether windows close a target at a moment, and until when.
type Closure struct {
	Reasons []string  // of the windows that are open at that moment
	Until   time.Time // when the last of those that follow each other ends; zero: never
}

// linked limits how many adjoining windows are followed. If there are more, the target
// has no known end of being closed.
const linked = 500

// Closed says whether one of the windows is open at a moment, and until when
// the target stays closed: windows that meet or overlap count as one. A window
// whose zone is not known counts as open, without an end.
func Closed(windows []bot.FreezeWindow, now time.Time) Closure {
	var closed Closure
	for _, w := range windows {
		span, open, err := at(w, now)
		if err != nil {
			return Closure{Reasons: []string{w.Reason}}
		}
		if open {
			closed.Reasons = append(closed.Reasons, w.Reason)
			closed.Until = bot.LaterOf(closed.Until, span.end)
		}
	}
	if len(closed.Reasons) == 0 {
		return closed
	}
	for range linked {
		further := closed.Until
		for _, w := range windows {
			if span, open, err := at(w, closed.Until); err == nil && open {
				further = bot.LaterOf(further, span.end)
			}
		}
		if further.Equal(closed.Until) {
			return closed
		}
		closed.Until = further
	}
	closed.Until = time.Time{}
	return closed
}

// span is a period of time, its end not included.
type span struct{ start, end time.Time }

func (s span) holds(t time.Time) bool { return !t.Before(s.start) && t.Before(s.end) }

// at finds the period of a window that contains a moment; the one that ends last if
// there are two.
func at(w bot.FreezeWindow, now time.Time) (found span, open bool, err error) {
	zone, err := time.LoadLocation(w.Zone)
	if err != nil {
		return span{}, false, err
	}
	if w.First != "" {
		found, err = dated(w, zone)
		return found, found.holds(now), err
	}
	year, month, day := now.In(zone).Date()
	for back := -2; back <= 1; back++ { // a window may have begun yesterday, or the clocks may be in between
		midnight := time.Date(year, month, day+back, 0, 0, 0, 0, time.UTC)
		for _, weekday := range w.Days {
			if s := weekly(w, midnight, zone); midnight.Weekday() == weekday && s.holds(now) && s.end.After(found.end) {
				found, open = s, true
			}
		}
	}
	return found, open, nil
}

// weekly is a window's period that begins on a day, given as that day's midnight in
// UTC.
func weekly(w bot.FreezeWindow, midnight time.Time, zone *time.Location) span {
	to := w.To
	if to <= w.From {
		to += 24 * time.Hour
	}
	return span{first(midnight.Add(w.From), zone), over(midnight.Add(to), zone)}
}

func dated(w bot.FreezeWindow, zone *time.Location) (span, error) {
	begin, err := time.Parse(time.DateOnly, w.First)
	if err != nil {
		return span{}, err
	}
	end, err := time.Parse(time.DateOnly, w.Last)
	if err != nil {
		return span{}, err
	}
	return span{first(begin.Add(w.From), zone), over(end.Add(w.To), zone)}, nil
}

// first is the first moment at which the clocks of a zone show a time, given as if it
// were UTC. When the clocks show an hour twice, the target is closed both times, so
// what closes it ends with the last.
func first(wall time.Time, zone *time.Location) time.Time {
	early, _ := moments(wall, zone)
	return early
}

// over is the moment from which the clocks of a zone no longer show a time before the
// given one, which is given as if it were UTC. That is the last moment at which they
// show it, unless they are set back to exactly that time: then they showed later times
// for the whole hour before.
func over(wall time.Time, zone *time.Location) time.Time {
	early, late := moments(wall, zone)
	before := late.Add(-time.Nanosecond)
	if before.Add(offset(before, zone)).After(late.Add(offset(late, zone))) {
		return early
	}
	return late
}

// LastShown is the last moment at which the clocks of a zone show a time, given as if
// it were UTC. For a time that the clocks skip it is the moment at which they skip it.
func LastShown(wall time.Time, zone *time.Location) time.Time {
	_, late := moments(wall, zone)
	return late
}

func moments(wall time.Time, zone *time.Location) (early, late time.Time) {
	before, after := offset(wall.Add(-36*time.Hour), zone), offset(wall.Add(36*time.Hour), zone)
	for _, off := range []time.Duration{before, after} {
		moment := wall.Add(-off)
		if offset(moment, zone) != off {
			continue // the clocks do not show it with this offset
		}
		if early.IsZero() || moment.Before(early) {
			early = moment
		}
		late = bot.LaterOf(late, moment)
	}
	if early.IsZero() { // skipped
		leap, _ := wall.Add(-before).In(zone).ZoneBounds()
		early, late = leap, leap
	}
	return early.In(zone), late.In(zone)
}

func offset(t time.Time, zone *time.Location) time.Duration {
	_, seconds := t.In(zone).Zone()
	return time.Duration(seconds) * time.Second
}
