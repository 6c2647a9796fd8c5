package planner

import (
	"context"
	"slices"

	"github.com/slipwayhq/slipway/bot"
	"github.com/slipwayhq/slipway/bot/guard"
	"github.com/slipwayhq/slipway/bot/policy"
)

// lookedFor is how many of the newest quarantined commits are asked about one by one
// when the list of commits is incomplete. The others stay unknown.
const lookedFor = 5

// readComebacks finds commits in quarantine that the release would bring back inside
// something newer. The list of its commits tells, with those that revert them; where
// that list is cut, each quarantined commit is asked about.
func (b *builder) readComebacks(ctx context.Context, live string, changes bot.Changes, brought []bot.Commit) error {
	b.plan.Comebacks = nil
	if len(b.quarantines) == 0 || b.r.Kind == bot.Adopt || changes.Direction != bot.Forward && changes.Direction != bot.Sideways {
		return nil // what goes back brings nothing
	}
	others := slices.DeleteFunc(slices.Clone(b.quarantines), func(q bot.Quarantine) bool { return q.SHA == b.plan.Commit.SHA })
	b.plan.Comebacks = policy.Comebacks(others, brought, b.plan.Repo)
	if len(brought) >= changes.Total {
		return nil
	}
	unlisted := slices.DeleteFunc(others, func(q bot.Quarantine) bool {
		return slices.ContainsFunc(b.plan.Comebacks, func(c bot.Comeback) bool { return c.SHA == q.SHA })
	})
	found := make([]bot.Comeback, len(unlisted))
	guard.Each(min(len(unlisted), lookedFor), func(i int) { found[i] = b.unlisted(ctx, live, unlisted[i]) })
	for i := lookedFor; i < len(unlisted); i++ {
		found[i] = bot.Comeback{SHA: unlisted[i].SHA, Release: unlisted[i].Release, By: unlisted[i].By, At: unlisted[i].At, Untold: true}
	}
	for _, c := range found {
		if c.SHA != "" {
			b.plan.Comebacks = append(b.plan.Comebacks, c)
		}
	}
	return ctx.Err()
}

// unlisted finds out whether a quarantined commit comes with the release and is not
// live already. Without an answer it is taken for one that comes.
func (b *builder) unlisted(ctx context.Context, live string, q bot.Quarantine) bot.Comeback {
	back := bot.Comeback{SHA: q.SHA, Release: q.Release, By: q.By, At: q.At}
	comes, err := b.holds(ctx, b.plan.Commit.SHA, q.SHA)
	if err == nil && !comes {
		return bot.Comeback{}
	}
	there := false
	if err == nil {
		there, err = b.holds(ctx, live, q.SHA)
	}
	if there {
		return bot.Comeback{}
	}
	back.Untold = err != nil
	return back
}

// holds says whether a commit contains another one.
func (b *builder) holds(ctx context.Context, sha, other string) (bool, error) {
	changes, _, err := b.p.ports.Resolver.Changes(ctx, b.plan.Repo, other, sha)
	if err == nil && (changes.Direction == "" || changes.Direction == bot.Unrelated) {
		err = &bot.Error{Kind: bot.NotFound, Op: "look for a commit in quarantine", Says: "GitHub cannot compare the commits"}
	}
	return changes.Direction == bot.Forward || changes.Direction == bot.Same, err
}

// quarantine is that of the release's own commit, nil if there is none.
func (b *builder) quarantine() *bot.Quarantine {
	for _, q := range b.quarantines {
		if q.SHA == b.plan.Commit.SHA {
			return &q
		}
	}
	return nil
}

// stillInQuarantine drops commits whose quarantine has ended since the plan was made.
func (b *builder) stillInQuarantine(all []bot.Comeback) []bot.Comeback {
	var kept []bot.Comeback
	for _, c := range all {
		if slices.ContainsFunc(b.quarantines, func(q bot.Quarantine) bool { return q.SHA == c.SHA }) {
			kept = append(kept, c)
		}
	}
	return kept
}
