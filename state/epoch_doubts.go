package state

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"slices"
	"time"

	"github.com/slipwayhq/slipway/bot"
)

// Doubts lie in one hash for all services, as locks do: there are few, and what
// is not understood may concern targets of several services.

// maxDoubts bounds how many there are at once. What finds no room is held back
// by whoever does not understand it, and only not said.
const maxDoubts = 2000

type storedDoubt struct {
	Service     string       `json:"service"`
	Environment string       `json:"environment"`
	About       string       `json:"about"`
	Of          string       `json:"of,omitempty"`
	Release     string       `json:"release,omitempty"`
	Says        string       `json:"says"`
	Mend        string       `json:"mend,omitempty"`
	SinceMS     int64        `json:"since_ms,omitempty"`
	LookedBy    storedPerson `json:"looked_by,omitzero"`
	LookedMS    int64        `json:"looked_ms,omitempty"`
	Beside      storedBeside `json:"beside,omitzero"`
	SeenToMS    int64        `json:"seen_to_ms,omitempty"`
}

// changeDoubtScript replaces a doubt by another one, if it is as it was read.
//
// KEYS: 1 doubts (hash).
// ARGV: 1 the doubt's field, 2 the doubt as it was read or "", 3 the doubt as it
// is to be or "" to end it, 4 how many there may be.
// Result: "changed", "moved" if it is another one by now, or "full".
const changeDoubtScript = `
local text = redis.call('HGET', KEYS[1], ARGV[1]) or ''
if text ~= ARGV[2] then return {'moved'} end
if ARGV[3] == '' then
  redis.call('HDEL', KEYS[1], ARGV[1])
  return {'changed'}
end
if text == '' and redis.call('HLEN', KEYS[1]) >= tonumber(ARGV[4]) then return {'full'} end
redis.call('HSET', KEYS[1], ARGV[1], ARGV[3])
return {'changed'}
`

// Doubts reads what is not understood, in the order of the targets. What cannot
// be read of them is left out, and said in the log.
func (s *Store) Doubts(ctx context.Context) ([]bot.Doubt, error) {
	all, err := s.client.HGetAll(ctx, s.keys.doubts()).Result()
	if err != nil {
		return nil, unavailable("read what is not understood", fmt.Errorf("%s: %w", s.keys.doubts(), err))
	}
	return s.loadDoubts(all), nil
}

func (s *Store) loadDoubts(all map[string]string) []bot.Doubt {
	var doubts []bot.Doubt
	for field, text := range all {
		d, err := loadDoubt(text)
		if err != nil {
			s.unrecognised.report(s.log, field, "a note of what is not understood cannot be read and is left alone", bot.ErrAttr(err))
			continue
		}
		doubts = append(doubts, d)
	}
	slices.SortFunc(doubts, func(a, b bot.Doubt) int {
		return cmp.Or(cmp.Compare(a.Target.Path(), b.Target.Path()), cmp.Compare(a.About, b.About))
	})
	return doubts
}

// Raise stores a doubt. One about the same thing that is there already stays as
// it is, looked at or not, unless it is of another time.
func (s *Store) Raise(ctx context.Context, d bot.Doubt) error {
	const op = "note what is not understood"
	return s.changeDoubt(ctx, op, d, func(before *bot.Doubt) *bot.Doubt {
		if before != nil && before.Of == d.Of {
			return before
		}
		return &d
	})
}

// Look notes that somebody looked at a doubt, and says whether it was still the
// one that they looked at, and nobody had before them.
func (s *Store) Look(ctx context.Context, d bot.Doubt, look bot.Look) (bool, error) {
	const op = "note that somebody looked"
	first := false
	err := s.changeDoubt(ctx, op, d, func(before *bot.Doubt) *bot.Doubt {
		first = before != nil && before.Of == d.Of && before.Open()
		if !first {
			return before
		}
		looked := *before
		looked.Looked = look
		return &looked
	})
	return first && err == nil, err
}

// Lift ends a doubt, whoever has looked at it.
func (s *Store) Lift(ctx context.Context, d bot.Doubt) error {
	return s.changeDoubt(ctx, "end what was not understood", d, func(*bot.Doubt) *bot.Doubt { return nil })
}

// changeTries is how often a change is tried while others change the same.
const changeTries = 5

// changeDoubt makes of the doubt that is there what become says, nil standing
// for none.
func (s *Store) changeDoubt(ctx context.Context, op string, d bot.Doubt, become func(before *bot.Doubt) *bot.Doubt) error {
	field := d.Target.Path() + " " + hashed(d.About)
	for range changeTries {
		there, err := s.client.HMGet(ctx, s.keys.doubts(), field).Result()
		if err != nil {
			return unavailable(op, err)
		}
		text, _ := there[0].(string)
		before := s.doubtBefore(field, text)
		wanted := become(before)
		if wanted == before {
			return nil // as it is
		}
		var changed string
		if wanted != nil {
			if changed, err = storeDoubt(*wanted); err != nil {
				return damaged(op, field, err)
			}
		}
		got, err := s.runSafe(ctx, call{
			op: op, script: s.scripts.changeDoubt, keys: []string{s.keys.doubts()}, args: []any{field, text, changed, maxDoubts},
		})
		switch {
		case err != nil:
			return err
		case got.text(0) == "full":
			return &bot.Error{Kind: bot.Limited, Op: op, Says: "too much is not understood already"}
		case got.text(0) == "changed":
			return nil
		}
	}
	return &bot.Error{Kind: bot.Unavailable, Op: op, Says: "others change it at the same time"}
}

// doubtBefore reads the doubt that is there; one that cannot be read is taken
// for none, so that it can be replaced.
func (s *Store) doubtBefore(field, text string) *bot.Doubt {
	if text == "" {
		return nil
	}
	d, err := loadDoubt(text)
	if err != nil {
		s.log.Warn("a note of what is not understood cannot be read and is replaced", slog.String("field", field), bot.ErrAttr(err))
		return nil
	}
	return &d
}

func storeDoubt(d bot.Doubt) (string, error) {
	text, err := json.Marshal(storedDoubt{
		Service: d.Target.Service, Environment: d.Target.Environment, About: d.About, Of: d.Of, Release: d.Release,
		Says: d.Says, Mend: d.Mend, SinceMS: millis(d.Since), LookedBy: storedPerson(d.Looked.By), LookedMS: millis(d.Looked.At),
		Beside: storedBeside(d.Beside), SeenToMS: millis(d.SeenTo),
	})
	return string(text), err
}

func loadDoubt(text string) (bot.Doubt, error) {
	var d storedDoubt
	if err := json.Unmarshal([]byte(text), &d); err != nil {
		return bot.Doubt{}, err
	}
	return bot.Doubt{
		Target: bot.Target{Service: d.Service, Environment: d.Environment}, About: d.About, Of: d.Of, Release: d.Release,
		Says: d.Says, Mend: d.Mend, Since: fromMillis(d.SinceMS), Looked: bot.Look{By: bot.Person(d.LookedBy), At: fromMillis(d.LookedMS)},
		Beside: bot.Beside(d.Beside), SeenTo: fromMillis(d.SeenToMS),
	}, nil
}

// comparedFor is how long it is remembered that a life was compared.
const comparedFor = 30 * 24 * time.Hour

// Compared says whether any replica has compared a source with its runs in a
// life of the store.
func (s *Store) Compared(ctx context.Context, source, epoch string) (bool, error) {
	n, err := s.client.Exists(ctx, s.keys.compared(source, epoch)).Result()
	if err != nil {
		return false, unavailable("read whether runs were compared", err)
	}
	return n > 0, nil
}

// NoteCompared notes that this replica has.
func (s *Store) NoteCompared(ctx context.Context, source, epoch string) error {
	if err := s.client.Set(ctx, s.keys.compared(source, epoch), "1", comparedFor).Err(); err != nil {
		return unavailable("note that runs were compared", err)
	}
	return nil
}
