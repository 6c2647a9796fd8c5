package state

import (
	"cmp"
	"context"
	"encoding/json"
	"log/slog"
	"slices"
	"strconv"
	"time"

	"github.com/slipwayhq/slipway/bot"
)

const (
	// keepTrouble is for how long a trouble stands that is not seen again and of
	// which nobody says that it is over.
	keepTrouble = 24 * time.Hour
	// maxTroubles bounds how many are kept.
	maxTroubles = 100
	// tellingFor is how long somebody is believed to be telling a trouble.
	tellingFor = time.Minute
	// keepTold is for how long it is remembered that somebody was told.
	keepTold = 30 * 24 * time.Hour
)

// storedTrouble is a trouble, in the field of its key.
type storedTrouble struct {
	Kind    string `json:"kind"`
	Channel string `json:"channel,omitempty"`
	Of      string `json:"of,omitempty"`
	Says    string `json:"says"`
	Mend    string `json:"mend,omitempty"`
	SinceMS int64  `json:"since_ms"`
	SeenMS  int64  `json:"seen_ms"`
}

// RaiseTrouble notes a trouble. One that is noted already goes on since it was
// first seen.
func (s *Store) RaiseTrouble(ctx context.Context, t bot.Trouble) error {
	const op = "note a trouble"
	now, err := s.Now(ctx)
	if err != nil {
		return err
	}
	stored := storedTrouble{
		Kind: string(t.Kind), Channel: t.Channel, Of: t.Of, Says: t.Says, Mend: t.Mend, SinceMS: millis(now), SeenMS: millis(now),
	}
	before, stale, err := s.storedTroubles(ctx, op, now)
	if err != nil {
		return err
	}
	known, found := before[t.Key()]
	switch {
	case found:
		stored.SinceMS = known.SinceMS
	case len(before) >= maxTroubles:
		return invalid(op, "too many are noted")
	}
	text, err := json.Marshal(stored)
	if err != nil {
		return damaged(op, t.Key(), err)
	}
	pipe := s.client.Pipeline()
	if len(stale) > 0 { // or they would stay for as long as anything is noted at all
		pipe.HDel(ctx, s.keys.troubles(), stale...)
	}
	pipe.HSet(ctx, s.keys.troubles(), t.Key(), string(text))
	pipe.PExpire(ctx, s.keys.troubles(), keepTrouble)
	return exec(ctx, op, pipe)
}

// Troubles lists the troubles that last, the oldest first.
func (s *Store) Troubles(ctx context.Context) ([]bot.Trouble, error) {
	const op = "read what is wrong"
	now, err := s.Now(ctx)
	if err != nil {
		return nil, err
	}
	stored, _, err := s.storedTroubles(ctx, op, now)
	if err != nil {
		return nil, err
	}
	var troubles []bot.Trouble
	for _, t := range stored {
		troubles = append(troubles, bot.Trouble{
			Kind: bot.TroubleKind(t.Kind), Channel: t.Channel, Of: t.Of, Says: t.Says, Mend: t.Mend, Since: fromMillis(t.SinceMS),
		})
	}
	slices.SortFunc(troubles, func(a, b bot.Trouble) int {
		return cmp.Or(a.Since.Compare(b.Since), cmp.Compare(a.Key(), b.Key()))
	})
	return troubles, nil
}

// storedTroubles are those that were seen lately, by key, and the keys of those that were
// not. One that cannot be read hides no other.
func (s *Store) storedTroubles(ctx context.Context, op string, now time.Time) (troubles map[string]storedTrouble, stale []string, err error) {
	all, err := s.client.HGetAll(ctx, s.keys.troubles()).Result()
	if err != nil {
		return nil, nil, unavailable(op, err)
	}
	troubles = map[string]storedTrouble{}
	for key, text := range all {
		var t storedTrouble
		if err := json.Unmarshal([]byte(text), &t); err != nil {
			s.log.Warn("the note of a trouble cannot be read and is passed over", slog.String("key", key), bot.ErrAttr(err))
			continue
		}
		if now.Sub(fromMillis(t.SeenMS)) < keepTrouble {
			troubles[key] = t
		} else {
			stale = append(stale, key)
		}
	}
	return troubles, stale, nil
}

// LiftTrouble says that a trouble is over.
func (s *Store) LiftTrouble(ctx context.Context, t bot.Trouble) error {
	if err := s.client.HDel(ctx, s.keys.troubles(), t.Key()).Err(); err != nil {
		return unavailable("note that a trouble is over", err)
	}
	return nil
}

// MayTell says whether it is for the caller to tell somebody of a trouble: each
// is told once of it, whichever replica does. Whoever was allowed to says by
// TroubleTold that it was done; otherwise somebody tries again.
func (s *Store) MayTell(ctx context.Context, t bot.Trouble, whom string) (bool, error) {
	may, err := s.client.SetNX(ctx, s.telling(t, whom), "telling", tellingFor).Result()
	if err != nil {
		return false, unavailable("find out who tells a trouble", err)
	}
	return may, nil
}

// TroubleTold says that somebody was told of a trouble.
func (s *Store) TroubleTold(ctx context.Context, t bot.Trouble, whom string) error {
	if err := s.client.Set(ctx, s.telling(t, whom), "told", keepTold).Err(); err != nil {
		return unavailable("note that a trouble was told", err)
	}
	return nil
}

func (s *Store) telling(t bot.Trouble, whom string) string {
	return s.keys.telling(t.Key() + " " + strconv.FormatInt(millis(t.Since), 10) + " " + whom)
}
