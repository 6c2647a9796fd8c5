package planner

import (
	"context"
	"log/slog"
	"testing"

	"github.com/slipwayhq/slipway/bot"
	"github.com/slipwayhq/slipway/bot/bottest"
	"github.com/slipwayhq/slipway/bot/catalog"
)

// file is a workflow file as it is read.
type file struct {
	Workflows
	read bot.WorkflowFile
	err  error
}

func (f file) Workflow(context.Context, string, string, string, string) (bot.WorkflowFile, error) {
	return f.read, f.err
}

// reading is a planner that reads a workflow file of that blob.
func reading(blob string, err error) *Planner {
	return New(&catalog.Catalog{}, Ports{Workflows: file{read: bot.WorkflowFile{Blob: blob}, err: err}}, slog.New(slog.DiscardHandler))
}

// TestPromise3_CompareWorkflow: the file at the commit from which the run was
// made must be the approved one.
func TestPromise3_CompareWorkflow(t *testing.T) {
	t.Parallel()
	if ev, err := reading("blob1", nil).CompareWorkflow(t.Context(), bottest.Starting()); ev != nil || err != nil {
		t.Errorf("the same file: %#v, %v", ev, err)
	}
	if ev, err := reading("blob2", nil).CompareWorkflow(t.Context(), bottest.Starting()); ev != (bot.WorkflowChanged{Blob: "blob2"}) || err != nil {
		t.Errorf("another file: %#v, %v", ev, err)
	}
	if ev, err := reading("blob2", bottest.Failing(bot.Invalid)).CompareWorkflow(t.Context(), bottest.Starting()); ev != (bot.WorkflowChanged{Blob: "blob2"}) || err != nil {
		t.Errorf("another file that is no workflow: %#v, %v", ev, err)
	}
	for _, kind := range []bot.ErrorKind{bot.Unavailable, bot.Denied, bot.NotFound} {
		if ev, err := reading("", bottest.Failing(kind)).CompareWorkflow(t.Context(), bottest.Starting()); ev != nil || err == nil {
			t.Errorf("no answer (%s): %#v, %v", kind, ev, err)
		}
	}
}

// TestPromise3_WhetherRunsShowTheirKeys: by the file at the commit from which a run
// was made, and not where it cannot be read.
func TestPromise3_WhetherRunsShowTheirKeys(t *testing.T) {
	t.Parallel()
	named := bot.WorkflowFile{RunName: "${{ inputs.release_id }}", Inputs: textInputs("release_id")}
	for name, tt := range map[string]struct {
		file  bot.WorkflowFile
		err   error
		shows bool
	}{
		"they do":           {file: named, shows: true},
		"they do not":       {},
		"it cannot be read": {file: named, err: bottest.Failing(bot.Unavailable)},
	} {
		p := New(&catalog.Catalog{}, Ports{Workflows: file{read: tt.file, err: tt.err}}, slog.New(slog.DiscardHandler))
		if shows, err := p.ShowsKey(t.Context(), bottest.Starting(), "head"); shows != tt.shows || (err != nil) != (tt.err != nil) {
			t.Errorf("%s: %t, %v", name, shows, err)
		}
	}
}
