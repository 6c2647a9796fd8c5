package state

import (
	"context"

	"github.com/slipwayhq/slipway/bot"
)

const (
	// maxInbox is how many events may wait for one release.
	maxInbox = 200
	// maxEvent bounds the size of one stored event.
	maxEvent = 64 << 10
)

// postScript puts an event into a release's inbox and makes the release due.
//
// A hint only says "go and read": one that follows another is dropped, and so
// is one that finds the inbox full.
//
// KEYS: 1 once (text), 2 due (zset), 3 control (hash), 4 inbox (hash).
// ARGV: 1 release, 2 event, 3 "1" for a hint, 4 the phase in which an ended
// release still takes the event or "", 5 once in ms, 6 the most that the inbox
// holds, 7 channel.
// Result: "stored", "repeated", "unknown", "ended" or "full".
const postScript = luaClock + luaWake + `
local once, due, control, inbox = unpack(KEYS)
local id, event, hint = ARGV[1], ARGV[2], ARGV[3] == '1'
if redis.call('EXISTS', once) == 1 then
  redis.call('PEXPIRE', once, ARGV[5]) -- a write, for whoever waits for replicas
  return {'repeated'}
end
local phase = redis.call('HGET', control, id .. ':phase')
if not phase then return {'unknown'} end
if redis.call('HEXISTS', control, id .. ':ended') == 1 and phase ~= ARGV[4] then return {'ended'} end

local box = redis.call('HGET', inbox, id) or ''
local _, waiting = string.gsub(box, '\n', '')
local line = event .. '\n'
if waiting >= tonumber(ARGV[6]) then
  if not hint then return {'full'} end
elseif not (hint and string.sub(box, -#line) == line) then
  redis.call('HSET', inbox, id, box .. line)
end
redis.call('SET', once, '1', 'PX', ARGV[5])
wake(due, control, id)
redis.call('PUBLISH', ARGV[7], id)
return {'stored'}
`

// Post puts a letter into a release's inbox and makes the release due, without
// shortening a lease. A repeated key changes nothing. Kind bot.Limited: too
// much waits there already.
func (s *Store) Post(ctx context.Context, letter bot.Letter) (bot.Posted, error) {
	const op = "post to a release"
	service, ok := bot.ServiceOf(letter.Release)
	if !ok {
		return bot.PostUnknown, nil
	}
	event, err := encodeEvent(letter.Event)
	if err != nil {
		return "", err
	}
	if len(event) > maxEvent {
		return "", invalid(op, "the text is too long")
	}
	if letter.Key == "" {
		letter.Key = runMark() // nothing repeats a letter without a key
	}
	_, hint := letter.Event.(bot.Hinted)
	reopens := ""
	if _, ok := letter.Event.(bot.LooksGood); ok {
		reopens = string(bot.Succeeded)
	}
	p := s.keys.of(service)
	ctx, cancel := context.WithTimeout(ctx, intakeTimeout)
	defer cancel()
	got, err := s.runSafe(ctx, call{
		op: op, script: s.scripts.post,
		keys: []string{p.once("letter", letter.Release+" "+letter.Key), p.due(), p.control(), p.inbox()},
		args: []any{letter.Release, event, flag(hint), reopens, onceFor.Milliseconds(), maxInbox, s.keys.wake()},
	})
	if err != nil {
		return "", err
	}
	switch posted := got.text(0); posted {
	case "full":
		return "", &bot.Error{
			Kind: bot.Limited, Op: op, Says: "too much waits for " + letter.Release + " already",
			Mend: "Try again in a minute.",
		}
	default:
		s.bell.ring()
		return bot.Posted(posted), nil
	}
}
