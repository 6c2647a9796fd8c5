package state

import (
	"context"
	"errors"
	"time"

	"github.com/redis/go-redis/v9"
)

// keepRuns is how long the webhooks of a run find its release.
const keepRuns = 30 * 24 * time.Hour

// RememberRun lets a run's webhooks find their release.
func (s *Store) RememberRun(ctx context.Context, runID int64, release string) error {
	if err := s.client.Set(ctx, s.keys.run(runID), release, keepRuns).Err(); err != nil {
		return unavailable("remember a run", err)
	}
	return nil
}

// ReleaseOfRun returns the id of the release that a run belongs to, and false
// if none is known.
func (s *Store) ReleaseOfRun(ctx context.Context, runID int64) (string, bool, error) {
	release, err := s.client.Get(ctx, s.keys.run(runID)).Result()
	switch {
	case errors.Is(err, redis.Nil):
		return "", false, nil
	case err != nil:
		return "", false, unavailable("look up a run", err)
	}
	return release, true, nil
}
