package engine

import (
	"context"
	"time"

	"github.com/slipwayhq/slipway/bot"
)

// Numbers counts the ids of releases.
type Numbers interface {
	// LastNumber is the last number that a service gave to a release, as far as
	// the store knows.
	LastNumber(ctx context.Context, service string) (int64, error)
	// SkipIDs makes sure that no new release of the service gets an id up to
	// the highest, and returns the last number that counts as given.
	SkipIDs(ctx context.Context, highest string) (last int64, err error)
}

// Comparisons notes which sources were compared in which life of the store, for
// all replicas.
type Comparisons interface {
	Compared(ctx context.Context, source, life string) (bool, error)
	NoteCompared(ctx context.Context, source, life string) error
}

// Doubts keeps what is not understood.
type Doubts interface {
	// Doubts reads all of them, also those that somebody has looked at.
	Doubts(ctx context.Context) ([]bot.Doubt, error)
	// Raise stores a doubt. One about the same thing and of the same time stays
	// as it is, looked at or not.
	Raise(ctx context.Context, d bot.Doubt) error
	// Look notes that somebody looked at a doubt, and says whether they were the
	// first and it was still that one.
	Look(ctx context.Context, d bot.Doubt, look bot.Look) (bool, error)
	// Lift ends a doubt.
	Lift(ctx context.Context, d bot.Doubt) error
}

// Aside keeps count of the panics that a release met in a row.
type Aside interface {
	// Stumble gives a release back that met a panic, due after wait, and says how
	// many it has met in a row. From most on it is due only when something
	// arrives for it. Kind bot.Stale: somebody else holds it by now.
	Stumble(ctx context.Context, release string, fence int64, wait time.Duration, most int) (times int, err error)
	// TakeUp makes a release due again that was put aside.
	TakeUp(ctx context.Context, release string) error
}

// Unshown lists what was promised a card and has none.
type Unshown interface {
	// Unshown lists the releases that were created longer ago than age and that
	// nobody was shown, with what is wrong with each.
	Unshown(ctx context.Context, age time.Duration) ([]bot.Unshown, error)
	// Unwatch ends the watch over a release.
	Unwatch(ctx context.Context, release string) error
}

// Troubles keeps what is wrong with how slipway reaches people.
type Troubles interface {
	// Troubles lists those that last.
	Troubles(ctx context.Context) ([]bot.Trouble, error)
	// LiftTrouble says that one is over.
	LiftTrouble(ctx context.Context, t bot.Trouble) error
	// MayTell says whether it is for this process to tell somebody of one, and
	// TroubleTold that it did.
	MayTell(ctx context.Context, t bot.Trouble, whom string) (bool, error)
	TroubleTold(ctx context.Context, t bot.Trouble, whom string) error
}
