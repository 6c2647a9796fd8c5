package state

import (
	"context"
	"encoding/json"
	"errors"
	"time"

	"github.com/redis/go-redis/v9"

	"github.com/slipwayhq/slipway/bot"
)

const (
	// maxQueue is how many deploys may wait for one target. Rollbacks are
	// refused much later: they are what a full queue may need.
	maxQueue          = 50
	maxQueueRollbacks = 2 * maxQueue
	// maxQuarantine is how many commits of a target are kept from coming back;
	// the oldest is let go.
	maxQuarantine = 1000
	// afterRollbacks is where the deploys stand in the queue's order.
	afterRollbacks = int64(1) << 40
)

// takeSlotScript gives the target's slot to a release, or queues it.
//
// KEYS: 1 slots (hash by target), 2 queue (zset of the target), 3 control
// (hash), 4 due (zset).
// ARGV: 1 release, 2 its phase, 3 target, 4 where its kind begins in the
// queue, 5 how many may wait.
// Result: "taken"; "busy", how many are ahead and the holder or ""; "full"; or
// "stale" if it is not in that phase any more.
const takeSlotScript = luaClock + luaWake + `
local slots, queue, control, due = unpack(KEYS)
local id, phase, target = ARGV[1], ARGV[2], ARGV[3]
if redis.call('HGET', control, id .. ':phase') ~= phase then return {'stale'} end
local holder = redis.call('HGET', slots, target)
if holder == id then return {'taken'} end
if not redis.call('ZSCORE', queue, id) then
  if redis.call('ZCARD', queue) >= tonumber(ARGV[5]) then return {'full'} end
  local ticket = redis.call('HINCRBY', control, 'tickets', 1)
  redis.call('ZADD', queue, int(tonumber(ARGV[4]) + ticket), id)
end
local ahead = redis.call('ZRANK', queue, id)
if holder or ahead > 0 then return {'busy', ahead, holder or ''} end
redis.call('HSET', slots, target, id)
redis.call('ZREM', queue, id)
wake_queue(queue, due, control) -- their places have changed
return {'taken'}
`

// TakeSlot gives the slot to the release if it is free and the release is the
// first of the queue, and else queues it: first in first out, rollbacks first.
// taken is also true when it held the slot already. Kind bot.Limited: too many
// wait; bot.Stale: the release is in another phase by now.
func (s *Store) TakeSlot(ctx context.Context, r bot.Release) (taken bool, place bot.Place, err error) {
	const op = "take the slot"
	service, ok := bot.ServiceOf(r.ID)
	if !ok || service != r.Target.Service || !bot.ValidName(r.Target.Environment) || r.Ended() {
		return false, place, invalid(op, "the release cannot hold the target's slot")
	}
	begin, most := afterRollbacks, maxQueue
	if r.Kind == bot.Rollback {
		begin, most = 0, maxQueueRollbacks
	}
	p := s.keys.of(service)
	got, err := s.run(ctx, call{
		op: op, script: s.scripts.takeSlot,
		keys: []string{p.slots(), p.queue(r.Target), p.control(), p.due()},
		args: []any{r.ID, string(r.Phase), r.Target.Path(), begin, most},
	})
	if err != nil {
		return false, place, err
	}
	switch got.text(0) {
	case "taken":
		s.due.in(partitionOf(service), 0)
		return true, place, nil
	case "busy":
		return false, bot.Place{Ahead: int(got.number(1)), Holder: got.text(2)}, nil
	case "full":
		return false, place, &bot.Error{
			Kind: bot.Limited, Op: op, Says: "too many releases wait for " + r.Target.String() + " already",
			Mend: "Cancel some of those that wait.",
		}
	default:
		return false, place, overtaken(op, r.ID, got.text(0))
	}
}

// leavePlaceScript takes a release from the slot and the queue of a target.
//
// KEYS: 1 slots (hash by target), 2 queue (zset of the target), 3 control
// (hash), 4 due (zset).
// ARGV: 1 release, 2 target, 3 channel.
// Result: "left".
const leavePlaceScript = luaClock + luaWake + `
local slots, queue, control, due = unpack(KEYS)
if redis.call('HGET', slots, ARGV[2]) == ARGV[1] then redis.call('HDEL', slots, ARGV[2]) end
redis.call('ZREM', queue, ARGV[1])
wake_queue(queue, due, control)
redis.call('PUBLISH', ARGV[3], ARGV[1])
return {'left'}
`

// LeavePlace takes the slot of a target and its place in the queue from a release that
// nobody can work on, since its record is missing or cannot be read. Doing it again
// changes nothing.
func (s *Store) LeavePlace(ctx context.Context, t bot.Target, release string) error {
	p := s.keys.of(t.Service)
	if _, err := s.run(ctx, call{
		op: "give a release's place to the next", script: s.scripts.leavePlace,
		keys: []string{p.slots(), p.queue(t), p.control(), p.due()},
		args: []any{release, t.Path(), s.keys.wake()},
	}); err != nil {
		return err
	}
	s.due.in(partitionOf(t.Service), 0)
	return nil
}

// takeBackScript marks a release as taken back and quarantines its commit.
//
// KEYS: 1 control (hash), 2 quarantine (hash of the target, by commit), 3
// dirty set of its card (zset).
// ARGV: 1 release, 2 who took it back, 3 its commit or "", 4 quarantine, 5 "1"
// if it is shown on a card, 6 channel, 7 how many commits are kept.
// Result: "marked" or "repeated".
const takeBackScript = luaClock + `
local control, quarantine, dirty = unpack(KEYS)
local id = ARGV[1]
if ARGV[3] ~= '' and redis.call('HSETNX', quarantine, ARGV[3], ARGV[4]) == 1 and
    redis.call('HLEN', quarantine) > tonumber(ARGV[7]) then
  local oldest, at
  local all = redis.call('HGETALL', quarantine)
  for i = 1, #all, 2 do
    local since = string.match(all[i + 1], '"at":"([^"]+)"') or ''
    if all[i] ~= ARGV[3] and (not at or since < at) then oldest, at = all[i], since end
  end
  redis.call('HDEL', quarantine, oldest)
end
if redis.call('HSETNX', control, id .. ':taken', ARGV[2]) == 0 then return {'repeated'} end
redis.call('HINCRBY', control, id .. ':rev', 1)
if ARGV[5] == '1' and not redis.call('ZSCORE', dirty, id) then
  redis.call('ZADD', dirty, int(now), id)
  redis.call('PUBLISH', ARGV[6], id)
end
return {'marked'}
`

// TakeBack marks the release back as taken back by by and quarantines its
// commit on its target, unless nothing of that ever came there, or it is a
// rollback that did not end well: where it was to go had been well. Doing it
// again changes nothing.
func (s *Store) TakeBack(ctx context.Context, back, by string, at time.Time) error {
	const op = "take a release back"
	r, err := s.Release(ctx, back)
	if err != nil {
		return err
	}
	sha := r.SHA()
	if came := r.Arrival(); came == bot.NeverCame || r.Kind == bot.Rollback && came != bot.Arrived {
		sha = ""
	}
	quarantine, err := json.Marshal(storedQuarantine{SHA: sha, Release: back, By: by, At: at.UTC()})
	if err != nil {
		return damaged(op, back, err)
	}
	p := s.keys.of(r.Target.Service)
	_, err = s.run(ctx, call{
		op: op, script: s.scripts.takeBack,
		keys: []string{p.control(), p.quarantine(r.Target), p.dirty(urgencyOf(r))},
		args: []any{back, by, sha, string(quarantine), flag(r.Carded), s.keys.wake(), maxQuarantine},
	})
	if err != nil {
		return err
	}
	s.wakeHere(r.Target.Service)
	return nil
}

// endQuarantineScript ends the quarantine of a commit if it is the one that was read.
//
// KEYS: 1 quarantine (hash of the target, by commit).
// ARGV: 1 commit, 2 the quarantine as it was read.
// Result: "ended" or "changed".
const endQuarantineScript = `
if redis.call('HGET', KEYS[1], ARGV[1]) ~= ARGV[2] then return {'changed'} end
redis.call('HDEL', KEYS[1], ARGV[1])
return {'ended'}
`

// EndQuarantine ends the quarantine of a commit on a target, if it began at
// since or before: a later one is not what was meant. Doing it again changes
// nothing.
func (s *Store) EndQuarantine(ctx context.Context, target bot.Target, sha string, since time.Time) error {
	const op = "end a quarantine"
	key := s.keys.of(target.Service).quarantine(target)
	text, err := s.client.HGet(ctx, key, sha).Result()
	switch {
	case errors.Is(err, redis.Nil):
		return nil
	case err != nil:
		return unavailable(op, err)
	}
	var stored storedQuarantine
	if err := json.Unmarshal([]byte(text), &stored); err != nil {
		return damaged(op, target.Path(), err)
	}
	if stored.At.After(since) {
		return nil
	}
	_, err = s.run(ctx, call{op: op, script: s.scripts.endQuarantine, keys: []string{key}, args: []any{sha, text}})
	return err
}

// urgencyOf says in which set of dirty cards a release belongs.
func urgencyOf(r bot.Release) bot.Urgency {
	if r.Ended() {
		return bot.UrgencyEnd
	}
	return bot.UrgencyProgress
}
