package state

import (
	"context"
	"encoding/json"
	"errors"

	"github.com/redis/go-redis/v9"

	"github.com/slipwayhq/slipway/bot"
)

// Release reads one release; kind bot.NotFound if there is none.
func (s *Store) Release(ctx context.Context, id string) (bot.Release, error) {
	const op = "read a release"
	found, err := s.releases(ctx, op, []string{id})
	if err != nil {
		return bot.Release{}, err
	}
	r, ok := found[id]
	if !ok {
		return bot.Release{}, notFound(op, id)
	}
	return *r, nil
}

// releases reads releases in one round trip. Those that do not exist are left
// out.
func (s *Store) releases(ctx context.Context, op string, ids []string) (map[string]*bot.Release, error) {
	type stored struct{ doc, taken *redis.StringCmd }
	read := make(map[string]stored, len(ids))
	pipe := s.client.Pipeline()
	for _, id := range ids {
		if service, ok := bot.ServiceOf(id); ok {
			p := s.keys.of(service)
			read[id] = stored{pipe.HGet(ctx, p.docs(), id), pipe.HGet(ctx, p.control(), id+":taken")}
		}
	}
	if len(read) == 0 {
		return map[string]*bot.Release{}, nil
	}
	if err := exec(ctx, op, pipe); err != nil {
		return nil, err
	}
	found := make(map[string]*bot.Release, len(read))
	for id, of := range read {
		if of.doc.Err() != nil {
			continue // redis.Nil, by exec
		}
		r, err := readRelease(of.doc.Val(), of.taken.Val())
		if err != nil {
			return nil, damaged(op, id, err)
		}
		found[id] = &r
	}
	return found, nil
}

// exec runs a pipeline of reads, in which a missing value is no error.
func exec(ctx context.Context, op string, pipe redis.Pipeliner) error {
	commands, err := pipe.Exec(ctx)
	if err != nil && !errors.Is(err, redis.Nil) {
		return unavailable(op, err)
	}
	// Exec returns the first error alone, which may hide another.
	for _, c := range commands {
		if c.Err() != nil && !errors.Is(c.Err(), redis.Nil) {
			return unavailable(op, c.Err())
		}
	}
	return nil
}

// Targets reads the state of the targets, in their order, in two round trips
// whatever their number.
func (s *Store) Targets(ctx context.Context, targets []bot.Target) ([]bot.TargetState, error) {
	const op = "read targets"
	if len(targets) == 0 {
		return nil, nil
	}
	type pointers struct {
		current, under *redis.StringCmd
		waiting        *redis.StringSliceCmd
	}
	read := make([]pointers, len(targets))
	pipe := s.client.Pipeline()
	closed := s.lockRead(ctx, pipe)
	for i, t := range targets {
		p := s.keys.of(t.Service)
		read[i] = pointers{
			current: pipe.HGet(ctx, p.current(), t.String()),
			under:   pipe.HGet(ctx, p.slots(), t.String()),
			waiting: pipe.ZRange(ctx, p.queue(t), 0, -1),
		}
	}
	if err := exec(ctx, op, pipe); err != nil {
		return nil, err
	}
	locks, err := closed(op)
	if err != nil {
		return nil, err
	}
	var ids []string
	for _, of := range read {
		ids = append(ids, of.current.Val(), of.under.Val())
	}
	found, err := s.releases(ctx, op, ids)
	if err != nil {
		return nil, err
	}
	states := make([]bot.TargetState, len(targets))
	for i, t := range targets {
		states[i] = bot.TargetState{
			Target: t, Current: found[read[i].current.Val()], Under: found[read[i].under.Val()],
			Waiting: read[i].waiting.Val(), Locks: bot.Covering(locks, t),
		}
	}
	return states, nil
}

// History lists the last releases of a target whose run started, newest first,
// at most limit, in two round trips whatever the number of releases.
func (s *Store) History(ctx context.Context, target bot.Target, limit int) ([]bot.Past, error) {
	const op = "read the history"
	if limit <= 0 {
		return nil, nil
	}
	p := s.keys.of(target.Service)
	pipe := s.client.Pipeline()
	last := pipe.ZRevRange(ctx, p.history(target), 0, int64(limit)-1)
	quarantined := pipe.HKeys(ctx, p.quarantine(target))
	if err := exec(ctx, op, pipe); err != nil {
		return nil, err
	}
	ids := last.Val()
	if len(ids) == 0 {
		return nil, nil
	}
	pipe = s.client.Pipeline()
	told := pipe.HMGet(ctx, p.past(), ids...)
	taken := pipe.HMGet(ctx, p.control(), withField(ids, "taken")...)
	if err := exec(ctx, op, pipe); err != nil {
		return nil, err
	}
	bad := make(map[string]bool, len(quarantined.Val()))
	for _, sha := range quarantined.Val() {
		bad[sha] = true
	}
	history := make([]bot.Past, 0, len(ids))
	for i, id := range ids {
		text, ok := told.Val()[i].(string)
		if !ok {
			continue // forgotten between the two reads
		}
		past, err := decodePast(text)
		if err != nil {
			return nil, damaged(op, id, err)
		}
		past.TakenBackBy, _ = taken.Val()[i].(string)
		past.Quarantined = bad[past.SHA]
		history = append(history, past)
	}
	return history, nil
}

func withField(ids []string, field string) []string {
	fields := make([]string, len(ids))
	for i, id := range ids {
		fields[i] = id + ":" + field
	}
	return fields
}

// Quarantined returns the quarantine of a commit on a target, nil if there is
// none.
func (s *Store) Quarantined(ctx context.Context, target bot.Target, sha string) (*bot.Quarantine, error) {
	const op = "read the quarantine"
	text, err := s.client.HGet(ctx, s.keys.of(target.Service).quarantine(target), sha).Result()
	switch {
	case errors.Is(err, redis.Nil):
		return nil, nil //nolint:nilnil // the port says so: none
	case err != nil:
		return nil, unavailable(op, err)
	}
	var stored storedQuarantine
	if err := json.Unmarshal([]byte(text), &stored); err != nil {
		return nil, damaged(op, target.String(), err)
	}
	quarantine := bot.Quarantine(stored)
	return &quarantine, nil
}

// Unfinished lists the ids of all releases that have not ended.
func (s *Store) Unfinished(ctx context.Context) ([]string, error) {
	const op = "list what is unfinished"
	pipe := s.client.Pipeline()
	due := make([]*redis.StringSliceCmd, partitions)
	for n := range due {
		due[n] = pipe.ZRange(ctx, s.keys.part(n).due(), 0, -1)
	}
	if err := exec(ctx, op, pipe); err != nil {
		return nil, err
	}
	pipe = s.client.Pipeline()
	ended := make([]*redis.SliceCmd, partitions)
	for n := range due {
		if ids := due[n].Val(); len(ids) > 0 {
			ended[n] = pipe.HMGet(ctx, s.keys.part(n).control(), withField(ids, "ended")...)
		}
	}
	if pipe.Len() == 0 {
		return nil, nil
	}
	if err := exec(ctx, op, pipe); err != nil {
		return nil, err
	}
	var unfinished []string
	for n := range due {
		for i, id := range due[n].Val() {
			if ended[n].Val()[i] == nil {
				unfinished = append(unfinished, id)
			}
		}
	}
	return unfinished, nil
}
