package people

import (
	"context"
	"slices"
	"strings"
	"time"

	"github.com/slipwayhq/slipway/bot"
	"github.com/slipwayhq/slipway/bot/guard"
)

// requesterWithin is how long it is looked whether a requester is still there.
// What they asked for was taken while they were, so it does not wait for an
// answer that does not come.
const requesterWithin = time.Second

// HasLeft says of somebody whose word is weighed that it does not count any
// more. Where it cannot be found out the word does not count either, and unread
// says so.
func (p *People) HasLeft(ctx context.Context, who bot.Person) (left bool, unread []string) {
	ctx, cancel := context.WithTimeout(ctx, membersWithin)
	defer cancel()
	full, err := p.ports.Accounts.FullMember(ctx, who.ID)
	if err != nil {
		p.log.Warn("somebody's account could not be read", bot.ErrAttr(err))
		return true, []string{"the workspace"}
	}
	return !full, nil
}

// RequesterLeft says that it is known of a requester that they are not a full
// member of the team any more.
func (p *People) RequesterLeft(ctx context.Context, who bot.Person) bool {
	ctx, cancel := context.WithTimeout(ctx, requesterWithin)
	defer cancel()
	full, err := p.ports.Accounts.FullMember(ctx, who.ID)
	if err != nil {
		p.log.Warn("the requester's account could not be read", bot.ErrAttr(err))
	}
	return err == nil && !full
}

// LostYeses looks right before the start at everybody whose yes is needed, and
// returns those whose yes does not count any more, with the reason. An error
// means that it could not be found out of somebody: then nothing starts.
func (p *People) LostYeses(ctx context.Context, r bot.Release) ([]bot.Withdrawal, error) {
	standings := make([]bot.Standing, len(r.Approvals))
	guard.Each(len(r.Approvals), func(i int) { standings[i] = p.Standing(ctx, r, bot.TheApprover, r.Approvals[i].By) })
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
