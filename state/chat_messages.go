package state

import (
	"context"
	"encoding/json"
	"time"

	"github.com/redis/go-redis/v9"

	"github.com/slipwayhq/slipway/bot"
)

const (
	// postingFor is how long somebody who stored the intent to post a message
	// is believed to be at it.
	postingFor = 15 * time.Second
	// keepMessages is how long it is remembered where the messages of a
	// release stand, after the last of them.
	keepMessages = 180 * 24 * time.Hour
	// maxKind bounds which of a release's messages one is.
	maxKind = 100
)

func refField(kind string) string   { return "ref:" + kind }
func begunField(kind string) string { return "begun:" + kind }
func triedField(kind string) string { return "tried:" + kind }
func lostField(kind string) string  { return "lost:" + kind }
func whyField(kind string) string   { return "why:" + kind }

// messageScript tells how far a message has come, and stores the intent to
// post it for a caller who may go on.
//
// KEYS: 1 messages (hash of the release).
// ARGV: 1 to 3 the fields of where it stands, when it was first begun and last
// tried, 4 for how many ms somebody is believed to be at it, 5 for how many ms
// all this is kept, 6 the field of why an earlier one is gone.
// Result: "posted" and where; "busy" and the first intent; "lost", the first
// intent and the caller's; or "begin", "" and the caller's. The last two are
// followed by why an earlier one is gone or "".
const messageScript = luaClock + `
local messages, ref, begun, tried = KEYS[1], ARGV[1], ARGV[2], ARGV[3]
local stands = redis.call('HGET', messages, ref)
if stands then return {'posted', stands} end
local first = redis.call('HGET', messages, begun)
local last = redis.call('HGET', messages, tried)
if first and last and now - tonumber(last) < tonumber(ARGV[4]) then return {'busy', first} end
redis.call('HSET', messages, begun, first or int(now), tried, int(now))
redis.call('PEXPIRE', messages, ARGV[5])
local why = redis.call('HGET', messages, ARGV[6]) or ''
if first then return {'lost', first, int(now), why} end
return {'begin', '', int(now), why}
`

// messageGoneScript forgets where a message stands that is not to be had any
// more, unless another one stands in its place already, and makes a card out of
// date, so that it is posted again.
//
// KEYS: 1 messages (hash of the release), 2 dirty:progress (zset).
// ARGV: 1 the field of where it stands, 2 where it stood, 3 the field of how many
// were lost, 4 the field of why, 5 why, 6 how many may be lost, 7 the release if
// it is its card or "".
// Result: "again"; "enough" if too many were lost, and then it is not forgotten;
// or "moved".
const messageGoneScript = luaClock + `
local messages, dirty = KEYS[1], KEYS[2]
if redis.call('HGET', messages, ARGV[1]) ~= ARGV[2] then return {'moved'} end
if redis.call('HINCRBY', messages, ARGV[3], 1) > tonumber(ARGV[6]) then return {'enough'} end
redis.call('HDEL', messages, ARGV[1])
redis.call('HSET', messages, ARGV[4], ARGV[5])
if ARGV[7] ~= '' then redis.call('ZADD', dirty, int(now), ARGV[7]) end
return {'again'}
`

// messageFailedScript takes an intent back, unless somebody else has stored one
// since.
//
// KEYS: 1 messages (hash of the release).
// ARGV: 1 the field of when it was last tried, 2 the intent.
// Result: "taken_back" or "stale".
const messageFailedScript = `
if redis.call('HGET', KEYS[1], ARGV[1]) ~= ARGV[2] then return {'stale'} end
redis.call('HDEL', KEYS[1], ARGV[1])
return {'taken_back'}
`

// Message returns what is known of a message, and stores the intent to post it
// if it is neither posted nor being posted. A caller that gets Begun and is
// not told that somebody is at it must look for the message before it posts.
func (s *Store) Message(ctx context.Context, key bot.MessageKey) (bot.MessageState, error) {
	const op = "read where a message stands"
	messages, err := s.messagesKey(op, key)
	if err != nil {
		return bot.MessageState{}, err
	}
	got, err := s.run(ctx, call{
		op: op, script: s.scripts.message, keys: []string{messages},
		args: []any{
			refField(key.Kind), begunField(key.Kind), triedField(key.Kind),
			postingFor.Milliseconds(), keepMessages.Milliseconds(), whyField(key.Kind),
		},
	})
	if err != nil {
		return bot.MessageState{}, err
	}
	switch got.text(0) {
	case "posted":
		ref, err := decodeRef(got.text(1))
		if err != nil {
			return bot.MessageState{}, damaged(op, key.Release, err)
		}
		return bot.MessageState{Ref: ref}, nil
	case "busy":
		return bot.MessageState{Begun: got.time(1), Busy: true}, nil
	case "lost":
		return bot.MessageState{Begun: got.time(1), Intent: got.time(2), Lost: got.text(3)}, nil
	default:
		return bot.MessageState{Intent: got.time(2), Lost: got.text(3)}, nil
	}
}

// MessagePosted records where a message stands. What was recorded first stays:
// somebody may be editing that one already.
func (s *Store) MessagePosted(ctx context.Context, key bot.MessageKey, ref bot.MessageRef) error {
	const op = "record where a message stands"
	messages, err := s.messagesKey(op, key)
	if err != nil {
		return err
	}
	text, err := json.Marshal(storedRef(ref))
	if err != nil {
		return damaged(op, key.Release, err)
	}
	pipe := s.client.Pipeline()
	pipe.HSetNX(ctx, messages, refField(key.Kind), string(text))
	pipe.HDel(ctx, messages, begunField(key.Kind), triedField(key.Kind))
	pipe.PExpire(ctx, messages, keepMessages)
	if service, ok := bot.ServiceOf(key.Release); ok && key.Kind == bot.CardKind {
		pipe.HDel(ctx, s.keys.of(service).unshown(), key.Release)
	}
	return exec(ctx, op, pipe)
}

// MessageFailed says that whoever stored the intent to post a message is no
// longer at it, so that the next try need not wait. The message may stand all
// the same: the first intent stays, and with it the duty to look first. Somebody
// else's intent stays too.
func (s *Store) MessageFailed(ctx context.Context, key bot.MessageKey, intent time.Time) error {
	const op = "note that a message was not posted"
	messages, err := s.messagesKey(op, key)
	if err != nil {
		return err
	}
	_, err = s.run(ctx, call{
		op: op, script: s.scripts.messageFailed, keys: []string{messages}, args: []any{triedField(key.Kind), millis(intent)},
	})
	return err
}

// maxLost is how many messages of a kind are posted again for a release: somebody
// may delete them on purpose.
const maxLost = 5

// MessageGone says that a message is gone where it stood, and
// why. It is forgotten, so that it is posted again; false: that has happened too
// often, and it is left alone.
func (s *Store) MessageGone(ctx context.Context, key bot.MessageKey, ref bot.MessageRef, why string) (again bool, err error) {
	const op = "note that a message is gone"
	messages, err := s.messagesKey(op, key)
	if err != nil {
		return false, err
	}
	stood, err := json.Marshal(storedRef(ref))
	if err != nil {
		return false, damaged(op, key.Release, err)
	}
	card, service := "", key.Release
	if of, ok := bot.ServiceOf(key.Release); ok {
		service = of
	}
	if key.Kind == bot.CardKind {
		card = key.Release
	}
	got, err := s.run(ctx, call{
		op: op, script: s.scripts.messageGone, keys: []string{messages, s.keys.of(service).dirty(bot.UrgencyProgress)},
		args: []any{refField(key.Kind), string(stood), lostField(key.Kind), whyField(key.Kind), why, maxLost, card},
	})
	if err != nil {
		return false, err
	}
	if card != "" {
		s.dirty.in(partitionOf(service), 0)
	}
	return got.text(0) != "enough", nil
}

// CardsUnderWay tells where the cards stand of the releases that have not ended,
// by release. One that cannot be read is left out.
func (s *Store) CardsUnderWay(ctx context.Context) (map[string]bot.MessageRef, error) {
	ids, err := s.Unfinished(ctx)
	if err != nil || len(ids) == 0 {
		return nil, err
	}
	pipe := s.client.Pipeline()
	read := make([]*redis.StringCmd, len(ids))
	for i, id := range ids {
		service, _ := bot.ServiceOf(id)
		read[i] = pipe.HGet(ctx, s.keys.of(service).messages(id), refField(bot.CardKind))
	}
	if err := s.execEach(ctx, "look where cards stand", pipe); err != nil {
		return nil, err
	}
	cards := map[string]bot.MessageRef{}
	for i, text := range read {
		if ref, err := decodeRef(text.Val()); err == nil && ref.ID != "" {
			cards[ids[i]] = ref
		}
	}
	return cards, nil
}

// forgetMessages forgets where the messages of releases stand that are
// forgotten themselves. What it does not manage Redis forgets in its time.
func (s *Store) forgetMessages(ctx context.Context, p part, releases []string) {
	if len(releases) == 0 {
		return
	}
	keys := make([]string, len(releases))
	for i, id := range releases {
		keys[i] = p.messages(id)
	}
	if err := s.client.Del(ctx, keys...).Err(); err != nil {
		s.log.Warn("it is not yet forgotten where the messages of old releases stand", bot.ErrAttr(err))
	}
}

func (s *Store) messagesKey(op string, key bot.MessageKey) (string, error) {
	service, ok := bot.ServiceOf(key.Release)
	if !ok && key.Kind != bot.CardKind && bot.ValidName(key.Release) {
		service, ok = key.Release, true // it is about a service
	}
	if !ok || key.Kind == "" || len(key.Kind) > maxKind {
		return "", invalid(op, "the message belongs to no release")
	}
	return s.keys.of(service).messages(key.Release), nil
}

func decodeRef(text string) (bot.MessageRef, error) {
	if text == "" {
		return bot.MessageRef{}, nil
	}
	var ref storedRef
	if err := json.Unmarshal([]byte(text), &ref); err != nil {
		return bot.MessageRef{}, err
	}
	return bot.MessageRef(ref), nil
}
