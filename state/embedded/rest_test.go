package embedded_test

import (
	"context"
	"os"
	"path/filepath"
	"syscall"
	"testing"

	"github.com/slipwayhq/slipway/state"
	"github.com/slipwayhq/slipway/state/embedded"
)

// run is one run of a server with a store on it, from its start to its clean stop.
type run struct {
	testing.TB
	server *embedded.Server
	store  *state.Store
	// continued is what the store said of the word that was left.
	continued bool
}

func begin(tb testing.TB, dir string) run {
	tb.Helper()
	ctx := context.Background()
	server, err := embedded.Start(ctx, dir, quiet())
	if err != nil {
		tb.Fatal(err)
	}
	store, err := state.Open(ctx, state.Options{URL: server.URL()}, quiet())
	if err != nil {
		tb.Fatal(err)
	}
	r := run{TB: tb, server: server, store: store}
	if r.continued, err = store.Continue(ctx, server.Rested()); err != nil {
		tb.Fatal(err)
	}
	return r
}

// lives has the life noticed, as slipway does once it runs.
func (r run) lives() run {
	r.Helper()
	if _, _, err := r.store.Epoch(context.Background()); err != nil {
		r.Fatal(err)
	}
	return r
}

// end stops the server cleanly.
func (r run) end() {
	r.Helper()
	if err := r.store.Rest(context.Background(), r.server.StopToken()); err != nil {
		r.Fatal(err)
	}
	r.stop()
}

// stop stops it without the word.
func (r run) stop() {
	r.Helper()
	_ = r.store.Close()
	if err := r.server.Stop(); err != nil {
		r.Fatal(err)
	}
}

func copyDir(tb testing.TB, from, to string) {
	tb.Helper()
	if err := os.RemoveAll(to); err != nil {
		tb.Fatal(err)
	}
	if err := os.CopyFS(to, os.DirFS(from)); err != nil {
		tb.Fatal(err)
	}
}

// A life goes on after a clean stop, and after nothing else: where a copy of the
// directory was put back, by whatever way, or where a server lost anything, a new one
// begins.
func TestRest(t *testing.T) {
	t.Parallel()
	needServer(t)
	tests := []struct {
		name string
		// between happens after a first run that was stopped cleanly.
		between func(t *testing.T, dir string)
		want    bool
	}{
		{"nothing", func(*testing.T, string) {}, true},
		{"another clean run", func(t *testing.T, dir string) {
			t.Helper()
			begin(t, dir).lives().end()
		}, true},
		{"the whole folder is moved away and back", func(t *testing.T, dir string) {
			t.Helper()
			away := filepath.Join(t.TempDir(), "away")
			if err := os.Rename(dir, away); err != nil {
				t.Fatal(err)
			}
			copyDir(t, away, dir)
			begin(t, dir).lives().end()
			if err := os.RemoveAll(dir); err != nil {
				t.Fatal(err)
			}
			if err := os.Rename(away, dir); err != nil {
				t.Fatal(err)
			}
		}, false},
		{"a copy of the stop is put back after another run", func(t *testing.T, dir string) {
			t.Helper()
			saved := filepath.Join(t.TempDir(), "saved")
			copyDir(t, dir, saved)
			begin(t, dir).lives().end()
			copyDir(t, saved, dir)
		}, false},
		{"a copy of the stop is put back after a run that was not stopped cleanly", func(t *testing.T, dir string) {
			t.Helper()
			saved := filepath.Join(t.TempDir(), "saved")
			copyDir(t, dir, saved)
			begin(t, dir).lives().stop()
			copyDir(t, saved, dir)
		}, false},
		{"a copy that was made while it ran is put back", func(t *testing.T, dir string) {
			t.Helper()
			saved := filepath.Join(t.TempDir(), "saved")
			r := begin(t, dir).lives()
			copyDir(t, dir, saved)
			r.end()
			copyDir(t, saved, dir)
		}, false},
		{"Redis's files alone are put back", func(t *testing.T, dir string) {
			t.Helper()
			saved := filepath.Join(t.TempDir(), "saved")
			copyDir(t, filepath.Join(dir, "appendonlydir"), saved)
			begin(t, dir).lives().end()
			copyDir(t, saved, filepath.Join(dir, "appendonlydir"))
		}, false},
		{"the directory is emptied", func(t *testing.T, dir string) {
			t.Helper()
			if err := os.RemoveAll(filepath.Join(dir, "appendonlydir")); err != nil {
				t.Fatal(err)
			}
		}, false},
		{"a run without a clean stop", func(t *testing.T, dir string) {
			t.Helper()
			begin(t, dir).lives().stop()
		}, false},
		{"a run whose server was killed and came back", func(t *testing.T, dir string) {
			t.Helper()
			r := begin(t, dir).lives()
			pid := pidOf(t, dir)
			if err := syscall.Kill(pid, syscall.SIGKILL); err != nil {
				t.Fatal(err)
			}
			eventually(t, "another server answers", func() bool {
				return pidOf(t, dir) != pid && r.store.Ping(context.Background()) == nil
			})
			r.lives().end()
		}, false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			dir := filepath.Join(t.TempDir(), "data")
			first := begin(t, dir)
			if first.continued {
				t.Fatal("the very first run goes on after a stop that there was not")
			}
			first.lives().end()
			tt.between(t, dir)
			last := begin(t, dir)
			defer last.stop()
			if last.continued != tt.want {
				t.Errorf("the next run goes on after the stop: %v, want %v", last.continued, tt.want)
			}
		})
	}
}

// A life that began again and that nobody noticed is not taken for the one before by
// being stopped cleanly.
func TestRest_OfALifeThatNobodyNoticed(t *testing.T) {
	t.Parallel()
	needServer(t)
	dir := filepath.Join(t.TempDir(), "data")
	begin(t, dir).lives().stop()
	begin(t, dir).end()
	last := begin(t, dir)
	defer last.stop()
	if last.continued {
		t.Error("a life of which nobody knows what it lost was continued")
	}
}

// The age of a life goes on too: what was left of a wait before the stop is waited
// for after it.
func TestRest_KeepsTheAge(t *testing.T) {
	t.Parallel()
	needServer(t)
	ctx, dir := context.Background(), filepath.Join(t.TempDir(), "data")
	begin(t, dir).lives().stop()
	second := begin(t, dir).lives()
	_, before, err := second.store.Epoch(ctx)
	if err != nil || before < 0 {
		t.Fatalf("the second life is %v old, %v", before, err)
	}
	second.end()
	third := begin(t, dir)
	defer third.stop()
	if _, after, err := third.store.Epoch(ctx); err != nil || after <= before || !third.continued {
		t.Errorf("the life is %v old after the stop and was %v before, %v", after, before, err)
	}
}
