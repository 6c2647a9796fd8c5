package reconciler

import (
	"context"
	"log/slog"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/slipwayhq/slipway/bot"
	"github.com/slipwayhq/slipway/bot/bottest"
)

// reborn is a store in an epoch of its own, and the code host beside it, whose
// runs are compared by a motor that has nothing else to do.
type reborn struct {
	Runs
	*memory
	quiet
	chat voice

	id      string
	age     time.Duration
	lifeErr error
	runs    map[string]bot.Run         // by run key
	listed  map[string][]bot.ListedRun // by repository
	read    map[int64]bot.Run
	hostErr map[string]error

	looks chan struct{}
	stop  context.CancelFunc

	watch   sync.Mutex
	asked   []string
	skipped []string
}

func (w *reborn) note(what string) {
	w.watch.Lock()
	defer w.watch.Unlock()
	w.asked = append(w.asked, what)
}

// Life is asked once for each look; with the second time the first look is over.
func (w *reborn) EpochID(ctx context.Context) (string, error) {
	select {
	case w.looks <- struct{}{}:
		return w.id, w.lifeErr
	default:
		w.stop()
		<-ctx.Done()
		return "", ctx.Err()
	}
}

func (w *reborn) Epoch(context.Context) (string, time.Duration, error) { return w.id, w.age, w.lifeErr }

func (w *reborn) LastNumber(context.Context, string) (int64, error) { return 7, w.hostErr["last"] }

func (w *reborn) Compared(context.Context, string, string) (bool, error) { return false, nil }

func (w *reborn) NoteCompared(context.Context, string, string) error { return nil }

func (w *reborn) SkipIDs(_ context.Context, highest string) (int64, error) {
	w.watch.Lock()
	defer w.watch.Unlock()
	w.skipped = append(w.skipped, highest)
	return 0, w.hostErr["skip"]
}

func (w *reborn) FindRun(_ context.Context, q bot.RunQuery) (bot.Run, error) {
	w.note("find " + q.RunKey)
	run, known := w.runs[q.RunKey]
	if err := w.hostErr[q.RunKey]; err != nil || known {
		return run, err
	}
	return bot.Run{}, &bot.Error{Kind: bot.NotFound}
}

func (*reborn) NewestRuns(context.Context, string, string) ([]bot.ListedRun, error) { return nil, nil }

func (w *reborn) RecentRuns(_ context.Context, repo, workflow string) ([]bot.ListedRun, error) {
	w.note("list " + repo + " " + workflow)
	return w.listed[repo], w.hostErr[repo]
}

func (w *reborn) ReadRun(_ context.Context, _ string, id int64) (bot.Run, error) {
	run, known := w.read[id]
	if !known && w.hostErr["read"] == nil {
		return bot.Run{}, &bot.Error{Kind: bot.NotFound}
	}
	return run, w.hostErr["read"]
}

// Doubt has the epoch begin again.
func (w *reborn) Doubt(context.Context, string) error {
	w.age = 0
	return nil
}

// look runs the reconciler for one look at its epoch. It takes a second, so it wants a
// time of the test's own.
func (w *reborn) look(tb testing.TB, rc *Reconciler) {
	tb.Helper()
	ctx, stop := context.WithCancel(tb.Context())
	defer stop()
	w.looks, w.stop = make(chan struct{}, 1), stop
	if err := rc.Run(ctx); err != nil {
		tb.Fatal(err)
	}
	slices.Sort(w.asked) // sources are compared next to each other
}

func (w *reborn) reconciler(tb testing.TB) (*Reconciler, *bottest.Logbook) {
	tb.Helper()
	book := &bottest.Logbook{}
	return New(bottest.Declare(tb, bottest.Shop), Ports{
		Clock: clock{}, Epochs: w, Releases: w.memory, Inbox: w.memory, Runs: w, Comparisons: w, Numbers: w, Doubts: w.quiet, Aside: w.quiet, Voice: &w.chat, Besides: newBesides(),
	}, slog.New(book)), book
}

// goes says why a dispatch does not leave now; empty: it does.
func (w *reborn) goes(tb testing.TB, rc *Reconciler) string {
	tb.Helper()
	w.asked = nil
	return rc.NotYet(tb.Context(), bottest.Starting()).Says
}

// second is a store in another epoch than its first, in which all runs are listed.
func second(known ...bot.Release) *reborn {
	return &reborn{
		memory: newMemory(known...), id: "two", age: time.Hour, runs: map[string]bot.Run{}, listed: map[string][]bot.ListedRun{},
		read: map[int64]bot.Run{}, hostErr: map[string]error{},
	}
}

func waiting(id string) bot.Release {
	r := bottest.Starting()
	r.ID, r.RunKey, r.Phase = id, id+".k3v9x2mq", bot.Queued
	return r
}

// TestPromise1_NothingStartsBeforeAllWasCompared: as long as one release or one
// list of runs could not be read in a new epoch, no dispatch leaves; and what
// cannot be read for good keeps nothing back.
func TestPromise1_NothingStartsBeforeAllWasCompared(t *testing.T) {
	t.Parallel()
	away, gone := &bot.Error{Kind: bot.Unavailable, Says: "no answer"}, &bot.Error{Kind: bot.NotFound}
	ran := bot.Run{ID: 7, Status: bot.RunInProgress}
	const compares = "compared with what slipway remembers"
	lists := []string{"list acme/api deploy.yml", "list acme/web deploy.yml"}
	found := []bot.InboxEvent{{Release: "api-1", Event: bot.RunFound{Run: ran}, Key: "found:api-1.k3v9x2mq"}}
	has := func(change func(*bot.Release)) func(*reborn) {
		return func(w *reborn) { r := w.releases["api-1"]; change(&r); w.releases["api-1"] = r }
	}
	both := append([]string{"find api-1.k3v9x2mq"}, lists...)
	for name, tt := range map[string]struct {
		world  func(*reborn)
		asked  []string
		events []bot.InboxEvent
		waits  string
		failed bool // which is told
	}{
		"all was compared":               {asked: both},
		"a run was found":                {world: func(w *reborn) { w.runs["api-1.k3v9x2mq"] = ran }, asked: both, events: found},
		"which could not be told":        {world: func(w *reborn) { w.runs["api-1.k3v9x2mq"] = ran; w.faults["post api-1"] = away }, asked: both, waits: compares, failed: true},
		"it has its run":                 {world: has(func(r *bot.Release) { r.Run.ID = 7 }), asked: lists},
		"it has no plan":                 {world: has(func(r *bot.Release) { r.Plan = nil }), asked: lists},
		"it has ended meanwhile":         {world: has(func(r *bot.Release) { r.Phase = bot.Cancelled }), asked: lists},
		"it is gone":                     {world: func(w *reborn) { delete(w.releases, "api-1") }, asked: lists},
		"a release cannot be read":       {world: func(w *reborn) { w.faults["release api-1"] = away }, waits: compares},
		"it never can":                   {world: func(w *reborn) { w.faults["release api-1"] = &bot.Error{Kind: bot.Internal} }, asked: lists},
		"the releases cannot be listed":  {world: func(w *reborn) { w.faults["unfinished"] = away }, waits: compares},
		"its run cannot be looked for":   {world: func(w *reborn) { w.hostErr["api-1.k3v9x2mq"] = away }, asked: both, waits: compares, failed: true},
		"its runs cannot be listed":      {world: func(w *reborn) { w.hostErr["acme/api"] = away }, asked: lists, waits: compares, failed: true},
		"slipway may not list them":      {world: func(w *reborn) { w.hostErr["acme/api"] = gone }, asked: lists, waits: compares, failed: true},
		"another's cannot be listed":     {world: func(w *reborn) { w.hostErr["acme/web"] = away }, asked: both, failed: true},
		"the last number is not known":   {world: func(w *reborn) { w.hostErr["last"] = away }, asked: lists, waits: compares, failed: true},
		"this is its first epoch":        {world: func(w *reborn) { w.age = bot.NoneDue }},
		"the store does not say":         {world: func(w *reborn) { w.lifeErr = away }, waits: "did not say"},
		"it has just begun":              {world: func(w *reborn) { w.age = time.Second }, asked: both, waits: compares},
		"it is a moment before all show": {world: func(w *reborn) { w.age = 90*time.Second - 1 }, asked: both, waits: compares},
		"all show":                       {world: func(w *reborn) { w.age = 90 * time.Second }, asked: both},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				w := second(waiting("api-1"))
				if tt.world != nil {
					tt.world(w)
				}
				rc, book := w.reconciler(t)
				w.look(t, rc)
				if diff := cmp.Diff(tt.asked, w.asked); diff != "" {
					t.Errorf("asked of the code host (-want +got):\n%s", diff)
				}
				if diff := cmp.Diff(tt.events, w.events); diff != "" {
					t.Errorf("told (-want +got):\n%s", diff)
				}
				if waits := w.goes(t, rc); !strings.Contains(waits, tt.waits) || (waits == "") != (tt.waits == "") {
					t.Errorf("a dispatch waits, since %q", waits)
				}
				if book.Says("could not be compared") != tt.failed {
					t.Errorf("logged %q", book.Lines())
				}
			})
		})
	}
}

// TestPromise1_ComparedTwice: in an epoch that has just begun the runs are compared
// at once, and not again until all of them show; then once more, and no more.
func TestPromise1_ComparedTwice(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		w := second(waiting("api-1"))
		rc, _ := w.reconciler(t)
		began := time.Now()
		for i, at := range []time.Duration{0, 10 * time.Second, 90 * time.Second, 100 * time.Second, time.Hour} {
			time.Sleep(at - time.Since(began))
			w.asked, w.age = nil, time.Since(began)
			w.look(t, rc)
			if compared := len(w.asked) > 0; compared != (i == 0 || i == 2) {
				t.Errorf("%s old: asked %v", w.age, w.asked)
			}
		}
		if waits := w.goes(t, rc); waits != "" {
			t.Errorf("a dispatch waits, since %q", waits)
		}
		w.age = time.Second // the store says that it was noticed just now, after all
		if waits := w.goes(t, rc); waits == "" {
			t.Error("a dispatch leaves right after a restart")
		}
		w.age = time.Hour
		if waits := w.goes(t, rc); waits == "" {
			t.Error("a dispatch leaves before the runs were compared again")
		}
		if w.look(t, rc); w.goes(t, rc) != "" {
			t.Error("a dispatch waits, and the runs were compared again")
		}
		w.id = "three"
		if waits := w.goes(t, rc); waits == "" {
			t.Error("a dispatch leaves in the next epoch")
		}
		w.asked, w.id = nil, ""
		if w.look(t, rc); len(w.asked) != 0 {
			t.Errorf("a store that cannot tell its epochs has asked %v", w.asked)
		}
	})
}
