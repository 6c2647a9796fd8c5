package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/slipwayhq/slipway/bot"
	"github.com/slipwayhq/slipway/bot/catalog"
	"github.com/slipwayhq/slipway/state"
)

// recovery fills a Redis that has forgotten what was released from GitHub's
// Deployments, in which slipway keeps what it needs for that.
type recovery struct {
	w        world
	declared *catalog.Catalog
	m        *motor
	missing  bool
	unsigned bool // what is unsigned is believed too
	keep     int

	listed  map[string]listing // by repository and environment
	refused []string           // targets that Redis knows something of
	doubted []string           // targets with releases that nothing proves
}

// listing is what GitHub tells of one environment of a repository.
type listing struct {
	past  []bot.DeploymentRecord // newest first
	whole bool
}

func newRecover(w world) *cobra.Command {
	var path string
	var missing, unsigned bool
	var keep int
	c := &cobra.Command{
		Use:   "recover",
		Short: "Fill an emptied Redis from GitHub's Deployments",
		Long: "recover puts back what Redis has lost: for every target of slipway.yaml the history, what is live, what is\n" +
			"under way, and the numbers from which ids are counted on. It reads GitHub's Deployments, starts nothing, and\n" +
			"changes no release that Redis knows. Releases that were never started are recorded nowhere else and stay lost.\n" +
			"It can be repeated; a target of which Redis knows a part is only filled with --missing.\n\n" +
			"It believes what slipway's own account recorded and one of github.state_keys signed. What is not signed is\n" +
			"listed, and put back with --unsigned; look at it at GitHub first. What somebody else recorded is listed only.",
		Args: cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			if keep < 1 {
				return &usageError{fmt.Errorf("--keep must be 1 or more, not %d", keep)}
			}
			declared, err := loadConfig(path, w)
			if err != nil {
				return err
			}
			if err := joinEmbedded(declared); err != nil {
				return err
			}
			m, err := openMotor(c.Context(), declared, newLogger(io.Discard))
			if err != nil {
				return err
			}
			defer m.close()
			r := recovery{w: w, declared: declared, m: m, missing: missing, unsigned: unsigned, keep: keep, listed: map[string]listing{}}
			return r.run(c.Context())
		},
	}
	configFlag(c, &path)
	c.Flags().BoolVar(&missing, "missing", false, "also add what is missing to targets that Redis knows a part of")
	c.Flags().BoolVar(&unsigned, "unsigned", false, "also believe what slipway's account recorded without a signature that its keys made")
	c.Flags().IntVar(&keep, "keep", 100, "how many releases of each target are put back, the newest")
	return c
}

func (r *recovery) run(ctx context.Context) error {
	var failed error
	for _, service := range r.declared.Services {
		if err := r.recoverService(ctx, service); err != nil {
			failed = errors.Join(failed, err) // the others are recovered all the same
		}
	}
	left := []error{failed}
	if len(r.doubted) > 0 {
		left = append(left, fmt.Errorf("nothing proves that slipway recorded what is listed as unsigned for %s, and it was left out: look at it at GitHub; with --unsigned it is put back too",
			strings.Join(r.doubted, ", ")))
	}
	if len(r.refused) > 0 {
		left = append(left, fmt.Errorf("redis knows a part of %s: nothing was changed there; with --missing what it has lost is added, and what it knows stays as it is",
			strings.Join(r.refused, ", ")))
	}
	return errors.Join(left...)
}

// recoverService raises the counter first, so that a slipway that runs gives
// no id away that is about to be put back.
func (r *recovery) recoverService(ctx context.Context, service catalog.Service) error {
	found := map[string][]bot.DeploymentRecord{}
	var failed error
	for _, environment := range service.Environments {
		past, err := r.list(ctx, service, environment.Name)
		if err != nil {
			failed = errors.Join(failed, fmt.Errorf("read the deployments of %s/%s: %w", service.Name, environment.Name, err))
			continue
		}
		found[environment.Name] = past
	}
	highest, err := r.believe(ctx, service.Name, found)
	if err != nil {
		return errors.Join(failed, err)
	}
	if highest > 0 {
		last, err := r.m.store.SkipIDs(ctx, service.Name+"-"+strconv.FormatInt(highest, 10))
		if err != nil {
			return err
		}
		r.print("%s: the highest id at GitHub is %s-%d; new ones begin above %s-%d", service.Name, service.Name, highest, service.Name, last)
	}
	for _, environment := range service.Environments {
		t := bot.Target{Service: service.Name, Environment: environment.Name}
		past, listed := found[environment.Name]
		if !listed {
			continue
		}
		if err := r.recoverTarget(ctx, t, past); err != nil {
			failed = errors.Join(failed, fmt.Errorf("recover %s: %w", t, err))
		}
	}
	return failed
}

// believe leaves out the deployments with a number that slipway cannot have
// given, since whoever may write deployments may write any, and returns the
// highest of the others.
func (r *recovery) believe(ctx context.Context, service string, found map[string][]bot.DeploymentRecord) (highest int64, err error) {
	known, err := r.m.store.LastNumber(ctx, service)
	if err != nil {
		return 0, err
	}
	most := bot.BelievedNumber(known, numbersOf(found))
	for environment, past := range found {
		found[environment] = slices.DeleteFunc(past, func(d bot.DeploymentRecord) bool {
			_, n, ok := bot.ReleaseNumber(d.Release)
			if d.Provenance == bot.Foreign {
				return false // it is listed as what it is, and counts for nothing
			}
			if ok && n <= most {
				highest = max(highest, n)
				return false
			}
			r.print("%s/%s: a deployment names %s, a number that slipway never gave; it is left out", service, environment, d.Release)
			return true
		})
	}
	return highest, nil
}

// numbersOf are the numbers that slipway's account has written. What others
// wrote counts for nothing.
func numbersOf(found map[string][]bot.DeploymentRecord) []int64 {
	var numbers []int64
	for _, past := range found {
		for _, d := range past {
			if _, n, ok := bot.ReleaseNumber(d.Release); ok && d.Provenance != bot.Foreign {
				numbers = append(numbers, n)
			}
		}
	}
	return numbers
}

// list gives the deployments of a target, newest first. Several services may
// share a repository, which is read once.
func (r *recovery) list(ctx context.Context, service catalog.Service, environment string) ([]bot.DeploymentRecord, error) {
	key := service.Repo.String() + " " + environment
	all, known := r.listed[key]
	if !known {
		var err error
		if all.past, all.whole, err = r.m.host.PastDeployments(ctx, service.Repo.String(), environment); err != nil {
			return nil, err
		}
		r.listed[key] = all
		if !all.whole {
			r.print("%s has more deployments to %s than are read; the oldest are left out", service.Repo, environment)
		}
	}
	var past []bot.DeploymentRecord
	for _, d := range all.past {
		if of, _ := bot.ServiceOf(d.Release); of == service.Name {
			past = append(past, d)
		}
	}
	return past, nil
}

func (r *recovery) recoverTarget(ctx context.Context, t bot.Target, found []bot.DeploymentRecord) error {
	past, lost, err := r.compared(ctx, t, r.worthwhile(t, r.believed(t, found)))
	if err != nil {
		return err
	}
	if len(lost) == 0 {
		r.print("%s: nothing is missing", t)
		return nil
	}
	if !r.missing {
		known, err := r.knows(ctx, t)
		if err != nil {
			return err
		}
		if known {
			r.refused = append(r.refused, t.String())
			return nil
		}
	}
	if past, err = r.withEnds(ctx, t, past, lost); err != nil {
		return err
	}
	return r.restore(ctx, t, past, lost)
}

// worthwhile are the newest releases that can be remembered, in the order in
// which they were started. An id that GitHub tells of twice, since it was
// counted again, belongs to the newer release.
func (r *recovery) worthwhile(t bot.Target, found []bot.DeploymentRecord) []bot.DeploymentRecord {
	var past []bot.DeploymentRecord
	seen := map[string]bool{}
	old := 0
	for _, d := range found {
		switch {
		case d.Facts.RunKey == "":
			old++
		case len(past) < r.keep && !seen[d.Release]:
			past = append(past, d)
		}
		seen[d.Release] = true
	}
	if old > 0 {
		r.print("%s: %d deployments were recorded by an older slipway, with too little to remember their releases by", t, old)
	}
	slices.SortStableFunc(past, func(a, b bot.DeploymentRecord) int {
		return cmp.Or(liveAt(a).Compare(liveAt(b)), cmp.Compare(a.ID, b.ID))
	})
	return past
}

// liveAt is when a release began to be what is live: an adoption tells of the
// time at which it was asked for.
func liveAt(d bot.DeploymentRecord) time.Time {
	if d.Kind == bot.Adopt {
		return d.Facts.RequestedAt
	}
	return d.Facts.StartedAt
}

// compared leaves out those of which Redis has something else, and says which of
// the others it has lost.
func (r *recovery) compared(ctx context.Context, t bot.Target, found []bot.DeploymentRecord) (past []bot.DeploymentRecord, lost map[string]bool, err error) {
	lost = map[string]bool{}
	for _, d := range found {
		known, err := r.m.store.Release(ctx, d.Release)
		switch {
		case err == nil && known.RunKey != d.Facts.RunKey:
			r.print("%s: Redis has another %s than GitHub; it stays, and GitHub's is left out", t, d.Release)
		case err == nil:
			past = append(past, d)
		case bot.KindOf(err) == bot.NotFound:
			past, lost[d.Release] = append(past, d), true
		case storeIsAway(err):
			return nil, nil, err
		default:
			r.print("%s: what Redis has as %s cannot be read; it stays as it is: %v", t, d.Release, err)
		}
	}
	return past, lost, nil
}

// knows says whether Redis knows any release of the target.
func (r *recovery) knows(ctx context.Context, t bot.Target) (bool, error) {
	states, err := r.m.store.Targets(ctx, []bot.Target{t})
	if err != nil {
		return false, err
	}
	past, err := r.m.store.History(ctx, t, 1)
	s := states[0]
	return len(past) > 0 || s.Current != nil || s.Under != nil || len(s.Waiting) > 0, err
}

// restore puts the lost ones back, oldest first, each right behind the one
// that started before it.
func (r *recovery) restore(ctx context.Context, t bot.Target, past []bot.DeploymentRecord, lost map[string]bool) error {
	before := ""
	var restored []string
	var failed error
	for _, d := range past {
		if !lost[d.Release] {
			before = d.Release
			continue
		}
		how, err := r.restoreOne(ctx, t, d, before)
		if storeIsAway(err) {
			return fmt.Errorf("after %d of %d releases (repeat it with --missing): %w", len(restored), len(lost), err)
		}
		if err != nil { // it is the release's own, and the others are put back all the same
			failed = errors.Join(failed, fmt.Errorf("%s was left out: %w", d.Release, err))
			continue
		}
		if how == state.WasRestored {
			restored = append(restored, d.Release)
		}
		before = d.Release
	}
	r.print("%s: put back %d of %d: %s", t, len(restored), len(lost), strings.Join(restored, ", "))
	return errors.Join(failed, r.markTaken(ctx, t, past))
}

// storeIsAway says whether an error is none of the release's own, so that the next
// one would fail like it.
func storeIsAway(err error) bool {
	kind := bot.KindOf(err)
	return err != nil && (kind == bot.Unavailable || kind == bot.NeverSent || errors.Is(err, context.Canceled))
}

func (r *recovery) restoreOne(ctx context.Context, t bot.Target, d bot.DeploymentRecord, before string) (state.Restored, error) {
	release, err := r.m.reconciler.Remember(t, d, r.m.planner)
	if err != nil {
		return "", err
	}
	how, err := r.m.store.Restore(ctx, release, before)
	if err != nil || how != state.WasRestored || release.Ended() {
		return how, err
	}
	r.print("%s: %s was under way; slipway serve follows its run to the end", t, release.ID)
	return how, r.m.store.RememberRun(ctx, release.Run.ID, release.ID)
}

// markTaken marks what the rollbacks took back, so that it does not come back
// by itself: those whose run went through. Doing it again changes nothing.
func (r *recovery) markTaken(ctx context.Context, t bot.Target, past []bot.DeploymentRecord) error {
	var failed error
	for _, d := range past {
		back := d.Facts.Reversal.Back
		if d.Kind != bot.Rollback || !strings.HasPrefix(back, t.Service+"-") {
			continue
		}
		release, err := r.m.store.Release(ctx, d.Release)
		if bot.KindOf(err) == bot.NotFound || err == nil && release.Arrival() != bot.Arrived {
			continue
		}
		if err != nil {
			failed = errors.Join(failed, fmt.Errorf("look whether %s went through: %w", d.Release, err))
			continue
		}
		err = r.m.store.TakeBack(ctx, back, d.Release, d.Facts.StartedAt)
		if err != nil && bot.KindOf(err) != bot.NotFound {
			failed = errors.Join(failed, fmt.Errorf("mark %s as taken back: %w", back, err))
		}
	}
	return failed
}

func (r *recovery) print(format string, args ...any) {
	_, _ = fmt.Fprintf(r.w.out, format+"\n", args...)
}
