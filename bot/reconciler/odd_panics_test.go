package reconciler

import (
	"context"
	"errors"
	"log/slog"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/slipwayhq/slipway/bot"
	"github.com/slipwayhq/slipway/bot/bottest"
	"github.com/slipwayhq/slipway/bot/guard"
)

// What panics over one item of many keeps the others from nothing.

// breaking is a code host in which some runs, deployments and repositories break whoever
// reads them.
type breaking struct {
	*others
	runs  []int64
	repos []string
	asked []string
}

func (b *breaking) ReadRun(ctx context.Context, repo string, id int64) (bot.Run, error) {
	if slices.Contains(b.runs, id) {
		panic("out of order")
	}
	return b.others.ReadRun(ctx, repo, id)
}

func (b *breaking) DeploymentCourse(ctx context.Context, repo string, id int64) (bot.DeploymentCourse, error) {
	if slices.Contains(b.runs, id) {
		panic("out of order")
	}
	return b.others.DeploymentCourse(ctx, repo, id)
}

func (b *breaking) NewestRuns(ctx context.Context, repo, workflow string) ([]bot.ListedRun, error) {
	b.ask("runs of " + repo)
	return b.others.NewestRuns(ctx, repo, workflow)
}

func (b *breaking) ForeignDeployments(ctx context.Context, repo string) ([]bot.ForeignDeployment, error) {
	b.ask("deployments of " + repo)
	return b.others.ForeignDeployments(ctx, repo)
}

func (b *breaking) ask(what string) {
	b.asked = append(b.asked, what)
	if slices.Contains(b.repos, what) {
		panic("out of order")
	}
}

// TestOneRunThatPanicsHidesNoOther: the other runs and deployments are told, and what that
// one did is not known, so that a deploy waits.
func TestOneRunThatPanicsHidesNoOther(t *testing.T) {
	t.Parallel()
	p := newPage(byMona(33, nil), byMona(32, nil), byMona(31, nil))
	for id := int64(31); id < 34; id++ {
		p.jobs[id] = []bot.Job{{Name: "ship", Status: bot.RunCompleted}}
	}
	o := &others{page: p, found: []bot.ForeignDeployment{foreign(7, nil), foreign(6, nil), foreign(5, nil)}, courses: map[int64]bot.DeploymentCourse{}}
	for id := int64(5); id < 8; id++ {
		o.courses[id] = bot.DeploymentCourse{State: "success"}
	}
	book := &bottest.Logbook{}
	rc := o.reconciler(t)
	b := &breaking{others: o, runs: []int64{32, 6}}
	rc.log, rc.ports.Others, rc.ports.Runs = slog.New(book), b, b
	if diff := cmp.Diff([]string{"staging", "production", "staging", "production"}, p.look(t, rc)); diff != "" {
		t.Errorf("the runs concerned (-want +got):\n%s", diff)
	}
	if _, _, err := rc.Beside(t.Context(), at("api", "production")); err == nil {
		t.Error("a deploy does not wait")
	}
	before := len(p.created)
	if err := rc.noticeDeployments(t.Context(), "acme/api"); err == nil || len(p.created) != before+2 {
		t.Errorf("%d deployments are told, %v", len(p.created)-before, err)
	}
	if !book.Says("ERROR a look at what was done past slipway panicked") {
		t.Errorf("logged %q", book.Lines())
	}
}

// TestOneRepositoryThatPanicsHidesNoOther: each other one is read in its turn, by itself and
// where a webhook spoke of it.
func TestOneRepositoryThatPanicsHidesNoOther(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		for _, loop := range []func(*Reconciler, context.Context){
			func(rc *Reconciler, ctx context.Context) { _ = rc.watchReruns(ctx) },
			func(rc *Reconciler, ctx context.Context) { _ = rc.watchDeployments(ctx) },
			func(rc *Reconciler, ctx context.Context) {
				for _, repo := range []string{"acme/api", "acme/web", "acme/shop"} {
					rc.Nudge(repo)
					rc.NudgeDeployments(repo)
				}
				_ = rc.heedNudges(ctx)
			},
		} {
			p := newPage()
			b := &breaking{others: &others{page: p}, repos: []string{"runs of acme/api", "deployments of acme/api"}}
			c := bottest.Declare(t, many)
			rc := New(c, Ports{Runs: b, Others: b, Besides: p, Epochs: p, Releases: p, Owners: p}, slog.New(slog.DiscardHandler))
			ctx, stop := context.WithTimeout(t.Context(), 10*time.Minute)
			loop(rc, ctx)
			stop()
			slices.Sort(b.asked)
			asked := slices.Compact(b.asked)
			for _, repo := range []string{"acme/web", "acme/shop"} {
				if !slices.Contains(asked, "runs of "+repo) && !slices.Contains(asked, "deployments of "+repo) {
					t.Errorf("%s is not looked at: %q", repo, asked)
				}
			}
		}
	})
}

// shrill is a voice that breaks down over one service.
type shrill struct{ *voice }

func (s shrill) PostOnce(ctx context.Context, m bot.Message) (bot.MessageRef, bool, error) {
	if m.Key.Release == "api" {
		panic("out of order")
	}
	return s.voice.PostOnce(ctx, m)
}

// PostTogether posts the others all the same.
func (s shrill) PostTogether(ctx context.Context, all []bot.Message) error {
	var failed error
	for _, m := range all {
		failed = errors.Join(failed, guard.Do(func() error { _, _, err := s.PostOnce(ctx, m); return err }))
	}
	return failed
}

// TestOneDoubtThatPanicsHidesNoOther: the others are said, and forgotten in their time.
func TestOneDoubtThatPanicsHidesNoOther(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		p, v := newPast(), &voice{}
		old := bot.Doubt{Target: at("shop", "production"), About: "runs", Of: "one", Says: "it is odd", Looked: bot.Look{By: bot.Person{ID: "U1"}, At: time.Now().Add(-8 * 24 * time.Hour)}}
		for _, d := range []bot.Doubt{{Target: at("api", "production"), About: "a", Of: "two", Says: "it is odd"}, {Target: at("web", "production"), About: "b", Of: "two", Says: "it is odd"}, old} {
			if err := p.Raise(t.Context(), d); err != nil {
				t.Fatal(err)
			}
		}
		rc, book := doubting(t, many, p, v)
		rc.ports.Voice = shrill{v}
		rc.sayDoubts(t, time.Minute)
		if len(v.posted) != 1 || len(p.doubts) != 2 || !book.Says("it could not be said") {
			t.Errorf("said %+v, kept %+v, logged %q", v.posted, p.doubts, book.Lines())
		}
	})
}
