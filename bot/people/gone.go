package people

import (
	"context"
	"slices"
	"strings"
	"time"

	"github.com/slipwayhq/slipway/bot"
	"github.com/slipwayhq/slipway/bot/guard"
)

// requesterWithin bounds the check whether a requester is still in the team. Their
// request was accepted while they were, so it does not wait for an answer that does not
// come.
const requesterWithin = time.Second

// HasLeft says whether somebody is no full member of the team any more. If that cannot
// be found out they count as one who has left, and unread says so.
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

// RequesterLeft says whether a requester is known not to be a full member of the team
// any more.
func (p *People) RequesterLeft(ctx context.Context, who bot.Person) bool {
	ctx, cancel := context.WithTimeout(ctx, requesterWithin)
	defer cancel()
	full, err := p.ports.Accounts.FullMember(ctx, who.ID)
	if err != nil {
		p.log.Warn("the requester's account could not be read", bot.ErrAttr(err))
	}
	return err == nil && !full
}

// LostYeses checks, right before the start, everybody whose approval is needed, and
// returns those whose approval no longer counts, with the reason. An error means that
// it could not be found out of somebody; then nothing is started.
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
