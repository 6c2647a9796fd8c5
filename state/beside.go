package state

import (
	"context"
	"strconv"
	"time"
)

// toldFor is how long it is remembered that something done past slipway was told.
// Nothing older than half of it is told at all.
const toldFor = 60 * 24 * time.Hour

// WatchedSince is since when a source is watched for what is done past slipway: now,
// to the second as code hosts tell it, if it was not before. It says what time it is, too.
func (s *Store) WatchedSince(ctx context.Context, source string) (since, now time.Time, err error) {
	const op = "read since when a workflow is watched"
	if now, err = s.Now(ctx); err != nil {
		return time.Time{}, time.Time{}, err
	}
	pipe := s.client.Pipeline()
	pipe.HSetNX(ctx, s.keys.watched(), source, strconv.FormatInt(millis(now.Truncate(time.Second)), 10))
	told := pipe.HGet(ctx, s.keys.watched(), source)
	if err := exec(ctx, op, pipe); err != nil {
		return time.Time{}, time.Time{}, err
	}
	ms, err := told.Int64()
	if err != nil {
		return time.Time{}, time.Time{}, damaged(op, source, err)
	}
	return fromMillis(ms), now, nil
}

// BesideTold says whether something done past slipway was told already.
func (s *Store) BesideTold(ctx context.Context, what string) (bool, error) {
	n, err := s.client.Exists(ctx, s.keys.beside(what)).Result()
	if err != nil {
		return false, unavailable("read whether something was told", err)
	}
	return n > 0, nil
}

// NoteBesideTold notes that it was.
func (s *Store) NoteBesideTold(ctx context.Context, what string) error {
	if err := s.client.Set(ctx, s.keys.beside(what), "1", toldFor).Err(); err != nil {
		return unavailable("note that something was told", err)
	}
	return nil
}
