package commands

import (
	"context"

	"github.com/slipwayhq/slipway/bot"
	"github.com/slipwayhq/slipway/commands/grammar"
)

// Submit answers a form. An error means that something could not be read, or that
// it is not certain to be stored; the same may be sent again.
func (c *Commands) Submit(ctx context.Context, s bot.Submission) (bot.Answer, error) {
	if refusal := refuseGuest(s.By, s.Guest); refusal != nil {
		return answered(nil, refusal)
	}
	return c.once(ctx, s.By, s.Key, func() (bot.Answer, error) { return answered(c.submit(ctx, s)) })
}

func (c *Commands) submit(ctx context.Context, s bot.Submission) (bot.Answer, error) {
	r := request{Invocation: bot.Invocation{By: s.By, Source: s.Source, Key: s.Key, Reply: s.Reply}}
	switch e := s.Entry.(type) {
	case bot.DeployEntry:
		return c.submitDeploy(ctx, r, e)
	case bot.TargetEntry:
		target, _, err := c.rollbackPlace(r, "rollback", grammar.Line{}, grammar.Rollback{Service: e.Target.Service, Environment: e.Target.Environment})
		if err != nil {
			return nil, err
		}
		return c.choices(ctx, target)
	case bot.RollbackEntry:
		return c.submitRollback(ctx, r, e)
	}
	return nil, refuse("This form is not known to this version of slipway.", "Open it again, or type the command instead.")
}

// entered is a reason as it would stand on a line.
func entered(reason string) grammar.Line {
	if reason == "" {
		return grammar.Line{}
	}
	return grammar.Line{Flags: []string{grammar.FlagReason}, Reason: reason}
}

// submitDeploy deploys what was entered. The form may have been open for long, so
// what it offered is looked up again.
func (c *Commands) submitDeploy(ctx context.Context, r request, e bot.DeployEntry) (bot.Answer, error) {
	words := grammar.Deploy{Services: []string{e.Target.Service}, Ref: e.Ref, Environment: e.Target.Environment}
	drafts, notes, err := c.draftDeploys(r, entered(e.Reason), words)
	if err != nil {
		return nil, err
	}
	return c.startUnlessSame(ctx, drafts[0], notes...)
}

// submitRollback takes a target back to the release that was chosen.
func (c *Commands) submitRollback(ctx context.Context, r request, e bot.RollbackEntry) (bot.Answer, error) {
	words := grammar.Rollback{Service: e.Target.Service, Environment: e.Target.Environment, To: e.To}
	target, to, err := c.rollbackPlace(r, "rollback", entered(e.Reason), words)
	if err != nil {
		return nil, err
	}
	d := draft(r, bot.Rollback, target)
	d.Reason = e.Reason
	if d.Takes, err = c.takes(ctx, r.Invocation, target, to); err != nil {
		return nil, err
	}
	return c.startUnlessSame(ctx, d)
}
