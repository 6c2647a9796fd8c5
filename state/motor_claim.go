package state

import (
	"context"
	"errors"
	"log/slog"
	"strings"
	"time"

	"github.com/redis/go-redis/v9"

	"github.com/slipwayhq/slipway/bot"
)

const (
	// maxHanded is how many events one claim hands out.
	maxHanded = 64
	// sweepAtOnce is how many releases one claim forgets.
	sweepAtOnce = 20
)

// claimScript takes releases that are due, each for the lease, and forgets
// some of those that are to be forgotten.
//
// KEYS: 1 due (zset), 2 control (hash), 3 docs (hash), 4 inbox (hash), 5 past
// (hash), 6 trash (zset), 7 dirty:progress (zset), 8 dirty:end (zset).
// ARGV: 1 lease in ms, 2 how many at most, 3 how many to forget at most, 4
// channel, 5 the partition.
// Result: now, the next due time or "", what was forgotten, between spaces, what
// cannot be claimed, between spaces, and for each release: id, fence, release, who
// took it back or "", inbox.
const claimScript = luaClock + `
local due, control, docs, inbox, past, trash, progress, ends = unpack(KEYS)
local forgotten = {}
for _, id in ipairs(redis.call('ZRANGEBYSCORE', trash, '-inf', int(now), 'LIMIT', 0, ARGV[3])) do
  if redis.call('ZSCORE', due, id) then
    redis.call('ZADD', trash, int(now + 3600000), id) -- not yet: something waits for it
  else
    table.insert(forgotten, id)
    redis.call('ZREM', trash, id)
    redis.call('ZREM', progress, id)
    redis.call('ZREM', ends, id)
    redis.call('HDEL', docs, id)
    redis.call('HDEL', inbox, id)
    redis.call('HDEL', past, id)
    for _, field in ipairs({'phase', 'fence', 'rev', 'move', 'ended', 'taken', 'lease', 'span', 'woken', 'quiet', 'shown', 'panics', 'void', 'closed', 'again', 'place', 'needed'}) do
      redis.call('HDEL', control, id .. ':' .. field)
    end
  end
end

local lease = now + tonumber(ARGV[1])
local claims, odd = {int(now), '', table.concat(forgotten, ' '), ''}, {}
for _, id in ipairs(redis.call('ZRANGEBYSCORE', due, '-inf', int(now), 'LIMIT', 0, ARGV[2])) do
  local doc = redis.call('HGET', docs, id)
  local fence = doc and redis.pcall('HINCRBY', control, id .. ':fence', 1)
  if type(fence) == 'table' then -- no number stands there: this release rests, the others go on
    redis.call('ZADD', due, int(now + 60000), id)
    table.insert(odd, id)
  elseif doc then
    redis.call('HSET', control, id .. ':lease', int(lease), id .. ':span', ARGV[1])
    redis.call('HDEL', control, id .. ':woken')
    redis.call('ZADD', due, int(lease), id)
    for _, value in ipairs({id, int(fence), doc, redis.call('HGET', control, id .. ':taken') or '',
        redis.call('HGET', inbox, id) or ''}) do
      table.insert(claims, value)
    end
  else
    redis.call('ZREM', due, id)
  end
end
-- Others are to know when what is claimed here falls due, should its holder die.
if #claims > 4 then redis.call('PUBLISH', ARGV[4], 'due ' .. ARGV[5] .. ' ' .. ARGV[1]) end
claims[2] = redis.call('ZRANGE', due, 0, 0, 'WITHSCORES')[2] or ''
claims[4] = table.concat(odd, ' ')
return claims
`

// Claim takes at most limit releases that are due, each for the length of the
// lease, and says how long it is until the next one falls due by the store's
// clock (bot.NoneDue: none known).
//
// When nothing is known to be due it asks Redis nothing, but that every partition
// is looked at now and then, some in one round trip. One more round trip takes what is
// due in a partition.
func (s *Store) Claim(ctx context.Context, lease time.Duration, limit int) (claims []bot.Claim, next time.Duration, err error) {
	err = s.lookAround(ctx, "look for what is due", s.due, part.due)
	if err != nil {
		return nil, bot.NoneDue, err
	}
	for _, n := range s.due.popDue(time.Now()) {
		if err != nil || len(claims) >= limit {
			s.due.note(n, 0)
			continue
		}
		var more []bot.Claim
		var in time.Duration
		more, in, err = s.claimPart(ctx, n, lease, limit-len(claims))
		if isBadKey(err) { // it is looked at again with everything
			s.unrecognised.broken(s.log, s.keys.part(n).base, "what is due of some services cannot be taken from Redis, and rests", err)
			err = nil
			continue
		}
		claims = append(claims, more...)
		s.due.note(n, in)
	}
	if err != nil && len(claims) > 0 {
		// What was claimed already is worked on; the rest comes later.
		s.log.Warn("not all that is due could be claimed", bot.ErrAttr(err))
		err = nil
	}
	return claims, s.due.next(time.Now()), err
}

// claimPart takes what is due in one partition. After an error it is due at once.
func (s *Store) claimPart(ctx context.Context, n int, lease time.Duration, limit int) ([]bot.Claim, time.Duration, error) {
	p := s.keys.part(n)
	got, err := s.run(ctx, call{
		op: "claim what is due", script: s.scripts.claim,
		keys: []string{
			p.due(), p.control(), p.docs(), p.inbox(), p.past(), p.trash(),
			p.dirty(bot.UrgencyProgress), p.dirty(bot.UrgencyEnd),
		},
		args: []any{lease.Milliseconds(), limit, sweepAtOnce, s.keys.wake(), n},
	})
	if err != nil {
		return nil, 0, err
	}
	var claims []bot.Claim
	s.forgetMessages(ctx, p, strings.Fields(got.text(2)))
	for id := range strings.FieldsSeq(got.text(3)) {
		s.unrecognised.broken(s.log, id, "a release cannot be claimed and is left alone", errors.New("its fence in Redis is no number"))
	}
	for row := got[4:]; len(row) >= 5; row = row[5:] {
		if c, ok := s.readClaim(row); ok {
			c.Now = got.time(0)
			claims = append(claims, c)
		}
	}
	return claims, until(got.number(1), got.number(0)), nil
}

// readClaim makes a claim of what the script returned. It leaves alone what a
// newer slipway understands and this one does not: the release stays leased,
// so that it comes up again after the lease.
func (s *Store) readClaim(row result) (bot.Claim, bool) {
	id := row.text(0)
	r, extra, err := decodeRelease(row.text(2), row.text(3))
	switch {
	case err != nil:
		s.unrecognised.report(s.log, id, "a stored release cannot be read and is left alone", bot.ErrAttr(err))
		return bot.Claim{}, false
	case !r.Phase.Known():
		s.unrecognised.report(s.log, id, "a release is in a phase that this version of slipway does not know and is left alone",
			slog.String("phase", string(r.Phase)))
		return bot.Claim{}, false
	case !r.Kind.Known():
		s.unrecognised.report(s.log, id, "a release is of a kind that this version of slipway does not know and is left alone",
			slog.String("kind", string(r.Kind)))
		return bot.Claim{}, false
	}
	inbox, stuck, err := decodeInbox(row.text(4), maxHanded)
	if err != nil {
		s.unrecognised.report(s.log, id, "an inbox holds an event that this version of slipway does not know; it stays there, and what came after it",
			bot.ErrAttr(err))
	}
	for _, p := range r.Outbox {
		if e, is := p.Effect.(bot.LaterEffect); is {
			s.unrecognised.report(s.log, id, "an outbox holds something to do that this version of slipway does not know; it stays there",
				slog.String("effect", string(storeLater(e).Kind)))
		}
	}
	s.unrecognised.fields(s.log, id, extra)
	s.unrecognised.keep(id, unrecognisedParts{fence: row.number(1), extra: extra, handed: len(inbox), stuck: stuck})
	return bot.Claim{Release: r, Fence: row.number(1), Inbox: inbox}, true
}

// lookAround reads, in one round trip, when the first member of a set is due in
// each partition that is to be looked at whatever is known of it.
func (s *Store) lookAround(ctx context.Context, op string, a *agenda, keys ...func(part) string) error {
	stale := a.popStale(time.Now())
	if len(stale) == 0 {
		return nil
	}
	pipe := s.client.Pipeline()
	clock := pipe.Time(ctx)
	firsts := make([][]*redis.ZSliceCmd, len(stale))
	for i, n := range stale {
		for _, key := range keys {
			firsts[i] = append(firsts[i], pipe.ZRangeWithScores(ctx, key(s.keys.part(n)), 0, 0))
		}
	}
	if err := s.execEach(ctx, op, pipe); err != nil {
		a.fail()
		return err
	}
	now := clock.Val().UnixMilli()
	for i, sets := range firsts {
		for _, first := range sets {
			for _, z := range first.Val() {
				a.note(stale[i], until(int64(z.Score), now))
			}
		}
	}
	return nil
}

// until is how long it is from now to at, both in milliseconds.
func until(at, now int64) time.Duration {
	if at == 0 || at >= never {
		return bot.NoneDue
	}
	return time.Duration(at-now) * time.Millisecond
}
