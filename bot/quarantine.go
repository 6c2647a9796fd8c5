package bot

import "time"

// Quarantine is a commit that must not come back to a target by itself.
type Quarantine struct {
	SHA     string
	Release string // the release that was taken back
	By      string // the rollback that took it back
	At      time.Time
}

// Comeback is a commit in quarantine that a release would bring back inside
// something newer.
type Comeback struct {
	SHA     string
	Release string // the release that was taken back
	By      string // the rollback that took it back
	At      time.Time
	// Reverted is the later commit among those that go which reverts it; empty:
	// none does, as far as the messages of the commits say.
	Reverted string
	// Untold says that it could not be found out whether it is among them.
	Untold bool
}

// Returns says that the change itself comes back, or may.
func (c Comeback) Returns() bool { return c.Reverted == "" }
