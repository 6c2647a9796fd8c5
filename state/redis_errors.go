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
		e.Says = refusedFor(err)
	}
	return e
}

// refusedFor says why Redis refuses, by the word with which it begins a refusal that is
// not about the command (redis.io/docs, "RESP protocol", errors).
func refusedFor(err error) string {
	const moving = "the Redis cluster is moving what is asked for"
	text := strings.TrimPrefix(err.Error(), "ERR ")
	for _, r := range []struct{ begins, says string }{
		{"OOM", "Redis is full and takes nothing more"},
		{"MISCONF", "Redis cannot write to its disk, and takes nothing until it can"},
		{"READONLY", "the Redis that answers is a replica, and takes nothing"},
		{"NOREPLICAS", "Redis has fewer replicas than it is to have, and takes nothing until then"},
		{"MASTERDOWN", "the Redis that answers is a replica that has lost its master"},
		{"LOADING", "Redis is still loading what it holds"},
		{"BUSY", "Redis is busy with a script of somebody's"},
		{"CLUSTERDOWN", "a part of the Redis cluster is away"},
		{"TRYAGAIN", moving},
		{"MOVED", moving},
		{"ASK", moving},
		{"NOAUTH", "Redis wants a password, and slipway has none; it belongs into redis.url"},
		{"WRONGPASS", "Redis does not accept slipway's user and password"},
		{"NOPERM", "the user that slipway has in Redis may not do that"},
		{"max number of clients", "Redis has as many connections as it takes"},
	} {
		if strings.HasPrefix(text, r.begins) {
			return r.says
		}
	}
	return "Redis refuses what slipway asks of it"
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
