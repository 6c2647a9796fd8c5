package state

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"strconv"
	"time"

	"github.com/slipwayhq/slipway/bot"
)

const (
	// keepPreview is how long a preview is kept after its end.
	keepPreview = time.Hour
	// keepUnstarted is how long a release is kept that ended before anything
	// was started. One that was started is kept by the history of its target.
	keepUnstarted = 30 * 24 * time.Hour
	// keepEvents is about how many changes of phase a partition remembers.
	keepEvents = 10000
	// patience is when a release comes up again whose inbox begins with an
	// event that this version does not know.
	patience = time.Minute
)

// moveScript saves a claimed release with all that follows from it.
//
// KEYS: 1 due (zset), 2 control, 3 docs, 4 inbox, 5 past (hashes), 6
// dirty:progress, 7 dirty:end, 8 trash (zsets), 9 events (stream), 10 slots,
// 11 current (hashes by target), 12 queue, 13 history (zsets of the target), 14
// ledger (hash of the service), 15 needed, 16 besides (zsets of the target).
// ARGV: 1 release, 2 phase before, 3 fence, 4 the token of this very call, 5
// phase after, 6 the release, 7 what history tells of it, "" if its run has
// not started, 8 events consumed, 9 due in ms, 0: never, 10 "1" to keep the
// lease, 11 patience in ms, 12 target, 13 what becomes of the slot: "must"
// (it is needed), "hold", "stay" or "drop", 14 "1" if it is shown on a card,
// 15 "1" if it has ended, 16 after how many ms an ended one is forgotten, 17
// how many of a target are kept, 18 how many events are kept, 19 never, 20
// channel, 21 a digest of what a card shows of it, 22 "1" if it is an adoption,
// 23 "1" if its run changed nothing on the target, so that what was live before
// still is, 24 which attempt of its run was started again after its end and may
// have changed the target, "" for none: that came after all that is there, 25 what
// the ledger keeps of its verdict, "" if it has none, 26 how many it keeps, 27 what it
// is to those that come after it, 28 "1" if it is the entry of what was done past
// slipway, 29 how many of those a target keeps.
// Result: "moved", "stale" or "no_slot", now, 1 if something else became due,
// and when the release is due next, 0: never.
const moveScript = luaClock + luaWake + luaHistory + `
local due, control, docs, inbox, past, progress, ends, trash, events, slots, current, queue, history = unpack(KEYS)
local id, from, fence, token, to, doc, told = unpack(ARGV, 1, 7)
local target, slot, carded, ended = ARGV[12], ARGV[13], ARGV[14] == '1', ARGV[15] == '1'
local function get(field) return redis.call('HGET', control, id .. ':' .. field) end
local function number(of) return tonumber(string.match(of, '%d+$') or '0') end

-- A repeat of this very call, by a client that lost the answer.
if get('move') == token then return {'moved', now, 1, now} end
if get('phase') ~= from or get('fence') ~= fence then return {'stale', now} end

-- The slot. Nothing is dispatched without it; a run that is found to be under
-- way is a fact, whoever holds the slot.
local owner = redis.call('HGET', slots, target)
if slot == 'must' and owner and owner ~= id then return {'no_slot', now} end
if (slot == 'must' or slot == 'hold') and not owner then redis.call('HSET', slots, target, id) end
local left = slot ~= 'stay' and redis.call('ZREM', queue, id) == 1
if slot == 'drop' and owner == id then
  redis.call('HDEL', slots, target)
  left = true
end
if left then wake_queue(queue, due, control) end
local news = left

-- The record.
redis.call('HSET', docs, id, doc)
redis.call('HSET', control, id .. ':phase', to, id .. ':move', token)
if from ~= to then
  redis.call('XADD', events, 'MAXLEN', '~', ARGV[18], '*', 'release', id, 'from', from, 'to', to, 'at', int(now))
end

-- The inbox: one event a line.
local box = redis.call('HGET', inbox, id) or ''
for _ = 1, tonumber(ARGV[8]) do
  box = string.sub(box, (string.find(box, '\n', 1, true) or #box) + 1)
end
if box == '' then redis.call('HDEL', inbox, id) else redis.call('HSET', inbox, id, box) end

-- The card. Its score is kept if it has one: somebody may be showing it. What no
-- card shows costs none of the workspace's edits.
if get('shown') ~= ARGV[21] then
  redis.call('HINCRBY', control, id .. ':rev', 1)
  redis.call('HSET', control, id .. ':shown', ARGV[21])
  if carded then
    local at = redis.call('ZSCORE', progress, id) or redis.call('ZSCORE', ends, id)
    at = at and tonumber(at) or math.max(now, tonumber(get('quiet') or '0') or 0)
    redis.call('ZADD', ended and ends or progress, int(at), id)
    redis.call('ZREM', ended and progress or ends, id)
    news = true
  end
end

-- The history of the target. An adoption tells what was live when it was asked
-- for: it comes before whatever was asked for later and is there already.
if told ~= '' then
  local first = redis.call('HEXISTS', past, id) == 0
  if first then
    local above, below
    local there = ARGV[22] == '1' and redis.call('ZREVRANGE', history, 0, -1, 'WITHSCORES') or {}
    for i = 1, #there, 2 do
      if number(there[i]) < number(id) then below = tonumber(there[i + 1]) break end
      above = tonumber(there[i + 1])
    end
    if above then
      redis.call('ZADD', history, string.format('%.17g', below and (above + below) / 2 or above - 1), id)
    else
      redis.call('ZADD', history, int(redis.call('HINCRBY', control, 'starts', 1)), id)
    end
    if ARGV[28] == '1' then redis.call('ZADD', KEYS[16], redis.call('ZSCORE', history, id), id) end
  end
  redis.call('HSET', past, id, told)
  local void, again = ARGV[23] == '1', ARGV[24]
  local score = redis.call('ZSCORE', history, id)
  local came = score and again ~= (get('again') or '')
  if came and again ~= '' then
    redis.call('HSETNX', control, id .. ':place', score)
    redis.call('HSET', control, id .. ':again', again)
    redis.call('ZADD', history, int(redis.call('HINCRBY', control, 'starts', 1)), id)
  elseif came then
    redis.call('ZADD', history, get('place') or score, id)
    redis.call('HDEL', control, id .. ':again', id .. ':place')
  end
  local h = {history = history, needed = KEYS[15], besides = KEYS[16], trash = trash, control = control, past = past}
  if need(h, id, ARGV[27]) or first then trim(h, tonumber(ARGV[17]), tonumber(ARGV[29])) end
  if first or came or void ~= (get('void') == '1') then
    if void then redis.call('HSET', control, id .. ':void', '1') else redis.call('HDEL', control, id .. ':void') end
    local live
    for _, other in ipairs(redis.call('ZREVRANGE', history, 0, -1)) do
      if redis.call('HGET', control, other .. ':void') ~= '1' then
        live = other
        break
      end
    end
    if live then redis.call('HSET', current, target, live) else redis.call('HDEL', current, target) end
  end
end

-- The ledger outlives the release. The oldest verdicts are let go. A key of another
-- type keeps no release from going on.
local ledger = KEYS[14]
if ARGV[25] ~= '' and type(redis.pcall('HSET', ledger, id, ARGV[25])) == 'number' then
  local over = redis.call('HLEN', ledger) - tonumber(ARGV[26])
  if over > 0 then
    local ids = redis.call('HKEYS', ledger)
    table.sort(ids, function(a, b) return number(a) < number(b) end)
    for i = 1, over do redis.call('HDEL', ledger, ids[i]) end
  end
end
if ended and redis.call('HSETNX', control, id .. ':ended', '1') == 1 and told == '' then
  redis.call('ZADD', trash, int(now + tonumber(ARGV[16])), id)
end

-- When it is due next.
local at = tonumber(ARGV[9])
if ARGV[10] == '1' then
  at = now + (tonumber(get('span') or '0') or 0)
  redis.call('HSET', control, id .. ':lease', int(at))
  redis.call('ZADD', due, int(at), id)
else
  local woken = get('woken')
  redis.call('HDEL', control, id .. ':lease', id .. ':woken', id .. ':panics')
  if ended then redis.call('HDEL', control, id .. ':span') end
  if at == 0 and not ended then at = tonumber(ARGV[19]) end
  if woken then
    at = now
  elseif box ~= '' then
    local soon = now + tonumber(ARGV[11])
    if at == 0 or soon < at then at = soon end
  end
  if at == 0 then redis.call('ZREM', due, id) else redis.call('ZADD', due, int(at), id) end
  news = news or (at > 0 and at <= now)
end
if news then redis.call('PUBLISH', ARGV[20], id) end
return {'moved', now, news and 1 or 0, int(at)}
`

// Move saves a release and returns the store's time. Kind bot.Stale: the phase
// or the fence no longer match, and nothing was saved.
func (s *Store) Move(ctx context.Context, m bot.Move) (time.Time, error) {
	const op = "move a release"
	r := m.Release
	service, ok := bot.ServiceOf(r.ID)
	if !ok || service != r.Target.Service || !bot.ValidName(r.Target.Environment) {
		return time.Time{}, invalid(op, "the release does not belong to its target")
	}
	extra, wait := s.unrecognised.of(m)
	doc, err := encodeRelease(r, extra)
	if err != nil {
		return time.Time{}, damaged(op, r.ID, err)
	}
	shown, err := shownDigest(r)
	if err != nil {
		return time.Time{}, damaged(op, r.ID, err)
	}
	told, err := pastJSON(r)
	if err != nil {
		return time.Time{}, damaged(op, r.ID, err)
	}
	entry, err := ledgerJSON(r)
	if err != nil {
		return time.Time{}, damaged(op, r.ID, err)
	}
	p := s.keys.of(service)
	send := s.run
	if m.Safe {
		send = s.runSafe
	}
	got, err := send(ctx, call{
		op: op, script: s.scripts.move,
		keys: []string{
			p.due(), p.control(), p.docs(), p.inbox(), p.past(), p.dirty(bot.UrgencyProgress), p.dirty(bot.UrgencyEnd),
			p.trash(), p.events(), p.slots(), p.current(), p.queue(r.Target), p.history(r.Target),
			p.ledger(service), p.needed(r.Target), p.besides(r.Target),
		},
		args: []any{
			r.ID, string(m.From), m.Fence, runMark(), string(r.Phase), doc, told,
			m.Consumed, millis(m.Due), flag(m.Keep), wait.Milliseconds(), r.Target.Path(), slotUse(r.Kind, m.From, r.Phase),
			flag(r.Carded), flag(r.Ended()), keepEnded(r.Kind).Milliseconds(), s.options.KeepHistory, keepEvents,
			never, s.keys.wake(), shown, flag(r.Kind == bot.Adopt), flag(r.Arrival() == bot.NeverCame), attemptAgain(r), entry, keepLedger,
			neededAs(r), flag(r.Beside.Happened()), keepBeside,
		},
	})
	if err != nil {
		return time.Time{}, err
	}
	if got.text(0) != "moved" {
		return got.time(1), overtaken(op, r.ID, got.text(0))
	}
	s.unrecognised.moved(m)
	s.due.in(partitionOf(service), until(got.number(3), got.number(1)))
	if got.number(2) == 1 {
		s.wakeHere(service)
	}
	return got.time(1), nil
}

// attemptAgain is which attempt of the run was started again, empty for none.
func attemptAgain(r bot.Release) string {
	if again := r.RanAgain(); again.Attempt > 0 {
		return strconv.Itoa(again.Attempt)
	}
	return ""
}

// shownDigest is the same as long as a release's card is.
func shownDigest(r bot.Release) (string, error) {
	text, err := encodeRelease(r.Shown(), nil)
	if err != nil {
		return "", err
	}
	sum := sha256.Sum256([]byte(text))
	return hex.EncodeToString(sum[:16]), nil
}

func overtaken(op, id, how string) error {
	says := "somebody else has moved " + id + " on"
	if how == "no_slot" {
		says = "another release holds the target that " + id + " wants"
	}
	return &bot.Error{Kind: bot.Stale, Op: op, Says: says}
}

// slotUse says what a move does with the target's slot.
func slotUse(kind bot.Kind, from, to bot.Phase) string {
	switch {
	case kind == bot.Batch:
		return "stay" // the slots are its members'
	case to.Starts():
		return "must"
	case to.HoldsSlot():
		return "hold"
	case to.InQueue() && from.Starts():
		return "hold" // it waits for what goes on beside slipway, and keeps its turn
	case to.InQueue() && !from.HoldsSlot():
		return "stay" // it may have been given the slot a moment ago
	default:
		return "drop"
	}
}

func keepEnded(k bot.Kind) time.Duration {
	if k == bot.Preview {
		return keepPreview
	}
	return keepUnstarted
}

// millis is t as the scripts want it, 0 for the zero time.
func millis(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.UnixMilli()
}
