package reconciler

import (
	"context"
	"log/slog"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/slipwayhq/slipway/bot"
)

const (
	// listAtOnce is how many lists of runs are read at once.
	listAtOnce = 8
	// beginWithin bounds how long is asked; what is not found out by then counts
	// as no.
	beginWithin = 10 * time.Second
)

// Begin decides whether an epoch that looks like the first one is: a store that was
// emptied while slipway was down looks the same, and an earlier release may still run.
// It is the first if no run at the code host bears the key of a release that the store
// does not know. If that cannot be found out it is not, and runs are compared before
// anything is dispatched, as in any other epoch. Begin is called before requests are
// served, so that no id is given that a run bears already.
func (rc *Reconciler) Begin(ctx context.Context) error {
	id, age, err := rc.ports.Epochs.Epoch(ctx)
	// The motor's loop reports that the store is away, and nothing is sent then.
	if looksFirst := err == nil && id != "" && age == bot.NoneDue; !looksFirst {
		return nil
	}
	found, whole := rc.forgotten(ctx)
	if whole && len(found) == 0 {
		return nil
	}
	rc.log.Warn("Redis looks new, and it is not certain that nothing was released before; runs are compared before anything is started")
	for service, orphans := range found {
		if _, err := rc.believed(ctx, service, orphans); err != nil {
			return err
		}
	}
	return rc.ports.Epochs.Doubt(ctx, id)
}

// forgotten are the runs whose release the store does not know, by service.
// whole is false if there may be more.
func (rc *Reconciler) forgotten(ctx context.Context) (found map[string][]orphan, whole bool) {
	ctx, cancel := context.WithTimeout(ctx, beginWithin)
	defer cancel()
	var mu sync.Mutex
	found, whole = map[string][]orphan{}, true
	var g errgroup.Group
	g.SetLimit(listAtOnce)
	for _, from := range rc.sources() {
		g.Go(func() error {
			orphans, all := rc.forgottenOf(ctx, from)
			mu.Lock()
			defer mu.Unlock()
			whole = whole && all
			for _, s := range orphans {
				id, _ := bot.ReleaseIDOf(s.RunKey)
				name, _ := bot.ServiceOf(id)
				found[name] = append(found[name], s)
			}
			return nil
		})
	}
	_ = g.Wait() // none of them fails
	return found, whole
}

func (rc *Reconciler) forgottenOf(ctx context.Context, from source) (orphans []orphan, whole bool) {
	runs, err := rc.ports.Runs.RecentRuns(ctx, from.repo, from.workflow)
	if err != nil {
		rc.log.Warn("the runs of a repository cannot be listed", slog.String("repository", from.repo), bot.ErrAttr(err))
		// Whoever may not even list the runs cannot start one there either.
		return nil, bot.Final(err)
	}
	whole = true
	for _, listed := range runs {
		id, _ := bot.ReleaseIDOf(listed.RunKey)
		name, _ := bot.ServiceOf(id)
		if !rc.isFrom(name, listed.Repo) {
			continue
		}
		r, err := rc.ports.Releases.Release(ctx, id)
		switch {
		case err == nil && r.RunKey == listed.RunKey:
		case err == nil || bot.KindOf(err) == bot.NotFound:
			orphans = append(orphans, listed)
		default:
			whole = false
		}
	}
	return orphans, whole
}
