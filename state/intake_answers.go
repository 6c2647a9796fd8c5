package state

import (
	"context"
	"encoding/json"
	"errors"
	"time"

	"github.com/redis/go-redis/v9"

	"github.com/slipwayhq/slipway/bot"
)

// answersFor is how long the answer to a request is kept. Slack's requests are
// taken for five minutes after they were signed, and its events come again for
// about an hour.
const answersFor = 2 * time.Hour

// storedAnswer is the answer to a request, in one of its fields. The words to
// others are left out: they were said.
type storedAnswer struct {
	Done     *storedDone     `json:"done,omitempty"`
	Problem  *storedProblem  `json:"problem,omitempty"`
	Accepted *storedAccepted `json:"accepted,omitempty"`
	Locked   *storedLocked   `json:"locked,omitempty"`
}

type storedDone struct {
	Says    string `json:"says"`
	Pending bool   `json:"pending,omitempty"`
}

type storedProblem struct {
	Says       string       `json:"says"`
	Understood string       `json:"understood,omitempty"`
	Gates      []storedGate `json:"gates,omitempty"`
	Mends      []string     `json:"mends,omitempty"`
	Near       string       `json:"near,omitempty"`
	Channel    string       `json:"channel,omitempty"`
	Field      string       `json:"field,omitempty"`
	// Beside is unknown to versions that say what is wrong at one field alone.
	Beside []storedFault `json:"beside,omitempty"`
}

type storedFault struct {
	Field bot.Field `json:"field"`
	Says  string    `json:"says"`
}

type storedAccepted struct {
	Release  storedRelease `json:"release"`
	Existing bool          `json:"existing,omitempty"`
	Newer    int           `json:"newer,omitempty"`
	Notes    []string      `json:"notes,omitempty"`
	Channel  string        `json:"channel,omitempty"`
}

type storedLocked struct {
	Lock   storedLock  `json:"lock"`
	Opened bool        `json:"opened,omitempty"`
	Before *storedLock `json:"before,omitempty"`
	Now    time.Time   `json:"now"`
}

// Answered is the first answer to a request; nil: none is kept.
func (s *Store) Answered(ctx context.Context, key string) (bot.Answer, error) {
	const op = "look whether a request was answered"
	text, err := s.client.Get(ctx, s.keys.answer(key)).Result()
	switch {
	case errors.Is(err, redis.Nil):
		return nil, nil //nolint:nilnil // the port says so: none
	case err != nil:
		return nil, unavailable(op, err)
	}
	var stored storedAnswer
	if err := json.Unmarshal([]byte(text), &stored); err != nil {
		return nil, damaged(op, "answer", err)
	}
	return loadAnswer(stored), nil
}

// KeepAnswer keeps the answer to a request, unless there is one already.
func (s *Store) KeepAnswer(ctx context.Context, key string, answer bot.Answer) error {
	const op = "keep an answer"
	stored, known := storeAnswer(answer)
	if !known {
		return invalid(op, "answers of this kind are not kept")
	}
	text, err := json.Marshal(stored)
	if err != nil {
		return damaged(op, "answer", err)
	}
	if err := s.client.SetNX(ctx, s.keys.answer(key), text, answersFor).Err(); err != nil {
		return unavailable(op, err)
	}
	return nil
}

func storeAnswer(answer bot.Answer) (stored storedAnswer, known bool) {
	switch a := answer.(type) {
	case bot.Done:
		stored.Done = &storedDone{Says: a.Says, Pending: a.Pending}
	case bot.Problem:
		stored.Problem = &storedProblem{
			Says: a.Says, Understood: a.Understood, Mends: a.Mends, Near: a.Near, Channel: a.Channel, Field: string(a.Field),
			Gates:  each(a.Gates, func(g bot.Gate) storedGate { return storedGate(g) }),
			Beside: each(a.Beside, func(f bot.FieldFault) storedFault { return storedFault(f) }),
		}
	case bot.Accepted:
		stored.Accepted = &storedAccepted{Release: storeRelease(a.Release), Existing: a.Existing, Newer: a.Newer, Notes: a.Notes, Channel: a.Channel}
	case bot.Locked:
		lock := storedLocked{Lock: storeLock(a.Lock), Opened: a.Opened, Now: a.Now}
		if a.Before != nil {
			before := storeLock(*a.Before)
			lock.Before = &before
		}
		stored.Locked = &lock
	default:
		return stored, false
	}
	return stored, true
}

func loadAnswer(stored storedAnswer) bot.Answer {
	switch {
	case stored.Done != nil:
		return bot.Done{Says: stored.Done.Says, Pending: stored.Done.Pending}
	case stored.Problem != nil:
		p := stored.Problem
		return bot.Problem{
			Says: p.Says, Understood: p.Understood, Mends: p.Mends, Near: p.Near, Channel: p.Channel, Field: bot.Field(p.Field),
			Gates:  each(p.Gates, func(g storedGate) bot.Gate { return bot.Gate(g) }),
			Beside: each(p.Beside, func(f storedFault) bot.FieldFault { return bot.FieldFault(f) }),
		}
	case stored.Accepted != nil:
		a := stored.Accepted
		return bot.Accepted{Release: loadRelease(a.Release), Existing: a.Existing, Newer: a.Newer, Notes: a.Notes, Channel: a.Channel}
	case stored.Locked != nil:
		l := stored.Locked
		locked := bot.Locked{Lock: loadStoredLock(l.Lock), Opened: l.Opened, Now: l.Now}
		if l.Before != nil {
			before := loadStoredLock(*l.Before)
			locked.Before = &before
		}
		return locked
	}
	// A newer version kept an answer that this one cannot say.
	return bot.Done{Says: "This was answered already, and nothing was done again."}
}
