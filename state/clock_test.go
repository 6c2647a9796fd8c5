package state_test

import (
	"log/slog"
	"testing"
	"time"

	"github.com/alicebob/miniredis/v2"

	"github.com/slipwayhq/slipway/bot"
	"github.com/slipwayhq/slipway/state"
)

// TestWhatIsKeptForOthersGoesByTheClockOfRedis: the machines of two replicas may be apart,
// and here that of this one is off by a day.
func TestWhatIsKeptForOthersGoesByTheClockOfRedis(t *testing.T) {
	t.Parallel()
	server := miniredis.RunT(t)
	now := time.Now().Add(-24 * time.Hour).Truncate(time.Millisecond)
	server.SetTime(now)
	later := func(d time.Duration) {
		now = now.Add(d)
		server.SetTime(now)
	}
	s, err := state.Open(t.Context(), state.Options{URL: "redis://" + server.Addr()}, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	f := fixture{T: t, Store: s}
	ctx := t.Context()
	if told, err := s.Now(ctx); err != nil || !told.Equal(now) {
		t.Errorf("Now = %s, %v, want %s", told, err, now)
	}

	f.must(s.NoteSeen(ctx, "slack"))
	if heard, err := s.LastSeen(ctx); err != nil || !heard["slack"].Equal(now) {
		t.Errorf("LastSeen = %v, %v, want %s", heard, err, now)
	}
	since, told, err := s.WatchedSince(ctx, "acme/api deploy.yml")
	if err != nil || !told.Equal(now) || !since.Equal(now.Truncate(time.Second)) {
		t.Errorf("WatchedSince = %s, %s, %v, want %s", since, told, err, now)
	}
	f.must(s.RaiseTrouble(ctx, bot.Trouble{Kind: bot.NoDirect, Says: "no Messages tab"}))
	if troubles, err := s.Troubles(ctx); err != nil || len(troubles) != 1 || !troubles[0].Since.Equal(now) {
		t.Errorf("Troubles = %+v, %v", troubles, err)
	}

	connections := func(process string, want int) {
		t.Helper()
		if all, err := s.NoteConnections(ctx, process, 2); err != nil || all != want {
			t.Errorf("NoteConnections(%s) = %d, %v, want %d", process, all, err, want)
		}
	}
	connections("a", 2)
	later(30 * time.Second)
	connections("b", 4)
	later(45 * time.Second)
	connections("b", 2) // the first one was killed

	later(24 * time.Hour)
	if troubles, err := s.Troubles(ctx); err != nil || len(troubles) != 0 {
		t.Errorf("a day later: Troubles = %+v, %v", troubles, err)
	}
	if since, _, err := s.WatchedSince(ctx, "acme/api deploy.yml"); err != nil || since.After(now.Add(-24*time.Hour)) {
		t.Errorf("a day later: WatchedSince = %s, %v", since, err)
	}
}
