package state

import (
	"context"
	"time"
)

// subscribeScript notes whether somebody wants to hear of their own changes. A wish
// that comes again changes nothing, whatever was wished since.
//
// KEYS: 1 who wants to (hash), 2 once (text).
// ARGV: 1 the account, 2 since when in ms, or "" where they want to no longer,
// 3 once in ms, or "" without a key.
// Result: "noted", or "repeated".
const subscribeScript = `
if ARGV[3] ~= '' then
  if redis.call('EXISTS', KEYS[2]) == 1 then
    redis.call('PEXPIRE', KEYS[2], ARGV[3]) -- a write, for whoever waits for replicas
    return {'repeated'}
  end
  redis.call('SET', KEYS[2], '1', 'PX', ARGV[3])
end
if ARGV[2] == '' then redis.call('HDEL', KEYS[1], ARGV[1]) else redis.call('HSET', KEYS[1], ARGV[1], ARGV[2]) end
return {'noted'}
`

// Subscribe notes that somebody wants to hear of their own changes, once a key. It is
// not new where that very wish came before: then the last one counts.
func (s *Store) Subscribe(ctx context.Context, account, key string) (isNew bool, err error) {
	const op = "note who wants to hear of their changes"
	if account == "" {
		return false, invalid(op, "nobody is named")
	}
	return s.subscribe(ctx, op, account, millis(time.Now()), key)
}

// Unsubscribe notes that they want to no longer, once a key.
func (s *Store) Unsubscribe(ctx context.Context, account, key string) (isNew bool, err error) {
	return s.subscribe(ctx, "note who wants to hear of their changes no longer", account, "", key)
}

func (s *Store) subscribe(ctx context.Context, op, account string, since any, key string) (isNew bool, err error) {
	got, err := s.runSafe(ctx, call{
		op: op, script: s.scripts.subscribe, keys: []string{s.keys.subscribed(), s.keys.subscribedOnce(key)},
		args: []any{account, since, onceOf(key)},
	})
	return got.text(0) == "noted", err
}

// Subscribed gives those of the accounts that want to hear of their own changes.
func (s *Store) Subscribed(ctx context.Context, accounts []string) ([]string, error) {
	if len(accounts) == 0 {
		return nil, nil
	}
	since, err := s.client.HMGet(ctx, s.keys.subscribed(), accounts...).Result()
	if err != nil {
		return nil, unavailable("read who wants to hear of their changes", err)
	}
	var among []string
	for i, account := range accounts {
		if i < len(since) && since[i] != nil {
			among = append(among, account)
		}
	}
	return among, nil
}
