package bot

import (
	"log/slog"
	"math"
	"time"
)

// Draft is a release that is to be created.
type Draft struct {
	Kind      Kind
	Target    Target
	Ref       string
	Reason    string
	Requester Actor
	Origin    Origin
	Pace      Pace
	Takes     Takes
	Confirmed bool
	Emergency bool   // it is asked for as an emergency
	Again     bool   // it is to go even if its commit is live already
	Seen      bool   // what was done past slipway was looked at
	Beside    Beside // what was done past slipway, of which this is to be the entry
	Replaces  string // the release that it starts over
	Source    string // the release whose commit is promoted
	Part      Part   // the batch that it goes with
	Members   []Member
	// Key makes the creation happen once: the request's own id. A repeat gets
	// the release that the first one made.
	Key string
	// Sameness, if not empty, names what makes two requests identical. While a
	// release with it is unfinished, or younger than SameFor, it is the answer.
	Sameness string
	Reply    Reply
}

// SameFor is how long after its creation a release answers an identical
// request even if it has ended.
const SameFor = 10 * time.Second

// Created is what came of a draft.
type Created struct {
	Release Release
	// Existing says that an identical request had made the release before.
	Existing bool
}

// Letter is an event for a release's inbox.
type Letter struct {
	Release string
	Event   Event
	// Key makes the event arrive once: the request's or delivery's own id.
	Key string
}

// Posted is what came of a letter.
type Posted string

// What came of a letter.
const (
	PostStored   Posted = "stored"
	PostRepeated Posted = "repeated" // it had arrived before
	PostUnknown  Posted = "unknown"  // there is no such release
	PostEnded    Posted = "ended"    // the release has ended and nothing can be posted to it
)

// NoneDue says that nothing is known to fall due.
const NoneDue = time.Duration(math.MaxInt64)

// Claim is a release that fell due, held by the claimer until the lease ends.
type Claim struct {
	Release Release
	// Fence rises with each claim; a Move with an old one is refused.
	Fence int64
	// Inbox holds the events that arrived, oldest first.
	Inbox []Event
	// Now is the store's time, the same for all replicas.
	Now time.Time
}

// Lease is a claimed release in its holder's hands.
type Lease struct {
	Release string
	Fence   int64
}

// Move saves what became of a claimed release.
type Move struct {
	Release  Release // as it is now
	From     Phase   // as it was claimed, or last moved
	Fence    int64
	Consumed int // how many events of the inbox are dealt with
	// Due is when the release falls due again; zero: never by itself.
	Due time.Time
	// Keep says that the mover goes on with the release: the lease is renewed
	// and Due is ignored.
	Keep bool
	// Safe says that the configured number of replicas must have the move
	// before it counts.
	Safe bool
}

// Stranger is something in the store that this version of slipway does not
// understand: mostly a newer one put it there.
type Stranger struct {
	Release string // in which it was found, or the key
	Key     string // what is the same the next time
	Says    string // what it is and what becomes of it, one sentence
	Mend    string // what would help, one sentence
}

// Reply is where a private answer goes.
type Reply struct {
	To      Person
	Channel string
	Thread  string
	// URL takes a few answers for half an hour; it is kept apart from the
	// release and never logged. Empty: a direct message is sent.
	URL string
}

// String leaves the URL out, so that it is not printed by accident.
func (r Reply) String() string { return "reply to " + r.To.String() }

// Quarantine is a commit that must not come back to a target by itself.
type Quarantine struct {
	SHA     string
	Release string // the release that was taken back
	By      string // the rollback that took it back
	At      time.Time
}

// TargetState is what is known of one target at a moment.
type TargetState struct {
	Target Target
	// Current is the last release that changed the target, or may have; nil: none
	// is known.
	Current *Release
	// Sure is, where Current broke off, what was live for certain before; nil:
	// nothing was, or Current is.
	Sure *Past
	// Under is the release that holds the slot; nil: the slot is free.
	Under *Release
	// Waiting are the ids of the releases in the queue, first first.
	Waiting []string
	// Locks are those that cover the target and have not run out.
	Locks []Lock
	// Doubts are those about the target that nobody has looked at.
	Doubts []Doubt
	// Unread says what of it could not be read, one sentence; then the rest is
	// not the whole truth. Empty: nothing.
	Unread string
}

// GoString leaves it out of %#v too.
func (r Reply) GoString() string { return r.String() }

// LogValue leaves the URL out of the log.
func (r Reply) LogValue() slog.Value { return slog.StringValue(r.String()) }
