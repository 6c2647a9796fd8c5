package commands

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"github.com/slipwayhq/slipway/bot"
)

// Refs lists the names by which a commit can be requested.
type Refs interface {
	// Refs lists the refs of a repository; if there are too many to list, those that
	// begin with what was typed.
	Refs(ctx context.Context, repo, typed string) ([]bot.KnownRef, error)
	// Commit resolves a ref; kind bot.NotFound if it names nothing.
	Commit(ctx context.Context, repo, ref string) (commit bot.Commit, branch string, err error)
}

// How many of each kind are offered: a few of each before anything is typed, and
// afterwards whatever fits.
const (
	offeredAtFirst = 10
	offered        = 25
)

// Suggest offers refs for what somebody types into the field of a form, the most
// probable kind first; nothing to those who may not deploy anyway.
func (c *Commands) Suggest(ctx context.Context, t bot.Typing) ([]bot.KnownRef, error) {
	service, found := c.catalog.Service(t.Target.Service)
	if t.Guest || !found || c.refs == nil {
		return nil, nil
	}
	all, err := c.refs.Refs(ctx, service.Repo.String(), t.Text)
	if err != nil {
		return nil, err
	}
	return fitting(all, t.Text), nil
}

// fitting picks the refs that a text may mean: exact matches first, then those that
// begin with it, then those that contain it; kinds stay together.
func fitting(all []bot.KnownRef, typed string) []bot.KnownRef {
	type ranked struct {
		ref  bot.KnownRef
		rank int
	}
	most := offered
	if typed == "" {
		most = offeredAtFirst
	}
	byKind, best := map[bot.RefKind][]ranked{}, map[bot.RefKind]int{}
	kinds := []bot.RefKind{bot.RefBranch, bot.RefPull, bot.RefCommit, bot.RefTag}
	for _, ref := range all {
		rank, fits := fit(ref, typed)
		if !fits {
			continue
		}
		if _, some := best[ref.Kind]; !some || rank < best[ref.Kind] {
			best[ref.Kind] = rank
		}
		byKind[ref.Kind] = append(byKind[ref.Kind], ranked{ref, rank})
	}
	slices.SortStableFunc(kinds, func(a, b bot.RefKind) int { return cmp.Compare(best[a], best[b]) })
	var picked []bot.KnownRef
	for _, kind := range kinds {
		of := byKind[kind]
		slices.SortStableFunc(of, func(a, b ranked) int { return cmp.Compare(a.rank, b.rank) })
		for _, one := range of[:min(len(of), most)] {
			picked = append(picked, one.ref)
		}
	}
	return picked
}

// fit ranks how well a ref matches what was typed; lower is better.
func fit(ref bot.KnownRef, typed string) (rank int, fits bool) {
	typed, name := lower(typed), lower(ref.Name)
	if ref.Kind == bot.RefPull && strings.TrimLeft(typed, "0123456789") == "" {
		name = strings.TrimPrefix(name, "#") // a bare number is one of a pull request too
	}
	switch {
	case name == typed:
		return 0, true
	case strings.HasPrefix(name, typed):
		return 1, true
	case len(typed) >= shortestSHA && strings.HasPrefix(ref.SHA, typed):
		return 2, true
	case strings.Contains(name, typed) && ref.Kind != bot.RefCommit:
		return 3, true
	case strings.Contains(lower(ref.Title), typed), strings.Contains(lower(ref.By), typed):
		return 4, true
	}
	return 0, false
}

// shortestSHA is how much of a SHA has to be typed before it is taken for one.
const shortestSHA = 4
