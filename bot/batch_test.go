package bot_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/slipwayhq/slipway/bot"
)

func member(service string, phase bot.Phase, change func(*bot.BatchMember)) bot.BatchMember {
	m := bot.BatchMember{Target: bot.Target{Service: service, Environment: "staging"}, Release: service + "-1", Phase: phase}
	if change != nil {
		change(&m)
	}
	return m
}

func TestSaw(t *testing.T) {
	t.Parallel()
	before := bot.BatchMember{
		Target: bot.Target{Service: "web", Environment: "staging"}, After: []string{"api"}, Back: "web-0",
		Phase: bot.Queued, Awaits: bot.AwaitGo,
	}
	r := bot.Release{
		ID: "web-1", Phase: bot.Succeeded, Part: bot.Part{Batch: "api-b1", Awaits: bot.AwaitAsk, Stopped: true},
		Run: bot.Run{ID: 7}, TakenBackBy: "web-2", Ending: bot.Ending{Cause: "it broke"},
	}
	want := bot.BatchMember{
		Target: before.Target, After: before.After, Back: "web-0", Release: "web-1", Phase: bot.Succeeded,
		Awaits: bot.AwaitAsk, Stopped: true, Started: true, Healthy: true, TakenBack: true, Cause: "it broke",
	}
	if diff := cmp.Diff(want, before.Saw(r)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	want = bot.BatchMember{Target: before.Target, After: before.After, Back: "web-0", Release: "web-2", Phase: bot.Running}
	if diff := cmp.Diff(want, want.Saw(bot.Release{ID: "web-2", Phase: bot.Running})); diff != "" {
		t.Errorf("of what has none of it (-want +got):\n%s", diff)
	}
}

func TestMemberStands(t *testing.T) {
	t.Parallel()
	waits := map[bot.Phase]bool{"": true, bot.Requested: true, bot.AwaitingApproval: true, bot.Queued: true}
	broke := map[bot.Phase]bool{
		bot.Failed: true, bot.Unhealthy: true, bot.Cancelled: true, bot.Rejected: true, bot.Expired: true, bot.Superseded: true,
	}
	for _, phase := range append(bot.Phases(), "") {
		m := member("api", phase, nil)
		if m.BeforeStart() != waits[phase] || m.Broke() != broke[phase] {
			t.Errorf("in %q it waits: %t, broke: %t", phase, m.BeforeStart(), m.Broke())
		}
	}
}

// TestBroken finds for whom a batch stops: not for one that it stopped itself,
// as long as there is another.
func TestBroken(t *testing.T) {
	t.Parallel()
	stopped := func(m *bot.BatchMember) { m.Stopped = true }
	tests := []struct {
		name    string
		members []bot.BatchMember
		want    string
	}{
		{"nobody", []bot.BatchMember{member("api", bot.Running, nil), member("web", bot.Succeeded, nil)}, ""},
		{"one", []bot.BatchMember{member("api", bot.Succeeded, nil), member("web", bot.Failed, nil)}, "web-1"},
		{"the first that broke by itself", []bot.BatchMember{member("api", bot.Cancelled, stopped), member("web", bot.Rejected, nil), member("db", bot.Failed, nil)}, "web-1"},
		{"only such as were stopped", []bot.BatchMember{member("api", bot.Succeeded, nil), member("web", bot.Cancelled, stopped)}, "web-1"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			got, found := bot.Release{Members: tt.members}.Broken()
			if found != (tt.want != "") || got.Release != tt.want {
				t.Errorf("Broken = %q, %t, want %q", got.Release, found, tt.want)
			}
		})
	}
}

func TestWhatABatchIsAbout(t *testing.T) {
	t.Parallel()
	batch := bot.Release{Kind: bot.Batch, Target: bot.Target{Service: "api"}, Members: []bot.BatchMember{
		member("api", bot.Succeeded, func(m *bot.BatchMember) { m.Started = true }),
		member("web", bot.Failed, func(m *bot.BatchMember) { m.Started = true }),
		member("db", bot.Succeeded, func(m *bot.BatchMember) { m.Started, m.TakenBack = true, true }),
		member("docs", bot.Cancelled, nil),
	}}
	if diff := cmp.Diff([]string{"api", "web", "db", "docs"}, batch.Services()); diff != "" {
		t.Error(diff)
	}
	var back []string
	for _, m := range batch.ToTakeBack() {
		back = append(back, m.Release)
	}
	if diff := cmp.Diff([]string{"web-1", "api-1"}, back); diff != "" {
		t.Errorf("what is to be taken back (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]string{"api"}, bot.Release{Kind: bot.Deploy, Target: bot.Target{Service: "api"}}.Services()); diff != "" {
		t.Error(diff)
	}
	for r, want := range map[*bot.Release]bool{
		{Kind: bot.Batch}: false,
		{Kind: bot.Batch, Reversal: bot.Reversal{Back: "api-b1"}}:   true,
		{Kind: bot.Rollback, Reversal: bot.Reversal{Back: "api-1"}}: false,
	} {
		if r.Undoes() != want {
			t.Errorf("a %s of %q undoes a batch: %t", r.Kind, r.Reversal.Back, r.Undoes())
		}
	}
}
