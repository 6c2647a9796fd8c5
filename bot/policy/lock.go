package policy

import (
	"fmt"

	"github.com/slipwayhq/slipway/bot"
)

// GateLock is about what people closed.
const GateLock = "lock"

// locked judges every lock that covers the target.
func locked(f Facts) []bot.Gate {
	var gates []bot.Gate
	for _, l := range f.Locks {
		gates = append(gates, lock(f, l))
	}
	return gates
}

// lock judges one lock that covers the target. A hold belongs to its owner, who may
// deploy while others may not. A freeze holds for everybody.
//
// A rollback passes a freeze, which is there to keep the service well. It passes
// somebody else's hold only with a reason, since the owner must be able to read later
// why it was ignored. An automatic rollback does not pass a hold: a person must decide
// that.
func lock(f Facts, l bot.Lock) bot.Gate {
	words := l.Words(f.Now)
	back := f.Release.Kind == bot.Rollback
	switch {
	case ownLock(f, l):
		return warn(GateLock, "Your own lock: "+words)
	case f.Release.Kind == bot.Adopt: // see ForAdoption
		return warn(GateLock, words)
	case back && (l.Kind == bot.Freeze || f.Release.Reason != "" && !f.Release.ByItself()):
		return warn(GateLock, words)
	}
	mend := fmt.Sprintf("Ask %s to %s it, or end it yourself with --take; slipway then writes to %s.", l.By, l.Kind.Undo(), l.By)
	if back && f.Release.ByItself() {
		mend = "Whoever may deploy there can roll it back all the same, with a reason."
	} else if back {
		mend = "Say why it cannot wait: type it again with --reason and the reason."
	}
	gate := refuse(GateLock, words, mend)
	gate.Who = []string{l.By.String()}
	return gate
}

// ownLock says whether it is the requester's own hold.
func ownLock(f Facts, l bot.Lock) bool {
	return l.Kind == bot.Hold && f.Release.IsRequester(l.By)
}
