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
	// Of is the file of the workflow that was run, the version that was seen, or the
	// environment in which there is a deployment, by its maker's name for it.
	Of string
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
	// BesideVersion: the service says that it runs another version than the recorded one.
	BesideVersion BesideWhat = "version"
	// BesideDeployment: a deployment at the code host that slipway did not make.
	BesideDeployment BesideWhat = "deployment"
)

// Happened says that there is something.
func (b Beside) Happened() bool { return b.What != "" }

// Says tells it in half a sentence as somebody reads it at now: "mona ran deploy.yml at
// 12:03 UTC (a1b2c3d)", with the day unless that is now's. What is read later than it is
// told is told for the zero time.
func (b Beside) Says(now time.Time) string {
	says := b.what()
	switch at := b.At.UTC(); {
	case b.At.IsZero():
	case at.Format(time.DateOnly) == now.UTC().Format(time.DateOnly):
		says += " at " + at.Format("15:04 UTC")
	default:
		says += " on " + at.Format("Mon 2 Jan 2006") + " at " + at.Format("15:04 UTC")
	}
	if version := b.Version(); version != "" {
		says += " (" + version + ")"
	}
	return says
}

func (b Beside) what() string {
	who := b.Who
	if who == "" {
		who = "somebody"
	}
	switch b.What {
	case BesideVersion:
		return "another version was seen live"
	case BesideDeployment:
		return who + " deployed to " + b.Of
	case BesideRun:
	}
	return who + " ran " + b.Of
}

// Untold says why it may concern another target, where it is Unsure.
func (b Beside) Untold() string {
	if b.What == BesideDeployment {
		return "It is not told of which service"
	}
	return "It is not told with which inputs"
}

// Version is the commit that it names, short, or else the version that was seen; empty:
// neither is told.
func (b Beside) Version() string {
	if b.SHA == "" && b.What == BesideVersion {
		return b.Of
	}
	return ShortSHA(b.SHA)
}

// BesideSince tells in one sentence, without a full stop, what was done past slipway
// since a release, as it reads at now; empty: nothing was.
func BesideSince(release string, done []Beside, now time.Time) string {
	if len(done) == 0 {
		return ""
	}
	const limit = 3
	shown := make([]string, 0, limit)
	for _, b := range done[:min(len(done), limit)] {
		shown = append(shown, b.Says(now))
	}
	says := strings.Join(shown, ", ")
	switch more := len(done) - len(shown); {
	case more == 1:
		says += ", and one more came before"
	case more > 1:
		says += ", and more came before"
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
