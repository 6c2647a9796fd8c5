package state

import (
	"context"
	"strconv"
	"time"
)

// keepHeard is for how long it is remembered when something came last.
const keepHeard = 90 * 24 * time.Hour

// NoteHeard notes that something came from outside just now, such as a webhook of a
// repository, for slipway doctor to tell when nothing does.
func (s *Store) NoteHeard(ctx context.Context, what string) error {
	pipe := s.client.Pipeline()
	pipe.HSet(ctx, s.keys.heard(), what, strconv.FormatInt(millis(time.Now()), 10))
	pipe.PExpire(ctx, s.keys.heard(), keepHeard)
	return exec(ctx, "note what came from outside", pipe)
}

// Heard is when what came last; what never came is not in it.
func (s *Store) Heard(ctx context.Context) (map[string]time.Time, error) {
	all, err := s.client.HGetAll(ctx, s.keys.heard()).Result()
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
