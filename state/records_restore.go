package state

import (
	"context"

	"github.com/slipwayhq/slipway/bot"
)

// restoreScript puts a release back that the store has lost.
//
// Its place in the history is right after the release that started before it.
// One that comes after all others is what is live, unless something newer is
// known to be. The step between two neighbours is divided so that a long row
// of releases, put back one after the other, fits in between.
//
// KEYS: 1 due (zset), 2 control, 3 docs, 4 past (hashes), 5 trash (zset), 6
// slots, 7 current (hashes by target), 8 history (zset of the target), 9
// counters (hash), 10 needed, 11 besides (zsets of the target).
// ARGV: 1 release, 2 phase, 3 the release, 4 what history tells of it, 5
// target, 6 the release before it or "", 7 "1" if it has ended, 8 the counter
// of its service, 9 its number, 10 how many of a target are kept, 11 channel, 12 what it
// is to those that come after it, 13 how many entries of what was done past slipway a
// target keeps.
// Result: "restored", or "known" and the release that has this id.
const restoreScript = luaClock + luaHistory + `
local due, control, docs, past, trash, slots, current, history, counters = unpack(KEYS)
local id, phase, doc, told, target, before = unpack(ARGV, 1, 6)
if redis.call('HEXISTS', docs, id) == 1 then return {'known', redis.call('HGET', docs, id)} end

redis.call('HSET', docs, id, doc)
redis.call('HSET', control, id .. ':phase', phase)
if (tonumber(redis.call('HGET', counters, ARGV[8]) or '0') or 0) < tonumber(ARGV[9]) then
  redis.call('HSET', counters, ARGV[8], ARGV[9])
end

local score
local from = before ~= '' and redis.call('ZSCORE', history, before)
local newer
if from then
  newer = redis.call('ZRANGEBYSCORE', history, '(' .. from, '+inf', 'WITHSCORES', 'LIMIT', 0, 1)[2]
  if newer then score = tonumber(from) + (tonumber(newer) - tonumber(from)) / 1024 end
else
  newer = redis.call('ZRANGE', history, 0, 0, 'WITHSCORES')[2]
  if newer then score = tonumber(newer) - 1 end
end
if newer then
  redis.call('ZADD', history, string.format('%.17g', score), id)
else
  redis.call('ZADD', history, int(redis.call('HINCRBY', control, 'starts', 1)), id)
  redis.call('HSET', current, target, id)
end
redis.call('HSET', past, id, told)
local h = {history = history, needed = KEYS[10], besides = KEYS[11], trash = trash, control = control, past = past}
need(h, id, ARGV[12])
trim(h, tonumber(ARGV[10]), tonumber(ARGV[13]))

if ARGV[7] == '1' then
  redis.call('HSET', control, id .. ':ended', '1')
else
  redis.call('HSETNX', slots, target, id)
  redis.call('ZADD', due, int(now), id)
  redis.call('PUBLISH', ARGV[11], id)
end
return {'restored'}
`

// Restored is what came of putting a release back.
type Restored string

// What came of putting a release back.
const (
	// WasRestored: the store had lost it, and has it again.
	WasRestored Restored = "restored"
	// WasKnown: the store has it.
	WasKnown Restored = "known"
	// WasAnother: the store has another release of that id, which stays.
	WasAnother Restored = "another"
)

// Restore puts a release back that was started and that the store has lost:
// the release, its place in the history right after the release before (empty:
// before all others), what is live, and the number from which its service
// counts on. One that has not ended holds its target's slot and is due at
// once. Doing it again changes nothing.
func (s *Store) Restore(ctx context.Context, r bot.Release, before string) (Restored, error) {
	const op = "restore a release"
	service, number, ok := bot.ReleaseNumber(r.ID)
	if !ok || service != r.Target.Service || !bot.ValidName(r.Target.Environment) || !r.Phase.Known() || !r.Started() {
		return "", invalid(op, "it is no release that was started")
	}
	doc, err := encodeRelease(r, nil)
	if err != nil {
		return "", damaged(op, r.ID, err)
	}
	told, err := pastJSON(r)
	if err != nil {
		return "", damaged(op, r.ID, err)
	}
	p := s.keys.of(service)
	got, err := s.runSafe(ctx, call{
		op: op, script: s.scripts.restore,
		keys: []string{
			p.due(), p.control(), p.docs(), p.past(), p.trash(), p.slots(), p.current(), p.history(r.Target), p.counters(),
			p.needed(r.Target), p.besides(r.Target),
		},
		args: []any{
			r.ID, string(r.Phase), doc, told, r.Target.Path(), before, flag(r.Ended()), service + ":", number,
			s.options.KeepHistory, s.keys.wake(), neededAs(r), keepBeside,
		},
	})
	if err != nil {
		return "", err
	}
	if got.text(0) == "restored" {
		s.wakeHere(service)
		return WasRestored, nil
	}
	known, err := readRelease(got.text(1), "")
	if err != nil {
		return "", damaged(op, r.ID, err)
	}
	if known.RunKey != r.RunKey {
		return WasAnother, nil
	}
	return WasKnown, nil
}
