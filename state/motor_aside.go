package state

import (
	"context"
	"time"

	"github.com/slipwayhq/slipway/bot"
)

// stumbleScript gives a release back that met a panic, and counts those that it
// met in a row; a move that gives it back in order ends the row.
//
// KEYS: 1 due (zset), 2 control (hash).
// ARGV: 1 release, 2 fence, 3 after how many ms it is due, for each panic, 4 from
// which number on it is put aside, 5 never.
// Result: "back" and how many panics in a row, or "stale".
const stumbleScript = luaClock + `
local due, control = unpack(KEYS)
local id = ARGV[1]
if redis.call('HGET', control, id .. ':fence') ~= ARGV[2] then return {'stale'} end
local times = (tonumber(redis.call('HGET', control, id .. ':panics') or '0') or 0) + 1
redis.call('HSET', control, id .. ':panics', int(times))
redis.call('HDEL', control, id .. ':lease', id .. ':woken')
local at = now + tonumber(ARGV[3]) * times
if times >= tonumber(ARGV[4]) then at = tonumber(ARGV[5]) end
redis.call('ZADD', due, int(at), id)
return {'back', int(times)}
`

// Stumble gives a release back that met a panic, due after wait, and says how
// many it has met in a row. From limit on it is due only when something arrives
// for it. Kind bot.Stale: somebody else holds it by now.
func (s *Store) Stumble(ctx context.Context, id string, fence int64, wait time.Duration, limit int) (times int, err error) {
	const op = "give a release back after a panic"
	service, ok := bot.ServiceOf(id)
	if !ok {
		return 0, invalid(op, "that is no release")
	}
	p := s.keys.of(service)
	got, err := s.run(ctx, call{
		op: op, script: s.scripts.stumble, keys: []string{p.due(), p.control()},
		args: []any{id, fence, wait.Milliseconds(), limit, never},
	})
	switch {
	case err != nil:
		return 0, err
	case got.text(0) != "back":
		return 0, overtaken(op, id, got.text(0))
	}
	times = int(got.number(1))
	s.due.in(partitionOf(service), wait*time.Duration(times))
	return times, nil
}

// takeUpScript makes a release due again that was put aside.
//
// KEYS: 1 due (zset), 2 control (hash).
// ARGV: 1 release, 2 channel.
// Result: "due", or "unknown" if there is no such release.
const takeUpScript = luaClock + luaWake + `
local due, control = unpack(KEYS)
if redis.call('HEXISTS', control, ARGV[1] .. ':phase') == 0 then return {'unknown'} end
redis.call('HDEL', control, ARGV[1] .. ':panics')
wake(due, control, ARGV[1])
redis.call('PUBLISH', ARGV[2], ARGV[1])
return {'due'}
`

// Resume makes a release due again that was put aside. Doing it again changes
// nothing.
func (s *Store) Resume(ctx context.Context, id string) error {
	const op = "take a release up again"
	service, ok := bot.ServiceOf(id)
	if !ok {
		return invalid(op, "that is no release")
	}
	p := s.keys.of(service)
	if _, err := s.run(ctx, call{
		op: op, script: s.scripts.takeUp, keys: []string{p.due(), p.control()}, args: []any{id, s.keys.wake()},
	}); err != nil {
		return err
	}
	s.due.in(partitionOf(service), 0)
	return nil
}
