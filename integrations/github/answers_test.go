package github_test

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/slipwayhq/slipway/bot"
)

// listing is a GitHub of which nothing is known but what these tests ask.
func listing(tb testing.TB, answers map[string]string) string {
	tb.Helper()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		page, path := r.URL.Query().Get("page"), strings.TrimPrefix(r.URL.Path, "/api/v3")
		body, found := answers[path+"?"+page]
		if !found {
			w.WriteHeader(http.StatusNotFound)
			return
		}
		w.Header().Set("Content-Type", "application/json")
		if _, more := answers[path+"?2"]; more && page == "" {
			w.Header().Set("Link", `<http://`+r.Host+r.URL.Path+`?page=2>; rel="next"`)
		}
		_, _ = w.Write([]byte(body))
	}))
	tb.Cleanup(server.Close)
	return server.URL
}

func runJSON(id, workflow int, event, title string) string {
	return fmt.Sprintf(`{"id":%d,"workflow_id":%d,"event":%q,"display_title":%q,"created_at":%q,"status":"queued"}`,
		id, workflow, event, title, time.Now().UTC().Format(time.RFC3339))
}

// TestANamedRunMustBeADispatchOfTheWorkflow: a run of another workflow, or one
// that a push began, is not the release's, whoever says so.
func TestANamedRunMustBeADispatchOfTheWorkflow(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		run  string
		want bot.ErrorKind
	}{
		"a dispatch of it":               {run: runJSON(7, 5, "workflow_dispatch", "by hand")},
		"a dispatch of another workflow": {run: runJSON(7, 6, "workflow_dispatch", "by hand"), want: bot.Invalid},
		"a push":                         {run: runJSON(7, 5, "push", "by hand"), want: bot.Invalid},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			url := listing(t, map[string]string{
				"/repos/acme/api/actions/runs/7?": tt.run, "/repos/acme/api/actions/workflows/deploy.yml?": `{"id":5}`,
			})
			run, err := newClient(t, url).NamedRun(t.Context(), bot.RunQuery{Repo: repoName, Workflow: "deploy.yml", Ref: "main", RunKey: runKey, ID: 7})
			if tt.want != "" {
				wantKind(t, err, tt.want)
				return
			}
			check(t, err)
			if run.Run.ID != 7 || run.RunKey != "" {
				t.Errorf("found %+v", run)
			}
		})
	}
}

// TestARunThatMovesToTheNextPageIsOne: new runs push the listing on while it is
// read, so that one comes twice.
func TestARunThatMovesToTheNextPageIsOne(t *testing.T) {
	t.Parallel()
	const path = "/repos/acme/api/actions/workflows/deploy.yml/runs?"
	ours := runJSON(7, 5, "workflow_dispatch", runKey+" to production")
	page := func(runs string) string { return `{"total_count":2,"workflow_runs":[` + runs + `]}` }
	query := bot.RunQuery{Repo: repoName, Workflow: "deploy.yml", Ref: "main", RunKey: runKey}
	run, err := newClient(t, listing(t, map[string]string{path: page(ours), path + "2": page(ours)})).FindRun(t.Context(), query)
	check(t, err)
	if run.ID != 7 {
		t.Errorf("found %+v", run)
	}
	other := runJSON(8, 5, "workflow_dispatch", runKey+" to production")
	_, err = newClient(t, listing(t, map[string]string{path: page(ours), path + "2": page(other)})).FindRun(t.Context(), query)
	wantKind(t, err, bot.Internal)
}

// TestPromise1_OneRequestUnlessTheKeyIsRefused: only a refusal of the key that
// asks for the run's details shows that nothing ran and is sent again without it.
// An answer that cannot be read proves nothing.
func TestPromise1_OneRequestUnlessTheKeyIsRefused(t *testing.T) {
	t.Parallel()
	const refusal = `{"message":"Invalid request.\n\n\"return_run_details\" is not a permitted key."}`
	for name, tt := range map[string]struct {
		status int
		body   string
		sent   int
		want   bot.ErrorKind
	}{
		"it is named":                {http.StatusOK, `{"workflow_run_id":7}`, 1, ""},
		"it is not named":            {http.StatusNoContent, "", 1, ""},
		"the key is refused":         {http.StatusUnprocessableEntity, refusal, 2, ""},
		"the key is refused, by 400": {http.StatusBadRequest, refusal, 2, ""},
		"the key is an input":        {http.StatusUnprocessableEntity, `{"message":"Unexpected inputs provided: [\"return_run_details\"]"}`, 1, bot.Invalid},
		"another key is refused":     {http.StatusUnprocessableEntity, `{"message":"\"inputs\" is not a permitted key."}`, 1, bot.Invalid},
		"slipway may not":            {http.StatusForbidden, refusal, 1, bot.Denied},
		"GitHub is ill":              {http.StatusBadGateway, refusal, 1, bot.Unavailable},
		"an answer without a run":    {http.StatusOK, `{}`, 1, bot.Unavailable},
		"half an answer":             {http.StatusOK, `{"workflow_run_id":7`, 1, bot.Unavailable},
		"another good answer":        {http.StatusAccepted, `{"workflow_run_id":7}`, 1, bot.Unavailable},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var sent atomic.Int32
			server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				body, _ := io.ReadAll(r.Body)
				if sent.Add(1) > 1 && !strings.Contains(string(body), "return_run_details") {
					w.WriteHeader(http.StatusNoContent)
					return
				}
				w.WriteHeader(tt.status)
				_, _ = w.Write([]byte(tt.body))
			}))
			t.Cleanup(server.Close)
			_, err := newClient(t, server.URL).Dispatch(t.Context(), request(), nil)
			if tt.want == "" {
				check(t, err)
			} else {
				wantKind(t, err, tt.want)
			}
			if got := int(sent.Load()); got != tt.sent {
				t.Errorf("%d requests were sent, want %d", got, tt.sent)
			}
		})
	}
}

// TestAnAnswerThatFitsNoQuestion: a commit that does not begin with the SHA that
// was asked for, and a comparison in words that nobody knows, are not taken for
// anything.
func TestAnAnswerThatFitsNoQuestion(t *testing.T) {
	t.Parallel()
	a, b := strings.Repeat("a", 40), strings.Repeat("b", 40)
	commit := func(sha string) string { return `{"sha":"` + sha + `","commit":{"message":"x"}}` }
	client := newClient(t, listing(t, map[string]string{"/repos/acme/api/commits/aaaaaaa?": commit(b), "/repos/acme/api/commits/bbbbbbb?": commit(b)}))
	_, _, err := client.Commit(t.Context(), repoName, "aaaaaaa")
	wantKind(t, err, bot.Unavailable)
	found, _, err := client.Commit(t.Context(), repoName, "bbbbbbb")
	check(t, err)
	if found.SHA != b {
		t.Errorf("found %+v", found)
	}
	comparison := func(status string) string { return `{"status":"` + status + `","total_commits":1,"commits":[]}` }
	for status, want := range map[string]bot.ErrorKind{"ahead": "", "sideways": bot.Unavailable, "": bot.Unavailable} {
		client := newClient(t, listing(t, map[string]string{
			"/repos/acme/api/compare/" + a + "..." + b + "?": comparison(status), "/repos/acme/api/compare/" + b + "..." + a + "?": comparison("behind"),
		}))
		changes, _, err := client.Changes(t.Context(), repoName, a, b)
		if want == "" {
			check(t, err)
			if changes.Direction != bot.Forward {
				t.Errorf("compared: %+v", changes)
			}
			continue
		}
		wantKind(t, err, want)
	}
}

// TestPromise4_AuthorsThatAreNotListedAreUnnamed: whoever wrote a commit that
// GitHub does not list, or without an account that it knows, may be anybody.
func TestPromise4_AuthorsThatAreNotListedAreUnnamed(t *testing.T) {
	t.Parallel()
	a, b := strings.Repeat("a", 40), strings.Repeat("b", 40)
	by := func(author string) string {
		return `{"sha":"` + b + `","commit":{"message":"x"},"author":` + author + `}`
	}
	commits := strings.Join([]string{by(`{"login":"anna-gh"}`), by("null"), by(`{"login":"ben-gh"}`), by(`{"login":"anna-gh"}`)}, ",")
	client := newClient(t, listing(t, map[string]string{
		"/repos/acme/api/compare/" + a + "..." + b + "?": `{"status":"ahead","total_commits":9,"commits":[` + commits + `]}`,
		"/repos/acme/api/compare/" + b + "..." + a + "?": `{"status":"behind","commits":[]}`,
	}))
	changes, _, err := client.Changes(t.Context(), repoName, a, b)
	check(t, err)
	if changes.Unnamed != 6 || strings.Join(changes.Authors, " ") != "anna-gh ben-gh" || changes.Total != 9 {
		t.Errorf("authors %v and %d unnamed of %d", changes.Authors, changes.Unnamed, changes.Total)
	}
}
