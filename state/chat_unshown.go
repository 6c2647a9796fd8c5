package state

import (
	"context"
	"encoding/json"
	"errors"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/redis/go-redis/v9"

	"github.com/slipwayhq/slipway/bot"
)

// What was created and promised a card is noted in a hash of its partition, with
// who was promised it: the release itself may be what cannot be read. Whoever
// posts the card strikes it out; what is left after a while is looked at.

// overdueFor is how long a release may be due before nobody seems to work on it.
const overdueFor = 20 * time.Second

// promise is what the note of a release without a card says.
type promise struct {
	To      storedPerson `json:"to"`
	Channel string       `json:"channel,omitempty"`
	Thread  string       `json:"thread,omitempty"`
}

// promiseJSON is the note of a draft; none for what is never shown on a card.
func promiseJSON(d bot.Draft) (string, error) {
	if d.Kind == bot.Preview || d.Beside.Happened() {
		return "", nil
	}
	text, err := json.Marshal(promise{To: storedPerson(bot.PersonOf(d.Requester)), Channel: d.Origin.Channel, Thread: d.Origin.Thread})
	if err != nil {
		return "", damaged("create a release", "promise", err)
	}
	return string(text), nil
}

// Unshown lists the releases that were created longer ago than age and that
// nobody was shown, with what is wrong with each. What is in order by now is
// struck out, and what is merely under way is looked at again.
func (s *Store) Unshown(ctx context.Context, age time.Duration) ([]bot.Unshown, error) {
	const op = "look for releases without a card"
	pipe := s.client.Pipeline()
	clock := pipe.Time(ctx)
	noted := make([]*redis.MapStringStringCmd, partitions)
	for n := range noted {
		noted[n] = pipe.HGetAll(ctx, s.keys.part(n).unshown())
	}
	if err := s.execEach(ctx, op, pipe); err != nil {
		return nil, err
	}
	var unshown []bot.Unshown
	for n := range noted {
		for id, note := range noted[n].Val() {
			u := readPromise(id, note)
			if clock.Val().Sub(u.At) < age || !bot.ValidReleaseID(id) {
				continue
			}
			var err error
			if u.Says, err = s.whyUnshown(ctx, s.keys.part(n), id, clock.Val()); err != nil {
				return nil, err
			}
			if u.Says != "" {
				unshown = append(unshown, u)
			}
		}
	}
	slices.SortFunc(unshown, func(a, b bot.Unshown) int { return a.At.Compare(b.At) })
	return unshown, nil
}

// readPromise reads the note of a release: when it was made, and to whom.
func readPromise(id, note string) bot.Unshown {
	at, text, _ := strings.Cut(note, " ")
	var to promise
	_ = json.Unmarshal([]byte(text), &to) // of one that cannot be read the alerts channel alone is told
	return bot.Unshown{
		Release: id, At: fromMillis(parsed(at)), To: bot.Reply{To: bot.Person(to.To), Channel: to.Channel, Thread: to.Thread},
	}
}

func parsed(ms string) int64 {
	n, _ := strconv.ParseInt(ms, 10, 64) // what is no time is long ago
	return n
}

// whyUnshown says what keeps a release from being shown. Without words it is
// under way; one that has its card, or needs none, is watched no more.
func (s *Store) whyUnshown(ctx context.Context, p part, id string, now time.Time) (string, error) {
	const op = "look at a release without a card"
	pipe := s.client.Pipeline()
	doc, due := pipe.HGet(ctx, p.docs(), id), pipe.ZScore(ctx, p.due(), id)
	moved, card := pipe.HGet(ctx, p.control(), id+":move"), pipe.HGet(ctx, p.messages(id), refField(bot.CardKind))
	if err := s.execEach(ctx, op, pipe); err != nil {
		return "", err
	}
	if errors.Is(doc.Err(), redis.Nil) {
		return "was stored, and by now its record is missing in Redis", nil
	}
	r, unread := readRelease(doc.Val(), "")
	nobody := due.Err() != nil || now.Sub(time.UnixMilli(int64(due.Val()))) > overdueFor || moved.Val() == ""
	switch {
	case card.Val() != "":
		return "", s.Unwatch(ctx, id)
	case unread != nil || r.ID != id || !r.Phase.Known() || !r.Kind.Known():
		return "was stored, but this slipway cannot read its record in Redis", nil //nolint:nilerr // that is what is told
	case r.Ended() || !r.Phase.BeingPlanned() && !r.Carded: // who asked was told privately
		return "", s.Unwatch(ctx, id)
	case r.Carded:
		return "goes on, but its card has not appeared", nil
	case nobody:
		return "was stored, but nobody works on it: it cannot be claimed", nil
	}
	return "", nil // its plan is being worked out
}

// Unwatch ends the watch over a release.
func (s *Store) Unwatch(ctx context.Context, release string) error {
	const op = "end the watch over a release"
	service, ok := bot.ServiceOf(release)
	if !ok {
		return invalid(op, "that is no release")
	}
	if err := s.client.HDel(ctx, s.keys.of(service).unshown(), release).Err(); err != nil {
		return unavailable(op, err)
	}
	return nil
}
