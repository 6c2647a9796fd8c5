package github

import (
	"context"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/google/go-github/v62/github"
)

// What slipway doctor asks. Nothing is changed: a permission to write is tried on
// what there is not, such as the run 0, which GitHub refuses as not permitted (403)
// before it looks whether it is there (404).

const opExamine = "look at a repository"

// RepositoryState is how a repository stands.
type RepositoryState struct {
	// Name is what it is called by now, owner/name: GitHub leads from a former name to
	// its new one, but starts nothing by it.
	Name          string
	Archived      bool
	DefaultBranch string
	// TokenEnds is when the token lapses by which it was read; zero: never, or GitHub did
	// not say.
	TokenEnds time.Time
}

// Repository tells how a repository stands.
func (c *Client) Repository(ctx context.Context, repo string) (RepositoryState, error) {
	r, err := parseRepository(repo)
	if err != nil {
		return RepositoryState{}, err
	}
	found, resp, err := c.gh.Repositories.Get(ctx, r.owner, r.name)
	if err != nil {
		return RepositoryState{}, explain(opExamine, noRepository(r), err)
	}
	return RepositoryState{
		Name: clean(found.GetFullName(), 2*maxName), Archived: found.GetArchived(), DefaultBranch: clean(found.GetDefaultBranch(), maxName),
		TokenEnds: resp.TokenExpiration.Time,
	}, nil
}

// ActionsOff says that GitHub Actions is switched off for a repository. Nothing that slipway
// may read tells it, so a workflow is asked to start on a ref that no repository can have
// (git-check-ref-format(1): no two dots in a row): where it is off GitHub says that, and
// otherwise that there is no such ref.
func (c *Client) ActionsOff(ctx context.Context, repo, file string) bool {
	r, err := parseRepository(repo)
	if err != nil || checkWorkflow(file) != nil {
		return false
	}
	_, _, err = c.post(ctx, "repos/"+r.String()+"/actions/workflows/"+url.PathEscape(file)+"/dispatches", map[string]string{"ref": "slipway..doctor"})
	refused := refusalOf(err)
	return refused != nil && refused.saysActionsOff()
}

// Permitted tries whether slipway's credentials have a permission in a repository,
// by GitHub's name for it and how far it goes ("actions", "write"). An error of kind
// bot.Denied means that they have not. branch is one that the repository has.
func (c *Client) Permitted(ctx context.Context, repo, permission, access, branch string) error {
	r, err := parseRepository(repo)
	if err != nil {
		return err
	}
	base, at := "repos/"+r.String(), url.PathEscape(branch)
	var path string
	switch permission + "=" + access {
	case "metadata=read":
		path = base
	case "contents=read":
		path = base + "/branches/" + at
	case "actions=read":
		path = base + "/actions/workflows?per_page=1"
	case "checks=read":
		path = base + "/commits/" + at + "/check-runs?per_page=1"
	case "statuses=read":
		path = base + "/commits/" + at + "/status?per_page=1"
	case "deployments=read":
		path = base + "/deployments?per_page=1"
	case "pull_requests=read":
		path = base + "/commits/" + at + "/pulls?per_page=1"
	case "actions=write":
		return c.triedOn(ctx, r, base+"/actions/runs/0/cancel", nil)
	case "deployments=write":
		return c.triedOn(ctx, r, base+"/deployments/0/statuses", map[string]string{"state": "inactive"})
	default:
		return invalid(opExamine, "there is no way to try the permission "+permission+": "+access, "")
	}
	_, err = c.get(ctx, path, nil)
	return permission404(explain(opExamine, noRepository(r), err))
}

// triedOn sends what GitHub cannot carry out, since what it is about is not there:
// that it is not found means that it would be permitted.
func (c *Client) triedOn(ctx context.Context, r repository, path string, body any) error {
	status, _, err := c.post(ctx, path, body)
	if err != nil && (status == http.StatusNotFound || status == http.StatusUnprocessableEntity) {
		return nil
	}
	return explain(opExamine, noRepository(r), err)
}

// permission404 takes for permitted what is only not there, such as the checks of a
// repository without a commit.
func permission404(err error) error {
	if isNotFound(err) {
		return nil
	}
	return err
}

// WorkflowState is GitHub's word for how a workflow stands; active is good.
func (c *Client) WorkflowState(ctx context.Context, repo, file string) (string, error) {
	r, err := parseRepository(repo)
	if err != nil {
		return "", err
	}
	if err := checkWorkflow(file); err != nil {
		return "", err
	}
	found, _, err := c.gh.Actions.GetWorkflowByFileName(ctx, r.owner, r.name, file)
	if err != nil {
		return "", explain("look at a workflow", "GitHub knows no workflow "+file+" in "+r.String(), err)
	}
	return clean(found.GetState(), maxName), nil
}

// EnvironmentRules are what a repository's environment asks before a job may use it.
type EnvironmentRules struct {
	Reviewers bool
	Wait      time.Duration
	// Branches says that only some branches may use it.
	Branches bool
}

// EnvironmentRules reads the rules of an environment. Kind bot.NotFound: there is no
// such environment, and so no rules.
func (c *Client) EnvironmentRules(ctx context.Context, repo, name string) (EnvironmentRules, error) {
	r, err := parseRepository(repo)
	if err != nil {
		return EnvironmentRules{}, err
	}
	var found github.Environment
	if _, err := c.get(ctx, "repos/"+r.String()+"/environments/"+url.PathEscape(name), &found); err != nil {
		return EnvironmentRules{}, explain("read the rules of an environment", r.String()+" has no environment "+clean(name, 80), err)
	}
	rules := EnvironmentRules{Branches: found.DeploymentBranchPolicy != nil}
	for _, rule := range found.ProtectionRules {
		switch rule.GetType() {
		case "required_reviewers":
			rules.Reviewers = len(rule.Reviewers) > 0
		case "wait_timer":
			rules.Wait = time.Duration(rule.GetWaitTimer()) * time.Minute
		}
	}
	return rules, nil
}

// Workflows lists the names of the workflow files of a repository, at most 100.
func (c *Client) Workflows(ctx context.Context, repo string) ([]string, error) {
	r, err := parseRepository(repo)
	if err != nil {
		return nil, err
	}
	found, _, err := c.gh.Actions.ListWorkflows(ctx, r.owner, r.name, &github.ListOptions{PerPage: pageSize})
	if err != nil {
		return nil, explain("list the workflows of a repository", noRepository(r), err)
	}
	var files []string
	for _, w := range found.Workflows {
		if file, is := strings.CutPrefix(w.GetPath(), workflowFolder); is && checkWorkflow(file) == nil {
			files = append(files, file)
		}
	}
	return files, nil
}
