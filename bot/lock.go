package bot

import (
	"strings"
	"time"
)

// Scope is what a lock closes: one target, or all that a left-out part stands
// for.
type Scope struct {
	Service     string // empty: every service
	Environment string // empty: every environment
}

// Covers says whether the target lies within the scope.
func (s Scope) Covers(t Target) bool {
	return (s.Service == "" || s.Service == t.Service) && (s.Environment == "" || s.Environment == t.Environment)
}

// String names the scope, as the beginning of a sentence or within one.
func (s Scope) String() string {
	switch {
	case s == Scope{}:
		return "everything"
	case s.Service == "":
		return s.Environment + " of every service"
	case s.Environment == "":
		return "all of " + s.Service
	default:
		return Target(s).String()
	}
}

// LockKind is what a lock is for.
type LockKind string

// The kinds of lock.
const (
	// Hold is somebody's own: "I am at it, keep out". Its owner may deploy.
	Hold LockKind = "lock"
	// Freeze closes the scope to everybody, its owner included.
	Freeze LockKind = "freeze"
)

// Lock is a scope that somebody closed. There is at most one of a kind on a
// scope.
type Lock struct {
	Kind   LockKind
	Scope  Scope
	By     Person
	Reason string // may be empty
	At     time.Time
	Until  time.Time // zero: until somebody unlocks it
}

// Key names the lock among all others.
func (l Lock) Key() string { return string(l.Kind) + " " + l.Scope.Service + "/" + l.Scope.Environment }

// LockNamed is what a lock's name alone says of it: its kind and its scope.
func LockNamed(key string) (Lock, bool) {
	kind, scope, found := strings.Cut(key, " ")
	service, environment, two := strings.Cut(scope, "/")
	l := Lock{Kind: LockKind(kind), Scope: Scope{Service: service, Environment: environment}}
	valid := func(name string) bool { return name == "" || ValidName(name) }
	return l, found && two && (l.Kind == Hold || l.Kind == Freeze) && valid(service) && valid(environment)
}

// Done is the word for a scope that is closed so.
func (k LockKind) Done() string {
	if k == Freeze {
		return "frozen"
	}
	return "locked"
}

// Undo is the verb that ends it.
func (k LockKind) Undo() string {
	if k == Freeze {
		return "unfreeze"
	}
	return "unlock"
}

// Covering are those of the locks that close the target.
func Covering(locks []Lock, t Target) []Lock {
	var covering []Lock
	for _, l := range locks {
		if l.Scope.Covers(t) {
			covering = append(covering, l)
		}
	}
	return covering
}

func sentenceOf(text string) string { return strings.TrimRight(text, ". ") + "." }

// Words tells who closed the scope, when and why, in one sentence.
func (l Lock) Words(now time.Time) string {
	says := l.Scope.String() + " is " + l.Kind.Done() + " by " + l.By.String()
	if age := now.Sub(l.At); age >= time.Minute {
		says += " for " + Span(Rough(age.Truncate(time.Minute))) + " now"
	}
	if !l.Until.IsZero() {
		says += ", until " + l.Until.UTC().Format("Mon 2 Jan 2006 15:04 MST")
	}
	if l.Reason != "" {
		says += ": " + l.Reason
	}
	return sentenceOf(says)
}

// LockWish is a lock that somebody wants to have.
type LockWish struct {
	Lock  Lock          // At is the store's, and so is Until where For is given
	For   time.Duration // 0: Until counts
	Force bool          // even if somebody else has it
	// Key makes it happen once: the request's own id.
	Key string
}

// UnlockWish is a lock that somebody wants to end.
type UnlockWish struct {
	Kind  LockKind
	Scope Scope
	By    Person
	Force bool // even if it is somebody else's
	// Key makes it happen once: the request's own id.
	Key string
}

// LockChange is what came of a wish.
type LockChange struct {
	// Changed is false where somebody else's lock is in the way, or where there
	// was none to end.
	Changed bool
	Lock    Lock  // as it is now, for one that was made
	Before  *Lock // the lock that was there; nil: none
	Now     time.Time
	// Repeated says that this came of the wish when it was made the first time.
	Repeated bool
}
