package engine

import (
	"context"
	"slices"
	"strings"
	"time"

	"github.com/slipwayhq/slipway/bot"
)

// requesterWithin is how long it is looked whether a requester is still there.
// What they asked for was taken while they were, so it does not wait for an
// answer that does not come.
const requesterWithin = time.Second

// hasLeft says of somebody whose word is weighed that it does not count any
// more. Where it cannot be found out the word does not count either, and unread
// says so.
func (e *Engine) hasLeft(ctx context.Context, who bot.Person) (left bool, unread []string) {
	ctx, cancel := context.WithTimeout(ctx, membersWithin)
	defer cancel()
	full, err := e.Accounts.FullMember(ctx, who.ID)
	if err != nil {
		e.log.Warn("somebody's account could not be read", errAttr(err))
		return true, []string{"the workspace"}
	}
	return !full, nil
}

// requesterLeft says that it is known of a requester that they are not a full
// member of the team any more.
func (e *Engine) requesterLeft(ctx context.Context, who bot.Person) bool {
	ctx, cancel := context.WithTimeout(ctx, requesterWithin)
	defer cancel()
	full, err := e.Accounts.FullMember(ctx, who.ID)
	if err != nil {
		e.log.Warn("the requester's account could not be read", errAttr(err))
	}
	return err == nil && !full
}

// lostYeses looks right before the start at everybody whose yes is needed, and
// returns those whose yes does not count any more, with the reason. An error
// means that it could not be found out of somebody: then nothing starts.
func (e *Engine) lostYeses(ctx context.Context, r bot.Release) ([]bot.Withdrawal, error) {
	standings := make([]bot.Standing, len(r.Approvals))
	inParallel(len(r.Approvals), func(i int) { standings[i] = e.standing(ctx, r, bot.TheApprover, r.Approvals[i].By) })
	var lost []bot.Withdrawal
	for i, a := range r.Approvals {
		counts, standing := r.CountsFor(a.By, standings[i]), standings[i]
		kept := slices.DeleteFunc(slices.Clone(a.Sets()), func(set int) bool { return !slices.Contains(counts, set) })
		switch {
		case len(kept) == len(a.Sets()):
		case len(standing.Unread) > 0:
			return nil, &bot.Error{
				Kind: bot.Unavailable, Op: "look at who said yes",
				Says: "it could not be found out whether the yes of " + a.By.String() + " still counts",
				Mend: "It is looked again; nothing starts until it is known.",
			}
		case standing.Gone:
			lost = append(lost, bot.Withdrawal{By: a.By, Why: "is not a full member of the team any more"})
		case standing.Login != "" && r.Plan.Wrote(standing.Login) == bot.WroteSome:
			lost = append(lost, bot.Withdrawal{By: a.By, Why: "wrote some of what would go"})
		case len(r.Approvers().Groups()) > 0:
			lost = append(lost, bot.Withdrawal{By: a.By, Why: "is not known to be in " + strings.Join(r.Approvers().Groups(), " or ") + " any more"})
		default:
			lost = append(lost, bot.Withdrawal{By: a.By, Why: "may not approve it any more"})
		}
	}
	return lost, nil
}
