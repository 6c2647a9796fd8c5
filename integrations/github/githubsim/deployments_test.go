package githubsim_test

import (
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-github/v62/github"

	"github.com/slipwayhq/slipway/integrations/github/githubsim"
)

func itoa(n int64) string { return strconv.FormatInt(n, 10) }

// deploy makes a deployment of an exact commit, as a careful client does.
func (r rig) deploy(tb testing.TB, ref, env string) int64 {
	tb.Helper()
	d, _, err := r.gh.Repositories.CreateDeployment(tb.Context(), "acme", "api", &github.DeploymentRequest{
		Ref: &ref, Environment: &env, AutoMerge: new(false), RequiredContexts: &[]string{},
		Payload: map[string]any{"release": "api-1"},
	})
	check(tb, err)
	return d.GetID()
}

func TestDeployments(t *testing.T) {
	t.Parallel()
	r, repo := seeded(t, githubsim.Options{})
	ctx := t.Context()
	repo.SetStatus("main", githubsim.StatusSpec{State: "failure"})
	ids := map[string][]int64{}
	for _, env := range []string{"staging", "production", "staging", "production"} {
		id := r.deploy(t, repo.SHA("main"), env)
		ids[env] = append(ids[env], id)
		_, _, err := r.gh.Repositories.CreateDeploymentStatus(ctx, "acme", "api", id, &github.DeploymentStatusRequest{
			State: new("success"), LogURL: new("https://example.com/log"),
		})
		check(t, err)
	}
	states := func(id int64) []string {
		list, _, err := r.gh.Repositories.ListDeploymentStatuses(ctx, "acme", "api", id, nil)
		check(t, err)
		var all []string
		for _, st := range list {
			all = append(all, st.GetState())
		}
		return all
	}
	if diff := cmp.Diff([]string{"inactive", "success"}, states(ids["staging"][0])); diff != "" {
		t.Errorf("the earlier staging deployment (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]string{"success"}, states(ids["production"][0])); diff != "" {
		t.Errorf("production is never made inactive (-want +got):\n%s", diff)
	}
	list, _, err := r.gh.Repositories.ListDeployments(ctx, "acme", "api", &github.DeploymentsListOptions{
		SHA: repo.SHA("main"), Environment: "production",
	})
	check(t, err)
	if len(list) != 2 || list[0].GetID() != ids["production"][1] {
		t.Errorf("production deployments = %v", list)
	}
	one, _, err := r.gh.Repositories.GetDeployment(ctx, "acme", "api", ids["staging"][0])
	check(t, err)
	if one.GetSHA() != repo.SHA("main") || one.GetEnvironment() != "staging" {
		t.Errorf("deployment = %v", one)
	}
	_, _, err = r.gh.Repositories.CreateDeploymentStatus(ctx, "acme", "api", ids["staging"][0], &github.DeploymentStatusRequest{
		State: new("success"), Description: new(strings.Repeat("x", 141)),
	})
	wantStatus(t, err, 422, "")
	if got := repo.Deployments()[0].States; !cmp.Equal(got, []string{"success", "inactive"}) {
		t.Errorf("states = %v", got)
	}
}

func TestDeploymentDefaultsAreTraps(t *testing.T) {
	t.Parallel()
	r, repo := seeded(t, githubsim.Options{})
	create := func(ref string, contexts *[]string) error {
		_, _, err := r.gh.Repositories.CreateDeployment(t.Context(), "acme", "api",
			&github.DeploymentRequest{Ref: &ref, RequiredContexts: contexts})
		return err
	}
	repo.WriteFile("topic", "a", "a")
	repo.WriteFile("main", "b", "b")
	before := repo.SHA("topic")
	wantAccepted(t, create("topic", nil)) // auto_merge is on
	if repo.SHA("topic") == before || len(repo.Deployments()) != 0 {
		t.Error("the branch was not merged, or a deployment was made all the same")
	}
	check(t, create("topic", nil))

	repo.SetStatus("main", githubsim.StatusSpec{Context: "ci", State: "pending"})
	wantStatus(t, create("main", nil), 409, "Conflict: Commit status checks failed for main.")
	wantStatus(t, create("main", &[]string{"other"}), 409, "")
	check(t, create("main", &[]string{}))
	wantStatus(t, create("gone", nil), 422, "No ref found for: gone")
}
