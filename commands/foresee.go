package commands

import (
	"context"
	"time"

	"github.com/slipwayhq/slipway/bot"
	"github.com/slipwayhq/slipway/bot/guard"
)

// Previews tells what would come of a request.
type Previews interface {
	// Preview works out what a release of the draft would do now. Nothing is stored.
	Preview(ctx context.Context, d bot.Draft, now time.Time) (bot.Release, error)
	// Between finds out what lies between releases and the commit that is live, in
	// their order.
	Between(ctx context.Context, t bot.Target, live string, past []bot.Past) []bot.Between
}

// Preview says what would happen if a form were submitted now: a plan, the next choice,
// or what is wrong. Nothing is stored.
func (c *Commands) Preview(ctx context.Context, s bot.Submission) (bot.Answer, error) {
	if refusal := refuseGuest(s.By, s.Guest); refusal != nil {
		return answered(nil, refusal)
	}
	if err := c.looks.spend(s.By, 1, c.now()); err != nil {
		return answered(nil, err)
	}
	return answered(c.foresee(ctx, s))
}

func (c *Commands) foresee(ctx context.Context, s bot.Submission) (bot.Answer, error) {
	r := sentAs(s)
	switch e := s.Entry.(type) {
	case bot.DeployEntry:
		c.listAhead(ctx, e.Target)
		d, _, err := c.deployDraft(r, e)
		if err != nil {
			return nil, err
		}
		d.Kind = bot.Preview
		return c.foreseen(ctx, d)
	case bot.TargetEntry:
		return c.waysBetween(ctx, r, e)
	case bot.RollbackEntry:
		d, err := c.rollbackDraft(ctx, r, e)
		if err != nil {
			return nil, err
		}
		return c.foreseen(ctx, d)
	case bot.IncidentEntry: // which only shows
	}
	return nil, unknownForm()
}

// comparedBack is how many releases are compared with what is live. Each comparison
// costs a request to GitHub.
const comparedBack = 8

// waysBetween lists what a target can be taken back to, with what lies between.
func (c *Commands) waysBetween(ctx context.Context, r request, e bot.TargetEntry) (bot.Answer, error) {
	answer, err := c.ways(ctx, r, e)
	form, some := answer.(bot.RollbackForm)
	if err != nil || !some || c.previews == nil {
		return answer, err
	}
	live, err := c.live(ctx, form.Target)
	if err != nil || live == nil || live.SHA() == "" {
		return form, err
	}
	form.Between = c.previews.Between(ctx, form.Target, live.SHA(), form.Past[:min(len(form.Past), comparedBack)])
	return form, nil
}

// foreseen is the plan of a draft, or why there can be none.
func (c *Commands) foreseen(ctx context.Context, d bot.Draft) (bot.Answer, error) {
	if c.previews == nil {
		return nil, refuse("Plans cannot be worked out here.", "Send the form: the plan is worked out then.")
	}
	r, err := c.previews.Preview(ctx, d, c.now())
	if err != nil && bot.Final(err) {
		return nil, inWords(err)
	}
	return bot.PlanView{Release: r}, err
}

// listAhead fetches the refs of a target's repository before they are asked for, which
// is the next step. A failure is reported then.
func (c *Commands) listAhead(ctx context.Context, t bot.Target) {
	if service, found := c.catalog.Service(t.Service); found && c.refs != nil {
		go func() {
			_ = guard.Do(func() error { // a failure is reported to whoever asks for them
				_, err := c.refs.Refs(ctx, service.Repo.String(), "")
				return err
			})
		}()
	}
}
