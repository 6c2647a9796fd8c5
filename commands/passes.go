package commands

import (
	"context"
	"slices"
	"strings"
	"time"

	"github.com/slipwayhq/slipway/bot"
	"github.com/slipwayhq/slipway/bot/policy"
)

// A form is checked while it is still open, so that its fields can be corrected: each
// rule that would refuse is shown at the field that it is about. The form does not wait
// long for that; what cannot be told in time is found out when the plan is worked out.

// passesWithin limits how long a form waits to learn what would be refused, within the
// three seconds that Slack allows.
const passesWithin = 1200 * time.Millisecond

func (c *Commands) passes(ctx context.Context, d bot.Draft) error {
	ctx, cancel := context.WithTimeout(ctx, passesWithin)
	defer cancel()
	if d.Kind == bot.Deploy {
		if err := c.exists(ctx, d); err != nil {
			return err
		}
	}
	if c.previews == nil || c.looks.spend(bot.PersonOf(d.Requester), 1, c.now()) != nil {
		return nil
	}
	r, err := c.previews.Preview(ctx, d, c.now())
	switch {
	case ctx.Err() != nil:
		return nil // what was not read in time counts as a refusal, but may pass
	case err != nil && bot.Final(err):
		return inWords(err)
	case err != nil:
		return nil
	}
	return refusedAt(r.Decision.Refusals())
}

// refusedAt returns the gates' refusals, each at its field of the form; nil: there are
// none.
func refusedAt(refusals []bot.Gate) error {
	if len(refusals) == 0 {
		return nil
	}
	var faults []bot.FieldFault
	for _, g := range refusals {
		field := policy.FieldOf(g.Name)
		says := strings.TrimSpace(g.Reason + " " + mendAt(field, g))
		i := slices.IndexFunc(faults, func(f bot.FieldFault) bool { return f.Field == field })
		if i < 0 {
			faults = append(faults, bot.FieldFault{Field: field, Says: says})
			continue
		}
		faults[i].Says += " " + says
	}
	problem := at(faults[0].Field, refuse(faults[0].Says))
	problem.problem.Beside = faults[1:]
	return problem
}

// mendAt is what would help with a rule, for somebody who has the form open.
func mendAt(field bot.Field, g bot.Gate) string {
	if field == bot.FieldReason {
		return "Say here why it may come back."
	}
	who := slices.DeleteFunc(slices.Clone(g.Who), func(name string) bool { return strings.Contains(g.Mend, name) })
	if len(who) == 0 {
		return g.Mend
	}
	return strings.TrimSpace(g.Mend + " Ask: " + join(who, "or") + ".")
}

// existsWithin limits how long a form waits to learn whether a ref exists.
const existsWithin = 700 * time.Millisecond

// exists refuses a ref that certainly does not exist, while the form is still open.
func (c *Commands) exists(ctx context.Context, d bot.Draft) error {
	service, found := c.catalog.Service(d.Target.Service)
	if !found || d.Ref == "" || c.refs == nil {
		return nil
	}
	ctx, cancel := context.WithTimeout(ctx, existsWithin)
	defer cancel()
	if _, _, err := c.refs.Commit(ctx, service.Repo.String(), d.Ref); bot.KindOf(err) == bot.NotFound || bot.KindOf(err) == bot.Invalid {
		return at(bot.FieldRef, inWords(err))
	}
	return nil
}
