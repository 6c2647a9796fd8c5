package bot

import "time"

// Unshown is a release that has no card, although it was created some time ago and its
// requester was told that one would appear.
type Unshown struct {
	Release string
	To      Reply // who requested it, and where
	At      time.Time
	Says    string // what is wrong with it, as the end of a sentence that begins with its id
}
