package github_test

import (
	"cmp"
	"net/http"
	"testing"
	"time"

	gocmp "github.com/google/go-cmp/cmp"

	"github.com/slipwayhq/slipway/bot"
	"github.com/slipwayhq/slipway/integrations/github"
	"github.com/slipwayhq/slipway/integrations/github/githubsim"
)

// TestForeignDeployments: all but those that slipway made and signed, also one that only
// says that it is slipway's; and asking again costs nothing as long as nothing has changed.
func TestForeignDeployments(t *testing.T) {
	t.Parallel()
	r := newRig(t, githubsim.Options{})
	client := r.clientOf(t, github.Options{Token: githubsim.DefaultToken}, "the-key")
	sha := r.repo.SHA("main")
	record := bot.DeploymentRecord{Repo: repoName, SHA: sha, Environment: "production", Release: "api-3", Kind: bot.Deploy, State: bot.DeploymentSuccess, Facts: bot.DeploymentFacts{RunKey: "api-3.k3v9x2mq"}}
	_, err := client.RecordDeployment(t.Context(), record)
	check(t, err)
	list := func(client *github.Client) []string {
		t.Helper()
		found, err := client.ForeignDeployments(t.Context(), repoName)
		check(t, err)
		var by []string
		for _, d := range found {
			if d.Repo != repoName || d.SHA != sha || d.At.IsZero() || d.UpdatedAt.IsZero() || d.ByRun != (d.By == "github-actions[bot]") {
				t.Errorf("listed as %+v", d)
			}
			by = append(by, d.By+" "+d.Environment)
		}
		return by
	}
	if by := list(client); by != nil {
		t.Errorf("what slipway made is another's: %v", by)
	}
	check(t, r.repo.Deploy("mona", "production", "main", "", "success"))
	check(t, r.repo.Deploy("github-actions[bot]", "staging", "main", "", "in_progress"))
	want := []string{"github-actions[bot] staging", "mona production"}
	if diff := gocmp.Diff(want, list(client)); diff != "" {
		t.Errorf("of others (-want +got):\n%s", diff)
	}
	before := len(r.Requests())
	if diff := gocmp.Diff(want, list(client)); diff != "" {
		t.Errorf("asked again (-want +got):\n%s", diff)
	}
	if asked := r.Requests()[before:]; len(asked) != 1 || asked[0].Status != http.StatusNotModified {
		t.Errorf("asking again costs %+v", asked)
	}
	// Without the key that signed it, anybody with the account may have made it.
	if by := list(r.clientOf(t, github.Options{Token: githubsim.DefaultToken}, "another-key")); len(by) != 3 {
		t.Errorf("what another key signed is slipway's: %v", by)
	}
	_, err = client.ForeignDeployments(t.Context(), "../x")
	wantKind(t, err, bot.Invalid)
}

// TestDeploymentCourse: the newest state in which something is done counts, with the log
// and the run of any; what went inactive was live before.
func TestDeploymentCourse(t *testing.T) {
	t.Parallel()
	const log = "https://github.com/acme/api/actions/runs/77/job/8"
	for name, tt := range map[string]struct {
		states []string
		log    string
		want   bot.DeploymentCourse
	}{
		"nothing is said":   {},
		"it waits":          {states: []string{"pending", "queued"}, log: log},
		"it goes on":        {states: []string{"queued", "in_progress"}, log: log, want: bot.DeploymentCourse{State: bot.DeploymentRunning, URL: log, Run: 77}},
		"it went well":      {states: []string{"in_progress", "success"}, want: bot.DeploymentCourse{State: bot.DeploymentSuccess}},
		"it was an error":   {states: []string{"in_progress", "error"}, log: "javascript:1", want: bot.DeploymentCourse{State: bot.DeploymentFailure}},
		"it was replaced":   {states: []string{"success", "inactive"}, want: bot.DeploymentCourse{State: bot.DeploymentSuccess}},
		"its log is no run": {states: []string{"failure"}, log: "https://ci.example.com/actions/runs/x", want: bot.DeploymentCourse{State: bot.DeploymentFailure, URL: "https://ci.example.com/actions/runs/x"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := newRig(t, githubsim.Options{})
			check(t, r.repo.Deploy("mona", "production", "main", tt.log, tt.states...))
			got, err := r.client.DeploymentCourse(t.Context(), repoName, r.repo.Deployments()[0].ID)
			check(t, err)
			if got.At.IsZero() != (tt.want.State == "") || got.Over().IsZero() != (tt.want.State == "" || tt.want.State == bot.DeploymentRunning) {
				t.Errorf("at %s, over %s", got.At, got.Over())
			}
			got.At = time.Time{}
			if got != tt.want {
				t.Errorf("it is %+v, want %+v", got, tt.want)
			}
		})
	}
	r := newRig(t, githubsim.Options{})
	_, err := r.client.DeploymentCourse(t.Context(), repoName, 404)
	wantKind(t, err, bot.NotFound)
}

// TestDeploymentsOfOthersAreHeardOf: of those that do something and do not say that they
// are slipway's, with the run that does it.
func TestDeploymentsOfOthersAreHeardOf(t *testing.T) {
	t.Parallel()
	const log = "https://github.com/acme/api/actions/runs/77/job/8"
	body := func(state, log, payload, more string) string {
		return `{"action":"created","deployment_status":{"state":"` + state + `","log_url":"` + log + `"},"deployment":{"payload":` + payload + `},` + more + `"repository":{"full_name":"acme/api"}}`
	}
	for name, tt := range map[string]struct {
		event, body string
		want        []deployed
	}{
		"one that goes on":          {body: body("in_progress", "", "{}", ""), want: []deployed{{"acme/api", 0}}},
		"of a run":                  {body: body("success", log, `""`, ""), want: []deployed{{"acme/api", 77}}},
		"with its run":              {body: body("error", "", "{}", `"workflow_run":{"id":78},`), want: []deployed{{"acme/api", 78}}},
		"one that waits":            {body: body("queued", log, "{}", "")},
		"one that is not live":      {body: body("inactive", log, "{}", "")},
		"of slipway":                {body: body("success", log, `{"slipway":{"release":"api-3"}}`, "")},
		"of slipway, as text":       {body: body("success", log, `"{\"slipway\":{\"release\":\"api-3\"}}"`, "")},
		"of which nothing is said":  {event: "deployment", body: body("success", log, "{}", "")},
		"of no repository":          {body: `{"deployment_status":{"state":"success"},"repository":{"full_name":"../x"}}`},
		"that cannot be read":       {body: `{"deployment_status":7}`},
		"with a run that is no run": {body: body("success", "https://x/actions/runs/99999999999999999999", "{}", ""), want: []deployed{{"acme/api", 0}}},
	} {
		into := newSink()
		out := post(t, newWebhooks(t, into), cmp.Or(tt.event, "deployment_status"), []byte(tt.body), nil)
		if diff := gocmp.Diff(tt.want, into.deployed, gocmp.AllowUnexported(deployed{})); diff != "" || out.Code != http.StatusNoContent {
			t.Errorf("%s: answered %d, heard (-want +got):\n%s", name, out.Code, diff)
		}
	}
}
