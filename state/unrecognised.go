package state

import (
	"context"
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"time"

	"github.com/slipwayhq/slipway/bot"
)

const (
	// maxUntold is how many strangers wait to be spoken of; the log has all.
	maxUntold = 64
	// maxReported is how many are reported a day.
	maxReported = 1000
	// sayAgain is how long nobody speaks of the same stranger again.
	sayAgain = 23 * time.Hour
)

// unrecognised remembers what a newer slipway stored with the releases that this
// process holds, so that it is written back with them. Only the holder writes
// a release, so what it read when it claimed it is still true when it saves
// it. Without replicas of a newer version it is empty.
type unrecognised struct {
	mu       sync.Mutex
	held     map[string]unrecognisedParts
	reported map[string]bool // on this day
	day      string
	out      chan bot.Unrecognised
}

// unrecognisedParts is what this version does not understand of one release.
type unrecognisedParts struct {
	fence int64 // of the claim
	extra *beyond
	// handed is how many events come before one of an unknown type, if stuck.
	handed int
	stuck  bool
}

func newUnrecognised() *unrecognised {
	return &unrecognised{held: map[string]unrecognisedParts{}, reported: map[string]bool{}, out: make(chan bot.Unrecognised, maxUntold)}
}

func (s *unrecognised) keep(id string, of unrecognisedParts) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if of.extra == nil && !of.stuck {
		delete(s.held, id)
		return
	}
	s.held[id] = of
}

// of returns the fields to write back with a move, and how long the release rests if
// nothing but events of unknown types waits for it once those are gone that were consumed.
func (s *unrecognised) of(m bot.Move) (*beyond, time.Duration) {
	s.mu.Lock()
	defer s.mu.Unlock()
	held := s.held[m.Release.ID]
	switch {
	case held.fence != m.Fence: // the store will refuse it
		return nil, 0
	case held.stuck && m.Consumed >= held.handed:
		return held.extra, patience
	}
	return held.extra, 0
}

// moved notes that a move was saved. A release that was handed back with it may have been
// claimed anew by this process before it hears so.
func (s *unrecognised) moved(m bot.Move) {
	s.mu.Lock()
	defer s.mu.Unlock()
	held, found := s.held[m.Release.ID]
	switch {
	case !found, held.fence != m.Fence:
	case !m.Keep:
		delete(s.held, m.Release.ID)
	default:
		held.handed -= m.Consumed
		s.held[m.Release.ID] = held
	}
}

// report says something about a release once a day: in the log, and to whoever
// reads Strangers.
func (s *unrecognised) report(log *slog.Logger, id, says string, what slog.Attr) {
	s.reportOnce(log, bot.Unrecognised{Release: id, Key: id + " " + says}, says, what)
}

// fields reports the unknown fields of a release. After an upgrade of another
// replica every release has them, so that the same ones are reported for the
// first release alone.
func (s *unrecognised) fields(log *slog.Logger, id string, extra *beyond) {
	if extra == nil {
		return
	}
	names := strings.Join(extra.names(), ", ")
	s.reportOnce(log, bot.Unrecognised{Release: id, Key: "fields " + names},
		"a release holds fields that this version of slipway does not know; they are kept", slog.String("fields", names))
}

// broken reports something that no version of slipway stored so. It is left out,
// and all else goes on.
func (s *unrecognised) broken(log *slog.Logger, id, says string, err error) {
	s.tell(log, bot.Unrecognised{
		Release: id, Key: id + " " + says,
		Mend: "Everything else goes on; whoever looks after slipway finds it in Redis under that name.",
	}, says, bot.ErrAttr(err))
}

func (s *unrecognised) reportOnce(log *slog.Logger, of bot.Unrecognised, says string, what slog.Attr) {
	of.Mend = "Look whether all replicas run the newest version of slipway that was started; an older one leaves this to it."
	s.tell(log, of, says, what)
}

func (s *unrecognised) tell(log *slog.Logger, of bot.Unrecognised, says string, what slog.Attr) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if today := time.Now().UTC().Format(time.DateOnly); today != s.day {
		s.day = today
		clear(s.reported)
	}
	if s.reported[of.Key] || len(s.reported) >= maxReported {
		return
	}
	of.Says = fmt.Sprintf("%s: %s (%s)", of.Release, says, what.Value)
	select {
	case s.out <- of:
	default: // nobody reads, or not fast enough; the log has it
	}
	s.reported[of.Key] = true
	log.With(slog.String("release", of.Release)).Error(says, what) //nolint:sloglint // each caller's text is fixed
}

// Unrecognised gives what a newer version of slipway stored and this one does not
// understand, each once a day and process.
func (s *Store) Unrecognised() <-chan bot.Unrecognised { return s.unrecognised.out }

// MaySay says whether this process is the one to speak of a stranger today:
// the others, and this one after a restart, get false.
func (s *Store) MaySay(ctx context.Context, of bot.Unrecognised) (bool, error) {
	first, err := s.client.SetNX(ctx, s.keys.strange(of.Key), of.Release, sayAgain).Result()
	if err != nil {
		return false, unavailable("note what is said of a newer version", err)
	}
	return first, nil
}
