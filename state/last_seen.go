package state

import (
	"context"
	"strconv"
	"time"
)

// keepSeen is for how long it is remembered when something came last.
const keepSeen = 90 * 24 * time.Hour

// NoteSeen notes that something came from outside just now, such as a webhook of a
// repository, for slipway doctor to tell when nothing does.
func (s *Store) NoteSeen(ctx context.Context, what string) error {
	now, err := s.Now(ctx)
	if err != nil {
		return err
	}
	pipe := s.client.Pipeline()
	pipe.HSet(ctx, s.keys.seen(), what, strconv.FormatInt(millis(now), 10))
	pipe.PExpire(ctx, s.keys.seen(), keepSeen)
	return exec(ctx, "note what came from outside", pipe)
}

// LastSeen is when what came last; what never came is not in it.
func (s *Store) LastSeen(ctx context.Context) (map[string]time.Time, error) {
	all, err := s.client.HGetAll(ctx, s.keys.seen()).Result()
	if err != nil {
		return nil, unavailable("read what came from outside", err)
	}
	heard := make(map[string]time.Time, len(all))
	for what, at := range all {
		if ms, err := strconv.ParseInt(at, 10, 64); err == nil {
			heard[what] = fromMillis(ms)
		}
	}
	return heard, nil
}
