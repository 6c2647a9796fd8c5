package state

import (
	"encoding/json"
	"log/slog"
	"sync"
	"time"

	"github.com/slipwayhq/slipway/bot"
)

// strangers remembers what a newer slipway stored with the releases that this
// process holds, so that it is written back with them. Only the holder writes
// a release, so what it read when it claimed it is still true when it saves
// it. Without replicas of a newer version it is empty.
type strangers struct {
	mu       sync.Mutex
	held     map[string]stranger
	reported map[string]bool
}

// stranger is what this version does not understand of one release.
type stranger struct {
	extra map[string]json.RawMessage // top-level fields
	// handed is how many events come before one of an unknown type, if stuck.
	handed int
	stuck  bool
}

func newStrangers() *strangers {
	return &strangers{held: map[string]stranger{}, reported: map[string]bool{}}
}

func (s *strangers) keep(id string, of stranger) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(of.extra) == 0 && !of.stuck {
		delete(s.held, id)
		return
	}
	s.held[id] = of
}

// of returns the fields to write back, and how long the release rests if
// nothing but events of unknown types waits for it once consumed are gone.
func (s *strangers) of(id string, consumed int) (map[string]json.RawMessage, time.Duration) {
	s.mu.Lock()
	defer s.mu.Unlock()
	held := s.held[id]
	if held.stuck && consumed >= held.handed {
		return held.extra, patience
	}
	return held.extra, 0
}

func (s *strangers) moved(m bot.Move) {
	s.mu.Lock()
	defer s.mu.Unlock()
	held, found := s.held[m.Release.ID]
	switch {
	case !found:
	case !m.Keep:
		delete(s.held, m.Release.ID)
	default:
		held.handed -= m.Consumed
		s.held[m.Release.ID] = held
	}
}

// report says something about a release once.
func (s *strangers) report(log *slog.Logger, id, says string, attrs ...any) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if key := id + " " + says; !s.reported[key] {
		s.reported[key] = true
		log.With(slog.String("release", id)).Error(says, attrs...) //nolint:sloglint // each caller's text is fixed
	}
}
