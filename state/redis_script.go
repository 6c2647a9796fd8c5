package state

import (
	"context"
	"fmt"
	"strconv"
	"time"

	"github.com/redis/go-redis/v9"

	"github.com/slipwayhq/slipway/bot"
)

// luaClock opens each script that looks at the clock: now in milliseconds, and
// int, since Lua writes big numbers with an exponent.
const luaClock = `
local time = redis.call('TIME')
local now = tonumber(time[1]) * 1000 + math.floor(tonumber(time[2]) / 1000)
local function int(n) return string.format('%.0f', n) end
`

// luaWake makes a release due now. One that is held stays with its holder, and
// is due as soon as the holder lets go.
const luaWake = `
local function wake(due, control, id)
  if (tonumber(redis.call('HGET', control, id .. ':lease') or '0') or 0) > now then
    redis.call('HSET', control, id .. ':woken', '1')
    return
  end
  local at = redis.call('ZSCORE', due, id)
  if not at or tonumber(at) > now then redis.call('ZADD', due, int(now), id) end
end
local function wake_queue(queue, due, control)
  for _, id in ipairs(redis.call('ZRANGE', queue, 0, -1)) do wake(due, control, id) end
end
`

// never is the due time of an unfinished release that waits for a letter only.
const never = int64(253402300799000) // the end of the year 9999

// scripts are the Lua scripts, one a method.
type scripts struct {
	create, post, claim, renew, move *redis.Script
	takeSlot, leavePlace             *redis.Script
	takeBack, endQuarantine          *redis.Script
	restore, skipIDs                 *redis.Script
	stumble, takeUp                  *redis.Script
	dirtyCards, shown                *redis.Script
	message, messageFailed           *redis.Script
	messageGone                      *redis.Script
	setLock, endLock, changeDoubt    *redis.Script
	subscribe                        *redis.Script
	takeReply, epoch                 *redis.Script
	editBudget, spoke                *redis.Script
	doubt, rest, goOn                *redis.Script
}

// newScripts prepares the scripts. head is put before each; with "#!lua" there
// a server refuses keys that were not declared, which miniredis cannot parse.
func newScripts(head string) scripts {
	script := func(text string) *redis.Script { return redis.NewScript(head + text) }
	return scripts{
		create: script(createScript), post: script(postScript),
		claim: script(claimScript), renew: script(renewScript), move: script(moveScript),
		takeSlot: script(takeSlotScript), leavePlace: script(leavePlaceScript),
		takeBack:      script(takeBackScript),
		endQuarantine: script(endQuarantineScript),
		stumble:       script(stumbleScript), takeUp: script(takeUpScript),
		restore: script(restoreScript), skipIDs: script(skipIDsScript),
		dirtyCards: script(dirtyCardsScript), shown: script(shownScript), message: script(messageScript),
		messageFailed: script(messageFailedScript), messageGone: script(messageGoneScript),
		setLock: script(setLockScript), endLock: script(endLockScript), changeDoubt: script(changeDoubtScript),
		subscribe: script(subscribeScript),
		takeReply: script(takeReplyScript), epoch: script(epochScript),
		editBudget: script(editBudgetScript), spoke: script(spokeScript),
		doubt: script(doubtScript), rest: script(restScript), goOn: script(continueScript),
	}
}

// result is what a script returned: a flat list of texts and numbers.
type result []any

func (r result) text(i int) string {
	if i >= len(r) {
		return ""
	}
	switch v := r[i].(type) {
	case string:
		return v
	case int64:
		return strconv.FormatInt(v, 10)
	}
	return ""
}

// number reads a whole number; a score may be written as a float.
func (r result) number(i int) int64 {
	if i < len(r) {
		if n, ok := r[i].(int64); ok {
			return n
		}
	}
	f, err := strconv.ParseFloat(r.text(i), 64)
	if err != nil {
		return 0
	}
	return int64(f)
}

func (r result) time(i int) time.Time { return time.UnixMilli(r.number(i)).UTC() }

// call is a script with what it is given.
type call struct {
	op     string // what is tried, for the log
	script *redis.Script
	keys   []string
	args   []any
}

func (s *Store) run(ctx context.Context, c call) (result, error) { return s.runOn(ctx, s.client, c) }

func (s *Store) runOn(ctx context.Context, on redis.Scripter, c call) (result, error) {
	list, err := c.script.Run(ctx, on, c.keys, c.args...).Slice()
	if err != nil {
		return nil, unavailable(c.op, err)
	}
	return list, nil
}

// replicaWait bounds how long a write waits for its replicas.
const replicaWait = time.Second

// runSafe runs a script and waits until the configured number of replicas has
// what it wrote. A shortfall does not undo the write; it says that it does not
// count yet.
func (s *Store) runSafe(ctx context.Context, c call) (result, error) {
	if s.options.WaitReplicas == 0 {
		return s.run(ctx, c)
	}
	// WAIT speaks of the writes of its own connection.
	conn, err := s.connFor(ctx, c.keys[0])
	if err != nil {
		return nil, unavailable(c.op, err)
	}
	defer func() { _ = conn.Close() }() // gives the connection back to the pool
	list, err := s.runOn(ctx, conn, c)
	if err != nil {
		return nil, err
	}
	have, err := conn.Wait(ctx, s.options.WaitReplicas, replicaWait).Result()
	if err != nil {
		return nil, unavailable(c.op, err)
	}
	if have < int64(s.options.WaitReplicas) {
		return nil, &bot.Error{
			Kind: bot.Unavailable, Op: c.op,
			Says: fmt.Sprintf("only %d of %d replicas of Redis confirmed it", have, s.options.WaitReplicas),
			Mend: "Trying again is safe; look at the replicas of Redis if it stays so.",
		}
	}
	return list, nil
}

// connFor is one connection to the master that has the key.
func (s *Store) connFor(ctx context.Context, key string) (*redis.Conn, error) {
	switch c := s.client.(type) {
	case *redis.Client:
		return c.Conn(), nil
	case *redis.ClusterClient:
		node, err := c.MasterForKey(ctx, key)
		if err != nil {
			return nil, err
		}
		return node.Conn(), nil
	}
	return nil, fmt.Errorf("no single connection with a %T", s.client)
}
