package state

import (
	"context"
	"time"

	"github.com/slipwayhq/slipway/bot"
)

// Budgets are buckets that fill evenly: what is in one may be used at once, and what
// flows in afterwards is all that there is.

const (
	// editBurst and editsAMinute are the workspace's budget. A full bucket and
	// what flows in while it is emptied make 46 edits in any minute; chat.update
	// allows about 50 (docs.slack.dev/reference/methods/chat.update, Tier 3). The
	// bucket is small so that much flows (a hundred cards that end at once are true
	// within two and a half minutes), and holds what one release needs to look lively.
	editBurst    = 8
	editsAMinute = 38
	// editReserve is what only ends may use: the next edit that there is is theirs.
	editReserve = 1
	// saidBurst and saidAMinute are what a channel hears message by message. Beyond
	// that what comes goes together.
	saidBurst   = 8
	saidAMinute = 6
)

// luaBucket opens each script that uses a bucket: left is what is in it by now, and
// keep stores what is left then.
//
// KEYS: 1 the bucket (hash).
// ARGV: 1 how many a minute flow in, 2 how many it holds.
const luaBucket = luaClock + `
local flow, most = tonumber(ARGV[1]), tonumber(ARGV[2])
local left, at = unpack(redis.call('HMGET', KEYS[1], 'left', 'at'))
left = tonumber(left or ARGV[2])
left = math.min(most, left + math.max(0, now - tonumber(at or int(now))) * flow / 60000)
local function keep(n)
  redis.call('HSET', KEYS[1], 'left', string.format('%.6f', n), 'at', int(now))
  redis.call('PEXPIRE', KEYS[1], int(math.ceil((most - n) * 60000 / flow) + 60000))
end
`

// editBudgetScript takes one edit out of the budget.
//
// KEYS: 1 edits (hash).
// ARGV: 1 edits a minute, 2 how many the bucket holds, 3 how many must be left
// over.
// Result: for how many ms to wait; 0: it was taken.
const editBudgetScript = luaBucket + `
local missing = 1 + tonumber(ARGV[3]) - left
if missing > 0 then return {int(math.ceil(missing * 60000 / flow))} end
keep(left - 1)
return {'0'}
`

// EditBudget takes one edit out of the workspace's budget, and returns how
// long to wait if there is none left. An urgent edit may use the reserve.
func (s *Store) EditBudget(ctx context.Context, urgency bot.Urgency) (time.Duration, error) {
	reserve := editReserve
	if urgency == bot.UrgencyEnd {
		reserve = 0
	}
	got, err := s.run(ctx, call{
		op: "take an edit out of the budget", script: s.scripts.editBudget,
		keys: []string{s.keys.edits()}, args: []any{editsAMinute, editBurst, reserve},
	})
	if err != nil {
		return 0, err
	}
	return time.Duration(got.number(0)) * time.Millisecond, nil
}

// spokeScript takes a message out of what a channel hears. What is said all the same
// when there is none is owed, but never more than the bucket holds.
//
// KEYS: 1 said (hash).
// ARGV: 1 messages a minute, 2 how many the bucket holds.
// Result: for how many ms nothing more should be said.
const spokeScript = luaBucket + `
left = math.max(left - 1, -most)
keep(left)
return {int(math.max(0, math.ceil((1 - left) * 60000 / flow)))}
`

// Spoke notes that something was said out loud in a channel, and returns for how long
// it is to be spared from now on, whichever replica would speak.
func (s *Store) Spoke(ctx context.Context, channel string) (time.Duration, error) {
	got, err := s.run(ctx, call{
		op: "note that something was said", script: s.scripts.spoke,
		keys: []string{s.keys.said(channel)}, args: []any{saidAMinute, saidBurst},
	})
	if err != nil {
		return 0, err
	}
	return time.Duration(got.number(0)) * time.Millisecond, nil
}
