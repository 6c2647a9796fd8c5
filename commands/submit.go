package commands

import (
	"context"
	"strings"

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
	r := sentAs(s)
	switch e := s.Entry.(type) {
	case bot.DeployEntry:
		return c.submitDeploy(ctx, r, e)
	case bot.TargetEntry:
		return c.ways(ctx, r, e)
	case bot.RollbackEntry:
		return c.submitRollback(ctx, r, e)
	case bot.IncidentEntry:
		if err := c.looks.spend(s.By, 1, c.now()); err != nil {
			return nil, err
		}
		return c.incidentAround(ctx, r, e)
	}
	return nil, unknownForm()
}

// sentAs turns a form into a request.
func sentAs(s bot.Submission) request {
	return request{Invocation: bot.Invocation{By: s.By, Source: s.Source, Key: s.Key, Reply: s.Reply}}
}

func unknownForm() error {
	return refuse("This form is not known to this version of slipway.", "Open it again, or type the command instead.")
}

// ways lists what a target can be taken back to.
func (c *Commands) ways(ctx context.Context, r request, e bot.TargetEntry) (bot.Answer, error) {
	target, _, err := c.rollbackPlace(r, "rollback", grammar.Line{}, grammar.Rollback{Service: e.Target.Service, Environment: e.Target.Environment})
	if err != nil {
		return nil, err
	}
	return c.choices(ctx, target)
}

// entered is a reason as it would stand on a line.
func entered(reason string) grammar.Line {
	if reason == "" {
		return grammar.Line{}
	}
	return grammar.Line{Flags: []string{grammar.FlagReason}, Reason: reason}
}

// submitDeploy deploys what was entered. The form may be old, so what it offered is
// looked up again.
func (c *Commands) submitDeploy(ctx context.Context, r request, e bot.DeployEntry) (bot.Answer, error) {
	d, notes, err := c.deployDraft(r, e)
	if err != nil {
		return nil, err
	}
	if err := c.passes(ctx, d); err != nil {
		return nil, err
	}
	return c.startUnlessSame(ctx, d, notes...)
}

// deployDraft is the deploy that was entered.
func (c *Commands) deployDraft(r request, e bot.DeployEntry) (d bot.Draft, notes []string, err error) {
	words := grammar.Deploy{Services: []string{e.Target.Service}, Ref: e.Ref, Environment: e.Target.Environment}
	drafts, notes, err := c.draftDeploys(r, entered(e.Reason), words)
	if err != nil {
		return bot.Draft{}, nil, err
	}
	return drafts[0], notes, nil
}

// inWords makes a refusal of an error that says what is wrong.
func inWords(err error) *problemError {
	says, mend := bot.ForPeople(err)
	says = strings.TrimRight(says, ".") + "."
	if mend == "" {
		return refuse(says)
	}
	return refuse(says, mend)
}

// submitRollback takes a target back to the release that was chosen.
func (c *Commands) submitRollback(ctx context.Context, r request, e bot.RollbackEntry) (bot.Answer, error) {
	d, err := c.rollbackDraft(ctx, r, e)
	if err != nil {
		return nil, err
	}
	if err := c.passes(ctx, d); err != nil {
		return nil, err
	}
	return c.startUnlessSame(ctx, d)
}

// rollbackDraft is the rollback that was entered.
func (c *Commands) rollbackDraft(ctx context.Context, r request, e bot.RollbackEntry) (bot.Draft, error) {
	words := grammar.Rollback{Service: e.Target.Service, Environment: e.Target.Environment, To: e.To}
	target, to, err := c.rollbackPlace(r, "rollback", entered(e.Reason), words)
	if err != nil {
		return bot.Draft{}, err
	}
	d := draft(r, bot.Rollback, target)
	d.Reason = e.Reason
	d.Reversal, err = c.reversal(ctx, r.Invocation, target, to)
	return d, err
}
