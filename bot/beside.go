package bot

import (
	"slices"
	"strings"
	"time"
)

// Beside is something that was done to a target past slipway, as the code host
// tells it. The zero value is nothing.
type Beside struct {
	What BesideWhat
	Who  string // the account that did it; empty: nobody tells
	Of   string // the file of the workflow that was run
	// SHA is the commit that it names. A run that somebody started by hand names
	// the tip of its branch, which need not be what it deployed.
	SHA string
	URL string
	At  time.Time
	// Came says whether it changed the target, as far as can be told.
	Came Arrival
	// Unsure says that it is not told which of several targets it concerned.
	Unsure bool
	// Entry is the release as which it stands in the history of the target.
	Entry string
}

// BesideWhat is what was done past slipway.
type BesideWhat string

// What is done past slipway.
const (
	BesideRun BesideWhat = "run" // a run of the service's workflow that slipway did not start
)

// Happened says that there is something.
func (b Beside) Happened() bool { return b.What != "" }

// Says tells it in half a sentence: "mona ran deploy.yml at 12:03 UTC (a1b2c3d)".
func (b Beside) Says() string {
	who := b.Who
	if who == "" {
		who = "somebody"
	}
	says := who + " ran " + b.Of
	if !b.At.IsZero() {
		says += " at " + b.At.UTC().Format("15:04 UTC")
	}
	if b.SHA != "" {
		says += " (" + ShortSHA(b.SHA) + ")"
	}
	return says
}

// BesideSince tells in one sentence, without a full stop, what was done past slipway
// since a release; empty: nothing was.
func BesideSince(release string, done []Beside) string {
	if len(done) == 0 {
		return ""
	}
	const limit = 3
	shown := make([]string, 0, limit)
	for _, b := range done[:min(len(done), limit)] {
		shown = append(shown, b.Says())
	}
	says := strings.Join(shown, ", ")
	switch more := len(done) - len(shown); {
	case more == 1:
		says += ", and one more run came before"
	case more > 1:
		says += ", and more runs came before"
	}
	if release != "" {
		return "Since " + release + ", " + says
	}
	return strings.ToUpper(says[:1]) + says[1:]
}

// AsideOf are the doings past slipway that came to a target after the last release
// that is known to have come, newest first, and that release's id.
func AsideOf(history []Past) (since string, done []Beside) {
	for _, p := range history {
		switch {
		case p.Beside.Happened():
			if p.Came() != NeverCame {
				done = append(done, p.Beside)
			}
		case p.Came() == Arrived:
			return p.Release, slices.Clip(done)
		}
	}
	return "", done
}

// PerhapsBeside says of an entry of what was done past slipway that it may have
// concerned another target, or changed nothing.
func (p Past) PerhapsBeside() bool { return p.Beside.Happened() && p.Came() != Arrived }
