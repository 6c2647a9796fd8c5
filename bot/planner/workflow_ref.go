package planner

import (
	"cmp"
	"context"

	"github.com/slipwayhq/slipway/bot"
	"github.com/slipwayhq/slipway/bot/guard"
)

// nameWorkflowRef names the branch whose workflow file is run, where slipway.yaml
// does not.
func (b *builder) nameWorkflowRef(ctx context.Context) (err error) {
	if b.plan.WorkflowRef == "" && b.r.Kind != bot.Adopt {
		b.plan.WorkflowRef, err = b.p.ports.Branches.DefaultBranch(ctx, b.plan.Repo)
	}
	return err
}

// workflowTip is where the workflow's branch ends, if that is known: the commit is
// then its tip. What is read at a commit cannot change, so that it need not be read
// a second time once the run is made from there.
func (b *builder) workflowTip() string {
	if b.plan.WorkflowRef != "" && b.plan.Commit.TipOf == b.plan.WorkflowRef {
		return b.plan.Commit.SHA
	}
	return ""
}

// readWorkflowAgain reads the workflow file as it is now. Where the plan read it at
// a commit it is asked where the branch ends by now: mostly that is the same.
func (b *builder) readWorkflowAgain(ctx context.Context) error {
	if b.r.Kind == bot.Adopt {
		return nil
	}
	planned := b.r.Plan
	branch := cmp.Or(b.plan.WorkflowRef, planned.WorkflowRef)
	atTip := planned.Commit.TipOf == planned.WorkflowRef && planned.WorkflowRef != ""
	var tip bot.Commit
	g, within := guard.WithContext(ctx)
	g.Go(func() error { return b.nameWorkflowRef(within) })
	if atTip {
		g.Go(func() (err error) {
			tip, _, err = b.p.ports.Resolver.Commit(within, b.plan.Repo, branch)
			return err
		})
	}
	if err := g.Wait(); err != nil {
		return err
	}
	if b.plan.WorkflowRef != branch {
		tip = bot.Commit{} // another branch is the default one by now
	}
	return b.readWorkflow(ctx, tip.SHA)
}

// changesSince lists what lies between what is live and the commit.
func (b *builder) changesSince(ctx context.Context, live, sha string) (bot.Changes, bot.ChangedFiles, error) {
	if b.ahead.Head == sha && sha != "" && live == shaOf(b.plan.Current) {
		return b.ahead.Changes, b.ahead.Files, nil
	}
	return b.p.ports.Resolver.Changes(ctx, b.plan.Repo, live, sha)
}

// lookForReruns reads the runs of the workflow. That GitHub knows no such workflow
// is only said if the file itself is there, for else that it is not says more.
func (b *builder) lookForReruns(ctx context.Context) error {
	err := b.readReruns(ctx)
	if bot.KindOf(err) == bot.NotFound {
		b.noWorkflow, err = err, nil
	}
	return err
}
