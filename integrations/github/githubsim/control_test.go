package githubsim_test

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/slipwayhq/slipway/integrations/github/githubsim"
)

// do sends a command as a story does and decodes its result into v.
func (r rig) do(tb testing.TB, command string, v any) {
	tb.Helper()
	resp, err := http.Post(r.url+"/_sim/do", "application/json", strings.NewReader(command))
	check(tb, err)
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		var failed map[string]string
		check(tb, json.NewDecoder(resp.Body).Decode(&failed))
		tb.Fatalf("%s: %s", command, failed["error"])
	}
	if v != nil {
		check(tb, json.NewDecoder(resp.Body).Decode(v))
	}
}

func TestStoryByControl(t *testing.T) {
	t.Parallel()
	in := newReceiver(t)
	r := newRig(t, githubsim.Options{})
	workflow, err := json.Marshal(deployYAML)
	check(t, err)
	var made struct {
		SHA string `json:"sha"`
	}
	r.do(t, `{"verb":"commit","repo":"acme/api","branch":"main","commit":{"message":"First","login":"anna",`+
		`"files":{".github/workflows/deploy.yml":`+string(workflow)+`}}}`, &made)
	for _, command := range []string{
		`{"verb":"hook","url":"` + in.url + `","secret":"` + secret + `"}`,
		`{"verb":"branch","repo":"acme/api","branch":"release","ref":"main"}`,
		`{"verb":"tag","repo":"acme/api","name":"v1","ref":"` + made.SHA + `"}`,
		`{"verb":"default_branch","repo":"acme/api","branch":"main"}`,
		`{"verb":"status","repo":"acme/api","ref":"main","status":{"context":"ci","state":"success"}}`,
		`{"verb":"check","repo":"acme/api","ref":"main","check":{"name":"unit","conclusion":"success"}}`,
		`{"verb":"lag","delay":"0s"}`, `{"verb":"speed","factor":2}`, `{"verb":"cancel_delay","delay":"1s"}`,
		`{"verb":"limit","limit":100,"remaining":100,"delay":"1h"}`, `{"verb":"old_server","on":false}`,
		`{"verb":"accept","token":"other"}`, `{"verb":"revoke","token":"other"}`,
		`{"verb":"fault","fault":{"method":"GET","path":"/repos/*","status":502,"latency":"1ms"}}`,
		`{"verb":"hook_fault","hook_fault":{"kind":"lose","event":"workflow_run","action":"requested"}}`,
	} {
		r.do(t, command, nil)
	}
	_, _, err = r.gh.Repositories.Get(t.Context(), "acme", "api")
	wantStatus(t, err, http.StatusBadGateway, "")
	id := r.startRun(t, "api-1.xyz")
	r.do(t, `{"verb":"start","run":`+itoa(id)+`}`, nil)
	r.do(t, `{"verb":"start_job","run":"api-1"}`, nil)
	r.do(t, `{"verb":"finish_job","run":"api-1","job":"build","conclusion":"failure","step":"Compile"}`, nil)
	r.do(t, `{"verb":"finish","conclusion":"failure"}`, nil)
	var runs []githubsim.RunInfo
	r.do(t, `{"verb":"runs"}`, &runs)
	if len(runs) != 1 || runs[0].Conclusion != "failure" || runs[0].Jobs[1].Conclusion != "skipped" {
		t.Errorf("runs = %+v", runs)
	}
	r.do(t, `{"verb":"rerun","run":"api-1"}`, nil)
	r.do(t, `{"verb":"clear"}`, nil)
	r.do(t, `{"verb":"redeliver","event":"workflow_run","action":"completed"}`, nil)
	if events := in.got(12); events[11] != "workflow_run.completed" {
		t.Errorf("events = %v", events)
	}
	var counts map[string]int
	r.do(t, `{"verb":"dispatches"}`, &counts)
	if diff := cmp.Diff(map[string]int{"api-1.xyz": 1}, counts); diff != "" {
		t.Errorf("dispatches (-want +got):\n%s", diff)
	}
	r.do(t, `{"verb":"counts"}`, &counts)
	if counts["GET /repos/{owner}/{repo}"] != 1 {
		t.Errorf("counts = %v", counts)
	}
	var log []githubsim.Request
	r.do(t, `{"verb":"requests"}`, &log)
	if len(log) != 2 || log[1].Status != http.StatusOK {
		t.Errorf("log = %+v", log)
	}
}

func TestControlReads(t *testing.T) {
	t.Parallel()
	r, repo := seeded(t, githubsim.Options{})
	r.deploy(t, "main", "staging")
	r.do(t, `{"verb":"script","repo":"acme/api","workflow":"deploy.yml","script":{"queue":"1s","jobs":[{"name":"x","steps":[{"name":"y","takes":"2s"}]}]}}`, nil)
	var sha struct{ SHA string }
	r.do(t, `{"verb":"sha","repo":"acme/api","ref":"main"}`, &sha)
	var deployments []githubsim.DeploymentInfo
	r.do(t, `{"verb":"deployments","repo":"acme/api"}`, &deployments)
	if sha.SHA != repo.SHA("main") || len(deployments) != 1 || deployments[0].SHA != sha.SHA {
		t.Errorf("sha = %s, deployments = %v", sha.SHA, deployments)
	}
	var violations []string
	r.do(t, `{"verb":"violations"}`, &violations)
	var deliveries []githubsim.Delivery
	r.do(t, `{"verb":"deliveries"}`, &deliveries)
	r.do(t, `{"verb":"forget"}`, nil)
	var count struct{ Count int }
	r.do(t, `{"verb":"count","path":"*"}`, &count)
	if count.Count != 0 {
		t.Errorf("%d requests after forgetting", count.Count)
	}
}

func TestControlRefuses(t *testing.T) {
	t.Parallel()
	sim := githubsim.New(githubsim.Options{})
	t.Cleanup(sim.Close)
	for name, test := range map[string]struct {
		method, path, body, from string
		want                     int
	}{
		"unknown verb":   {"POST", "/_sim/do", `{"verb":"fly"}`, "127.0.0.1:1", 400},
		"unknown field":  {"POST", "/_sim/do", `{"verb":"runs","vreb":1}`, "127.0.0.1:1", 400},
		"no JSON":        {"POST", "/_sim/do", `verb`, "127.0.0.1:1", 400},
		"no such run":    {"POST", "/_sim/do", `{"verb":"finish"}`, "127.0.0.1:1", 400},
		"no such commit": {"POST", "/_sim/do", `{"verb":"tag","repo":"a/b","name":"v","ref":"x"}`, "127.0.0.1:1", 400},
		"no delivery":    {"POST", "/_sim/do", `{"verb":"redeliver","event":"x"}`, "127.0.0.1:1", 400},
		"other path":     {"POST", "/_sim/redo", `{}`, "127.0.0.1:1", 404},
		"GET":            {"GET", "/_sim/do", ``, "127.0.0.1:1", 404},
		"from afar":      {"POST", "/_sim/do", `{"verb":"runs"}`, "192.0.2.1:1", 403},
	} {
		req := httptest.NewRequest(test.method, test.path, strings.NewReader(test.body))
		req.RemoteAddr = test.from
		rec := httptest.NewRecorder()
		sim.ServeHTTP(rec, req)
		if rec.Code != test.want {
			t.Errorf("%s: %d, want %d: %s", name, rec.Code, test.want, rec.Body)
		}
	}
}
