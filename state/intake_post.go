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
// What a person said goes into the stream of events too, for whoever asks
// later who it was.
//
// KEYS: 1 once (text), 2 due (zset), 3 control (hash), 4 inbox (hash), 5
// events (stream).
// ARGV: 1 release, 2 event, 3 "1" for a hint, 4 the phase in which an ended
// release still takes the event, "*" for any, or "", 5 once in ms, 6 the most that the inbox
// holds, 7 channel, 8 who said it or "", 9 what they said, 10 how many events
// are kept.
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
if redis.call('HEXISTS', control, id .. ':ended') == 1 and phase ~= ARGV[4] and ARGV[4] ~= '*' then return {'ended'} end

local box = redis.call('HGET', inbox, id) or ''
local _, waiting = string.gsub(box, '\n', '')
local line = event .. '\n'
if waiting >= tonumber(ARGV[6]) then
  if not hint then return {'full'} end
elseif not (hint and string.sub(box, -#line) == line) then
  redis.call('HSET', inbox, id, box .. line)
end
redis.call('SET', once, '1', 'PX', ARGV[5])
if ARGV[8] ~= '' then
  redis.call('XADD', KEYS[5], 'MAXLEN', '~', ARGV[10], '*', 'release', id, 'said', ARGV[9], 'by', ARGV[8], 'at', int(now))
end
wake(due, control, id)
redis.call('PUBLISH', ARGV[7], id)
return {'stored'}
`

// Post puts a letter into a release's inbox and makes the release due, without
// shortening a lease. A repeated key changes nothing. Kind bot.Limited: too
// much waits there already.
func (s *Store) Post(ctx context.Context, letter bot.InboxEvent) (bot.Posted, error) {
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
	hint := onlyHints(letter.Event)
	by, said := saidBy(letter.Event)
	p := s.keys.of(service)
	ctx, cancel := context.WithTimeout(ctx, intakeTimeout)
	defer cancel()
	got, err := s.runSafe(ctx, call{
		op: op, script: s.scripts.post,
		keys: []string{p.once("letter", letter.Release+" "+letter.Key), p.due(), p.control(), p.inbox(), p.events()},
		args: []any{
			letter.Release, event, flag(hint), reopens(letter.Event), onceFor.Milliseconds(), maxInbox, s.keys.wake(),
			by, said, keepEvents,
		},
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
		s.wakeHere(service)
		return bot.Posted(posted), nil
	}
}

// onlyHints says that an event only says "go and read".
func onlyHints(ev bot.Event) bool {
	_, ofRun := ev.(bot.Hinted)
	_, ofMember := ev.(bot.MemberMoved)
	return ofRun || ofMember
}

// saidBy is who said something and what, for the stream of events; nobody, if
// it is no person's word.
func saidBy(ev bot.Event) (by, said string) {
	stored, err := storeEvent(ev)
	if err != nil || stored.Data == nil {
		return "", ""
	}
	return stored.Data.By.ID, string(stored.Type)
}

// reopens names the phase in which an ended release still takes an event; "*"
// stands for any.
func reopens(ev bot.Event) string {
	switch ev.(type) {
	case bot.LooksGood, bot.WatchLonger, bot.CountdownStopped, bot.VersionSeen:
		return string(bot.Succeeded)
	default:
	}
	if _, ok := ev.(bot.SignedOff); ok {
		return "*"
	}
	if _, ok := ev.(bot.EndQuarantineAsked); ok {
		return "*"
	}
	if _, ok := ev.(bot.HindsightSaid); ok {
		return "*"
	}
	if _, ok := ev.(bot.MemberMoved); ok { // one of its releases was taken back
		return "*"
	}
	if hint, ok := ev.(bot.Hinted); ok && hint.Attempt > 1 { // somebody ran it again at the code host
		return "*"
	}
	return ""
}
