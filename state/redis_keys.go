package state

import (
	"crypto/sha256"
	"encoding/hex"
	"hash/fnv"
	"strconv"

	"github.com/slipwayhq/slipway/bot"
)

// partitions is how many groups of keys there are. It is recorded in Redis and
// can never change for a store that holds releases.
const partitions = 16

// keys names everything that lies in Redis.
type keys struct{ prefix string }

// part names the keys of one partition; they share a hash tag.
type part struct{ base string }

func (k keys) part(n int) part {
	return part{base: k.prefix + "{p" + strconv.Itoa(n) + "}:"}
}

// of is the partition of a service.
func (k keys) of(service string) part { return k.part(partitionOf(service)) }

func partitionOf(service string) int {
	h := fnv.New32a()
	_, _ = h.Write([]byte(service)) // a hash never fails
	return int(h.Sum32() % partitions)
}

// Keys and the channel of the whole store.

func (k keys) partitions() string         { return k.prefix + "partitions" }
func (k keys) epoch() string              { return k.prefix + "epoch" }
func (k keys) edits() string              { return k.prefix + "edits" }
func (k keys) said(channel string) string { return k.prefix + "said:" + hashed(channel) }
func (k keys) stateKey() string           { return k.prefix + "state_key" }
func (k keys) nagged(lock string) string  { return k.prefix + "nagged:" + hashed(lock) }
func (k keys) strange(key string) string  { return k.prefix + "strange:" + hashed(key) }
func (k keys) wake() string               { return k.prefix + "wake" }
func (k keys) turnover() string           { return k.prefix + "turnover" }
func (k keys) locks() string              { return k.prefix + "locks" }
func (k keys) doubts() string             { return k.prefix + "doubts" }
func (k keys) seen() string               { return k.prefix + "heard" }
func (k keys) watched() string            { return k.prefix + "watched" }
func (k keys) beside(what string) string  { return k.prefix + "beside:" + hashed(what) }
func (k keys) troubles() string           { return k.prefix + "troubles" }
func (k keys) connections() string        { return k.prefix + "connections" }
func (k keys) subscribed() string         { return k.prefix + "subscribed" }
func (k keys) telling(what string) string {
	return k.prefix + "telling:" + hashed(what)
}

func (k keys) answer(key string) string { return k.prefix + "answer:" + hashed(key) }
func (k keys) run(runID int64) string   { return k.prefix + "run:" + strconv.FormatInt(runID, 10) }
func (k keys) compared(source, epoch string) string {
	return k.prefix + "compared:" + hashed(source+" "+epoch)
}

// lockOnce lies where the locks do, so that one script may touch both.
func (k keys) lockOnce(key string) string {
	return k.prefix + "{" + k.locks() + "}:once:" + hashed(key)
}

// subscribedOnce lies where those lie who want to hear of their changes.
func (k keys) subscribedOnce(key string) string {
	return k.prefix + "{" + k.subscribed() + "}:once:" + hashed(key)
}

// Keys of a partition.

func (p part) due() string      { return p.base + "due" }
func (p part) docs() string     { return p.base + "docs" }
func (p part) control() string  { return p.base + "control" }
func (p part) inbox() string    { return p.base + "inbox" }
func (p part) past() string     { return p.base + "past" }
func (p part) counters() string { return p.base + "counters" }
func (p part) events() string   { return p.base + "events" }
func (p part) trash() string    { return p.base + "trash" }
func (p part) slots() string    { return p.base + "slots" }
func (p part) current() string  { return p.base + "current" }
func (p part) unshown() string  { return p.base + "unshown" }

func (p part) dirty(u bot.Urgency) string { return p.base + "dirty:" + string(u) }

func (p part) queue(t bot.Target) string      { return p.base + "queue:" + t.Path() }
func (p part) history(t bot.Target) string    { return p.base + "history:" + t.Path() }
func (p part) needed(t bot.Target) string     { return p.base + "needed:" + t.Path() }
func (p part) besides(t bot.Target) string    { return p.base + "besides:" + t.Path() }
func (p part) quarantine(t bot.Target) string { return p.base + "quarantine:" + t.Path() }

func (p part) ledger(service string) string { return p.base + "ledger:" + service }

func (p part) messages(release string) string { return p.base + "messages:" + release }
func (p part) reply(mark string) string       { return p.base + "reply:" + mark }

// Keys and sameness come from outside and may be of any length, so they are
// hashed.

func (p part) once(what, key string) string { return p.base + "once:" + what + ":" + hashed(key) }
func (p part) same(sameness string) string  { return p.base + "same:" + hashed(sameness) }

func hashed(s string) string {
	sum := sha256.Sum256([]byte(s))
	return hex.EncodeToString(sum[:16])
}
