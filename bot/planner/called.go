package planner

import (
	"context"

	"github.com/slipwayhq/slipway/bot"
)

// readCalled reads all that the workflow calls at a branch or commit: it is approved
// together with the workflow's own file.
func (b *builder) readCalled(ctx context.Context, at string) (err error) {
	b.plan.Called = bot.Called{Elsewhere: b.file.Calls.Elsewhere}
	if len(b.file.Calls.Local) > 0 {
		b.plan.Called, err = b.p.ports.Workflows.Called(ctx, b.plan.Repo, at, b.file.Calls)
	}
	return err
}

// compareCalled compares what the workflow calls at the run's commit with what was
// approved. A plan of an older version says nothing of it.
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

// CompareWorkflow compares the workflow file at the run's commit with the approved one.
// GitHub cannot pin it, so it is checked afterwards. A file that cannot be read is
// tried again: GitHub started a run from it, so it exists.
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
