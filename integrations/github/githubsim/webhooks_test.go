package githubsim_test

import (
	"net/http"
	"net/http/httptest"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-github/v62/github"

	"github.com/slipwayhq/slipway/integrations/github/githubsim"
)

const secret = "hush"

// receiver is a webhook endpoint that checks signatures and notes what came.
type receiver struct {
	t   testing.TB
	url string

	mu     sync.Mutex
	events []string
	guids  []string
	parsed []any
}

func newReceiver(tb testing.TB) *receiver {
	tb.Helper()
	r := &receiver{t: tb}
	ts := httptest.NewServer(r)
	tb.Cleanup(ts.Close)
	r.url = ts.URL
	return r
}

func (r *receiver) ServeHTTP(w http.ResponseWriter, req *http.Request) {
	payload, err := github.ValidatePayload(req, []byte(secret))
	if err != nil {
		r.t.Errorf("signature: %v", err)
	}
	event, err := github.ParseWebHook(github.WebHookType(req), payload)
	if err != nil {
		r.t.Errorf("parse: %v", err)
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.parsed = append(r.parsed, event)
	r.guids = append(r.guids, github.DeliveryID(req))
	name := github.WebHookType(req)
	if acting, ok := event.(interface{ GetAction() string }); ok {
		name += "." + acting.GetAction()
	}
	r.events = append(r.events, name)
	w.WriteHeader(http.StatusAccepted)
}

// got waits until n events have come and gives them.
func (r *receiver) got(n int) []string {
	r.t.Helper()
	var events []string
	eventually(r.t, "webhooks come", func() bool {
		r.mu.Lock()
		defer r.mu.Unlock()
		events = slices.Clone(r.events)
		return len(events) >= n
	})
	return events
}

func TestWebhooksFollowTheRun(t *testing.T) {
	t.Parallel()
	in := newReceiver(t)
	r, repo := seeded(t, githubsim.Options{HookURL: in.url, HookSecret: secret})
	repo.WriteFile("main", ".github/workflows/deploy.yml", "name: Deploy\non: workflow_dispatch\n")
	a, _, err := r.dispatch(t.Context(), "deploy.yml", dispatchBody{Ref: "main", Details: true})
	check(t, err)
	check(t, r.FinishJob(a.ID, "", "success", ""))
	check(t, r.FinishRun(a.ID, "success"))
	want := []string{
		"workflow_run.requested", "workflow_job.queued", "workflow_run.in_progress",
		"workflow_job.in_progress", "workflow_job.completed", "workflow_run.completed",
	}
	if diff := cmp.Diff(want, in.got(len(want))); diff != "" {
		t.Fatalf("events (-want +got):\n%s", diff)
	}
	last, ok := in.parsed[5].(*github.WorkflowRunEvent)
	if !ok {
		t.Fatalf("last event is a %T", in.parsed[5])
	}
	run := last.GetWorkflowRun()
	if run.GetID() != a.ID || run.GetConclusion() != "success" || run.GetRunAttempt() != 1 ||
		run.GetDisplayTitle() != "Deploy" || last.GetWorkflow().GetPath() != ".github/workflows/deploy.yml" ||
		last.GetRepo().GetFullName() != "acme/api" || run.GetHeadSHA() != repo.SHA("main") {
		t.Errorf("run = %v", run)
	}
	first, ok := in.parsed[0].(*github.WorkflowRunEvent)
	if !ok || first.GetWorkflowRun().GetStatus() != "queued" {
		t.Errorf("a webhook tells of a later state than its own: %v", first)
	}
	check(t, r.Rerun(a.ID))
	check(t, r.StartRun(a.ID))
	if diff := cmp.Diff([]string{"workflow_job.queued", "workflow_run.in_progress"}, in.got(8)[6:]); diff != "" {
		t.Errorf("events of a re-run (-want +got):\n%s", diff)
	}
}

func TestWebhooksOfOtherThings(t *testing.T) {
	t.Parallel()
	in := newReceiver(t)
	r, repo := seeded(t, githubsim.Options{HookURL: in.url, HookSecret: secret})
	repo.SetCheck("main", githubsim.CheckSpec{Name: "unit"})
	repo.SetCheck("main", githubsim.CheckSpec{Name: "unit", Conclusion: "success"})
	repo.SetStatus("main", githubsim.StatusSpec{State: "success"})
	id := r.deploy(t, "main", "staging")
	_, _, err := r.gh.Repositories.CreateDeploymentStatus(t.Context(), "acme", "api", id,
		&github.DeploymentStatusRequest{State: new("in_progress")})
	check(t, err)
	// go-github's DeploymentEvent has no action.
	want := []string{"check_run.created", "check_run.completed", "status", "deployment", "deployment_status.created"}
	if diff := cmp.Diff(want, in.got(5)); diff != "" {
		t.Errorf("events (-want +got):\n%s", diff)
	}
}

func TestWebhookFaults(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		fault githubsim.HookFault
		want  []string
	}{
		"lost": {
			githubsim.HookFault{Kind: githubsim.HookLose, Event: "check_run", Action: "created"},
			[]string{"check_run.completed", "status"},
		},
		"doubled": {
			githubsim.HookFault{Kind: githubsim.HookDouble, Event: "status"},
			[]string{"check_run.created", "check_run.completed", "status", "status"},
		},
		"swapped": {
			githubsim.HookFault{Kind: githubsim.HookSwap, Action: "created"},
			[]string{"check_run.completed", "check_run.created", "status"},
		},
		"delayed": {
			githubsim.HookFault{Kind: githubsim.HookDelay, Action: "created", Delay: githubsim.Duration(300 * time.Millisecond)},
			[]string{"check_run.completed", "status", "check_run.created"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			in := newReceiver(t)
			r, repo := seeded(t, githubsim.Options{HookURL: in.url, HookSecret: secret})
			r.AddHookFault(test.fault)
			repo.SetCheck("main", githubsim.CheckSpec{Name: "unit"})
			repo.SetCheck("main", githubsim.CheckSpec{Name: "unit", Conclusion: "success"})
			repo.SetStatus("main", githubsim.StatusSpec{State: "success"})
			if diff := cmp.Diff(test.want, in.got(len(test.want))); diff != "" {
				t.Errorf("events (-want +got):\n%s", diff)
			}
		})
	}
}

func TestRedelivery(t *testing.T) {
	t.Parallel()
	in := newReceiver(t)
	r, repo := seeded(t, githubsim.Options{HookURL: in.url, HookSecret: secret})
	r.AddHookFault(githubsim.HookFault{Kind: githubsim.HookLose})
	repo.SetStatus("main", githubsim.StatusSpec{State: "success"})
	lost := r.Deliveries()
	if len(lost) != 1 || !lost[0].Lost {
		t.Fatalf("deliveries = %v", lost)
	}
	check(t, r.Redeliver(lost[0].GUID))
	check(t, r.Redeliver(lost[0].GUID))
	in.got(2)
	if diff := cmp.Diff([]string{lost[0].GUID, lost[0].GUID}, in.guids); diff != "" {
		t.Errorf("GUIDs (-want +got):\n%s", diff)
	}
	eventually(t, "the receiver's answer is written down", func() bool { return r.Deliveries()[2].Status != 0 })
	if again := r.Deliveries()[2]; !again.Redelivery || again.Status != http.StatusAccepted {
		t.Errorf("redelivery = %+v", again)
	}
	if r.Redeliver("unknown") == nil {
		t.Error("an unknown delivery was sent again")
	}
}
