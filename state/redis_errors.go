package state

import (
	"errors"
	"strings"

	"github.com/redis/go-redis/v9"

	"github.com/slipwayhq/slipway/bot"
)

// unavailable is the error of a command that Redis did not carry out, or did
// not say so.
func unavailable(op string, err error) error {
	e := &bot.Error{
		Kind: bot.Unavailable, Op: op, Says: "Redis does not answer",
		Mend: "Try again in a moment; nothing is done twice.", Err: err,
	}
	switch {
	case isBadKey(err):
		e.Says = "Redis holds at a key of slipway's what slipway did not put there"
		e.Mend = "Whoever looks after Redis mends that key; slipway's log names it. Nothing is done twice."
	case isRefusal(err):
		e.Says = "Redis refuses: it may be full, read-only or still loading"
	}
	return e
}

func notFound(op, id string) error {
	return &bot.Error{
		Kind: bot.NotFound, Op: op, Says: "there is no release " + id,
		Mend: "The history of the service lists its releases.",
	}
}

func invalid(op, says string) error {
	return &bot.Error{Kind: bot.Invalid, Op: op, Says: says}
}

// damaged is the error of a record that cannot be read.
func damaged(op, id string, err error) error {
	return &bot.Error{Kind: bot.Internal, Op: op + " " + id, Err: err}
}

// isBadKey says that something is stored of another type than slipway keeps
// there, which a command or one of its scripts then stumbles over. It is one bad
// item; everything else can be read.
func isBadKey(err error) bool {
	if !isRefusal(err) {
		return false
	}
	text := err.Error()
	for _, sign := range []string{"WRONGTYPE", "not an integer", "not a valid float", "attempt to "} {
		if strings.Contains(text, sign) {
			return true
		}
	}
	return false
}

// isRefusal says that Redis answered, with an error.
func isRefusal(err error) bool {
	var refused redis.Error
	return errors.As(err, &refused)
}
