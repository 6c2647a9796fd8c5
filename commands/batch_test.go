package commands_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/slipwayhq/slipway/bot"
)

// TestSeveralServices makes one batch of several services, in the order in which
// they need each other and however they were typed.
func TestSeveralServices(t *testing.T) {
	t.Parallel()
	same := map[string]bool{}
	for _, text := range []string{
		"/deploy web,api main to production --reason one price", "/deploy api, web main production --reason another",
		"@slipway api,web main to production", "@slipway deploy WEB ,Api main to production",
	} {
		h := newHouse(t)
		answer, err := newCommands(t, h).Command(t.Context(), typed(text))
		accepted, ok := answer.(bot.Accepted)
		if err != nil || !ok || len(h.drafts) != 1 {
			t.Fatalf("%s: %#v, %v with %d drafts", text, answer, err, len(h.drafts))
		}
		got := h.drafts[0]
		want := []bot.BatchMember{{Target: production}, {Target: web, After: []string{"api"}}}
		if diff := cmp.Diff(want, got.Members); diff != "" || got.Kind != bot.Batch || got.Ref != "main" || got.Target != production {
			t.Errorf("%s: %s of %s to %s (-want +got):\n%s", text, got.Kind, got.Ref, got.Target, diff)
		}
		if accepted.Channel != "C0TYPED" { // the two have no channel in common
			t.Errorf("%s: its card is to appear in %s", text, accepted.Channel)
		}
		if notes := strings.Join(accepted.Notes, " "); notes != "Once all of them may go: web after api." {
			t.Errorf("%s: %s", text, notes)
		}
		same[got.Sameness] = true
	}
	if len(same) != 1 {
		t.Errorf("the same request is %v", same)
	}
}

// TestPlansOfSeveralServices asks for one preview each, none of which spends the
// few answers that the command's own address takes.
func TestPlansOfSeveralServices(t *testing.T) {
	t.Parallel()
	for _, text := range []string{"/deploy plan web,api main to production", "/deploy web,api main to production --dry-run"} {
		h := newHouse(t)
		answer, err := newCommands(t, h).Command(t.Context(), typed(text))
		if _, ok := answer.(bot.Done); err != nil || !ok || len(h.drafts) != 2 {
			t.Fatalf("%s: %#v, %v with %d drafts", text, answer, err, len(h.drafts))
		}
		first, second := h.drafts[0], h.drafts[1]
		if first.Target != production || second.Target != web || first.Kind != bot.Preview || second.Kind != bot.Preview {
			t.Errorf("%s: %s of %s, %s of %s", text, first.Kind, first.Target, second.Kind, second.Target)
		}
		if first.Key == second.Key || first.Reply.URL+second.Reply.URL != "" || first.Reply.Channel != "C0TYPED" {
			t.Errorf("%s: keys %q and %q, replies %q and %q", text, first.Key, second.Key, first.Reply.URL, second.Reply.URL)
		}
	}
}

// TestStartingOverOneOfABatch is refused: the others would go without it.
func TestStartingOverOneOfABatch(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.in("api-150", bot.AwaitingApproval, func(r *bot.Release) {
		r.Plan.Commit.TipOf, r.Part = "main", bot.Part{Batch: "api-b1", Awaits: bot.AwaitGo}
	})
	answer, err := newCommands(t, h).Click(t.Context(), bot.Click{Action: bot.ActStartOver, Release: "api-150", By: anna, Key: "1"})
	if err != nil || len(h.drafts) > 0 {
		t.Fatalf("%v, drafts %v", err, h.drafts)
	}
	checkRefusal(t, answer, "api-150 goes together with others as api-b1")
}

// TestTakingABatchBack takes back what went, from behind, and only once.
func TestTakingABatchBack(t *testing.T) {
	t.Parallel()
	batch := bot.Release{
		ID: "api-b1", Kind: bot.Batch, Target: production, Phase: bot.Failed, Ref: "main",
		Members: []bot.BatchMember{
			{Target: production, Release: "api-142", Phase: bot.Succeeded, Started: true, Healthy: true},
			{Target: web, After: []string{"api"}, Release: "web-3", Phase: bot.Failed, Started: true},
			{Target: bot.Target{Service: "shop", Environment: "eu"}, After: []string{"web", "api"}, Release: "shop-1", Phase: bot.Cancelled},
		},
	}
	click := bot.Click{Action: bot.ActBatchBack, Release: "api-b1", By: ben, Key: "trigger-2"}
	tests := []struct {
		name   string
		change func(*bot.Release)
		want   []bot.BatchMember
	}{
		{"what went", func(*bot.Release) {}, []bot.BatchMember{
			{Target: web, Back: "web-3"},
			{Target: production, Back: "api-142", After: []string{"web"}},
		}},
		{"what is back already stays", func(r *bot.Release) { r.Members[1].TakenBack = true }, []bot.BatchMember{{Target: production, Back: "api-142"}}},
		{"nothing went", func(r *bot.Release) { r.Members = r.Members[2:] }, nil},
		{"it goes on still", func(r *bot.Release) { r.Phase = bot.Running }, nil},
		{"no batch", func(r *bot.Release) { r.Kind = bot.Deploy }, nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			h := newHouse(t)
			r := batch
			r.Members = append([]bot.BatchMember(nil), batch.Members...)
			tt.change(&r)
			h.releases["api-b1"] = r
			answer, err := newCommands(t, h).Click(t.Context(), click)
			if err != nil {
				t.Fatal(err)
			}
			if tt.want == nil {
				checkRefusal(t, answer, "there is nothing of it to take back")
				return
			}
			if len(h.drafts) != 1 {
				t.Fatalf("answered %#v with %d drafts", answer, len(h.drafts))
			}
			got := h.drafts[0]
			if diff := cmp.Diff(tt.want, got.Members); diff != "" || got.Kind != bot.Batch || got.Reversal.Back != "api-b1" || got.Part.Batch != "api-b1" {
				t.Errorf("%+v (-want +got):\n%s", got, diff)
			}
			if got.Sameness == "" || got.Requester != ben {
				t.Errorf("asked by %s, sameness %q", got.Requester, got.Sameness)
			}
		})
	}
}
