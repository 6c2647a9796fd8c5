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
// if it was not before.
func (s *Store) WatchedSince(ctx context.Context, source string, now time.Time) (time.Time, error) {
	const op = "read since when a workflow is watched"
	pipe := s.client.Pipeline()
	pipe.HSetNX(ctx, s.keys.watched(), source, strconv.FormatInt(millis(now), 10))
	since := pipe.HGet(ctx, s.keys.watched(), source)
	if err := exec(ctx, op, pipe); err != nil {
		return time.Time{}, err
	}
	ms, err := since.Int64()
	if err != nil {
		return time.Time{}, damaged(op, source, err)
	}
	return fromMillis(ms), nil
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
