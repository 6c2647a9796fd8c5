package bot

import (
	"errors"
	"log/slog"
	"strings"
	"time"
)

// ErrorKind says what an error means for whoever met it.
type ErrorKind string

// The kinds of error.
const (
	// NotFound: what was named does not exist, or is not shown to us.
	NotFound ErrorKind = "not_found"
	// Gone: what was named was there, and is gone; trying again
	// cannot help.
	Gone ErrorKind = "gone"
	// Invalid: the other side understood and refused.
	Invalid ErrorKind = "invalid"
	// Denied: our credentials do not allow it.
	Denied ErrorKind = "denied"
	// Unavailable: the other side did not answer or is broken; the same may
	// work later. Nothing is known about whether it was carried out.
	Unavailable ErrorKind = "unavailable"
	// Limited: too many requests; it works after RetryAfter.
	Limited ErrorKind = "limited"
	// NeverSent: the request did not leave. It is certain that nothing was
	// carried out.
	NeverSent ErrorKind = "never_sent"
	// Stale: somebody else moved on meanwhile; a normal outcome, not a fault.
	Stale ErrorKind = "stale"
	// Internal: everything else. Its text never reaches a person.
	Internal ErrorKind = "internal"
)

// Error carries what was tried, what went wrong and what would help. Op and
// Err are for the log; Says and Mend are for people.
type Error struct {
	Kind ErrorKind
	Op   string // what was tried: "resolve a ref"
	Says string // what went wrong, one sentence without a full stop
	Mend string // what would help; may be empty
	// RetryAfter is how long the other side asked us to wait.
	RetryAfter time.Duration
	Err        error // what lies beneath; may be nil
}

// Error is the text for the log.
func (e *Error) Error() string {
	parts := make([]string, 0, 3)
	for _, part := range []string{e.Op, e.Says} {
		if part != "" {
			parts = append(parts, part)
		}
	}
	if e.Err != nil {
		parts = append(parts, e.Err.Error())
	}
	return strings.Join(parts, ": ")
}

// Unwrap returns what lies beneath.
func (e *Error) Unwrap() error { return e.Err }

// KindOf returns the kind of the first Error in err's chain, Internal if there
// is none.
func KindOf(err error) ErrorKind {
	if e, ok := errors.AsType[*Error](err); ok {
		return e.Kind
	}
	return Internal
}

// ForPeople returns the words of err for people. An error without such words
// gives general ones, so that nothing internal is shown.
func ForPeople(err error) (says, mend string) {
	if e, ok := errors.AsType[*Error](err); ok && e.Says != "" {
		return e.Says, e.Mend
	}
	return "something went wrong inside slipway", "The log of slipway says more; try again in a minute."
}

// RetryAfter returns how long the other side asked us to wait, 0 if it did
// not.
func RetryAfter(err error) time.Duration {
	if e, ok := errors.AsType[*Error](err); ok {
		return e.RetryAfter
	}
	return 0
}

// Final says that trying again cannot help.
func Final(err error) bool {
	switch KindOf(err) {
	case NotFound, Gone, Invalid, Denied:
		return true
	case Unavailable, Limited, NeverSent, Stale, Internal:
		return false
	}
	return false
}

// ErrAttr is how an error stands in the log.
func ErrAttr(err error) slog.Attr { return slog.String("error", err.Error()) }
