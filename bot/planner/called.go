package planner

import (
	"context"

	"github.com/slipwayhq/slipway/bot"
)

// readCalled reads what the workflow calls at a branch or commit, to its end: it
// belongs to what people say yes to as much as the workflow's own file.
func (b *builder) readCalled(ctx context.Context, at string) (err error) {
	b.plan.Called = bot.Called{Elsewhere: b.file.Calls.Elsewhere}
	if len(b.file.Calls.Local) > 0 {
		b.plan.Called, err = b.p.ports.Workflows.Called(ctx, b.plan.Repo, at, b.file.Calls)
	}
	return err
}

// compareCalled compares what the workflow calls at the commit from which the run
// was made with what was approved. A plan that an older slipway made says nothing
// of it.
func (p *Planner) compareCalled(ctx context.Context, r bot.Release, file bot.WorkflowFile) (bot.Event, error) {
	approved := r.Plan.Called
	if len(file.Calls.Local) == 0 || len(approved.Files)+len(approved.Missing) == 0 {
		return nil, nil //nolint:nilnil // it is the approved one
	}
	called, err := p.ports.Workflows.Called(ctx, r.Plan.Repo, r.Run.HeadSHA, file.Calls)
	if err != nil || called.Same(approved) {
		return nil, err
	}
	return bot.WorkflowChanged{Blob: file.Blob}, nil
}

// CompareWorkflow reads the workflow file from the commit that the run was
// made from. GitHub offers no way to pin it, so it is checked afterwards, and
// what cannot be read is tried again: GitHub made a run of it, so it is there.
func (p *Planner) CompareWorkflow(ctx context.Context, r bot.Release) (bot.Event, error) {
	file, err := p.ports.Workflows.Workflow(ctx, r.Plan.Repo, r.Plan.Workflow, r.Plan.WorkflowRef, r.Run.HeadSHA)
	if file.Blob != "" && file.Blob != r.Plan.WorkflowBlob {
		return bot.WorkflowChanged{Blob: file.Blob}, nil
	}
	if err != nil {
		return nil, err
	}
	return p.compareCalled(ctx, r, file)
}
