package state

import (
	"context"
	"fmt"
	"time"
)

// keepConnections is for how long a process that has not noted its connections again
// counts as one that has some.
const keepConnections = time.Minute

// NoteConnections notes how many connections to Slack a process keeps, and tells how
// many all processes keep together, as far as they noted it lately.
func (s *Store) NoteConnections(ctx context.Context, process string, n int) (all int, err error) {
	const op = "note connections"
	now, err := s.Now(ctx)
	if err != nil {
		return 0, err
	}
	key := s.keys.connections()
	pipe := s.client.Pipeline()
	if n > 0 {
		pipe.HSet(ctx, key, process, fmt.Sprintf("%d %d", n, millis(now)))
		pipe.PExpire(ctx, key, 2*keepConnections)
	} else {
		pipe.HDel(ctx, key, process)
	}
	noted := pipe.HGetAll(ctx, key)
	if err := exec(ctx, op, pipe); err != nil {
		return 0, err
	}
	for other, text := range noted.Val() {
		var kept int
		var at int64
		// What cannot be read is taken for none: a newer version wrote it.
		if _, err := fmt.Sscanf(text, "%d %d", &kept, &at); err != nil || kept < 0 || kept > maxConnections {
			continue
		}
		if now.Sub(fromMillis(at)) > keepConnections {
			s.client.HDel(ctx, key, other) // if it fails it is done the next time
			continue
		}
		all += kept
	}
	return all, nil
}

// maxConnections is how many of one process are believed; Slack allows an app ten.
const maxConnections = 10
