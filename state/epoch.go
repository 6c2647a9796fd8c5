package state

import (
	"context"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/redis/go-redis/v9"

	"github.com/slipwayhq/slipway/bot"
)

// epochScript remembers since when the store lives this life.
//
// KEYS: 1 epoch (hash).
// ARGV: 1 the life's id, 2 "1" if the caller has spoken to this store before.
// Result: how many ms ago it was first seen; -1: it is the first life.
const epochScript = luaClock + `
local id, since, first = unpack(redis.call('HMGET', KEYS[1], 'id', 'since', 'first'))
if id == ARGV[1] then
  if first then return {-1} end
  return {int(now - tonumber(since))}
end
redis.call('HSET', KEYS[1], 'id', ARGV[1], 'since', int(now))
if not id and ARGV[2] ~= '1' then
  redis.call('HSET', KEYS[1], 'first', '1')
  return {-1}
end
redis.call('HDEL', KEYS[1], 'first')
return {'0'}
`

// Epoch identifies the life of the store that is being spoken to, and says how
// long ago it began as far as slipway noticed. It changes when the store is
// restarted or fails over, after which acknowledged writes may be missing. id
// is empty where the store cannot tell, and age is bot.NoneDue for the first
// life that slipway ever saw. A store that has forgotten even that, while this
// process remembers it, lives another life too.
func (s *Store) Epoch(ctx context.Context) (id string, age time.Duration, err error) {
	id, err = s.EpochID(ctx)
	if err != nil || id == "" {
		return "", bot.NoneDue, err
	}
	got, err := s.run(ctx, call{
		op: "compare the life of Redis", script: s.scripts.epoch, keys: []string{s.keys.epoch()},
		args: []any{id, flag(s.lived.Load())},
	})
	if err != nil {
		return "", 0, err
	}
	s.lived.Store(true)
	if ms := got.number(0); ms >= 0 {
		return id, time.Duration(ms) * time.Millisecond, nil
	}
	return id, bot.NoneDue, nil
}

// doubtScript takes from a life that it is the first one.
//
// KEYS: 1 epoch (hash).
// ARGV: 1 the life's id.
// Result: "doubted", or "another" if another life is lived by now, or it was
// not the first one.
const doubtScript = luaClock + `
if redis.call('HGET', KEYS[1], 'id') ~= ARGV[1] or redis.call('HDEL', KEYS[1], 'first') == 0 then return {'another'} end
redis.call('HSET', KEYS[1], 'since', int(now))
return {'doubted'}
`

// Doubt makes a life that looks like the first one count like any other, as
// begun now. Doing it again changes nothing.
func (s *Store) Doubt(ctx context.Context, id string) error {
	_, err := s.run(ctx, call{op: "doubt the first life of Redis", script: s.scripts.doubt, keys: []string{s.keys.epoch()}, args: []any{id}})
	return err
}

// EpochID is the id of the life that the store lives: it puts together the run ids
// and replication ids of all masters. A server that is restarted changes the
// first, a replica that is promoted the second. It is empty where the store
// cannot tell. Nothing is written.
func (s *Store) EpochID(ctx context.Context) (string, error) {
	cluster, ok := s.client.(*redis.ClusterClient)
	if !ok {
		return epochOf(ctx, s.client)
	}
	var mu sync.Mutex
	var epochs []string
	err := cluster.ForEachMaster(ctx, func(ctx context.Context, master *redis.Client) error {
		epoch, err := epochOf(ctx, master)
		mu.Lock()
		defer mu.Unlock()
		epochs = append(epochs, epoch)
		return err
	})
	if err != nil {
		return "", unavailable("ask the masters of the cluster for their ids", err)
	}
	slices.Sort(epochs)
	return hashed(strings.Join(epochs, " ")), nil
}

func epochOf(ctx context.Context, on redis.Cmdable) (string, error) {
	pipe := on.Pipeline()
	server, replication := pipe.Info(ctx, "server"), pipe.Info(ctx, "replication")
	if _, err := pipe.Exec(ctx); err != nil {
		// A server that keeps this to itself, such as the one in memory, says
		// so with an error of its own; any other error is one.
		if isRefusal(err) {
			return "", nil
		}
		return "", unavailable("ask Redis for its id", err)
	}
	run := infoField(server.Val(), "run_id")
	if run == "" {
		return "", nil
	}
	return run + "." + infoField(replication.Val(), "master_replid"), nil
}
