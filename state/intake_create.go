package state

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"time"

	"github.com/slipwayhq/slipway/bot"
)

const (
	// intakeTimeout bounds how long a person waits for "it is stored".
	intakeTimeout = 1500 * time.Millisecond
	// maxDraft bounds the stored size of a new release, most of which is text
	// that somebody typed.
	maxDraft = 32 << 10
	// onceFor is how long the key of a request or delivery is remembered.
	onceFor = 24 * time.Hour
	// sameFor is how long a sameness is remembered while its release is
	// unfinished.
	sameFor = 30 * 24 * time.Hour
	// replyFor and replyUses are what Slack allows a response URL.
	replyFor  = 30 * time.Minute
	replyUses = 4
)

// createScript makes a release, or finds the one that the request means.
//
// The id and the time are known only here, so the release arrives as a JSON
// object without its opening brace, and they are written before it.
//
// KEYS: 1 once (text), 2 same (text), 3 reply (hash), 4 due (zset), 5 control
// (hash), 6 docs (hash), 7 counters (hash), 8 unshown (hash).
// ARGV: 1 service, 2 what stands before the number, 3 the mark of the run key,
// 4 the release, 5 phase, 6 once in ms, 7 "1" if there is a sameness, 8 same
// in ms, 9 for how many ms a release answers although it has ended well, 10
// reply or "", 11 reply in ms, 12 reply uses, 13 channel, 14 the phase in which
// a release has ended well (who asks again after a failure means it), 15 the
// highest number that may be given, 16 how many that are taken are passed over,
// 17 who was promised a card or "".
// Result: "new" or "same", the id, the release, who took it back or ""; or
// "spent" if the counter leads to no id.
const createScript = luaClock + `
local once, same, reply, due, control, docs, counters, unshown = unpack(KEYS)
local function answer(how, id)
  return {how, id, redis.call('HGET', docs, id), redis.call('HGET', control, id .. ':taken') or ''}
end

local first = redis.call('GET', once)
if first then
  local how, id = string.match(first, '^(%a+) (.+)$')
  if redis.call('HEXISTS', docs, id) == 1 then
    redis.call('PEXPIRE', once, ARGV[6]) -- a write, for whoever waits for replicas
    return answer(how, id)
  end
end

if ARGV[7] == '1' then
  local made, id = string.match(redis.call('GET', same) or '', '^(%d+) (.+)$')
  if id and redis.call('HEXISTS', docs, id) == 1 and
      (redis.call('HEXISTS', control, id .. ':ended') == 0 or
      redis.call('HGET', control, id .. ':phase') == ARGV[14] and now - tonumber(made) < tonumber(ARGV[9])) then
    redis.call('SET', once, 'same ' .. id, 'PX', ARGV[6])
    return answer('same', id)
  end
end

local counter = ARGV[1] .. ':' .. ARGV[2]
local number, id = tonumber(redis.call('HGET', counters, counter) or '0')
if not number or number ~= math.floor(number) or number < 0 then return {'spent'} end
for _ = 1, tonumber(ARGV[16]) do
  number = number + 1
  id = ARGV[1] .. '-' .. ARGV[2] .. int(number)
  if redis.call('HEXISTS', docs, id) == 0 then break end
  id = nil
end
if not id or number > tonumber(ARGV[15]) then return {'spent'} end
redis.call('HSET', counters, counter, int(number))
redis.call('HSET', docs, id, '{"id":"' .. id .. '","run_key":"' .. id .. '.' .. ARGV[3] ..
  '","created_ms":' .. int(now) .. ',' .. ARGV[4])
redis.call('HSET', control, id .. ':phase', ARGV[5])
redis.call('ZADD', due, int(now), id)
redis.call('SET', once, 'new ' .. id, 'PX', ARGV[6])
if ARGV[7] == '1' then redis.call('SET', same, int(now) .. ' ' .. id, 'PX', ARGV[8]) end
if ARGV[10] ~= '' then
  redis.call('HSET', reply, 'reply', ARGV[10], 'left', ARGV[12], 'until', int(now + tonumber(ARGV[11])))
  redis.call('PEXPIRE', reply, ARGV[11])
end
if ARGV[17] ~= '' then redis.call('HSET', unshown, id, int(now) .. ' ' .. ARGV[17]) end
redis.call('PUBLISH', ARGV[13], id)
return answer('new', id)
`

// Create makes a release of the draft, due at once. A repeated key, or an
// identical draft that is still current, returns the release that exists.
func (s *Store) Create(ctx context.Context, draft bot.Draft) (bot.Created, error) {
	const op = "create a release"
	if !bot.ValidName(draft.Target.Service) || !bot.ValidName(draft.Target.Environment) {
		return bot.Created{}, invalid(op, "the target has no valid name")
	}
	rest, err := draftJSON(draft)
	if err != nil {
		return bot.Created{}, err
	}
	if len(rest) > maxDraft {
		return bot.Created{}, invalid(op, "the text is too long")
	}
	reply, err := replyJSON(draft.Reply)
	if err != nil {
		return bot.Created{}, err
	}
	promised, err := promiseJSON(draft)
	if err != nil {
		return bot.Created{}, err
	}
	mark := runMark()
	if draft.Key == "" {
		draft.Key = mark // nothing repeats a request without a key
	}
	p := s.keys.of(draft.Target.Service)
	ctx, cancel := context.WithTimeout(ctx, intakeTimeout)
	defer cancel()
	got, err := s.mint(ctx, counter{part: p, service: draft.Target.Service, mark: numberMark(draft.Kind)}, call{
		op: op, script: s.scripts.create,
		keys: []string{
			p.once("draft", draft.Key), p.same(draft.Sameness), p.reply(mark),
			p.due(), p.control(), p.docs(), p.counters(), p.unshown(),
		},
		args: []any{
			draft.Target.Service, numberMark(draft.Kind), mark, rest, string(bot.Requested), onceFor.Milliseconds(),
			flag(draft.Sameness != ""), sameFor.Milliseconds(), bot.SameFor.Milliseconds(),
			reply, replyFor.Milliseconds(), replyUses, s.keys.wake(), string(bot.Succeeded), int64(bot.MaxNumber), idGap, promised,
		},
	})
	if err != nil {
		return bot.Created{}, err
	}
	s.wakeHere(draft.Target.Service)
	r, err := readRelease(got.text(2), got.text(3))
	if err != nil {
		return bot.Created{}, damaged(op, got.text(1), err)
	}
	return bot.Created{Release: r, Existing: got.text(0) == "same"}, nil
}

// numberMark stands before the number in the id of what starts nothing itself,
// and is counted apart: see bot.ValidReleaseID.
func numberMark(k bot.Kind) string {
	switch k {
	case bot.Preview:
		return "p"
	case bot.Batch:
		return "b"
	case bot.Deploy, bot.Rollback, bot.Adopt:
	}
	return ""
}

// draftJSON is the new release as the script wants it: without what only the
// script knows, and without the opening brace.
func draftJSON(d bot.Draft) (string, error) {
	text, err := encodeRelease(bot.Release{
		Kind: d.Kind, Target: d.Target, Phase: bot.Requested,
		Requester: d.Requester, Ref: d.Ref, Reason: d.Reason, Origin: d.Origin, Pace: d.Pace,
		Reversal: d.Reversal, Confirmed: d.Confirmed, Emergency: bot.Emergency{Asked: d.Emergency}, Again: d.Again, Replaces: d.Replaces, Source: d.Source,
		Part: d.Part, Members: d.Members, Seen: d.Seen, Beside: d.Beside,
	}, nil)
	if err != nil {
		return "", damaged("create a release", d.Target.Path(), err)
	}
	return text[1:], nil
}

func replyJSON(r bot.Reply) (string, error) {
	if r.URL == "" {
		return "", nil // the release itself says whom to answer
	}
	text, err := json.Marshal(storedReply{To: storedPerson(r.To), Channel: r.Channel, Thread: r.Thread, URL: r.URL})
	if err != nil {
		return "", damaged("create a release", "reply", err)
	}
	return string(text), nil
}

// runMark makes the random part of a run key.
func runMark() string {
	const letters = "abcdefghijklmnopqrstuvwxyz0123456789"
	mark := make([]byte, 0, bot.RunKeyMark)
	var random [1]byte
	for len(mark) < bot.RunKeyMark {
		_, _ = rand.Read(random[:]) // never fails, by its documentation
		// Bytes beyond the last whole multiple would favour the first letters.
		if int(random[0]) < 256/len(letters)*len(letters) {
			mark = append(mark, letters[int(random[0])%len(letters)])
		}
	}
	return string(mark)
}

func flag(set bool) string { //nolint:revive // it is what the function turns into a text
	if set {
		return "1"
	}
	return "0"
}
