package state

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"

	"github.com/redis/go-redis/v9"

	"github.com/slipwayhq/slipway/bot"
)

// Release reads one release; kind bot.NotFound if there is none.
func (s *Store) Release(ctx context.Context, id string) (bot.Release, error) {
	const op = "read a release"
	found, broken, err := s.releases(ctx, op, []string{id})
	switch {
	case err != nil:
		return bot.Release{}, err
	case broken[id] != nil:
		return bot.Release{}, damaged(op, id, broken[id])
	case found[id] == nil:
		return bot.Release{}, notFound(op, id)
	}
	return *found[id], nil
}

// releases reads releases in one round trip. Those that do not exist are left
// out; of those that cannot be read it is said why.
func (s *Store) releases(ctx context.Context, op string, ids []string) (found map[string]*bot.Release, broken map[string]error, err error) {
	type stored struct{ doc, taken *redis.StringCmd }
	read := make(map[string]stored, len(ids))
	pipe := s.client.Pipeline()
	for _, id := range ids {
		if service, ok := bot.ServiceOf(id); ok {
			p := s.keys.of(service)
			read[id] = stored{pipe.HGet(ctx, p.docs(), id), pipe.HGet(ctx, p.control(), id+":taken")}
		}
	}
	found, broken = make(map[string]*bot.Release, len(read)), map[string]error{}
	if len(read) == 0 {
		return found, broken, nil
	}
	if err := s.execEach(ctx, op, pipe); err != nil {
		return nil, nil, err
	}
	for id, of := range read {
		err := badKey(of.doc, of.taken)
		if err == nil && of.doc.Err() != nil {
			continue // there is none
		}
		var r bot.Release
		if err == nil {
			r, err = readRelease(of.doc.Val(), of.taken.Val())
		}
		if err != nil {
			broken[id] = err
			continue
		}
		found[id] = &r
	}
	return found, broken, nil
}

// badKey is the first error of a read that met a key of another type.
func badKey(read ...redis.Cmder) error {
	for _, c := range read {
		if isBadKey(c.Err()) {
			return c.Err()
		}
	}
	return nil
}

// execEach runs a pipeline of reads, in which a missing value is no error, and
// a key of another type than slipway's is one of that read alone.
func (s *Store) execEach(ctx context.Context, op string, pipe redis.Pipeliner) error {
	commands, err := pipe.Exec(ctx)
	if err != nil && !errors.Is(err, redis.Nil) && !isBadKey(err) {
		return unavailable(op, err)
	}
	for _, c := range commands {
		switch {
		case isBadKey(c.Err()):
			s.unrecognised.broken(s.log, keyOf(c), "a key in Redis is not what slipway keeps there, and what it holds is left out", c.Err())
		case c.Err() != nil && !errors.Is(c.Err(), redis.Nil):
			return unavailable(op, c.Err())
		}
	}
	return nil
}

// keyOf is the key that a read is about.
func keyOf(c redis.Cmder) string {
	if args := c.Args(); len(args) > 1 {
		return fmt.Sprint(args[1])
	}
	return ""
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
// whatever their number, and two more where the last release of some broke off.
func (s *Store) Targets(ctx context.Context, targets []bot.Target) ([]bot.TargetState, error) {
	const op = "read targets"
	if len(targets) == 0 {
		return nil, nil
	}
	read := make([]pointers, len(targets))
	pipe := s.client.Pipeline()
	closed, doubted := s.lockRead(ctx, pipe), pipe.HGetAll(ctx, s.keys.doubts())
	for i, t := range targets {
		p := s.keys.of(t.Service)
		read[i] = pointers{
			current: pipe.HGet(ctx, p.current(), t.Path()),
			under:   pipe.HGet(ctx, p.slots(), t.Path()),
			waiting: pipe.ZRange(ctx, p.queue(t), 0, -1),
		}
	}
	if err := s.execEach(ctx, op, pipe); err != nil {
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
	found, broken, err := s.releases(ctx, op, ids)
	if err != nil {
		return nil, err
	}
	doubts := s.loadDoubts(doubted.Val())
	states := make([]bot.TargetState, len(targets))
	for i, t := range targets {
		states[i] = bot.TargetState{
			Target: t, Current: found[read[i].current.Val()], Under: found[read[i].under.Val()],
			Waiting: read[i].waiting.Val(), Locks: bot.Covering(locks, t), Doubts: bot.Doubted(doubts, t),
			Unread: read[i].unread(broken),
		}
		if badKey(doubted) != nil {
			states[i].Unread = "what is not understood there cannot be read in Redis"
		}
	}
	return states, s.findSure(ctx, states)
}

// pointers are what the state of a target is read from.
type pointers struct {
	current, under *redis.StringCmd
	waiting        *redis.StringSliceCmd
}

// unread says what of it could not be read; empty: nothing.
func (p pointers) unread(broken map[string]error) string {
	if badKey(p.current, p.under, p.waiting) != nil {
		return "what Redis holds of it cannot be read"
	}
	for _, id := range []string{p.under.Val(), p.current.Val()} {
		if broken[id] != nil {
			return "the record of " + id + " in Redis cannot be read"
		}
	}
	return ""
}

// sureDepth is how far back it is looked for what was live for certain.
const sureDepth = 50 + keepBeside

// findSure finds what was live for certain before each release that broke off.
func (s *Store) findSure(ctx context.Context, states []bot.TargetState) error {
	var unsure []bot.Target
	var at []int
	for i, t := range states {
		if t.Current != nil && t.Current.Ended() && t.Current.Arrival() == bot.MayHaveCome {
			unsure, at = append(unsure, t.Target), append(at, i)
		}
	}
	past, err := s.histories(ctx, unsure, sureDepth)
	if err != nil {
		return err
	}
	for i, of := range past {
		states[at[i]].Sure = bot.LiveOf(of.past).Sure
		if of.err != nil { // of this one alone
			states[at[i]].Unread = "its history in Redis cannot be read"
		}
	}
	return nil
}

// History lists the last releases of a target whose run started, newest first,
// at most limit, in two round trips whatever the number of releases.
func (s *Store) History(ctx context.Context, target bot.Target, limit int) ([]bot.Past, error) {
	if limit <= 0 {
		return nil, nil
	}
	all, err := s.histories(ctx, []bot.Target{target}, limit)
	if err != nil {
		return nil, err
	}
	return all[0].past, all[0].err
}

// history is what was released to a target, or why that cannot be read.
type history struct {
	past []bot.Past
	err  error
}

// histories lists the last releases of some targets, in their order, in two round trips
// whatever their number.
func (s *Store) histories(ctx context.Context, targets []bot.Target, limit int) ([]history, error) {
	const op = "read the history"
	if len(targets) == 0 {
		return nil, nil
	}
	listed, quarantined := make([]*redis.StringSliceCmd, len(targets)), make([]*redis.StringSliceCmd, len(targets))
	pipe := s.client.Pipeline()
	for i, t := range targets {
		p := s.keys.of(t.Service)
		listed[i], quarantined[i] = pipe.ZRevRange(ctx, p.history(t), 0, int64(limit)-1), pipe.HKeys(ctx, p.quarantine(t))
	}
	if err := s.execEach(ctx, op, pipe); err != nil {
		return nil, err
	}
	told, taken := make([]*redis.SliceCmd, len(targets)), make([]*redis.SliceCmd, len(targets))
	pipe = s.client.Pipeline()
	for i, t := range targets {
		if ids := listed[i].Val(); len(ids) > 0 {
			p := s.keys.of(t.Service)
			told[i], taken[i] = pipe.HMGet(ctx, p.past(), ids...), pipe.HMGet(ctx, p.control(), withField(ids, "taken")...)
		}
	}
	if pipe.Len() > 0 {
		if err := exec(ctx, op, pipe); err != nil {
			return nil, err
		}
	}
	all := make([]history, len(targets))
	for i, t := range targets {
		if err := badKey(listed[i], quarantined[i]); err != nil {
			all[i].err = damaged(op, t.Path(), err)
			continue
		}
		all[i].past = s.pasts(listed[i].Val(), told[i], taken[i], quarantined[i].Val())
	}
	return all, nil
}

// pasts reads what is told of releases. One that cannot be read is left out.
func (s *Store) pasts(ids []string, told, taken *redis.SliceCmd, quarantined []string) []bot.Past {
	if len(ids) == 0 {
		return nil
	}
	bad := make(map[string]bool, len(quarantined))
	for _, sha := range quarantined {
		bad[sha] = true
	}
	past := make([]bot.Past, 0, len(ids))
	for i, id := range ids {
		text, ok := told.Val()[i].(string)
		if !ok {
			continue // forgotten between the two reads
		}
		p, err := decodePast(text)
		if err != nil {
			s.unrecognised.broken(s.log, id, "the history has a release that cannot be read and is left out", err)
			continue
		}
		p.TakenBackBy, _ = taken.Val()[i].(string)
		p.Quarantined = bad[p.SHA]
		past = append(past, p)
	}
	return past
}

func withField(ids []string, field string) []string {
	fields := make([]string, len(ids))
	for i, id := range ids {
		fields[i] = id + ":" + field
	}
	return fields
}

// Quarantines lists the commits that must not come back to a target by
// themselves, the last one first. One whose record cannot be read is among them
// all the same.
func (s *Store) Quarantines(ctx context.Context, target bot.Target) ([]bot.Quarantine, error) {
	const op = "read the quarantine"
	kept, err := s.client.HGetAll(ctx, s.keys.of(target.Service).quarantine(target)).Result()
	if err != nil {
		return nil, unavailable(op, err)
	}
	all := make([]bot.Quarantine, 0, len(kept))
	for sha, text := range kept {
		var stored storedQuarantine
		if err := json.Unmarshal([]byte(text), &stored); err != nil {
			s.unrecognised.broken(s.log, target.String(), "a commit in quarantine has a record that cannot be read, and stays there", err)
			stored = storedQuarantine{Release: "a release", By: "a rollback"}
		}
		stored.SHA = sha
		all = append(all, bot.Quarantine(stored))
	}
	slices.SortFunc(all, func(a, b bot.Quarantine) int { return cmp.Or(b.At.Compare(a.At), cmp.Compare(a.SHA, b.SHA)) })
	return all, nil
}

// Unfinished lists the ids of all releases that have not ended.
func (s *Store) Unfinished(ctx context.Context) ([]string, error) {
	const op = "list what is unfinished"
	pipe := s.client.Pipeline()
	due := make([]*redis.StringSliceCmd, partitions)
	for n := range due {
		due[n] = pipe.ZRange(ctx, s.keys.part(n).due(), 0, -1)
	}
	if err := s.execEach(ctx, op, pipe); err != nil {
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
	if err := s.execEach(ctx, op, pipe); err != nil {
		return nil, err
	}
	var unfinished []string
	for n := range due {
		for i, id := range due[n].Val() {
			// Where it cannot be read it counts as unfinished, so that it is looked at.
			if marks := ended[n].Val(); i >= len(marks) || marks[i] == nil {
				unfinished = append(unfinished, id)
			}
		}
	}
	return unfinished, nil
}
