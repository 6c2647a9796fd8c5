package reconciler

import (
	"context"
	"fmt"
	"log/slog"
	"maps"
	"slices"
	"time"

	"github.com/slipwayhq/slipway/bot"
	"github.com/slipwayhq/slipway/bot/guard"
)

const (
	// comparedAtOnce is how many sources are compared at a time.
	comparedAtOnce = 4
	// comparedWithin bounds the comparison of one.
	comparedWithin = 30 * time.Second
)

// compareRuns compares the sources that are due. A fault in one holds back that one
// only.
func (rc *Reconciler) compareRuns(ctx context.Context, epoch string, settles time.Duration) {
	due := rc.epochs.due(epoch, rc.sources(), time.Now())
	open, err := rc.openReleases(ctx)
	if err != nil {
		return // that the store is away is said by the motor's loop
	}
	rc.log.Info("comparing releases with the runs at GitHub", slog.Int("workflows", len(due)))
	var g guard.Group
	g.SetLimit(comparedAtOnce)
	for _, s := range due {
		g.Go(func() error {
			ctx, cancel := context.WithTimeout(ctx, comparedWithin)
			defer cancel()
			err := guard.Do(func() error { return rc.compare(ctx, s, epoch, open[s]) })
			if err != nil {
				rc.notCompared(ctx, s, epoch, err)
			} else if rc.epochs.went(epoch, s, settles) {
				rc.compared(ctx, s, epoch)
			}
			return nil
		})
	}
	_ = g.Wait() // none of them returns an error
	for s, releases := range open {
		if !slices.Contains(due, s) && !slices.Contains(rc.sources(), s) {
			// slipway.yaml has another workflow by now, so nothing waits for it.
			if err := rc.findRuns(ctx, epoch, releases); err != nil {
				rc.log.Warn("runs of a workflow that is not in slipway.yaml any more could not be looked for", slog.String("repo", s.repo), bot.ErrAttr(err))
			}
		}
	}
}

// openReleases are the unfinished releases without a known run, by the source where it
// would be. A release that cannot be read is left out: if it has a run, that run is
// found and raises a doubt.
func (rc *Reconciler) openReleases(ctx context.Context) (map[source][]bot.Release, error) {
	ids, err := rc.ports.Releases.Unfinished(ctx)
	if err != nil {
		return nil, err
	}
	open := map[source][]bot.Release{}
	for _, id := range ids {
		r, err := rc.ports.Releases.Release(ctx, id)
		switch kind := bot.KindOf(err); {
		case err != nil && kind == bot.Unavailable:
			return nil, err
		case err != nil && kind != bot.NotFound:
			rc.log.Warn("an unfinished release cannot be read and is not compared", slog.String("release", id), bot.ErrAttr(err))
		case err == nil && r.Plan != nil && r.Run.ID == 0 && !r.Ended():
			s := source{repo: r.Plan.Repo, workflow: r.Plan.Workflow}
			open[s] = append(open[s], r)
		}
	}
	return open, nil
}

// compare compares one source: its newest runs with the store, then the open releases
// with its runs. The list is read first, since one request shows whether the source
// answers at all.
func (rc *Reconciler) compare(ctx context.Context, s source, epoch string, open []bot.Release) error {
	runs, err := rc.ports.Runs.RecentRuns(ctx, s.repo, s.workflow)
	if err != nil {
		return err
	}
	if err := rc.sortOut(ctx, s, epoch, runs); err != nil {
		return err
	}
	return rc.findRuns(ctx, epoch, open)
}

// findRuns looks for the run of each release, and tells the release if there is one. A
// run that it does not understand does not stop it; a code host that does not answer
// does.
func (rc *Reconciler) findRuns(ctx context.Context, epoch string, open []bot.Release) error {
	var failed error
	for _, r := range open {
		run, err := rc.ports.Runs.FindRun(ctx, r.RunQuery())
		if err == nil {
			event := bot.InboxEvent{Release: r.ID, Event: bot.RunFound{Run: run}, Key: "found:" + r.RunKey}
			if _, err := rc.ports.Inbox.Post(ctx, event); err != nil {
				failed = err // the others are told all the same
			}
			continue
		}
		switch bot.KindOf(err) {
		case bot.NotFound:
		case bot.Internal, bot.Invalid, bot.Gone, bot.Stale:
			rc.puzzled(ctx, bot.Doubt{
				Target: r.Target, About: "run of " + r.ID, Of: epoch, Says: "the run of " + r.ID + " cannot be told at GitHub: " + saysOf(err),
				Mend: "Look at the runs of " + r.Plan.Workflow + " in " + r.Plan.Repo + " that show " + r.RunKey + ".",
			})
		case bot.Unavailable, bot.Limited, bot.Denied, bot.NeverSent:
			return err
		}
	}
	return failed
}

func saysOf(err error) string {
	says, _ := bot.ForPeople(err)
	return says
}

// compared tells all replicas that a source was compared, and lifts the doubt about it.
func (rc *Reconciler) compared(ctx context.Context, s source, epoch string) {
	if err := rc.ports.Comparisons.NoteCompared(ctx, s.String(), epoch); err != nil {
		rc.log.Warn("it was not noted that runs were compared", bot.ErrAttr(err))
	}
	rc.lift(ctx, s.about())
}

// notCompared schedules another try, with growing pauses, and holds the targets of the
// source once a few tries have failed.
func (rc *Reconciler) notCompared(ctx context.Context, s source, epoch string, why error) {
	tries := rc.epochs.failed(epoch, s, bot.RetryAfter(why))
	log := rc.log.With(slog.String("repo", s.repo), slog.String("workflow", s.workflow))
	log.Warn("the runs at GitHub could not be compared after a restart of Redis",
		slog.Int("tries", tries), bot.ErrAttr(why), slog.String("stack", guard.Stack(why)))
	if tries < fewTries || ctx.Err() != nil && tries < fewTries+1 {
		return
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), 5*time.Second)
	defer cancel()
	done, err := rc.ports.Comparisons.Compared(ctx, s.String(), epoch)
	if err != nil || done {
		return // another replica manages; this one starts nothing and goes on trying
	}
	for _, t := range rc.targetsOf(s) {
		rc.puzzled(ctx, bot.Doubt{
			Target: t, About: s.about(), Of: epoch,
			Says: fmt.Sprintf("Redis was restarted, and since then the runs of %s in %s cannot be compared with what slipway remembers: %s", s.workflow, s.repo, saysOf(why)),
			Mend: "It is tried again at most once a minute, and goes on by itself when GitHub answers. If it cannot wait, look at GitHub whether a run is under way there that nobody here knows.",
		})
	}
}

// sortOut compares the listed runs of a source with the store, service by
// service.
func (rc *Reconciler) sortOut(ctx context.Context, s source, epoch string, runs []bot.ListedRun) error {
	unknown := map[string][]orphan{}
	for _, service := range rc.servicesOf(s) {
		unknown[service] = nil // what was found before may be over
	}
	first := map[string]bot.ListedRun{}
	for _, listed := range runs {
		id, _ := bot.ReleaseIDOf(listed.RunKey)
		name, _ := bot.ServiceOf(id)
		if !rc.isFrom(name, listed.Repo) {
			continue
		}
		if other, twice := first[listed.RunKey]; twice {
			rc.puzzledByTwo(ctx, epoch, id, other, listed)
			continue
		}
		first[listed.RunKey] = listed
		r, err := rc.ports.Releases.Release(ctx, id)
		switch kind := bot.KindOf(err); {
		case err == nil && r.RunKey == listed.RunKey:
		case err == nil || kind == bot.NotFound:
			unknown[name] = append(unknown[name], listed)
		case kind == bot.Unavailable:
			return err
		default:
			rc.puzzledByRecord(ctx, epoch, id, listed)
		}
	}
	for _, service := range slices.Sorted(maps.Keys(unknown)) {
		found, err := rc.believed(ctx, service, unknown[service])
		if err != nil {
			return err
		}
		rc.epochs.found(service, found)
	}
	return nil
}

// puzzledByTwo raises a doubt when two runs show the same key and one of them still
// goes on: somebody started the workflow by hand, or it was started twice.
func (rc *Reconciler) puzzledByTwo(ctx context.Context, epoch, id string, a, b bot.ListedRun) {
	if a.Run.Status == bot.RunCompleted && b.Run.Status == bot.RunCompleted {
		rc.log.Warn("two runs that are over show one key", slog.String("release", id))
		return
	}
	rc.puzzledByRun(ctx, epoch, id, fmt.Sprintf("two runs at GitHub show the key of %s (%s and %s)", id, a.Run.URL, b.Run.URL),
		"Look at both: one may have been started by hand with the same inputs. Cancel the one that is not wanted.")
}

// puzzledByRecord raises a doubt when a run goes on whose release cannot be read.
func (rc *Reconciler) puzzledByRecord(ctx context.Context, epoch, id string, listed bot.ListedRun) {
	if listed.Run.Status == bot.RunCompleted {
		return
	}
	rc.puzzledByRun(ctx, epoch, id, fmt.Sprintf("a run at GitHub shows the key of %s, whose record in Redis cannot be read: %s", id, listed.Run.URL),
		"Look at that run, and wait until it is over or cancel it.")
}

// puzzledByRun raises a doubt about the target of the run's release, or about all
// targets of the service if that is not known.
func (rc *Reconciler) puzzledByRun(ctx context.Context, epoch, id, says, mend string) {
	name, _ := bot.ServiceOf(id)
	targets := rc.targetsIn(name)
	if r, err := rc.ports.Releases.Release(ctx, id); err == nil {
		targets = []bot.Target{r.Target}
	}
	for _, t := range targets {
		rc.puzzled(ctx, bot.Doubt{Target: t, About: "run of " + id, Of: epoch, Says: says, Mend: mend})
	}
}
