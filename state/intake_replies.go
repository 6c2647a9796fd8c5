package state

import (
	"context"
	"encoding/json"
	"strings"

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
