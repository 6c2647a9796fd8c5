package github_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/slipwayhq/slipway/bot"
	"github.com/slipwayhq/slipway/bot/guard"
)

// TestATimeThatIsNone: whoever makes a commit writes any date into it, and GitHub shows
// it in every answer that shows the commit. One such commit on a branch keeps slipway
// neither from reading what lies around it nor from following the runs of the branch.
func TestATimeThatIsNone(t *testing.T) {
	t.Parallel()
	for _, odd := range []string{`"10000-01-01T00:00:00Z"`, `"+275760-09-13T00:00:00Z"`, `"-0001-11-30T00:00:00Z"`, `"0000-00-00T00:00:00Z"`, `"2026-11-30 10:00:00 UTC"`, `""`, `"soon"`, `null`} {
		t.Run(odd, func(t *testing.T) {
			t.Parallel()
			a, b := strings.Repeat("a", 40), strings.Repeat("b", 40)
			person := `{"name":"Anna","email":"anna@example.com","date":` + odd + `}`
			commit := `{"sha":"` + b + `","commit":{"message":"Say \"date\": \"soon\"","author":` + person + `,"committer":` + person + `},"author":{"login":"anna-gh"}}`
			run := fmt.Sprintf(`{"id":7,"workflow_id":5,"event":"workflow_dispatch","display_title":%q,"status":"completed","conclusion":"success","run_attempt":1,"head_sha":%q,
				"created_at":"2026-11-30T10:00:00Z","updated_at":%[3]s,"run_started_at":%[3]s,"head_commit":{"id":%q,"message":"x","timestamp":%[3]s}}`, runKey, b, odd, b)
			const runs = "/repos/acme/api/actions/workflows/deploy.yml/runs?"
			client := newClient(t, listing(t, map[string]string{
				"/repos/acme/api/commits/" + b + "?":             commit,
				"/repos/acme/api/compare/" + a + "..." + b + "?": `{"status":"ahead","total_commits":1,"commits":[` + commit + `]}`,
				"/repos/acme/api/compare/" + b + "..." + a + "?": `{"status":"behind","commits":[]}`,
				"/repos/acme/api/actions/runs/7?":                run,
				"/repos/acme/api/actions/runs/7/jobs?":           `{"total_count":1,"jobs":[{"id":1,"run_id":7,"name":"deploy","status":"completed","conclusion":"success","runner_id":3,"started_at":` + odd + `,"completed_at":` + odd + `}]}`,
				runs:                                             `{"total_count":1,"workflow_runs":[` + run + `]}`,
				"/repos/acme/api/actions/runs?":                  `{"total_count":1,"workflow_runs":[` + run + `]}`,
				"/repos/acme/api/commits/" + b + "/status?":      `{"state":"success","statuses":[{"id":1,"context":"ci","state":"success","updated_at":` + odd + `}]}`,
				"/repos/acme/api/commits/" + b + "/check-runs?":  `{"total_count":1,"check_runs":[{"id":2,"name":"unit","status":"completed","conclusion":"success","started_at":` + odd + `,"completed_at":` + odd + `}]}`,
				"/repos/acme/api/deployments?":                   `[{"id":9,"sha":"` + b + `","environment":"staging","created_at":` + odd + `,"updated_at":` + odd + `,"payload":{},"creator":{"login":"mona"}}]`,
				"/repos/acme/api/commits?":                       `[` + commit + `]`,
				"/repos/acme/api/branches?":                      `[{"name":"main","commit":{"sha":"` + b + `"}}]`,
				"/repos/acme/api?":                               `{"default_branch":"main","pushed_at":` + odd + `}`,
				"/repos/acme/api/pulls?":                         `[{"number":3,"title":"x","head":{"sha":"` + b + `"},"user":{"login":"anna-gh"},"updated_at":` + odd + `}]`,
				"/repos/acme/api/tags?":                          `[]`,
			}))
			found, _, err := client.Commit(t.Context(), repoName, b)
			check(t, err)
			if found.SHA != b || found.Subject != `Say "date": "soon"` || !found.At.IsZero() {
				t.Errorf("the commit is %+v", found)
			}
			changes, _, err := client.Changes(t.Context(), repoName, a, b)
			check(t, err)
			if changes.Direction != bot.Forward || changes.Total != 1 {
				t.Errorf("what changed is %+v", changes)
			}
			read, err := client.ReadRun(t.Context(), repoName, 7)
			check(t, err)
			if read.Conclusion != bot.ConclusionSuccess || len(read.Jobs) != 1 {
				t.Errorf("the run is %+v", read)
			}
			q := bot.RunQuery{Repo: repoName, Workflow: "deploy.yml", Ref: "main", RunKey: runKey}
			_, err = client.FindRun(t.Context(), q)
			check(t, err)
			newest, err := client.NewestRuns(t.Context(), repoName, "deploy.yml")
			check(t, err)
			recent, err := client.RecentRuns(t.Context(), repoName, "deploy.yml")
			check(t, err)
			others, err := client.ForeignDeployments(t.Context(), repoName)
			check(t, err)
			if len(newest) != 1 || len(recent) != 1 || len(others) != 1 {
				t.Errorf("listed are %v, %v and %v", newest, recent, others)
			}
			checks, err := client.Checks(t.Context(), bot.ChecksQuery{Repo: repoName, SHA: b, Started: []string{"deploy.yml"}})
			check(t, err)
			if !checks.Complete || checks.Passed != 2 {
				t.Errorf("checks = %+v", checks)
			}
			refs, err := client.Refs(t.Context(), repoName, "")
			check(t, err)
			if len(refs) != 3 {
				t.Errorf("there is to choose from %+v", refs)
			}
		})
	}
}

// TestAnItemThatIsNone: an answer of nothing is no answer, and nothing among the items of
// a list is passed over. Neither breaks slipway.
func TestAnItemThatIsNone(t *testing.T) {
	t.Parallel()
	a, b := strings.Repeat("a", 40), strings.Repeat("b", 40)
	const runs = "/repos/acme/api/actions/workflows/deploy.yml/runs?"
	lists := map[string]string{
		"/repos/acme/api/compare/" + a + "..." + b + "?": `{"status":"ahead","total_commits":1,"commits":[null],"files":[null]}`,
		"/repos/acme/api/compare/" + b + "..." + a + "?": `{"status":"behind","commits":[],"files":[null]}`,
		"/repos/acme/api/actions/runs/7?":                `{"id":7,"status":"in_progress"}`,
		"/repos/acme/api/actions/runs/7/jobs?":           `{"total_count":2,"jobs":[null,{"name":"deploy","status":"in_progress","steps":[null]}]}`,
		runs:                                             `{"total_count":1,"workflow_runs":[null]}`,
		"/repos/acme/api/actions/runs?":                  `{"total_count":1,"workflow_runs":[null]}`,
		"/repos/acme/api/commits/" + b + "?":             `{"sha":"` + b + `","files":[null]}`,
		"/repos/acme/api/commits?":                       `[null]`,
		"/repos/acme/api/branches?":                      `[null]`,
		"/repos/acme/api/tags?":                          `[null]`,
		"/repos/acme/api/pulls?":                         `[null]`,
		"/repos/acme/api?":                               `{"default_branch":"main"}`,
		"/repos/acme/api/deployments?":                   `[null]`,
		"/repos/acme/api/deployments/9/statuses?":        `[null]`,
		"/repos/acme/api/environments?":                  `{"environments":[null]}`,
		"/repos/acme/api/git/matching-refs/heads/main?":  `[null]`,
		"/repos/acme/api/commits/" + b + "/pulls?":       `[null]`,
		"/repos/acme/api/commits/" + b + "/status?":      `{"statuses":[null]}`,
		"/repos/acme/api/commits/" + b + "/check-runs?":  `{"check_runs":[null]}`,
		"/user?":                        `{"id":1}`,
		"/orgs/acme/teams/sre/members?": `[null]`,
	}
	nothing := map[string]string{}
	for path := range lists {
		nothing[path] = " null\n"
	}
	q := bot.RunQuery{Repo: repoName, Workflow: "deploy.yml", Ref: "main", RunKey: runKey, ID: 7}
	for _, answers := range []map[string]string{lists, nothing} {
		client := newClient(t, listing(t, answers))
		for name, ask := range map[string]func() error{
			"run":          func() error { _, err := client.ReadRun(t.Context(), repoName, 7); return err },
			"find":         func() error { _, err := client.FindRun(t.Context(), q); return err },
			"newest":       func() error { _, err := client.NewestRuns(t.Context(), repoName, "deploy.yml"); return err },
			"recent":       func() error { _, err := client.RecentRuns(t.Context(), repoName, "deploy.yml"); return err },
			"changes":      func() error { _, _, err := client.Changes(t.Context(), repoName, a, b); return err },
			"files":        func() error { _, err := client.FilesOf(t.Context(), repoName, b); return err },
			"refs":         func() error { _, err := client.Refs(t.Context(), repoName, ""); return err },
			"past":         func() error { _, _, err := client.PastDeployments(t.Context(), repoName, "staging"); return err },
			"end":          func() error { _, err := client.PastEnd(t.Context(), repoName, 9); return err },
			"others":       func() error { _, err := client.ForeignDeployments(t.Context(), repoName); return err },
			"course":       func() error { _, err := client.DeploymentCourse(t.Context(), repoName, 9); return err },
			"environments": func() error { _, err := client.Environments(t.Context(), repoName); return err },
			"team":         func() error { _, err := client.TeamMembers(t.Context(), "acme/sre"); return err },
			"checks": func() error {
				_, err := client.Checks(t.Context(), bot.ChecksQuery{Repo: repoName, SHA: b})
				return err
			},
			"reviews": func() error {
				_, err := client.Reviews(t.Context(), bot.ReviewsQuery{Repo: repoName, Base: a, Head: b, Rule: bot.ReviewRule{Count: 1}})
				return err
			},
		} {
			err := guard.Do(ask)
			if guard.Stack(err) != "" {
				t.Errorf("%s: %v", name, err)
			}
			if answers["/user?"] == nothing["/user?"] && err == nil {
				t.Errorf("%s: nothing passes for an answer", name)
			}
		}
	}
}
