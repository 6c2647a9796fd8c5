package commands

import (
	"context"
	"fmt"
	"strconv"

	"github.com/slipwayhq/slipway/bot"
)

// clickItRan is a person's word that an uncertain dispatch did arrive.
func (c *Commands) clickItRan(ctx context.Context, click bot.Click, r bot.Release) (bot.Answer, error) {
	known, err := c.maySettle(r, click.By)
	if err != nil {
		return nil, err
	}
	run, err := strconv.ParseInt(click.Value, 10, 64)
	if err != nil || run < 0 {
		run = 0 // it is looked for
	}
	says := fmt.Sprintf("The run of %s is looked for again.", r.ID)
	if run != 0 {
		says = fmt.Sprintf("Run %d is read, and followed if it is that of %s.", run, r.ID)
	}
	return known.answer(c.post(ctx, letter(click.Key, r, bot.RanAsserted{By: click.By, RunID: run}), says))
}

// clickSendAgain is a person's word that it did not arrive.
func (c *Commands) clickSendAgain(ctx context.Context, click bot.Click, r bot.Release) (bot.Answer, error) {
	known, err := c.maySettle(r, click.By)
	if err != nil {
		return nil, err
	}
	if r.Run.ID != 0 {
		return nil, refuse(fmt.Sprintf("The run of %s is known, so it is not sent again.", r.ID), "Press \"Look again\" on its card.")
	}
	says := fmt.Sprintf("%s is checked and sent again.", r.ID)
	if !r.Cancel.AskedAt.IsZero() {
		says = fmt.Sprintf("%s is over: it was to be stopped, and nothing was started.", r.ID)
	}
	return known.answer(c.post(ctx, letter(click.Key, r, bot.NeverRanAsserted{By: click.By}), says))
}

// maySettle says who may settle what slipway cannot prove: an approver, or any
// full member where nobody's approval is asked for.
func (c *Commands) maySettle(r bot.Release, by bot.Person) (certainty, error) {
	if r.Phase != bot.Unknown {
		return certain, notNow(r, "there is nothing uncertain about its start")
	}
	if r.Plan == nil || !r.Plan.Settings.Approvals.Asked() {
		return certain, nil
	}
	return c.counts(r, by)
}

// clickLooksGood is a person's word after a watch that could not tell.
func (c *Commands) clickLooksGood(ctx context.Context, click bot.Click, r bot.Release) (bot.Answer, error) {
	switch {
	case r.Healthy:
		return nil, refuse(fmt.Sprintf("%s counts as healthy already.", r.ID), "Nothing is left to do.")
	case r.Verdict != bot.Inconclusive:
		return nil, notNow(r, "nobody is asked whether it looks good", "Only a release whose health could not be told is judged by a person.")
	}
	return c.post(ctx, letter(click.Key, r, bot.LooksGood{By: click.By}), fmt.Sprintf("%s counts as healthy now.", r.ID))
}
