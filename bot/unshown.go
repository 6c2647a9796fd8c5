package bot

import "time"

// Unshown is a release that was created a while ago and has no card, though
// whoever asked for it was told that it would appear.
type Unshown struct {
	Release string
	To      Reply // who asked for it, and where
	At      time.Time
	Says    string // what is wrong with it, as the end of a sentence that begins with its id
}
