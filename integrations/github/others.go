package github

import (
	"cmp"
	"context"
	"fmt"
	"net/http"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/google/go-github/v62/github"

	"github.com/slipwayhq/slipway/bot"
)

const opOthers = "look for deployments made by others"

// othersSize is how many deployments of a repository are listed, of all environments.
const othersSize = 100

// actionsBot makes the deployments of jobs that name an environment, and those that a
// step of a run makes with the run's own token.
const actionsBot = "github-actions[bot]"

// ForeignDeployments lists those of the newest deployments of a repository that slipway did
// not make, newest first: its own are made by its account and signed with one of its keys.
// What goes away by itself, such as the preview of a pull request, is left out. Asking again
// is answered with a 304 that GitHub does not count, as long as nothing has changed.
func (c *Client) ForeignDeployments(ctx context.Context, repo string) ([]bot.ForeignDeployment, error) {
	r, err := parseRepository(repo)
	if err != nil {
		return nil, err
	}
	url := fmt.Sprintf("repos/%s/deployments?per_page=%d", r, othersSize)
	req, err := c.gh.NewRequest(http.MethodGet, url, nil)
	if err != nil {
		return nil, explain(opOthers, "", err)
	}
	known := c.others.get(url)
	if known.etag != "" {
		req.Header.Set("If-None-Match", known.etag)
	}
	var found []listedDeployment
	resp, err := c.gh.Do(ctx, req, &found)
	if refused := refusalOf(err); refused != nil && refused.status == http.StatusNotModified && known.etag != "" {
		return slices.Clone(known.items), nil
	}
	if err != nil {
		return nil, explain(opOthers, noRepository(r), err)
	}
	list := listing[bot.ForeignDeployment]{etag: resp.Header.Get("ETag")}
	for _, one := range found {
		own, err := c.isOwn(ctx, &one.Deployment)
		if err != nil {
			return nil, err
		}
		if own || one.Transient || checkSHA(one.GetSHA()) != nil {
			continue
		}
		by := clean(one.GetCreator().GetLogin(), maxName)
		list.items = append(list.items, bot.ForeignDeployment{
			ID: one.GetID(), Repo: repo, Environment: clean(one.GetEnvironment(), maxName), SHA: one.GetSHA(), By: by,
			ByRun: strings.EqualFold(by, actionsBot), At: one.GetCreatedAt().Time, UpdatedAt: one.GetUpdatedAt().Time,
		})
	}
	c.others.set(url, list)
	return slices.Clone(list.items), nil
}

// listedDeployment has what go-github's type lacks.
type listedDeployment struct {
	github.Deployment
	Transient bool `json:"transient_environment"`
}

// isOwn says that slipway made a deployment. Who slipway is need not be asked of one that
// does not even say so.
func (c *Client) isOwn(ctx context.Context, one *github.Deployment) (bool, error) {
	if markIn(one.Payload).Release == "" {
		return false, nil
	}
	how, err := c.provenance(ctx, one)
	return how == bot.Signed, err
}

// DeploymentCourse reads how far a deployment has come. One page is enough: what counts is
// the newest state, and since when something is done.
func (c *Client) DeploymentCourse(ctx context.Context, repo string, id int64) (bot.DeploymentCourse, error) {
	r, err := parseRepository(repo)
	if err != nil {
		return bot.DeploymentCourse{}, err
	}
	found, _, err := c.gh.Repositories.ListDeploymentStatuses(ctx, r.owner, r.name, id, &github.ListOptions{PerPage: pageSize})
	if err != nil {
		return bot.DeploymentCourse{}, explain(opOthers, "the deployment is gone", err)
	}
	var course bot.DeploymentCourse
	for _, status := range found { // newest first
		state, acts := acting(status.GetState())
		if !acts { // queued, pending, waiting; or inactive, which says nothing of what was done before
			continue
		}
		if course.State == "" {
			course.State, course.At = state, status.GetCreatedAt().Time
		}
		log := cmp.Or(status.GetLogURL(), status.GetTargetURL())
		course.URL = cmp.Or(course.URL, webAddress(log))
		course.Run = cmp.Or(course.Run, runIn(log))
	}
	return course, nil
}

// acting says of a state whether something was done to an environment in it, or is.
func acting(state string) (bot.DeploymentState, bool) {
	switch state {
	case "in_progress":
		return bot.DeploymentRunning, true
	case "success":
		return bot.DeploymentSuccess, true
	case "failure", "error":
		return bot.DeploymentFailure, true
	}
	return "", false
}

// runPath is where GitHub shows a run or one of its jobs.
var runPath = regexp.MustCompile(`/actions/runs/(\d{1,18})(?:/|$|\?)`)

// runIn is the run that an address shows, 0 if it shows none.
func runIn(url string) int64 {
	found := runPath.FindStringSubmatch(url)
	if found == nil {
		return 0
	}
	id, _ := strconv.ParseInt(found[1], 10, 64) // at most 18 digits
	return id
}
