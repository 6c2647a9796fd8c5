package engine

import (
	"context"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"github.com/slipwayhq/slipway/bot"
)

// Somebody may start a run again on the code host's page, up to a month after its
// release is over: old code goes out past every rule. A webhook says so at once,
// but it may be lost, or there are none. So the newest runs of each workflow are
// read now and then, and whenever a plan is worked out or checked.

const (
	// rerunsPolls is after how many polls of a run the newest runs of a workflow are
	// read, two minutes as configured by default; rerunsMost is the most.
	rerunsPolls = 8
	rerunsMost  = 3 * time.Minute
	// rerunsWithin bounds one such read.
	rerunsWithin = 20 * time.Second
)

// newest remembers when the newest runs of each source were read last.
type newest struct {
	mu sync.Mutex
	at map[source]time.Time
}

func (n *newest) note(s source, now time.Time) {
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.at == nil {
		n.at = map[source]time.Time{}
	}
	n.at[s] = now
}

func (n *newest) last(s source) time.Time {
	n.mu.Lock()
	defer n.mu.Unlock()
	return n.at[s]
}

// watchReruns reads the newest runs of one source after the other, so that each
// has its turn within the interval.
func (e *Engine) watchReruns(ctx context.Context) error {
	sources := e.sources()
	if len(sources) == 0 {
		<-ctx.Done()
		return ctx.Err()
	}
	every := min(rerunsPolls*e.catalog.GitHub.Poll, rerunsMost)
	for i := 0; ctx.Err() == nil; i++ {
		pause(ctx, nil, max(every/time.Duration(len(sources)), 10*time.Millisecond))
		s := sources[i%len(sources)]
		if ctx.Err() != nil || time.Since(e.newest.last(s)) < every/2 {
			continue // a plan has just asked
		}
		within, cancel := context.WithTimeout(ctx, rerunsWithin)
		_, err := e.reruns(within, s)
		if unknown := bot.KindOf(err) == bot.NotFound; err != nil && !unknown && ctx.Err() == nil { // what nobody knows has no runs
			e.log.Warn("it could not be looked whether runs were started again", slog.String("repo", s.repo), slog.String("workflow", s.workflow), errAttr(err))
		}
		cancel()
	}
	return ctx.Err()
}

// seenRerun is a run that was started again after its release was over, as the
// code host lists it.
type seenRerun struct {
	of  bot.Release
	run bot.Run
}

// goes says that it goes on.
func (s seenRerun) goes() bool { return s.run.Status != bot.RunCompleted }

// news says that its release does not know of it yet.
func (s seenRerun) news() bool {
	known := s.of.LastAttempt()
	return s.run.Attempt > known || s.run.Attempt == known && s.of.RerunGoes() && !s.goes()
}

func (s seenRerun) rerun() bot.Rerun {
	return bot.Rerun{Release: s.of.ID, Run: s.run.ID, Attempt: s.run.Attempt, URL: s.run.URL}
}

// reruns reads the newest runs of a source for those that were started again after
// their release was over, and lets each release know that does not yet.
func (e *Engine) reruns(ctx context.Context, s source) ([]seenRerun, error) {
	runs, err := e.Runs.NewestRuns(ctx, s.repo, s.workflow)
	if err != nil {
		return nil, err
	}
	var seen []seenRerun
	for _, listed := range runs {
		if listed.Run.Attempt < 2 {
			continue
		}
		r, found, err := e.ofRun(ctx, listed)
		if err != nil {
			return nil, err
		}
		over := r.Ended() || r.Phase == bot.Verifying
		if !found || !over || listed.Run.Attempt <= max(1, r.Run.Attempt) {
			continue
		}
		again := seenRerun{of: r, run: listed.Run}
		if err := e.letKnow(ctx, again); err != nil {
			return nil, err
		}
		seen = append(seen, again)
	}
	e.newest.note(s, time.Now())
	return seen, nil
}

// letKnow has a release read its run that was started again, unless it knows.
func (e *Engine) letKnow(ctx context.Context, again seenRerun) error {
	if !again.news() {
		return nil
	}
	_, err := e.Intake.Post(ctx, bot.Letter{
		Release: again.of.ID, Event: bot.Hinted{Attempt: again.run.Attempt},
		Key: fmt.Sprintf("rerun:%d:%d:%s", again.run.ID, again.run.Attempt, again.run.Status),
	})
	return err
}

// ofRun is the release that a listed run belongs to, by the key in its name or, of
// a workflow that shows none, by its number. One that cannot be read keeps the
// others from nothing.
func (e *Engine) ofRun(ctx context.Context, listed bot.ListedRun) (bot.Release, bool, error) {
	id, found := bot.ReleaseIDOf(listed.RunKey)
	if !found {
		var err error
		if id, found, err = e.Owners.ReleaseOfRun(ctx, listed.Run.ID); err != nil || !found {
			return bot.Release{}, false, err
		}
	}
	r, err := e.Records.Release(ctx, id)
	switch kind := bot.KindOf(err); {
	case err != nil && kind == bot.Unavailable:
		return bot.Release{}, false, err
	case err != nil && kind != bot.NotFound:
		e.log.Warn("a run was started again whose release cannot be read", slog.String("release", id), errAttr(err))
	}
	return r, err == nil && r.Run.ID == listed.Run.ID, nil
}

// readReruns looks whether a run of the release's target was started again. What
// the target's history does not know of yet must be in it before a plan can be
// right.
func (b *builder) readReruns(ctx context.Context) error {
	if b.r.Kind == bot.Adopt {
		return nil
	}
	seen, err := b.e.reruns(ctx, source{repo: b.plan.Repo, workflow: b.plan.Workflow})
	if err != nil {
		return err
	}
	b.plan.Rerun = nil
	for _, again := range seen {
		if again.of.Target != b.r.Target {
			continue
		}
		if again.news() {
			return &bot.Error{
				Kind: bot.Unavailable, Op: "look for runs that were started again", RetryAfter: time.Second,
				Says: fmt.Sprintf("%s was run again at GitHub (attempt %d), and it is being read what came of that", again.of.ID, again.run.Attempt),
			}
		}
		if again.goes() {
			rerun := again.rerun()
			b.plan.Rerun = &rerun
		}
	}
	return nil
}

// rerunGoes asks whether the run goes on that the release's plan waits for.
func (e *Engine) rerunGoes(ctx context.Context, r bot.Release) (bool, error) {
	if r.Plan == nil || r.Plan.Rerun == nil {
		return false, nil
	}
	run, err := e.Runner.ReadRun(ctx, r.Plan.Repo, r.Plan.Rerun.Run)
	if bot.KindOf(err) == bot.NotFound {
		return false, nil // it was deleted, so it is over
	}
	return run.Status != bot.RunCompleted, err
}
