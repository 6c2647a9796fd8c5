package state

import (
	"context"
	"log/slog"
	"time"

	"github.com/redis/go-redis/v9"

	"github.com/slipwayhq/slipway/bot"
)

// dirtyCardsScript takes cards that are out of date, each for the lease.
//
// KEYS: 1 dirty (zset), 2 control (hash), 3 docs (hash).
// ARGV: 1 lease in ms, 2 how many at most.
// Result: now, the next due time or "", and for each card: id, revision,
// release, who took it back or "", "1" if it has shown the end or "".
const dirtyCardsScript = luaClock + `
local dirty, control, docs = unpack(KEYS)
local cards = {int(now), ''}
for _, id in ipairs(redis.call('ZRANGEBYSCORE', dirty, '-inf', int(now), 'LIMIT', 0, ARGV[2])) do
  local doc = redis.call('HGET', docs, id)
  if doc then
    redis.call('ZADD', dirty, int(now + tonumber(ARGV[1])), id)
    for _, value in ipairs({id, redis.call('HGET', control, id .. ':rev') or '0', doc,
        redis.call('HGET', control, id .. ':taken') or '', redis.call('HGET', control, id .. ':closed') or ''}) do
      table.insert(cards, value)
    end
  else
    redis.call('ZREM', dirty, id)
  end
end
cards[2] = redis.call('ZRANGE', dirty, 0, 0, 'WITHSCORES')[2] or ''
return cards
`

// DirtyCards takes at most limit cards whose release changed since they were
// shown, each for the length of the lease, ends first, and says how long it is
// until the next falls due (bot.NoneDue: none known).
func (s *Store) DirtyCards(ctx context.Context, lease time.Duration, limit int) (cards []bot.DirtyCard, next time.Duration, err error) {
	ends, progress := bot.UrgencyEnd, bot.UrgencyProgress
	err = s.lookAround(ctx, "look for cards that are out of date", s.dirty,
		func(p part) string { return p.dirty(ends) }, func(p part) string { return p.dirty(progress) })
	if err != nil {
		return nil, bot.NoneDue, err
	}
	due := s.dirty.popDue(time.Now())
	for _, urgency := range []bot.Urgency{ends, progress} {
		for _, n := range due {
			if err != nil || len(cards) >= limit {
				s.dirty.note(n, 0)
				continue
			}
			var more []bot.DirtyCard
			var in time.Duration
			more, in, err = s.dirtyPart(ctx, s.keys.part(n), urgency, lease, limit-len(cards))
			if isBadKey(err) { // it is looked at again with everything
				s.unrecognised.broken(s.log, s.keys.part(n).base, "the cards of some services cannot be taken from Redis and are left alone", err)
				err = nil
				continue
			}
			cards = append(cards, more...)
			s.dirty.note(n, in)
		}
	}
	if err != nil {
		return nil, bot.NoneDue, err
	}
	cards, err = s.findCards(ctx, cards)
	return cards, s.dirty.next(time.Now()), err
}

// dirtyPart takes the cards of one partition and urgency. After an error they
// are due at once.
func (s *Store) dirtyPart(ctx context.Context, p part, urgency bot.Urgency, lease time.Duration, limit int) ([]bot.DirtyCard, time.Duration, error) {
	got, err := s.run(ctx, call{
		op: "take cards that are out of date", script: s.scripts.dirtyCards, keys: []string{p.dirty(urgency), p.control(), p.docs()},
		args: []any{lease.Milliseconds(), limit},
	})
	if err != nil {
		return nil, 0, err
	}
	var cards []bot.DirtyCard
	for row := got[2:]; len(row) >= 5; row = row[5:] {
		r, err := readRelease(row.text(2), row.text(3))
		if err != nil || !r.Phase.Known() || !r.Kind.Known() {
			s.unrecognised.report(s.log, row.text(0), "the card of a release that this version of slipway does not understand is left alone",
				slog.String("phase", string(r.Phase)))
			continue
		}
		cards = append(cards, bot.DirtyCard{Release: r, Revision: row.number(1), Closed: row.text(4) != ""})
	}
	return cards, until(got.number(1), got.number(0)), nil
}

// findCards fills in where the cards stand. One of which that cannot be read is
// left alone: it would be posted a second time.
func (s *Store) findCards(ctx context.Context, cards []bot.DirtyCard) ([]bot.DirtyCard, error) {
	const op = "look where cards stand"
	if len(cards) == 0 {
		return nil, nil
	}
	pipe := s.client.Pipeline()
	refs := make([]*redis.StringCmd, len(cards))
	for i, c := range cards {
		refs[i] = pipe.HGet(ctx, s.keys.of(c.Release.Target.Service).messages(c.Release.ID), refField(bot.CardKind))
	}
	if err := s.execEach(ctx, op, pipe); err != nil {
		return nil, err
	}
	found := make([]bot.DirtyCard, 0, len(cards))
	for i, ref := range refs {
		err := badKey(ref)
		if err == nil {
			cards[i].Ref, err = decodeRef(ref.Val())
		}
		if err != nil {
			s.unrecognised.broken(s.log, cards[i].Release.ID, "where a card stands cannot be read, and it is left as it is", err)
			continue
		}
		found = append(found, cards[i])
	}
	return found, nil
}

// shownScript says that a card shows a revision.
//
// KEYS: 1 dirty:progress, 2 dirty:end (zsets), 3 control (hash).
// ARGV: 1 release, 2 revision shown or -1 if none was, 3 pause in ms, 4 "1" if what
// was shown has ended.
// Result: "clean" or "dirty".
const shownScript = luaClock + `
local control, id = KEYS[3], ARGV[1]
local quiet = now + tonumber(ARGV[3])
if ARGV[4] == '1' and tonumber(ARGV[2]) >= 0 then redis.call('HSET', control, id .. ':closed', '1') end
if (redis.call('HGET', control, id .. ':rev') or '0') == ARGV[2] then
  redis.call('ZREM', KEYS[1], id)
  redis.call('ZREM', KEYS[2], id)
  if ARGV[4] == '1' then
    redis.call('HDEL', control, id .. ':quiet')
  else
    redis.call('HSET', control, id .. ':quiet', int(quiet))
  end
  return {'clean'}
end
for i = 1, 2 do
  if redis.call('ZSCORE', KEYS[i], id) then redis.call('ZADD', KEYS[i], int(quiet), id) end
end
return {'dirty'}
`

// Shown says that a card shows the release as of revision; it stays dirty if
// the release changed since, and is not due again before pause is over.
func (s *Store) Shown(ctx context.Context, card bot.DirtyCard, pause time.Duration) error {
	service, ok := bot.ServiceOf(card.Release.ID)
	if !ok {
		return invalid("note that a card is shown", "the card belongs to no release")
	}
	p := s.keys.of(service)
	got, err := s.run(ctx, call{
		op: "note that a card is shown", script: s.scripts.shown,
		keys: []string{p.dirty(bot.UrgencyProgress), p.dirty(bot.UrgencyEnd), p.control()},
		args: []any{card.Release.ID, card.Revision, pause.Milliseconds(), flag(card.Release.Ended())},
	})
	if err == nil && got.text(0) == "dirty" {
		s.dirty.in(partitionOf(service), pause)
	}
	return err
}
