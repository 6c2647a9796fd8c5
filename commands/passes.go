package commands

import (
	"context"
	"slices"
	"strings"
	"time"

	"github.com/slipwayhq/slipway/bot"
	"github.com/slipwayhq/slipway/bot/policy"
)

// What would be refused is refused while the form still stands in which it can be
// mended, each rule at the field that it is about. A form is not held up for it: what
// cannot be told in time is found out when the plan is worked out, as ever.

// passesWithin bounds how long a form waits for word of what would be refused, within
// the three seconds that Slack waits.
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
		return nil // what was not read in time counts as no, and may be a yes
	case err != nil && bot.Final(err):
		return inWords(err)
	case err != nil:
		return nil
	}
	return refusedAt(r.Decision.Refusals())
}

// refusedAt says at the fields of a form what gates refuse; nil where none does.
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

// mendAt is what would help with a rule, for whoever has the form before them.
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

// existsWithin bounds how long a form waits for word of a ref.
const existsWithin = 700 * time.Millisecond

// exists refuses a ref of which it is certain that it names nothing, while the form
// still stands in which it can be mended. What cannot be told in time is found out
// when the plan is worked out.
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
