package state

import (
	"context"
	"time"

	"github.com/slipwayhq/slipway/bot"
)

// renewScript makes a lease last longer.
//
// KEYS: 1 due (zset), 2 control (hash).
// ARGV: 1 release, 2 fence, 3 lease in ms.
// Result: "renewed" or "stale".
const renewScript = luaClock + `
local due, control = unpack(KEYS)
local id, fence = ARGV[1], ARGV[2]
if redis.call('HGET', control, id .. ':fence') ~= fence or redis.call('HEXISTS', control, id .. ':lease') == 0 then
  return {'stale'}
end
local lease = int(now + tonumber(ARGV[3]))
redis.call('HSET', control, id .. ':lease', lease, id .. ':span', ARGV[3])
redis.call('ZADD', due, lease, id)
return {'renewed'}
`

// Renew makes a holder's lease last for the given time from now. Kind
// bot.Stale: somebody else holds the release, or nobody.
func (s *Store) Renew(ctx context.Context, id string, fence int64, lease time.Duration) error {
	const op = "renew a lease"
	service, ok := bot.ServiceOf(id)
	if !ok {
		return invalid(op, "that is no release")
	}
	p := s.keys.of(service)
	got, err := s.run(ctx, call{
		op: op, script: s.scripts.renew, keys: []string{p.due(), p.control()},
		args: []any{id, fence, lease.Milliseconds()},
	})
	if err != nil {
		return err
	}
	if got.text(0) != "renewed" {
		return overtaken(op, id, got.text(0))
	}
	return nil
}
