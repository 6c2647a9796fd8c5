package planner

import (
	"context"
	"fmt"
	"time"

	"github.com/slipwayhq/slipway/bot"
)

// readReruns looks whether a run of the release's target was started again. What
// the target's history does not know of yet must be in it before a plan can be
// right.
func (b *builder) readReruns(ctx context.Context) error {
	if b.r.Kind == bot.Adopt {
		return nil
	}
	seen, err := b.p.ports.Reruns.StartedAgain(ctx, b.plan.Repo, b.plan.Workflow)
	if err != nil {
		return err
	}
	b.plan.Rerun = nil
	for _, again := range seen {
		if again.Of.Target != b.r.Target {
			continue
		}
		if again.News() {
			return &bot.Error{
				Kind: bot.Unavailable, Op: "look for runs that were started again", RetryAfter: time.Second,
				Says: fmt.Sprintf("%s was run again at GitHub (attempt %d), and it is being read what came of that", again.Of.ID, again.Run.Attempt),
			}
		}
		if again.Goes() {
			rerun := again.Rerun()
			b.plan.Rerun = &rerun
		}
	}
	b.plan.Since, b.plan.Beside, err = b.p.ports.Reruns.Beside(ctx, b.r.Target)
	if err != nil && b.r.Kind == bot.Rollback { // what is only shown to it keeps it from nothing
		b.p.log.Warn("it could not be told what was done past slipway, and a rollback goes on", bot.ErrAttr(err))
		return nil
	}
	return err
}
