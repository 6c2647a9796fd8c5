package reconciler

import (
	"context"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/slipwayhq/slipway/bot"
	"github.com/slipwayhq/slipway/bot/bottest"
)

// What goes wrong with one item of many keeps the others from nothing.

// full is a store in which nothing finds room for some releases and targets.
type full struct {
	*page
	releases map[string]error
	targets  map[bot.Target]error
}

func (f full) Post(ctx context.Context, l bot.InboxEvent) (bot.Posted, error) {
	if err := f.releases[l.Release]; err != nil {
		return "", err
	}
	return f.page.Post(ctx, l)
}

func (f full) Create(ctx context.Context, d bot.Draft) (bot.Created, error) {
	if err := f.targets[d.Target]; err != nil {
		return bot.Created{}, err
	}
	return f.page.Create(ctx, d)
}

// TestOneReleaseThatCannotBeToldHidesNoOther: where too much waits for one already, the
// others are let know, and what was done past slipway is told; its own plans wait for it.
// With the store away nothing is known.
func TestOneReleaseThatCannotBeToldHidesNoOther(t *testing.T) {
	t.Parallel()
	p := newPage(listedRun("api-2.abcd1234", 7, 2, bot.RunInProgress), listedRun("api-3.abcd1234", 8, 2, bot.RunInProgress), byMona(31, nil))
	p.releases["api-2"], p.releases["api-3"] = ranOnce("api-2", "production", 7, bot.Succeeded), ranOnce("api-3", "staging", 8, bot.Succeeded)
	p.jobs[31] = []bot.Job{{Name: "ship", Status: bot.RunCompleted}}
	store := full{page: p, releases: map[string]error{"api-2": bottest.Failing(bot.Limited)}}
	rc := p.reconciler(t)
	rc.ports.Inbox = store
	seen, err := rc.StartedAgain(t.Context(), "acme/api", "deploy.yml")
	if err != nil || len(seen) != 2 || !seen[0].News() {
		t.Errorf("seen %+v, %v", seen, err)
	}
	if len(p.posted) != 1 || p.posted[0].Release != "api-3" || len(p.created) != 2 {
		t.Errorf("posted %+v, and entered %+v", p.posted, p.created)
	}
	store.releases["api-2"] = bottest.Failing(bot.Unavailable)
	if _, err := rc.StartedAgain(t.Context(), "acme/api", "deploy.yml"); bot.KindOf(err) != bot.Unavailable {
		t.Errorf("with the store away: %v", err)
	}
}

// TestOneTargetThatCannotBeEnteredHidesNoOther: the run is entered for the others, and for
// that one once it can be, however late: for none of them twice.
func TestOneTargetThatCannotBeEnteredHidesNoOther(t *testing.T) {
	t.Parallel()
	p := newPage(byMona(31, nil))
	p.jobs[31] = []bot.Job{{Name: "ship", Status: bot.RunCompleted}}
	staging := bot.Target{Service: "api", Environment: "staging"}
	store := full{page: p, targets: map[bot.Target]error{staging: bottest.Failing(bot.Limited)}}
	rc := p.reconciler(t)
	rc.ports.Besides = store
	if diff := cmp.Diff([]string{"production"}, p.look(t, rc)); diff != "" {
		t.Errorf("while one cannot be entered (-want +got):\n%s", diff)
	}
	if _, _, err := rc.Beside(t.Context(), staging); bot.KindOf(err) != bot.Limited {
		t.Errorf("a deploy to it does not wait: %v", err)
	}
	delete(store.targets, staging)
	p.entered() // and the store has forgotten the key by which it was entered
	if diff := cmp.Diff([]string{"staging"}, p.look(t, rc)); diff != "" {
		t.Errorf("once it can be entered (-want +got):\n%s", diff)
	}
}

// TestARunOfWhichNothingIsToldCountsAsBegun: it is told once, and holds no deploy for ever.
func TestARunOfWhichNothingIsToldCountsAsBegun(t *testing.T) {
	t.Parallel()
	for _, kind := range []bot.ErrorKind{bot.Invalid} {
		p := newPage(byMona(31, func(l *bot.ListedRun) { l.Run.Conclusion = bot.ConclusionFailure }))
		p.broken[31] = bottest.Failing(kind)
		rc := p.reconciler(t)
		if diff := cmp.Diff([]string{"staging", "production"}, p.look(t, rc)); diff != "" {
			t.Errorf("%s: it concerned (-want +got):\n%s", kind, diff)
		}
		p.entered()
		if _, done, err := rc.Beside(t.Context(), bot.Target{Service: "api", Environment: "staging"}); err != nil || len(done) != 1 {
			t.Errorf("%s: a deploy is asked of %+v, %v", kind, done, err)
		}
	}
}

// stuck is a store in which some of what was put aside cannot be taken up.
type stuck struct {
	*past
	fails map[string]error
}

func (s stuck) Resume(ctx context.Context, id string) error {
	if err := s.fails[id]; err != nil {
		return err
	}
	return s.past.Resume(ctx, id)
}

// TestPromise6_WhatWasPutAsideIsTakenUp: where that fails for one release the others go on,
// and whoever says again that they looked takes that one up.
func TestPromise6_WhatWasPutAsideIsTakenUp(t *testing.T) {
	t.Parallel()
	p := newPast()
	store := stuck{p, map[string]error{"api-7": bottest.Failing(bot.Unavailable)}}
	production, staging := bot.Target{Service: "api", Environment: "production"}, bot.Target{Service: "api", Environment: "staging"}
	for id, target := range map[string]bot.Target{"api-7": production, "api-8": staging} {
		p.releases[id] = bot.Release{ID: id, Target: target}
		if err := p.Raise(t.Context(), bot.Doubt{Target: target, About: "releases", Of: "1", Release: id, Says: "it is odd"}); err != nil {
			t.Fatal(err)
		}
	}
	rc := p.reconciler(t)
	rc.ports.Aside = store
	all := bot.Doubt{About: "releases", Of: "1"}
	wish := bot.LookWish{Mark: all.Mark(), By: bot.Person{ID: "U01ANNA"}}
	staged := bot.LookWish{Mark: all.Mark(), By: bot.Person{ID: "U02BEN"}}
	if _, err := rc.Looked(t.Context(), wish); bot.KindOf(err) != bot.Unavailable {
		t.Errorf("where it cannot be taken up: %v", err)
	}
	if done, err := rc.Looked(t.Context(), staged); err != nil || len(done.Released) != 1 {
		t.Errorf("of the other one: %+v, %v", done, err)
	}
	delete(store.fails, "api-7")
	done, err := rc.Looked(t.Context(), wish)
	if diff := cmp.Diff([]string{"api-8", "api-7"}, p.taken); err != nil || len(done.Released) != 1 || diff != "" {
		t.Errorf("said again: %+v, %v (-want +got):\n%s", done, err, diff)
	}
}
