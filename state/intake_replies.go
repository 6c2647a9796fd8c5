package state

import (
	"context"
	"encoding/json"
	"strings"
	"time"

	"github.com/slipwayhq/slipway/bot"
)

// takeReplyScript uses a reply once. The time is checked here too, since not
// every server forgets to the second.
//
// KEYS: 1 reply (hash).
// ARGV: none.
// Result: the reply, or "" if it is used up, too old, or there was none.
const takeReplyScript = luaClock + `
local reply, left, last = unpack(redis.call('HMGET', KEYS[1], 'reply', 'left', 'until'))
if not reply then return {''} end
if now >= tonumber(last) or tonumber(left) <= 0 then
  redis.call('DEL', KEYS[1])
  return {''}
end
redis.call('HINCRBY', KEYS[1], 'left', -1)
return {reply}
`

// TakeReply returns where to answer a release's requester. The URL in it is
// empty once it is used up or too old.
func (s *Store) TakeReply(ctx context.Context, release string) (bot.Reply, error) {
	const op = "read where to answer"
	r, err := s.Release(ctx, release)
	if err != nil {
		return bot.Reply{}, err
	}
	_, mark, _ := strings.Cut(r.RunKey, ".")
	got, err := s.run(ctx, call{
		op: op, script: s.scripts.takeReply, keys: []string{s.keys.of(r.Target.Service).reply(mark)},
	})
	if err != nil {
		return bot.Reply{}, err
	}
	if got.text(0) == "" {
		return bot.Reply{To: r.Asker(), Channel: r.Origin.Channel, Thread: r.Origin.Thread}, nil
	}
	var reply storedReply
	if err := json.Unmarshal([]byte(got.text(0)), &reply); err != nil {
		return bot.Reply{}, damaged(op, release, err)
	}
	return bot.Reply{To: bot.Person(reply.To), Channel: reply.Channel, Thread: reply.Thread, URL: reply.URL}, nil
}

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
)

// editBudgetScript takes one edit out of the budget, a bucket that fills
// evenly.
//
// KEYS: 1 edits (hash).
// ARGV: 1 edits a minute, 2 how many the bucket holds, 3 how many must be left
// over.
// Result: for how many ms to wait; 0: it was taken.
const editBudgetScript = luaClock + `
local flow, most, reserve = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3])
local left, at = unpack(redis.call('HMGET', KEYS[1], 'left', 'at'))
left = tonumber(left or ARGV[2])
local passed = math.max(0, now - tonumber(at or int(now)))
left = math.min(most, left + passed * flow / 60000)
local missing = 1 + reserve - left
if missing > 0 then return {int(math.ceil(missing * 60000 / flow))} end
redis.call('HSET', KEYS[1], 'left', string.format('%.6f', left - 1), 'at', int(now))
redis.call('PEXPIRE', KEYS[1], 120000)
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
