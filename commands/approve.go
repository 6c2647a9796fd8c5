package commands

import (
	"context"
	"fmt"
	"slices"

	"github.com/slipwayhq/slipway/bot"
	"github.com/slipwayhq/slipway/bot/catalog"
	"github.com/slipwayhq/slipway/bot/policy"
)

func approveVerb(c *Commands) verb {
	return verb{run: c.approve, help: bot.VerbHelp{
		Verb:     "approve",
		Usage:    []string{c.slash("approve") + " ID"},
		Summary:  "Shows the plan of a release that waits for a yes, with its button.",
		Examples: []string{c.slash("approve") + " api-142"},
	}}
}

// approve shows the plan; the yes itself is the click, which carries the digest
// of what was shown.
func (c *Commands) approve(ctx context.Context, r request) (bot.Answer, error) {
	release, err := c.named(ctx, r)
	if err != nil {
		return nil, err
	}
	if unconfirmed(release) && release.Requester.ID == r.By.ID {
		return bot.PlanView{Release: release, Offer: bot.ActConfirm}, nil
	}
	if _, err := c.approvable(release, r.By); err != nil {
		return nil, err
	}
	return bot.PlanView{Release: release, Offer: bot.ActApprove}, nil
}

func (c *Commands) clickApprove(ctx context.Context, click bot.Click, r bot.Release) (bot.Answer, error) {
	known, err := c.approvable(r, click.By)
	if err != nil {
		return nil, err
	}
	if err := c.samePlan(click, r); err != nil {
		return nil, err
	}
	if err := c.pointsSettled(r); err != nil {
		return nil, err
	}
	event := bot.Approved{By: click.By, Digest: click.Value}
	return known.answer(c.post(ctx, letter(click.Key, r, event), fmt.Sprintf("Your approval of %s is counted. As long as it waits, %s takes it back.",
		r.ID, c.typed(invocation(click), "unapprove", r.ID))))
}

// clickConfirm is the requester's own yes to a rollback.
func (c *Commands) clickConfirm(ctx context.Context, click bot.Click, r bot.Release) (bot.Answer, error) {
	switch {
	case !unconfirmed(r):
		return nil, notNow(r, "there is nothing to confirm any more")
	case click.By.ID != r.Requester.ID:
		return nil, refuse(fmt.Sprintf("Only %s, who asked for %s, can confirm it.", r.Requester, r.ID),
			"Ask for a rollback of your own if it cannot wait.").
			near(c.typed(invocation(click), "rollback", r.Target.Service, r.Target.Environment))
	}
	if err := c.samePlan(click, r); err != nil {
		return nil, err
	}
	return c.post(ctx, letter(click.Key, r, bot.Confirmed{By: click.By}), fmt.Sprintf("%s goes ahead.", r.ID))
}

// samePlan refuses a yes to a plan that is not the release's any more.
func (c *Commands) samePlan(click bot.Click, r bot.Release) error {
	if r.Plan != nil && click.Value == r.Plan.Digest() {
		return nil
	}
	return refuse(fmt.Sprintf("The plan of %s has changed since this was shown, so your yes was not counted.", r.ID),
		"Look at the plan as it is now, and say yes to that.").
		near(c.typed(invocation(click), "approve", r.ID))
}

// approvable says that by's yes to the release would count now.
func (c *Commands) approvable(r bot.Release, by bot.Person) (certainty, error) {
	known, err := c.decidable(r, by, "approve")
	if err != nil {
		return known, err
	}
	digest := r.Plan.Digest()
	if slices.ContainsFunc(r.Approvals, func(a bot.Approval) bool { return a.By.ID == by.ID && a.Digest == digest }) {
		return known, refuse(fmt.Sprintf("You have approved %s already, and a yes counts once.", r.ID), "The card shows whose yes is still missing.")
	}
	return known, nil
}

// decidable says that the release waits for a yes or no, and that by's counts.
func (c *Commands) decidable(r bot.Release, by bot.Person, verb string) (certainty, error) {
	if r.Phase != bot.AwaitingApproval || r.Plan == nil {
		return certain, notNow(r, "there is nothing to "+verb)
	}
	if unconfirmed(r) && !r.Plan.Settings.Approvals.Asked() {
		return certain, notNow(r, "nobody else is asked", fmt.Sprintf("Wait for %s.", r.Requester))
	}
	return c.counts(r, by)
}

// certainty is how sure it is that somebody's word counts.
type certainty string

const (
	certain certainty = "certain"
	// checking: it hangs on groups whose members are read when the word is
	// weighed.
	checking certainty = "checking"
)

// answer is what somebody is told of their word once it is stored.
func (c certainty) answer(a bot.Answer, err error) (bot.Answer, error) {
	if _, stored := a.(bot.Done); c == certain || err != nil || !stored {
		return a, err
	}
	return bot.Done{Pending: true, Says: "Checking whether you may: it is being read who is in the groups that are asked. " +
		"The card shows your word if it counts, and you are told here if it does not."}, nil
}

// counts says that by's word on the release counts, or may.
func (c *Commands) counts(r bot.Release, by bot.Person) (certainty, error) {
	sure, perhaps := c.standing(r, by)
	gate := policy.MayApprove(r, policy.Approver{Person: by, Standing: sure})
	if gate.Outcome != bot.Refuse {
		return certain, nil
	}
	if policy.MayApprove(r, policy.Approver{Person: by, Standing: perhaps}).Outcome != bot.Refuse {
		return checking, nil
	}
	return certain, refuse(gate.Reason, gate.Mend)
}

// standing is what the file says of somebody: what is sure, and what is so if
// they are in every group whose members are not in the file.
func (c *Commands) standing(r bot.Release, by bot.Person) (sure, perhaps bot.Standing) {
	if r.Plan == nil {
		return bot.Standing{}, bot.Standing{}
	}
	person, _ := c.catalog.PersonByChat(by.ID)
	sure.Login, perhaps.Login = person.GitHub, person.GitHub
	for _, group := range r.Heard() {
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

// unconfirmed says that a rollback waits for its requester's own yes.
func unconfirmed(r bot.Release) bool {
	return r.Kind == bot.Rollback && r.Phase == bot.AwaitingApproval && !r.Confirmed
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
