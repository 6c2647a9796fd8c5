package reconciler

import (
	"context"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"time"

	"github.com/slipwayhq/slipway/bot"
	"github.com/slipwayhq/slipway/bot/guard"
)

// A service's workflow may be run past slipway: on the code host's page, by another
// program, by its other triggers. What such a run did counts as an adoption does, and
// proves nothing; who deploys there next is asked first. A run does not tell with
// which inputs it was started, so that it concerns every target of its workflow.

const (
	// besideWithin is how long ago a run may have begun that is still told of.
	besideWithin = 30 * 24 * time.Hour
	// besideDepth is how far back the history is looked through for its entry.
	besideDepth = 200
	// enteredSoon is how long an entry takes at most to stand in the history.
	enteredSoon = time.Second
)

// noticeBeside reports the runs of a source that slipway did not start and in which a job
// began, each once. A run that cannot be read does not stop the others.
//
// While the source has not been compared in this epoch of the store, its runs may belong to
// releases that the store has forgotten. Until then nothing is reported, and nothing is
// dispatched either.
func (rc *Reconciler) noticeBeside(ctx context.Context, s source, runs []bot.ListedRun) error {
	if known, err := rc.knowsRuns(ctx, s); err != nil || !known {
		return err
	}
	since, now, err := rc.ports.Besides.WatchedSince(ctx, s.String())
	if err != nil {
		return err
	}
	since = bot.LaterOf(since, now.Add(-besideWithin))
	var failed error
	for _, listed := range slices.Backward(runs) { // the oldest first, as they came
		if before(listed, since) || rc.looked.Has(once(listed)) || rc.looked.Has(asItStands(listed)) {
			continue
		}
		if err := rc.guarded(once(listed), func() error { return rc.noticeRun(ctx, s, listed) }); err != nil {
			failed = fmt.Errorf("look at the run %d of %s: %w", listed.Run.ID, s, err)
		}
	}
	return failed
}

// before says whether a run is from before its source was watched. One that goes on still
// changes a target under slipway's eyes, unless it has the key of a release: then it may be
// one that the store has forgotten, which is told as an orphan.
func before(listed bot.ListedRun, since time.Time) bool {
	return listed.Run.StartedAt.Before(since) && (listed.Run.Status == bot.RunCompleted || listed.RunKey != "")
}

// guarded looks at one of many runs or deployments. After a panic it is unknown what was
// done there: that holds the targets concerned, and the others are looked at all the same.
func (rc *Reconciler) guarded(about string, look func() error) error {
	err := guard.Do(look)
	if stack := guard.Stack(err); stack != "" {
		rc.log.Error("a look at what was done past slipway panicked", slog.String("about", about), bot.ErrAttr(err), slog.String("stack", stack))
	}
	return err
}

// once identifies an attempt of a run.
func once(r bot.ListedRun) string {
	return fmt.Sprintf("run %s %d:%d", strings.ToLower(r.Repo), r.Run.ID, r.Run.Attempt)
}

// asItStands identifies the listed state of a run, so that a change of it is noticed.
func asItStands(r bot.ListedRun) string {
	return fmt.Sprintf("%s %s %d", once(r), r.Run.Status, r.Run.UpdatedAt.Unix())
}

// noticeRun reports one run, if it is to be reported.
func (rc *Reconciler) noticeRun(ctx context.Context, s source, listed bot.ListedRun) error {
	whose, err := rc.whose(ctx, s, listed)
	if err != nil || whose == perhapsOurs {
		return err
	}
	told, err := rc.ports.Besides.BesideTold(ctx, once(listed))
	if err != nil {
		return err
	}
	if whose == ours || told {
		rc.looked.Add(once(listed))
		return nil
	}
	run, err := rc.ports.Runs.ReadRun(ctx, listed.Repo, listed.Run.ID)
	switch kind := bot.KindOf(err); {
	case err == nil:
	case kind == bot.NotFound:
		rc.looked.Add(asItStands(listed))
		return nil
	case kind == bot.Invalid: // of this one nothing more is told, ever
		run = bot.Run{Status: bot.RunCompleted, Conclusion: bot.ConclusionSuccess}
	default:
		return err
	}
	var concerned []bot.Target
	for _, t := range rc.targetsOf(s) {
		if began(run, rc.deployJob(t)) {
			concerned = append(concerned, t)
		}
	}
	if len(concerned) == 0 {
		rc.looked.Add(asItStands(listed))
		return nil
	}
	done := doing{once: once(listed), about: s.String(), beside: bot.Beside{
		What: bot.BesideRun, Who: listed.By, Of: s.workflow, SHA: listed.Run.HeadSHA, URL: listed.Run.URL, At: listed.Run.StartedAt, Unsure: len(concerned) > 1,
	}}
	if listed.Run.Status == bot.RunCompleted {
		done.over = listed.Run.UpdatedAt
	}
	return rc.enterAll(ctx, concerned, done)
}

func (rc *Reconciler) deployJob(t bot.Target) string {
	service, _ := rc.catalog.Service(t.Service)
	environment, _ := service.Environment(t.Environment)
	return environment.DeployJob
}

// began says whether a job of the run's last attempt began: the job that deploys, if it is
// declared and listed. If that is not known, it counts as begun.
func began(run bot.Run, deployJob string) bool {
	jobs := run.Jobs
	if named := run.JobsNamed(deployJob); deployJob != "" && len(named) > 0 {
		jobs = named
	}
	if len(jobs) == 0 {
		return run.Conclusion == bot.ConclusionSuccess || run.Status == bot.RunInProgress && !run.Listed
	}
	return slices.ContainsFunc(jobs, func(j bot.Job) bool {
		before := run.Attempt > 1 && !j.CompletedAt.IsZero() && j.CompletedAt.Before(run.StartedAt)
		return !before && (j.Status == bot.RunInProgress || j.Status == bot.RunCompleted && !j.NeverBegan)
	})
}

// whoseRun says who started a run.
type whoseRun string

const (
	ours        whoseRun = "ours"
	perhapsOurs whoseRun = "perhaps ours" // a release may be about to learn that it is its own
	anothers    whoseRun = "another's"
)

// whose says whether slipway started a run. One that somebody started again is its
// release's, which tells of it itself; one of a release that the store has forgotten
// is told of as an orphan. That somebody wrote a release's key into a run of their own
// does not make it that release's.
func (rc *Reconciler) whose(ctx context.Context, s source, listed bot.ListedRun) (whoseRun, error) {
	id, keyed := bot.ReleaseIDOf(listed.RunKey)
	if !keyed {
		_, found, err := rc.ports.Owners.ReleaseOfRun(ctx, listed.Run.ID)
		switch {
		case err != nil:
			return "", err
		case found:
			return ours, nil
		}
		return rc.perhaps(ctx, s, listed)
	}
	r, err := rc.ports.Releases.Release(ctx, id)
	switch kind := bot.KindOf(err); {
	case kind == bot.NotFound && err != nil:
		return rc.forgottenOr(ctx, id, listed)
	case err != nil && kind == bot.Unavailable:
		return "", err
	case err != nil: // its record cannot be read, which is said elsewhere
		return ours, nil //nolint:nilerr // that it cannot be read is all there is to know
	case r.RunKey == listed.RunKey && (r.Run.ID == 0 || r.Run.ID == listed.Run.ID):
		return ours, nil
	}
	return anothers, nil
}

// perhaps says whether a run without a key may belong to a release that was just dispatched,
// or of which it is not known whether it was.
func (rc *Reconciler) perhaps(ctx context.Context, s source, listed bot.ListedRun) (whoseRun, error) {
	if listed.Event != dispatched {
		return anothers, nil
	}
	open, err := rc.openReleases(ctx)
	if err != nil {
		return "", err
	}
	for _, r := range open[s] {
		if r.Phase.Starts() || r.Phase.NeedsAnswer() {
			return perhapsOurs, nil
		}
	}
	// It may have been noted between the two reads.
	_, found, err := rc.ports.Owners.ReleaseOfRun(ctx, listed.Run.ID)
	if found {
		return ours, err
	}
	return anothers, err
}

// dispatched is the event of a run that somebody or some program asked for.
const dispatched = "workflow_dispatch"

// forgottenOr says whether a run with the key of an unknown release may belong to one that
// the store has forgotten.
func (rc *Reconciler) forgottenOr(ctx context.Context, id string, listed bot.ListedRun) (whoseRun, error) {
	service, number, ok := bot.ReleaseNumber(id)
	if !ok || !rc.isFrom(service, listed.Repo) || listed.Run.Attempt > 1 {
		return anothers, nil
	}
	last, err := rc.ports.Numbers.LastNumber(ctx, service)
	switch {
	case err != nil:
		return "", err
	case number <= last:
		return ours, nil
	}
	return anothers, nil
}

// Beside is what was done to a target past slipway and that nobody has looked at,
// newest first, and the release since which it was.
func (rc *Reconciler) Beside(ctx context.Context, t bot.Target) (since string, done []bot.Beside, err error) {
	if _, err := rc.newest.last(rc.sourceOf(t)); err != nil {
		return "", nil, err
	}
	doubts, err := rc.ports.Doubts.Doubts(ctx)
	if err != nil {
		return "", nil, err
	}
	doubts = slices.DeleteFunc(doubts, func(d bot.Doubt) bool { return d.Target != t || !d.Open() || !d.Beside.Happened() })
	if len(doubts) == 0 {
		return "", nil, nil
	}
	history, err := rc.ports.Histories.History(ctx, t, besideDepth)
	if err != nil {
		return "", nil, err
	}
	var seenTo time.Time
	open := false
	for _, d := range doubts {
		switch standsIn(history, d.Beside.Entry) {
		case notYet:
			return "", nil, &bot.Error{Kind: bot.Unavailable, Op: "look for what was done past slipway", RetryAfter: enteredSoon, Says: d.Says + ", and it is being entered"}
		case replaced: // what is live is known again
		case onTop:
			if !open || d.SeenTo.Before(seenTo) {
				seenTo = d.SeenTo
			}
			open = true
		}
	}
	if !open {
		return "", nil, nil
	}
	since, all := bot.AsideOf(history)
	done = slices.DeleteFunc(all, func(b bot.Beside) bool { return !seenTo.IsZero() && !b.At.After(seenTo) })
	return since, done, nil
}

// endBeside ends the doubts about what a release has replaced since.
func (rc *Reconciler) endBeside(ctx context.Context, doubts []bot.Doubt) {
	var over []bot.Doubt
	for _, d := range doubts {
		if !d.Open() || !d.Beside.Happened() {
			continue
		}
		history, err := rc.ports.Histories.History(ctx, d.Target, besideDepth)
		if err == nil && standsIn(history, d.Beside.Entry) == replaced {
			err = rc.ports.Doubts.Lift(ctx, d)
			d.Looked.At = time.Now()
			over = append(over, d)
		}
		if err != nil {
			rc.log.Warn("it could not be told whether a release came after what was done past slipway", slog.String("target", d.Target.Path()), bot.ErrAttr(err))
		}
	}
	rc.showLooked(ctx, over)
}

// place is where an entry stands in a history.
type place string

const (
	notYet   place = "not yet"  // it is not there
	replaced place = "replaced" // a release came after it for certain
	onTop    place = "on top"
)

// standsIn finds an entry. Of many, the oldest are let go, and what is left tells by its
// number whether it came later.
func standsIn(history []bot.Past, entry string) place {
	at := slices.IndexFunc(history, func(p bot.Past) bool { return p.Release == entry })
	newer := history[:max(at, 0)]
	if at < 0 {
		newer = slices.DeleteFunc(slices.Clone(history), func(p bot.Past) bool { return number(p.Release) <= number(entry) })
	}
	came := func(p bot.Past) bool { return !p.Beside.Happened() && p.Came() == bot.Arrived }
	switch {
	case slices.ContainsFunc(newer, came):
		return replaced
	case at < 0 && len(newer) == 0:
		return notYet
	}
	return onTop
}

func number(release string) int64 {
	_, n, _ := bot.ReleaseNumber(release)
	return n
}

// LookedBeside notes that the requester of a release looked at what its plan says was
// done past slipway.
func (rc *Reconciler) LookedBeside(ctx context.Context, r bot.Release) error {
	if r.Plan == nil {
		return nil
	}
	doubts, err := rc.ports.Doubts.Doubts(ctx)
	if err != nil {
		return err
	}
	var over []bot.Doubt
	for _, d := range doubts {
		told := slices.ContainsFunc(r.Plan.Beside, func(b bot.Beside) bool { return b.At.Equal(d.Beside.At) && b.URL == d.Beside.URL })
		if d.Target != r.Target || !d.Open() || !d.Beside.Happened() || !told {
			continue
		}
		now, err := rc.ports.Clock.Now(ctx)
		if err != nil {
			return err
		}
		look := bot.Look{By: r.Asker(), At: now}
		first, err := rc.ports.Doubts.Look(ctx, d, look)
		if err != nil {
			return err
		}
		if first {
			d.Looked = look
			over = append(over, d)
		}
	}
	rc.showLooked(ctx, over)
	return nil
}
