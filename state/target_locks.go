package state

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"time"

	"github.com/redis/go-redis/v9"

	"github.com/slipwayhq/slipway/bot"
)

// Locks lie in one hash for all services: there are few, each decision reads
// those of its target, of its service and of everything, and one read of all is
// cheaper than several.

// maxLocks bounds how many there are at once.
const maxLocks = 500

type storedLock struct {
	// The first two are written by the script, which knows the time.
	AtMS    int64 `json:"at_ms,omitempty"`
	UntilMS int64 `json:"until_ms,omitempty"`

	Kind        bot.LockKind `json:"kind"`
	Service     string       `json:"service,omitempty"`
	Environment string       `json:"environment,omitempty"`
	By          storedPerson `json:"by"`
	Reason      string       `json:"reason,omitempty"`
}

// luaHeld reads a lock that has not run out.
const luaHeld = `
local function held(text)
  if not text then return nil end
  local read, lock = pcall(cjson.decode, text)
  if not read or type(lock) ~= 'table' or type(lock.by) ~= 'table' then return {by = {id = ''}} end -- whose it is cannot be told
  local ends = tonumber(lock.until_ms)
  if ends and ends > 0 and ends <= now then return nil end
  return lock
end
`

// luaSweep throws away all locks that have run out, so that they count no more.
// What it cannot read stays.
const luaSweep = `
local function sweep(locks)
  local all = redis.call('HGETALL', locks)
  for i = 1, #all, 2 do
    local read, lock = pcall(held, all[i + 1])
    if read and not lock then redis.call('HDEL', locks, all[i]) end
  end
end
`

// luaLockOnce finds what came of a request the first time, and keeps what comes
// of it now. Without a key nothing repeats it.
const luaLockOnce = `
local once, onceFor = KEYS[2], ARGV[#ARGV]
local function keep(result)
  if onceFor ~= '' then redis.call('SET', once, cjson.encode(result), 'PX', onceFor) end
  return result
end
local first = onceFor ~= '' and redis.call('GET', once)
if first then
  redis.call('PEXPIRE', once, onceFor) -- a write, for whoever waits for replicas
  first = cjson.decode(first)
  table.insert(first, 'repeated')
  return first
end
`

// setLockScript makes a lock, unless somebody else has it. Those that have run
// out go.
//
// KEYS: 1 locks (hash), 2 once (text).
// ARGV: 1 the lock's name, 2 whose it is to be, 3 the lock without its times
// and its opening brace, 4 for how many ms or "", 5 until when or "0", 6 "1" to
// take it over, 7 how many there may be, 8 once in ms, or "" without a key.
// Result: "set", "held", "past" or "full"; now; the lock as it is; the lock
// that was there or ""; "repeated" if this came of it before.
const setLockScript = luaClock + luaHeld + luaSweep + luaLockOnce + `
local locks, name = KEYS[1], ARGV[1]
sweep(locks)
local text = redis.call('HGET', locks, name)
local before = held(text)
if not before then text = '' end
if before and before.by.id ~= ARGV[2] and ARGV[6] ~= '1' then return keep({'held', int(now), '', text}) end
if not before and redis.call('HLEN', locks) >= tonumber(ARGV[7]) then return keep({'full', int(now), '', ''}) end
local ends = tonumber(ARGV[5])
if ARGV[4] ~= '' then ends = now + tonumber(ARGV[4]) end
if ends > 0 and ends <= now then return keep({'past', int(now), '', text}) end
local lock = '{"at_ms":' .. int(now) .. ',"until_ms":' .. int(ends) .. ',' .. ARGV[3]
redis.call('HSET', locks, name, lock)
return keep({'set', int(now), lock, text})
`

// SetLock makes a lock. One that somebody else has is only taken over where the
// wish says so. Its times are the store's. Kind bot.Invalid: it would have
// ended already.
func (s *Store) SetLock(ctx context.Context, w bot.LockWish) (bot.LockChange, error) {
	const op = "set a lock"
	l := w.Lock
	text, err := json.Marshal(storedLock{
		Kind: l.Kind, Service: l.Scope.Service, Environment: l.Scope.Environment, By: storedPerson(l.By), Reason: l.Reason,
	})
	if err != nil {
		return bot.LockChange{}, damaged(op, l.Key(), err)
	}
	howLong := any("")
	if w.For > 0 {
		howLong = w.For.Milliseconds()
	}
	got, err := s.runSafe(ctx, call{
		op: op, script: s.scripts.setLock, keys: []string{s.keys.locks(), s.keys.lockOnce(w.Key)},
		args: []any{l.Key(), l.By.ID, string(text[1:]), howLong, millis(l.Until), flag(w.Force), maxLocks, onceOf(w.Key)},
	})
	if err != nil {
		return bot.LockChange{}, err
	}
	switch got.text(0) {
	case "past":
		return bot.LockChange{}, &bot.Error{Kind: bot.Invalid, Op: op, Says: "that time is over already", Mend: "Give one that is still to come."}
	case "full":
		return bot.LockChange{}, &bot.Error{Kind: bot.Limited, Op: op, Says: "there are too many locks", Mend: "End some that are not needed."}
	}
	return lockChange(op, got)
}

// endLockScript ends a lock, unless it is somebody else's. Those that have run
// out go.
//
// KEYS: 1 locks (hash), 2 once (text).
// ARGV: 1 the lock's name, 2 who wants it ended, 3 "1" even if it is not theirs,
// 4 once in ms, or "" without a key.
// Result: "set", "held" or "none"; now; ""; the lock that was there or "";
// "repeated" if this came of it before.
const endLockScript = luaClock + luaHeld + luaSweep + luaLockOnce + `
sweep(KEYS[1])
local text = redis.call('HGET', KEYS[1], ARGV[1])
local before = held(text)
if not before then return keep({'none', int(now), '', ''}) end
if before.by.id ~= ARGV[2] and ARGV[3] ~= '1' then return keep({'held', int(now), '', text}) end
redis.call('HDEL', KEYS[1], ARGV[1])
return keep({'set', int(now), '', text})
`

// EndLock ends a lock. Somebody else's is only ended where the wish says so.
func (s *Store) EndLock(ctx context.Context, w bot.UnlockWish) (bot.LockChange, error) {
	const op = "end a lock"
	got, err := s.runSafe(ctx, call{
		op: op, script: s.scripts.endLock, keys: []string{s.keys.locks(), s.keys.lockOnce(w.Key)},
		args: []any{bot.Lock{Kind: w.Kind, Scope: w.Scope}.Key(), w.By.ID, flag(w.Force), onceOf(w.Key)},
	})
	if err != nil {
		return bot.LockChange{}, err
	}
	return lockChange(op, got)
}

func lockChange(op string, got result) (bot.LockChange, error) {
	change := bot.LockChange{Changed: got.text(0) == "set", Now: got.time(1), Repeated: got.text(4) == "repeated"}
	for i, into := range []func(bot.Lock){
		func(l bot.Lock) { change.Lock = l },
		func(l bot.Lock) { change.Before = &l },
	} {
		text := got.text(2 + i)
		if text == "" {
			continue
		}
		l, err := loadLock(text)
		if err != nil && i == 0 {
			return bot.LockChange{}, damaged(op, "", err)
		}
		into(l) // of one that cannot be read nothing is told
	}
	return change, nil
}

// Locks reads all locks that have not run out by the store's time, in the order
// of their scopes.
func (s *Store) Locks(ctx context.Context) ([]bot.Lock, error) {
	const op = "read the locks"
	pipe := s.client.Pipeline()
	locks := s.lockRead(ctx, pipe)
	if err := s.execEach(ctx, op, pipe); err != nil {
		return nil, err
	}
	return locks(op)
}

// lockRead adds the read of all locks to a pipeline; what it returns gives them
// once the pipeline was carried out.
func (s *Store) lockRead(ctx context.Context, pipe redis.Pipeliner) func(op string) ([]bot.Lock, error) {
	clock, all := pipe.Time(ctx), pipe.HGetAll(ctx, s.keys.locks())
	return func(op string) ([]bot.Lock, error) {
		var locks []bot.Lock
		if err := badKey(all); err != nil {
			return nil, unavailable(op, fmt.Errorf("%s: %w", s.keys.locks(), err)) // what is closed is not known
		}
		for name, text := range all.Val() {
			l, ok := s.lockIn(name, text)
			if !ok {
				continue
			}
			if l.Until.IsZero() || l.Until.After(clock.Val()) {
				locks = append(locks, l)
			}
		}
		slices.SortFunc(locks, func(a, b bot.Lock) int { return cmp.Compare(a.Key(), b.Key()) })
		return locks, nil
	}
}

// lockIn reads a lock. One that cannot be read is one all the same: its name
// says what it closes. If that cannot be read either, it closes nothing.
func (s *Store) lockIn(name, text string) (bot.Lock, bool) {
	l, err := loadLock(text)
	if err == nil && l.Key() == name {
		return l, true
	}
	if err == nil {
		err = errors.New("it lies under another lock's name")
	}
	named, known := bot.LockNamed(name)
	if !known {
		s.unrecognised.broken(s.log, clipped(name), "a lock has no name that says what it closes, and is left out", err)
		return bot.Lock{}, false
	}
	s.unrecognised.broken(s.log, clipped(name), "a lock cannot be read; what its name says stays closed until somebody unlocks it", err)
	named.Reason = "what was stored of this lock cannot be read"
	return named, true
}

// clipped keeps a name that somebody else chose from filling the log.
func clipped(name string) string { return fmt.Sprintf("%.80q", name) }

func loadLock(text string) (bot.Lock, error) {
	var l storedLock
	if err := json.Unmarshal([]byte(text), &l); err != nil {
		return bot.Lock{}, err
	}
	return loadStoredLock(l), nil
}

func loadStoredLock(l storedLock) bot.Lock {
	return bot.Lock{
		Kind: l.Kind, Scope: bot.Scope{Service: l.Service, Environment: l.Environment}, By: bot.Person(l.By), Reason: l.Reason,
		At: fromMillis(l.AtMS), Until: fromMillis(l.UntilMS),
	}
}

func storeLock(l bot.Lock) storedLock {
	return storedLock{
		AtMS: millis(l.At), UntilMS: millis(l.Until), Kind: l.Kind, Service: l.Scope.Service, Environment: l.Scope.Environment,
		By: storedPerson(l.By), Reason: l.Reason,
	}
}

// onceOf is for how many milliseconds a request with this key is recognised.
func onceOf(key string) any {
	if key == "" {
		return ""
	}
	return onceFor.Milliseconds()
}

// StaleLocks are the locks without an end that are older than age by the
// store's time, each once within that time, whichever replica asks.
func (s *Store) StaleLocks(ctx context.Context, age time.Duration) ([]bot.Lock, error) {
	locks, err := s.Locks(ctx)
	if err != nil {
		return nil, err
	}
	locks = slices.DeleteFunc(locks, func(l bot.Lock) bool { return !l.Until.IsZero() })
	if len(locks) == 0 {
		return nil, nil
	}
	now, err := s.Now(ctx)
	if err != nil {
		return nil, err
	}
	var stale []bot.Lock
	for _, l := range locks {
		if now.Sub(l.At) < age || l.By.ID == "" {
			continue
		}
		first, err := s.client.SetNX(ctx, s.keys.nagged(l.Key()+l.At.String()), l.By.ID, age).Result()
		if err != nil {
			s.log.Warn("it could not be noted that a lock was spoken of; its owner is asked another time", slog.String("lock", l.Key()), bot.ErrAttr(err))
			continue
		}
		if first {
			stale = append(stale, l)
		}
	}
	return stale, nil
}
