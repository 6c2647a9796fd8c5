package state

import "context"

// A store whose server is stopped cleanly has lost nothing, so its next life goes on
// where the last one ended. That the data are those of that stop, and no copy from
// before it, cannot be told from the data alone: so a word is noted as the last thing
// before the stop, and whoever stopped it keeps the word in another place, from which
// it is taken once (package embedded).

// restScript notes the word of a clean stop, if the life that ends is the one that
// was compared: one that began unnoticed may lack what the one before confirmed.
//
// KEYS: 1 epoch (hash).
// ARGV: 1 the life's id, 2 the word.
// Result: "noted" or "another".
const restScript = `
if redis.call('HGET', KEYS[1], 'id') ~= ARGV[1] then return {'another'} end
redis.call('HSET', KEYS[1], 'rest', ARGV[2])
return {'noted'}
`

// Rest notes the word of a clean stop as the last write before it.
func (s *Store) Rest(ctx context.Context, word string) error {
	id, err := s.EpochID(ctx)
	if err != nil || id == "" {
		return err
	}
	_, err = s.run(ctx, call{
		op: "note that Redis is stopped cleanly", script: s.scripts.rest, keys: []string{s.keys.epoch()}, args: []any{id, word},
	})
	return err
}

// continueScript lets the life that begins go on as the one that ended.
//
// KEYS: 1 epoch (hash).
// ARGV: 1 the life's id, 2 the word of the clean stop, "" if there is none.
// Result: "continued", or "new" if the word is not the one that was noted.
const continueScript = `
local rest = redis.call('HGET', KEYS[1], 'rest')
redis.call('HDEL', KEYS[1], 'rest')
if ARGV[2] == '' or rest ~= ARGV[2] or redis.call('HEXISTS', KEYS[1], 'id') == 0 then return {'new'} end
redis.call('HSET', KEYS[1], 'id', ARGV[1])
return {'continued'}
`

// Continue says that the store was stopped cleanly with this word, and whether that
// holds. Then the life that it lives now is as old as the one before: what was left
// of a wait goes on, and none begins. The word of a stop counts once. It is to be
// called before anything asks for the [Store.Epoch].
func (s *Store) Continue(ctx context.Context, word string) (bool, error) {
	id, err := s.EpochID(ctx)
	if err != nil || id == "" {
		return false, err
	}
	got, err := s.run(ctx, call{
		op: "compare the word of the clean stop", script: s.scripts.goOn, keys: []string{s.keys.epoch()}, args: []any{id, word},
	})
	if err != nil {
		return false, err
	}
	return got.text(0) == "continued", nil
}
