package state

import (
	"testing"

	"github.com/slipwayhq/slipway/bot"
)

// TestWhatIsNotUnderstoodBelongsToItsClaim: a release that is handed back may be claimed
// anew by the same process before that one hears that it was handed back. What a newer
// slipway stored is written back all the same.
func TestWhatIsNotUnderstoodBelongsToItsClaim(t *testing.T) {
	t.Parallel()
	s := newUnrecognised()
	first, second := &beyond{}, &beyond{}
	move := func(fence int64, keep bool) bot.Move {
		return bot.Move{Release: bot.Release{ID: "api-1"}, Fence: fence, Consumed: 1, Keep: keep}
	}
	s.keep("api-1", unrecognisedParts{fence: 1, extra: first, handed: 1, stuck: true})
	if extra, wait := s.of(move(1, false)); extra != first || wait != patience {
		t.Errorf("with the first claim goes %v, and it rests for %s", extra, wait)
	}
	s.keep("api-1", unrecognisedParts{fence: 2, extra: second, handed: 5})
	s.moved(move(1, false)) // its answer comes late
	if extra, wait := s.of(move(2, true)); extra != second || wait != 0 {
		t.Errorf("with the second claim goes %v, and it rests for %s", extra, wait)
	}
	if extra, _ := s.of(move(1, false)); extra != nil {
		t.Errorf("with the first claim goes %v of the second", extra)
	}
	s.moved(move(2, false))
	if len(s.held) != 0 {
		t.Errorf("%v is kept after the last", s.held)
	}
}
