package bot_test

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/slipwayhq/slipway/bot"
)

// TestTook: the last of several attempts counts, and a run that was lost and found
// again is one attempt.
func TestTook(t *testing.T) {
	t.Parallel()
	start := time.Date(2026, 11, 24, 9, 0, 0, 0, time.UTC)
	at := func(phase bot.Phase, minute int) bot.Moment {
		return bot.Moment{Phase: phase, At: start.Add(time.Duration(minute) * time.Minute)}
	}
	for name, tt := range map[string]struct {
		moments []bot.Moment
		started int // minute; -1: never
		took    time.Duration
	}{
		"never started":             {[]bot.Moment{at(bot.Queued, 0), at(bot.Cancelled, 3)}, -1, 0},
		"it is being started":       {[]bot.Moment{at(bot.Queued, 0), at(bot.Dispatching, 1)}, 1, 0},
		"it runs":                   {[]bot.Moment{at(bot.Dispatching, 1), at(bot.Running, 2)}, 2, 0},
		"it is over":                {[]bot.Moment{at(bot.Dispatching, 1), at(bot.Running, 2), at(bot.Succeeded, 9)}, 2, 7 * time.Minute},
		"it was lost from sight":    {[]bot.Moment{at(bot.Running, 2), at(bot.Unknown, 4), at(bot.Running, 6), at(bot.Failed, 9)}, 2, 7 * time.Minute},
		"it was started once more":  {[]bot.Moment{at(bot.Running, 2), at(bot.Dispatching, 4), at(bot.Running, 6), at(bot.Failed, 9)}, 6, 3 * time.Minute},
		"it was asked about before": {[]bot.Moment{at(bot.Dispatching, 1), at(bot.AwaitingApproval, 2), at(bot.Dispatching, 5), at(bot.Running, 6), at(bot.Succeeded, 8)}, 6, 2 * time.Minute},
	} {
		r := bot.Release{Moments: tt.moments, Phase: tt.moments[len(tt.moments)-1].Phase}
		want := time.Time{}
		if tt.started >= 0 {
			want = start.Add(time.Duration(tt.started) * time.Minute)
		}
		if got := r.StartedAt(); !got.Equal(want) || r.Took() != tt.took {
			t.Errorf("%s: started at %s, took %s", name, got, r.Took())
		}
	}
}

// TestShown: what changes with every look is on no card, so the card is not edited.
func TestShown(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 11, 24, 9, 0, 0, 0, time.UTC)
	r := bot.Release{ID: "api-1", Phase: bot.Running, Run: bot.Run{ID: 7, Status: bot.RunInProgress}}
	looked := r
	looked.Outbox = []bot.Pending{{Due: now}}
	looked.Run.ReadAt, looked.Run.UpdatedAt, looked.Watch.NextAt, looked.WakeAt, looked.Branch.LookedAt = now, now, now, now, now
	if diff := cmp.Diff(r, looked.Shown()); diff != "" {
		t.Errorf("shown (-want +got):\n%s", diff)
	}
}

// TestDifferences: every difference has a description of its own.
func TestDifferences(t *testing.T) {
	t.Parallel()
	old := bot.Plan{
		Target: bot.Target{Service: "api", Environment: "production"}, Repo: "acme/api", Workflow: "deploy.yml", WorkflowRef: "main", WorkflowBlob: "b1",
		Commit: bot.Commit{SHA: strings.Repeat("a", 40)}, KeyInput: "release_id", Inputs: map[string]string{"tier": "web", "old": ""},
	}
	for want, change := range map[string]func(*bot.Plan){
		"":                                   func(*bot.Plan) {},
		"commit: bbbbbbb, was aaaaaaa":       func(p *bot.Plan) { p.Commit.SHA = strings.Repeat("b", 40) },
		"repository: acme/web, was acme/api": func(p *bot.Plan) { p.Repo = "acme/web" },
		"workflow: ship.yml on main, was deploy.yml on main":            func(p *bot.Plan) { p.Workflow, p.WorkflowBlob = "ship.yml", "b2" },
		"workflow: deploy.yml on next, was deploy.yml on main":          func(p *bot.Plan) { p.WorkflowRef, p.WorkflowBlob = "next", "b2" },
		"the workflow file deploy.yml was changed":                      func(p *bot.Plan) { p.WorkflowBlob = "b2" },
		`input tier: "db", was "web"`:                                   func(p *bot.Plan) { p.Inputs = map[string]string{"tier": "db", "old": ""} },
		`input old: "", was ""`:                                         func(p *bot.Plan) { p.Inputs = map[string]string{"tier": "web"} },
		`input new: "1", was ""`:                                        func(p *bot.Plan) { p.Inputs = map[string]string{"tier": "web", "old": "", "new": "1"} },
		`the run key is sent as "id", was "release_id"`:                 func(p *bot.Plan) { p.KeyInput = "id" },
		"the settings of api → production in slipway.yaml were changed": func(p *bot.Plan) { p.Settings.Timeout = time.Hour },
		"the target was changed":                                        func(p *bot.Plan) { p.Target.Environment = "staging" },
	} {
		now := old
		change(&now)
		lines := now.Differences(old)
		if got := strings.Join(lines, "; "); got != want || (len(lines) == 0) != (now.Digest() == old.Digest()) {
			t.Errorf("differences %q, want %q", got, want)
		}
	}
	none := old
	none.Inputs = nil
	if got := old.Differences(none); len(got) != 2 {
		t.Errorf("where there were no inputs: %q", got)
	}
}

// TestReviewers: an emergency can be signed off by whoever may declare one or approve;
// each group is named once.
func TestReviewers(t *testing.T) {
	t.Parallel()
	r := bot.Release{Requester: bot.Person{ID: "U1"}, Plan: &bot.Plan{Settings: bot.Settings{
		Approvals: bot.ApprovalRule{Sets: []bot.ApprovalSet{{Count: 1, From: []string{"sre", "owners"}}, {Count: 1, From: []string{"owners"}}}},
		Rules:     bot.Rules{Emergency: []string{"leads", "sre"}},
	}}}
	if diff := cmp.Diff([]string{"sre", "owners"}, r.Asks(bot.TheApprover, nil)); diff != "" {
		t.Errorf("asked to approve (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]string{"leads", "sre", "owners"}, r.Asks(bot.TheReviewer, nil)); diff != "" {
		t.Errorf("asked to sign off (-want +got):\n%s", diff)
	}
	for who, want := range map[string]bool{"U1": false, "U2": true, "": false} {
		if r.MaySignOff(bot.Person{ID: who}, bot.Standing{Groups: []string{"owners"}}) != want {
			t.Errorf("%q may sign it off: %t", who, !want)
		}
	}
	if (bot.Release{Emergency: r.Emergency}).MaySignOff(bot.Person{ID: "U2"}, bot.Standing{Groups: []string{"owners"}}) {
		t.Error("what has no plan is signed off")
	}
}
