package bot

import (
	"crypto/sha256"
	"encoding/hex"
	"time"
)

// Doubt is that something happened here which slipway does not understand. It
// holds its target: nothing is started there until what caused it has gone, or
// until somebody whose word counts there says that they looked. It holds no
// other target.
type Doubt struct {
	Target Target
	// About names what is not understood; it is the same for every target that
	// it concerns. Of tells one time from the next: whoever looked has looked at
	// this one.
	About string
	Of    string
	// Release is the release that is put aside. Such a doubt holds the release
	// alone; empty: the target is held.
	Release string
	Says    string // what is not understood, one sentence without a full stop
	Mend    string // what would help, whole sentences
	Since   time.Time
	Looked  Look // zero: nobody has
	// Beside is what was done there past slipway, where that is what it is about:
	// whoever may deploy there may have looked at it, and a rollback is not held.
	Beside Beside
	// SeenTo is up to when somebody has looked at what was done past slipway before.
	SeenTo time.Time
}

// Look is somebody's word that they looked, and that it may go on.
type Look struct {
	By Person
	At time.Time
}

// Open says that nobody has looked yet.
func (d Doubt) Open() bool { return d.Looked.At.IsZero() }

// Holds says that nothing may be started on the target because of it.
func (d Doubt) Holds(t Target) bool { return d.Open() && d.Release == "" && d.Target == t }

// Who is whose word it takes that they looked.
func (d Doubt) Who() Who {
	if d.Beside.Happened() {
		return TheDeployer
	}
	return TheLooker
}

// Mark stands for the doubt in what can be clicked and in the key of its message:
// lowercase hex digits, the same for every target that it concerns.
func (d Doubt) Mark() string {
	sum := sha256.Sum256([]byte(d.About + "\n" + d.Of))
	return hex.EncodeToString(sum[:8])
}

// Doubted are those of the doubts about a target that nobody has looked at.
func Doubted(doubts []Doubt, t Target) []Doubt {
	var open []Doubt
	for _, d := range doubts {
		if d.Open() && d.Target == t {
			open = append(open, d)
		}
	}
	return open
}

// LookWish is that somebody says they looked: at a target, or at what a mark stands
// for.
type LookWish struct {
	Target Target
	Mark   string
	By     Person
}

// Covers says whether the wish is about the doubt.
func (w LookWish) Covers(d Doubt) bool {
	if w.Mark != "" {
		return d.Mark() == w.Mark
	}
	return d.Target == w.Target
}

// LookDone is what came of a wish.
type LookDone struct {
	// Released are the doubts that hold nothing any more.
	Released []Doubt
	// Refused are those on which the person's word does not count, and Who are
	// the groups whose word does.
	Refused []Doubt
	Who     []string
	// Unread says that it could not be found out whether it counts.
	Unread bool
}
