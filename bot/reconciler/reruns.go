package reconciler

import (
	"context"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"github.com/slipwayhq/slipway/bot"
	"github.com/slipwayhq/slipway/bot/loop"
)

// Somebody may start a run again on the code host's page, up to a month after its
// release is over: old code goes out past every rule. A webhook says so at once,
// but it may be lost, or there are none. So the newest runs of each workflow are
// read now and then, and whenever a plan is worked out or checked.

const (
	// rerunsPolls is how many poll intervals lie between two reads of a workflow's
	// newest runs, two minutes by default; rerunsMost is the longest such time.
	rerunsPolls    = 8
	maxRerunsPause = 3 * time.Minute
	// rerunsWithin bounds one such read.
	rerunsWithin = 20 * time.Second
)

// newest remembers when the newest runs of each source were read last, and whether that
// showed what was started past slipway.
type newest struct {
	mu     sync.Mutex
	at     map[source]time.Time
	beside map[source]error
}

func (n *newest) note(s source, now time.Time, beside error) {
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.at == nil {
		n.at, n.beside = map[source]time.Time{}, map[source]error{}
	}
	n.at[s], n.beside[s] = now, beside
}

func (n *newest) last(s source) (at time.Time, beside error) {
	n.mu.Lock()
	defer n.mu.Unlock()
	return n.at[s], n.beside[s]
}

// watchReruns reads the newest runs of one source after the other, so that each is read
// once within the interval.
func (rc *Reconciler) watchReruns(ctx context.Context) error {
	sources := rc.sources()
	if len(sources) == 0 {
		<-ctx.Done()
		return ctx.Err()
	}
	rc.beginWatch(ctx, sources)
	every := min(rerunsPolls*rc.catalog.GitHub.Poll, maxRerunsPause)
	for i := 0; ctx.Err() == nil; i++ {
		loop.Pause(ctx, nil, max(every/time.Duration(len(sources)), 10*time.Millisecond))
		s := sources[i%len(sources)]
		if last, _ := rc.newest.last(s); ctx.Err() != nil || time.Since(last) < every/2 {
			continue // a plan has just asked
		}
		loop.Alone(rc.log, s.String(), func() { rc.look(ctx, s) })
	}
	return ctx.Err()
}

// StartedAgain reads the newest runs of a workflow for those that were started again after
// their release was over, and lets each release know that does not yet. One that cannot be
// let know keeps the others from nothing.
func (rc *Reconciler) StartedAgain(ctx context.Context, repo, workflow string) ([]bot.SeenRerun, error) {
	runs, err := rc.ports.Runs.NewestRuns(ctx, repo, workflow)
	if err != nil {
		return nil, err
	}
	var seen []bot.SeenRerun
	for _, listed := range runs {
		if listed.Run.Attempt < 2 {
			continue
		}
		r, found, err := rc.ofRun(ctx, listed)
		if err != nil {
			return nil, err
		}
		if !found || !r.Phase.RunIsOver() || listed.Run.Attempt <= max(1, r.Run.Attempt) {
			continue
		}
		again := bot.SeenRerun{Of: r, Run: listed.Run}
		switch err := rc.letKnow(ctx, again); {
		case bot.KindOf(err) == bot.Unavailable && err != nil:
			return nil, err
		case err != nil: // that one alone: its target's plans wait for it, as it is news to it
			rc.log.Warn("a release could not be told that its run was started again", slog.String("release", r.ID), bot.ErrAttr(err))
		}
		seen = append(seen, again)
	}
	s := source{repo, workflow}
	rc.newest.note(s, time.Now(), rc.noticeBeside(ctx, s, runs))
	return seen, nil
}

// letKnow has a release read its run that was started again, unless it knows of it.
func (rc *Reconciler) letKnow(ctx context.Context, again bot.SeenRerun) error {
	if !again.News() {
		return nil
	}
	_, err := rc.ports.Inbox.Post(ctx, bot.InboxEvent{
		Release: again.Of.ID, Event: bot.Hinted{Attempt: again.Run.Attempt},
		Key: fmt.Sprintf("rerun:%d:%d:%s", again.Run.ID, again.Run.Attempt, again.Run.Status),
	})
	return err
}

// ofRun is the release that a listed run belongs to, by the key in its name or, if the
// workflow shows none, by its number. One unreadable release does not stop the others.
func (rc *Reconciler) ofRun(ctx context.Context, listed bot.ListedRun) (bot.Release, bool, error) {
	id, found := bot.ReleaseIDOf(listed.RunKey)
	if !found {
		var err error
		if id, found, err = rc.ports.Owners.ReleaseOfRun(ctx, listed.Run.ID); err != nil || !found {
			return bot.Release{}, false, err
		}
	}
	r, err := rc.ports.Releases.Release(ctx, id)
	switch kind := bot.KindOf(err); {
	case err != nil && kind == bot.Unavailable:
		return bot.Release{}, false, err
	case err != nil && kind != bot.NotFound:
		rc.log.Warn("a run was started again whose release cannot be read", slog.String("release", id), bot.ErrAttr(err))
	}
	return r, err == nil && r.Run.ID == listed.Run.ID, nil
}
