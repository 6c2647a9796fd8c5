package planner

import (
	"context"
	"log/slog"
	"testing"

	"github.com/slipwayhq/slipway/bot"
	"github.com/slipwayhq/slipway/bot/bottest"
	"github.com/slipwayhq/slipway/bot/catalog"
)

// caller reads what a workflow calls.
type caller struct {
	files []bot.CalledFile
	err   error
	at    []string // where it was read
}

func (c *caller) Called(_ context.Context, _, ref string, _ bot.Calls) (bot.Called, error) {
	c.at = append(c.at, ref)
	return bot.Called{Files: c.files}, c.err
}

func (c *caller) Workflow(context.Context, string, string, string, string) (bot.WorkflowFile, error) {
	return bot.WorkflowFile{Blob: "blob1", Ref: "main", Calls: bot.Calls{Local: []string{"a.yml"}}}, nil
}

// TestPromise3_CompareCalled: what the workflow calls at the commit from which the
// run was made must be what was approved, too. Of a plan that an older slipway
// made nothing is known.
func TestPromise3_CompareCalled(t *testing.T) {
	t.Parallel()
	one, other := []bot.CalledFile{{Path: "a.yml", Blob: "1"}}, []bot.CalledFile{{Path: "a.yml", Blob: "2"}}
	for name, tt := range map[string]struct {
		approved, now []bot.CalledFile
		err           error
		changed       bool
		asked         int
	}{
		"the same":                 {approved: one, now: one, asked: 1},
		"another content":          {approved: one, now: other, changed: true, asked: 1},
		"it cannot be read":        {approved: one, err: bottest.Failing(bot.Unavailable), asked: 1},
		"an older slipway planned": {now: other},
	} {
		c := &caller{files: tt.now, err: tt.err}
		p := New(&catalog.Catalog{}, Ports{Workflows: c}, slog.New(slog.DiscardHandler))
		r := bottest.Starting()
		r.Run.HeadSHA, r.Plan.Called.Files = "head", tt.approved
		ev, err := p.CompareWorkflow(t.Context(), r)
		if _, changed := ev.(bot.WorkflowChanged); changed != tt.changed || (err != nil) != (tt.err != nil) {
			t.Errorf("%s: %#v, %v", name, ev, err)
		}
		if len(c.at) != tt.asked || tt.asked > 0 && c.at[0] != "head" {
			t.Errorf("%s: it was read at %v", name, c.at)
		}
	}
}

// TestCalledAreReadWhereTheyWillRun: first at the tip that was just found, so that
// it need not be read again after the start, and right before the start at the tip
// as it is by then.
func TestCalledAreReadWhereTheyWillRun(t *testing.T) {
	t.Parallel()
	w := orderlyWorld()
	c := &caller{files: []bot.CalledFile{{Path: "a.yml", Blob: "1"}}}
	p := plannerIn(t, w, bottest.Ruled)
	p.ports.Workflows = calling{w, c}
	r := planned(t, p, bottest.Asked(bot.Deploy, "production"))
	if len(r.Plan.Called.Files) != 1 || c.at[0] != r.Plan.Commit.SHA {
		t.Fatalf("%+v, read at %v", r.Plan.Called, c.at)
	}
	r.Approvals = []bot.Approval{{By: bot.Person{ID: "U02BEN"}}}
	c.files = []bot.CalledFile{{Path: "a.yml", Blob: "2"}}
	ev, err := p.Recheck(t.Context(), r, noon)
	checked, ok := ev.(bot.Rechecked)
	if err != nil || !ok || checked.Plan.Digest() == r.Plan.Digest() || c.at[1] != r.Plan.Commit.SHA {
		t.Errorf("rechecked: %#v, %v, read at %v", ev, err, c.at)
	}
	r.Approvals = nil
	ev, err = p.Recheck(t.Context(), r, noon)
	if checked, ok := ev.(bot.Rechecked); err != nil || !ok || checked.Plan.Digest() != r.Plan.Digest() {
		t.Errorf("seconds later it is another plan: %#v, %v", ev, err)
	}
}

// calling is a world whose workflow calls another file.
type calling struct {
	*world
	caller *caller
}

func (c calling) Called(ctx context.Context, repo, ref string, calls bot.Calls) (bot.Called, error) {
	return c.caller.Called(ctx, repo, ref, calls)
}

func (c calling) Workflow(ctx context.Context, repo, file, ref, sha string) (bot.WorkflowFile, error) {
	found, err := c.world.Workflow(ctx, repo, file, ref, sha)
	found.Calls = bot.Calls{Local: []string{"a.yml"}}
	return found, err
}
