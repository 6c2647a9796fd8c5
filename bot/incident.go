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

// IncidentView lists what changed since a moment, the most suspect first.
type IncidentView struct {
	Since, Now time.Time
	Suspects   []Suspect
	// Unread are the targets of which it could not be read.
	Unread []Target
	// Further is what can be typed to look further back.
	Further string
}

func (IncidentView) answer() {}
