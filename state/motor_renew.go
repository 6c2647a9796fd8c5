package state

import (
	"context"
	"errors"
	"slices"
	"sync"
	"time"

	"github.com/slipwayhq/slipway/bot"
)

// renewScript makes leases of one partition last longer.
//
// KEYS: 1 due (zset), 2 control (hash).
// ARGV: 1 lease in ms; then for each lease: release, fence.
// Result: release and fence of each lease that is lost: somebody else holds the
// release by now, or nobody.
const renewScript = luaClock + `
local due, control = unpack(KEYS)
local lease, lost = int(now + tonumber(ARGV[1])), {}
for i = 2, #ARGV, 2 do
  local id = ARGV[i]
  if redis.call('HGET', control, id .. ':fence') == ARGV[i + 1] and redis.call('HEXISTS', control, id .. ':lease') == 1 then
    redis.call('HSET', control, id .. ':lease', lease, id .. ':span', ARGV[1])
    redis.call('ZADD', due, lease, id)
  else
    table.insert(lost, id)
    table.insert(lost, ARGV[i + 1])
  end
end
return lost
`

// Renew makes the leases of a holder last for the given time from now, and
// returns those that are lost: somebody else holds the release by now, or
// nobody. It asks Redis once for each partition, however many are held there,
// and all partitions at once. An error says nothing about the others.
func (s *Store) Renew(ctx context.Context, leases []bot.Lease, lease time.Duration) (lost []bot.Lease, err error) {
	held := map[int][]any{}
	for _, h := range leases {
		service, ok := bot.ServiceOf(h.Release)
		if !ok {
			lost = append(lost, h) // nobody holds what is no release
			continue
		}
		n := partitionOf(service)
		held[n] = append(held[n], h.Release, h.Fence)
	}
	var mu sync.Mutex
	var failed []error
	var g sync.WaitGroup
	for n, pairs := range held {
		g.Go(func() {
			got, err := s.renewPart(ctx, s.keys.part(n), pairs, lease)
			mu.Lock()
			defer mu.Unlock()
			failed = append(failed, err)
			lost = append(lost, got...)
		})
	}
	g.Wait()
	return lost, errors.Join(failed...)
}

func (s *Store) renewPart(ctx context.Context, p part, pairs []any, lease time.Duration) (lost []bot.Lease, err error) {
	got, err := s.run(ctx, call{
		op: "renew leases", script: s.scripts.renew, keys: []string{p.due(), p.control()},
		args: slices.Concat([]any{lease.Milliseconds()}, pairs),
	})
	for ; len(got) >= 2; got = got[2:] {
		lost = append(lost, bot.Lease{Release: got.text(0), Fence: got.number(1)})
	}
	return lost, err
}
