package reconciler

import (
	"cmp"
	"context"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"time"

	"github.com/slipwayhq/slipway/bot"
	"github.com/slipwayhq/slipway/bot/catalog"
	"github.com/slipwayhq/slipway/bot/loop"
)

// Other deploy tools often record a deployment at the code host. GitHub also creates one for
// each job with an environment. Such a deployment belongs to its run, which is a release's or
// is reported by itself.

// afterRun is how long after a release something that its run set off may still make a
// deployment of its commit.
const afterRun = 5 * time.Minute

// watchDeployments looks at the deployments of one repository after the other, so that each
// has its turn within the interval.
func (rc *Reconciler) watchDeployments(ctx context.Context) error {
	all := rc.repositories()
	if len(all) == 0 {
		<-ctx.Done()
		return ctx.Err()
	}
	every := min(rerunsPolls*rc.catalog.GitHub.Poll, maxRerunsPause)
	for i := 0; ctx.Err() == nil; i++ {
		loop.Pause(ctx, nil, max(every/time.Duration(len(all)), 10*time.Millisecond))
		if repo := all[i%len(all)]; ctx.Err() == nil {
			loop.Alone(rc.log, repo, func() { rc.lookAtDeployments(ctx, repo) })
		}
	}
	return ctx.Err()
}

func (rc *Reconciler) repositories() []string {
	var all []string
	for _, s := range rc.sources() {
		if !slices.ContainsFunc(all, func(repo string) bool { return strings.EqualFold(repo, s.repo) }) {
			all = append(all, s.repo)
		}
	}
	return all
}

// lookAtDeployments reads the newest deployments of a repository. Where that is not
// allowed it is said once: it keeps nothing from being deployed.
func (rc *Reconciler) lookAtDeployments(ctx context.Context, repo string) {
	within, cancel := context.WithTimeout(ctx, rerunsWithin)
	defer cancel()
	err := rc.noticeDeployments(within, repo)
	kind := bot.KindOf(err)
	if err == nil || kind == bot.NotFound || ctx.Err() != nil {
		return
	}
	if mark := "deployments " + repo; kind != bot.Denied || !rc.said.Has(mark) {
		rc.said.Add(mark)
		rc.log.Warn("it could not be looked what others deployed", slog.String("repo", repo), bot.ErrAttr(err))
	}
}

// noticeDeployments reports the deployments that others made, each once. One that cannot be
// read does not stop the others.
func (rc *Reconciler) noticeDeployments(ctx context.Context, repo string) error {
	for _, s := range rc.sources() {
		if !strings.EqualFold(s.repo, repo) {
			continue
		}
		if known, err := rc.knowsRuns(ctx, s); err != nil || !known {
			return err
		}
	}
	since, now, err := rc.ports.Besides.WatchedSince(ctx, "deployments "+strings.ToLower(repo))
	if err != nil {
		return err
	}
	since = since.Truncate(time.Second) // as the code host tells times
	found, err := rc.ports.Others.ForeignDeployments(ctx, repo)
	if err != nil {
		return err
	}
	var failed error
	for _, d := range slices.Backward(found) { // the oldest first, as they came
		if isPast(d, since, now) || rc.looked.Has(onceOf(d)) || rc.looked.Has(courseOf(d)) {
			continue
		}
		if err := rc.guarded(onceOf(d), func() error { return rc.noticeDeployment(ctx, d, since) }); err != nil {
			failed = fmt.Errorf("look at the deployment %d of %s: %w", d.ID, repo, err)
		}
	}
	return failed
}

// isPast says of a deployment that it is too old, or that nothing was done by it since its
// repository was watched.
func isPast(d bot.ForeignDeployment, watched, now time.Time) bool {
	return d.At.Before(now.Add(-besideWithin)) || d.At.Before(watched) && d.UpdatedAt.Before(watched)
}

// onceOf identifies a deployment, and courseOf its state, so that a change is noticed.
func onceOf(d bot.ForeignDeployment) string {
	return fmt.Sprintf("deployment %s %d", strings.ToLower(d.Repo), d.ID)
}

func courseOf(d bot.ForeignDeployment) string {
	return fmt.Sprintf("%s %d", onceOf(d), d.UpdatedAt.Unix())
}

// noticeDeployment reports one deployment, if it is to be reported. Of one that was made
// before its repository was watched that is what was done there since: it may have been
// under way for long, or be only marked as replaced.
func (rc *Reconciler) noticeDeployment(ctx context.Context, d bot.ForeignDeployment, watched time.Time) error {
	concerned := rc.targetsCalled(d.Repo, d.Environment)
	if len(concerned) == 0 {
		rc.looked.Add(onceOf(d))
		return nil
	}
	told, err := rc.ports.Besides.BesideTold(ctx, onceOf(d))
	if err != nil {
		return err
	}
	if told {
		rc.looked.Add(onceOf(d))
		return nil
	}
	course, err := rc.ports.Others.DeploymentCourse(ctx, d.Repo, d.ID)
	gone := bot.KindOf(err) == bot.NotFound
	if err != nil && !gone {
		return err
	}
	at := d.At
	if at.Before(watched) {
		at = course.At
	}
	if gone || course.State == "" || at.Before(watched) { // nothing was done yet, as far as is told
		rc.looked.Add(courseOf(d))
		return nil
	}
	whose, err := rc.whoseDeployment(ctx, d, course, concerned)
	switch {
	case err != nil || whose == perhapsOurs:
		return err
	case whose == ours:
		rc.looked.Add(onceOf(d))
		return nil
	}
	return rc.enterAll(ctx, concerned, doing{
		once: onceOf(d), about: "deployments of " + strings.ToLower(d.Repo), over: course.Over(),
		beside: bot.Beside{What: bot.BesideDeployment, Who: d.By, Of: d.Environment, SHA: d.SHA, URL: course.URL, At: at, Unsure: len(concerned) > 1},
	})
}

// targetsCalled are the targets whose environment has a name or short name in a repository.
func (rc *Reconciler) targetsCalled(repo, environment string) []bot.Target {
	var all []bot.Target
	for _, service := range rc.catalog.Services {
		if !strings.EqualFold(service.Repo.String(), repo) {
			continue
		}
		for _, e := range service.Environments {
			if isCalled(service, e.Name, environment) {
				all = append(all, bot.Target{Service: service.Name, Environment: e.Name})
			}
		}
	}
	return all
}

func isCalled(service catalog.Service, environment, name string) bool {
	if strings.EqualFold(environment, name) {
		return true
	}
	for short, of := range service.Short {
		if of == environment && strings.EqualFold(short, name) {
			return true
		}
	}
	return false
}

// whoseDeployment says whether a deployment belongs to a release, or to a run that is
// reported by itself: by the run that it names, otherwise by the time at which it was made.
func (rc *Reconciler) whoseDeployment(ctx context.Context, d bot.ForeignDeployment, course bot.DeploymentCourse, concerned []bot.Target) (whoseRun, error) {
	if course.Run != 0 {
		_, found, err := rc.ports.Owners.ReleaseOfRun(ctx, course.Run)
		switch {
		case err != nil:
			return "", err
		case found:
			return ours, nil
		}
		if listed, err := rc.listsRun(ctx, d.Repo, course.Run); err != nil || listed {
			return ours, err // the run is told of
		}
	}
	open, err := rc.openReleases(ctx)
	if err != nil {
		return "", err
	}
	for _, t := range concerned {
		starting := slices.ContainsFunc(open[rc.sourceOf(t)], func(r bot.Release) bool { return r.Phase.Starts() || r.Phase.NeedsAnswer() })
		if starting {
			return perhapsOurs, nil
		}
		belongs, err := rc.belongs(ctx, d, course, t)
		if err != nil || belongs {
			return ours, err
		}
	}
	return anothers, nil
}

// listsRun says that a run is one of a service's workflow.
func (rc *Reconciler) listsRun(ctx context.Context, repo string, id int64) (bool, error) {
	for _, s := range rc.sources() {
		if !strings.EqualFold(s.repo, repo) {
			continue
		}
		runs, err := rc.ports.Runs.NewestRuns(ctx, s.repo, s.workflow)
		if err != nil && bot.KindOf(err) != bot.NotFound {
			return false, err
		}
		if slices.ContainsFunc(runs, func(r bot.ListedRun) bool { return r.Run.ID == id }) {
			return true, nil
		}
	}
	return false, nil
}

// belongs says that a deployment was made while a release of the target was carried out, or
// right after, of the same commit or by a run that does not tell which: its workflow had it made.
func (rc *Reconciler) belongs(ctx context.Context, d bot.ForeignDeployment, course bot.DeploymentCourse, t bot.Target) (bool, error) {
	history, err := rc.ports.Histories.History(ctx, t, besideDepth)
	if err != nil {
		return false, err
	}
	bySomeRun := d.ByRun && course.Run == 0
	for _, p := range history {
		if p.Beside.Happened() || p.Kind == bot.Adopt {
			continue
		}
		r, err := rc.ports.Releases.Release(ctx, p.Release)
		switch kind := bot.KindOf(err); {
		case err != nil && kind == bot.Unavailable:
			return false, err
		case err != nil:
			continue
		case r.Ended() && r.Since().Add(afterRun).Before(d.At): // so are all that are older
			return false, nil
		}
		began := bot.EarlierOf(r.StartedAt(), cmp.Or(r.Run.StartedAt, r.StartedAt()))
		if !d.At.Before(began.Truncate(time.Second)) && (bySomeRun || d.SHA == r.SHA() || d.SHA == r.Run.HeadSHA) {
			return true, nil
		}
	}
	return false, nil
}
