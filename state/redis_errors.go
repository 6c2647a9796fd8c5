package state

import (
	"cmp"
	"errors"
	"strings"

	"github.com/redis/go-redis/v9"

	"github.com/slipwayhq/slipway/bot"
)

// What is said where nothing tells why Redis does not answer, or refuses.
const (
	unexplained = "Redis does not answer"
	unnamed     = "Redis refuses what slipway asks of it"
)

// unavailable is the error of a command that Redis did not carry out, or did
// not say so.
func unavailable(op string, err error) error {
	e := &bot.Error{
		Kind: bot.Unavailable, Op: op, Says: unexplained,
		Mend: "Try again in a moment; nothing is done twice.", Err: err,
	}
	switch {
	case isBadKey(err):
		e.Says = "Redis holds at a key of slipway's what slipway did not put there"
		e.Mend = "Whoever looks after Redis mends that key; slipway's log names it. Nothing is done twice."
	default:
		if says, mend := refusedFor(err); says != "" {
			e.Says, e.Mend = says, cmp.Or(mend, e.Mend)
		}
	}
	return e
}

// refusedFor says why Redis refuses, and what would help, by the word with which it begins
// a refusal that is not about the command (redis.io/docs, "RESP protocol", errors), or by
// what Go says of TLS. Empty: it does not answer. Where nothing is named that would help,
// trying again does.
func refusedFor(err error) (says, mend string) {
	text := strings.TrimPrefix(err.Error(), "ERR ")
	if says, mend = refusedBy(text); says != "" {
		return says, mend
	}
	if isRefusal(err) {
		return unnamed, ""
	}
	return refusedByTLS(text)
}

// refusedBy says what the words of a refusal mean, as far as they are known.
func refusedBy(text string) (says, mend string) {
	const moving = "the Redis cluster is moving what is asked for"
	for _, r := range []struct{ begins, says, mend string }{
		{"OOM", "Redis is full and takes nothing more", "Whoever looks after Redis gives it more memory (maxmemory), or takes out of it what is not slipway's."},
		{"MISCONF", "Redis cannot write to its disk, and takes nothing until it can", "Whoever looks after Redis looks at its disk and into its log."},
		{"READONLY", "the Redis that answers is a replica, and takes nothing", "Where no master took over by itself, redis.url must name the master, or redis.mode be sentinel or cluster."},
		{"NOREPLICAS", "Redis has fewer replicas than it is to have, and takes nothing until then", "Whoever looks after Redis brings the replicas back (min-replicas-to-write)."},
		{"MASTERDOWN", "the Redis that answers is a replica that has lost its master", "Whoever looks after Redis brings the master back, or redis.url must name it."},
		{"LOADING", "Redis is still loading what it holds", ""},
		{"BUSY", "Redis is busy with a script of somebody's", ""},
		{"CLUSTERDOWN", "a part of the Redis cluster is away", "Whoever looks after Redis brings back the servers that are missing; redis-cli --cluster check tells which."},
		{"TRYAGAIN", moving, ""},
		{"MOVED", moving, "Where this lasts, redis.mode must be cluster."},
		{"ASK", moving, ""},
		{"NOAUTH", "Redis wants a password, and slipway has none; it belongs into redis.url", "Write it there as redis://USER:PASSWORD@HOST:PORT/0."},
		{"WRONGPASS", "Redis does not accept slipway's user and password", "Correct them in redis.url, as redis://USER:PASSWORD@HOST:PORT/0."},
		{"NOPERM", "the user that slipway has in Redis may not do that", "Whoever looks after Redis gives that user the keys and channels of slipway (~slipway:* &slipway:*) and the commands that docs/operations.md names."},
		{"AUTH ", "Redis has no password, and slipway gives one", "Take the password out of redis.url, or have Redis ask for it (requirepass)."},
		{"DENIED", "Redis takes connections of its own machine only (protected-mode)", "Give it a password (requirepass) or users, and write them into redis.url."},
		{"DB index is out of range", "Redis has no database of the number at the end of redis.url", "Write 0 there, or have Redis keep more of them (databases)."},
		{"SELECT is not allowed in cluster mode", "a Redis cluster has the database 0 alone", "Write 0 at the end of redis.url."},
		{"unknown command", "what answers does not know what slipway asks of it", "It may be a Sentinel, which redis.mode: sentinel is for, or have commands renamed or switched off (rename-command): slipway needs those that docs/operations.md names."},
		{"max number of clients", "Redis has as many connections as it takes", "Whoever looks after Redis closes what nobody needs, or lets it take more (maxclients)."},
		{"This instance has cluster support disabled", "Redis is no cluster there, and slipway was told that it is one", "Set redis.mode to single."},
		{"tls: first record does not look like", "Redis does not speak TLS there", "Make redis.url begin with redis:// in place of rediss://."},
	} {
		if strings.HasPrefix(text, r.begins) {
			return r.says, r.mend
		}
	}
	return "", ""
}

// refusedByTLS says what one of both sides had against the other, in Go's words (package
// crypto/tls), those of the alerts included that Redis sends.
func refusedByTLS(text string) (says, mend string) {
	switch {
	case strings.Contains(text, "certificate has expired"):
		return "the certificate of Redis is not valid today", "Whoever looks after Redis renews it; see too that the clock of this machine is right."
	case strings.Contains(text, "remote error: tls: certificate required"), strings.Contains(text, "remote error: tls: bad certificate"):
		return "Redis wants a certificate of whoever connects, and slipway has none", "Set tls-auth-clients to no at Redis, and have slipway be known by its password."
	case strings.Contains(text, "certificate"):
		return "the certificate of Redis is not trusted", "It must be for the host in redis.url, and this machine must trust whoever signed it."
	case strings.Contains(text, "remote error: tls: "):
		return "Redis and slipway do not agree on how TLS is spoken", "Have Redis take TLS 1.2 or 1.3 (tls-protocols)."
	}
	return "", ""
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
