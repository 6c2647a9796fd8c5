package bot

import (
	"math"
	"time"
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
