package bot

import "time"

// Change is a release that came to its target within some time, or may have.
type Change struct {
	Target Target
	Past   Past
	// Last is its whole record, where nothing came to the target after it; else nil.
	Last *Release
	// Shares are other releases of that time whose services are made of the same code.
	Shares []string
}

// Over is when the change was over; now, while it goes on.
func (c Change) Over(now time.Time) time.Time {
	switch p := c.Past; {
	case !p.Phase.Ended() || p.Again.Attempt > 0 && !p.Again.Over():
		return now
	case p.Again.At.After(p.At):
		return p.Again.At
	default:
		return p.At
	}
}

// Began is when the change began, as far as that is known.
func (c Change) Began() time.Time {
	if p := c.Past; p.Phase.Ended() {
		return p.At.Add(-p.Took)
	}
	return c.Past.At
}

// WasAt says whether the change was going on at a moment. Of one that was started again
// it is not known when that began.
func (c Change) WasAt(at, now time.Time) bool {
	began, over := c.Began(), c.Over(now)
	if again := c.Past.Again.At; again.After(c.Past.At) {
		began = again
	}
	return !began.After(at) && !over.Before(at)
}

// Happened is what came to which target within some time.
type Happened struct {
	Changes []Change
	// Unread are the targets of which it could not be read, and Deeper those of which
	// there was more than is looked at.
	Unread, Deeper []Target
}

// Suspect is a change with what speaks against it, the worst first.
type Suspect struct {
	Change
	Why []Suspicion
}

// Suspicion is something that speaks against a change, or for it.
type Suspicion string

// What speaks against a change. TakenBack speaks for it: it is gone.
const (
	SuspectUnhealthy Suspicion = "unhealthy"
	SuspectBrokeOff  Suspicion = "broke_off" // it may have come in part
	SuspectOutOfBand Suspicion = "out_of_band"
	SuspectUnclear   Suspicion = "unclear"
	SuspectGoesOn    Suspicion = "goes_on"
	SuspectEmergency Suspicion = "emergency"
	SuspectUnwatched Suspicion = "unwatched"
	SuspectShares    Suspicion = "shares"
	TakenBack        Suspicion = "taken_back"
)

// IncidentView lists what changed within some time, the most suspect first.
type IncidentView struct {
	Since, Now time.Time
	// At is the moment that is asked about, and To until when it is looked after it;
	// zero: now.
	At, To   time.Time
	Suspects []Suspect
	// Unread are the targets of which it could not be read, and Deeper those of which
	// there was more than is looked at.
	Unread, Deeper []Target
	// Further is what can be typed to look further back.
	Further string
}

func (IncidentView) answer() {}
