package commands

import (
	"context"
	"fmt"
	"slices"

	"github.com/slipwayhq/slipway/bot"
	"github.com/slipwayhq/slipway/bot/catalog"
)

func approveVerb(c *Commands) verb {
	return verb{run: c.approve, ofRelease: true, who: bot.TheApprover, bound: "it only shows the plan, with the button Approve", looks: true, help: bot.VerbHelp{
		Verb:     "approve",
		Usage:    []string{c.slash("approve") + " ID"},
		Summary:  "Shows the plan of a release that waits for a yes, with its button.",
		Examples: []string{c.slash("approve") + " api-142"},
	}}
}

// approve shows the plan; the approval itself is the click, which carries the digest of
// what was shown.
func (c *Commands) approve(ctx context.Context, r request) (bot.Answer, error) {
	release, err := c.named(ctx, r)
	if err != nil {
		return nil, err
	}
	if release.AwaitsConfirmation() && release.IsRequester(r.By) {
		return bot.PlanView{Release: release, Offer: bot.ActConfirm}, nil
	}
	if err := c.decidable("approve")(releaseRequest{Invocation: r.Invocation, r: release}); err != nil {
		return nil, err
	}
	if _, err := c.may(bot.TheApprover, release, r.By); err != nil {
		return nil, err
	}
	if err := c.approvedBefore(release, r.By); err != nil {
		return nil, err
	}
	return bot.PlanView{Release: release, Offer: bot.ActApprove}, nil
}

func (c *Commands) clickApprove(ctx context.Context, w releaseRequest) (bot.Answer, error) {
	if err := c.approvedBefore(w.r, w.By); err != nil {
		return nil, err
	}
	if err := c.samePlan(w); err != nil {
		return nil, err
	}
	if err := c.pointsAcknowledged(w.r); err != nil {
		return nil, err
	}
	event := bot.Approved{By: w.By, Digest: w.value}
	return c.post(ctx, inboxEvent(w, event), fmt.Sprintf("Your approval of %s is counted. As long as it waits, `%s` takes it back.",
		w.r.ID, c.typed(w.Invocation, "unapprove", w.r.ID)))
}

// clickConfirm is the requester's confirmation of a rollback.
func (c *Commands) clickConfirm(ctx context.Context, w releaseRequest) (bot.Answer, error) {
	if err := c.samePlan(w); err != nil {
		return nil, err
	}
	return c.post(ctx, inboxEvent(w, bot.Confirmed{By: w.By, Digest: w.value}), fmt.Sprintf("%s goes ahead.", w.r.ID))
}

// confirmable accepts a release that waits for its requester's confirmation.
func (c *Commands) confirmable(w releaseRequest) error {
	switch {
	case !w.r.AwaitsConfirmation():
		return notNow(w.r, "there is nothing to confirm any more")
	case !w.r.IsRequester(w.By):
		return refuse(fmt.Sprintf("Only %s, who asked for %s, can confirm it.", bot.ActorName(w.r.Requester), w.r.ID),
			"Ask for one of your own if it cannot wait.").near(c.ownOf(w))
	}
	return nil
}

// ownOf is the command for a release of one's own instead of somebody else's.
func (c *Commands) ownOf(w releaseRequest) string {
	t := w.r.Target
	if w.r.Kind == bot.Rollback {
		return c.typed(w.Invocation, "rollback", t.Service, t.Environment)
	}
	return c.typed(w.Invocation, "deploy", t.Service, w.r.Ref, "to", t.Environment)
}

// samePlan refuses the approval of an outdated plan.
func (c *Commands) samePlan(w releaseRequest) error {
	if w.r.Overtaken {
		return refuse(fmt.Sprintf("Something else is live on %s by now, so the plan of %s is being worked out anew; your yes was not counted.", w.r.Target, w.r.ID),
			"Look at its card in a moment, and say yes to that.").
			near(c.typed(w.Invocation, "approve", w.r.ID))
	}
	if w.r.Plan != nil && w.value == w.r.Plan.Seal() {
		return nil
	}
	return refuse(fmt.Sprintf("The plan of %s has changed since this was shown, so your yes was not counted.", w.r.ID),
		"Look at the plan as it is now, and say yes to that.").
		near(c.typed(w.Invocation, "approve", w.r.ID))
}

// approvedBefore refuses a second approval of the same plan by the same person.
func (c *Commands) approvedBefore(r bot.Release, by bot.Person) error {
	digest := r.Plan.Digest()
	if slices.ContainsFunc(r.Approvals, func(a bot.Approval) bool { return a.By.ID == by.ID && a.Digest == digest }) {
		return refuse(fmt.Sprintf("You have approved %s already, and a yes counts once.", r.ID), "The card shows whose yes is still missing.")
	}
	return nil
}

// decidable accepts a release that can be approved or rejected.
func (c *Commands) decidable(verb string) func(releaseRequest) error {
	return func(w releaseRequest) error {
		r := w.r
		if !r.AsksApproval() {
			return notNow(r, "there is nothing to "+verb)
		}
		if r.Unconfirmed() && !r.Plan.Settings.Approvals.Asked() {
			return notNow(r, "nobody else is asked", fmt.Sprintf("Wait for %s.", bot.ActorName(r.Requester)))
		}
		return nil
	}
}

// standing is what slipway.yaml says of somebody's groups: what is certain, and what
// would hold if they were in every group whose members are kept elsewhere.
func (c *Commands) standing(by bot.Person, groups []string) (sure, perhaps bot.Standing) {
	person, _ := c.catalog.PersonByChat(by.ID)
	sure.Login, perhaps.Login = person.GitHub, person.GitHub
	for _, group := range groups {
		switch c.catalog.InGroup(group, by.ID) {
		case catalog.Member:
			sure.Groups = append(sure.Groups, group)
			perhaps.Groups = append(perhaps.Groups, group)
		case catalog.KnownElsewhere:
			perhaps.Groups = append(perhaps.Groups, group)
		case catalog.NotMember, catalog.UnknownMembership:
		}
	}
	return sure, perhaps
}

// named reads the one release that a command names.
func (c *Commands) named(ctx context.Context, r request) (bot.Release, error) {
	line, err := r.text.Line()
	if err != nil {
		return bot.Release{}, err
	}
	if err := line.Only(); err != nil {
		return bot.Release{}, err
	}
	id, err := line.ID()
	if err != nil {
		return bot.Release{}, err
	}
	return c.release(ctx, id)
}
