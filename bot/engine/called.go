package engine

import (
	"context"

	"github.com/slipwayhq/slipway/bot"
	"github.com/slipwayhq/slipway/bot/guard"
)

// readCalled reads what the workflow calls at a branch or commit, to its end: it
// belongs to what people say yes to as much as the workflow's own file.
func (b *builder) readCalled(ctx context.Context, at string) (err error) {
	b.plan.Called = bot.Called{Elsewhere: b.file.Calls.Elsewhere}
	if len(b.file.Calls.Local) > 0 {
		b.plan.Called, err = b.e.Reader.Called(ctx, b.plan.Repo, at, b.file.Calls)
	}
	return err
}

// calledAt is where the called files are read first. Where the commit was just
// found to be the tip of the workflow's branch its SHA is as good as the name, and
// what is read at a SHA need not be read again after the start.
func (b *builder) calledAt() string {
	if tip := b.plan.Commit.TipOf; tip != "" && tip == b.plan.WorkflowRef {
		return b.plan.Commit.SHA
	}
	return b.plan.WorkflowRef
}

// readWorkflowAgain reads the workflow right before the start, and what it calls
// by then.
func (b *builder) readWorkflowAgain(ctx context.Context, g *guard.Group) {
	g.Go(func() error {
		if err := b.readWorkflow(ctx); err != nil {
			return err
		}
		return b.readCalled(ctx, b.plan.WorkflowRef) // as it is by now
	})
}

// compareCalled compares what the workflow calls at the commit from which the run
// was made with what was approved. A plan that an older slipway made says nothing
// of it.
func (e *Engine) compareCalled(ctx context.Context, r bot.Release, file bot.WorkflowFile) (bot.Event, error) {
	approved := r.Plan.Called
	if len(file.Calls.Local) == 0 || len(approved.Files)+len(approved.Missing) == 0 {
		return nil, nil //nolint:nilnil // it is the approved one
	}
	called, err := e.Reader.Called(ctx, r.Plan.Repo, r.Run.HeadSHA, file.Calls)
	if err != nil || called.Same(approved) {
		return nil, err
	}
	return bot.WorkflowChanged{Blob: file.Blob}, nil
}
