package bot

import "time"

// Quarantine marks a commit that was taken back from a target, and returns to it only
// if somebody gives a reason.
type Quarantine struct {
	SHA     string
	Release string // the release that was taken back
	By      string // the rollback that took it back
	At      time.Time
}

// Comeback is a quarantined commit that a release would bring back as part of something
// newer.
type Comeback struct {
	SHA     string
	Release string // the release that was taken back
	By      string // the rollback that took it back
	At      time.Time
	// Reverted is the later commit that reverts it, among those that the release
	// brings; empty: none does, as far as the commits' messages say.
	Reverted string
	// Untold is set if it could not be found out whether it is among them.
	Untold bool
}

// Returns says whether the change itself returns, or may.
func (c Comeback) Returns() bool { return c.Reverted == "" }
