package githubsim

import (
	"encoding/json"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
)

// object is a JSON object on its way out.
type object = map[string]any

// call is one request to the API, read whole, and what routing found out.
type call struct {
	method, path string
	query        url.Values
	header       http.Header
	body         []byte
	http         *http.Request
	vars         map[string]string
	repo         *repository
}

// decode reads the JSON body into v.
func (c *call) decode(v any) error { return json.Unmarshal(c.body, v) }

// answer is what will be sent back. It is kept apart from the ResponseWriter so
// that it can be validated, replaced by a fault, or turned into a 304 first.
type answer struct {
	status int
	header http.Header
	body   []byte
}

func reply(status int, v any) answer {
	body, err := json.Marshal(v)
	if err != nil {
		return fail(http.StatusInternalServerError, err.Error())
	}
	return answer{status, http.Header{"Content-Type": {"application/json; charset=utf-8"}}, body}
}

func ok(v any) answer { return reply(http.StatusOK, v) }

func noContent() answer { return answer{http.StatusNoContent, http.Header{}, nil} }

// fail answers in the shape of all of GitHub's errors.
func fail(status int, message string) answer {
	return reply(status, object{
		"message":           message,
		"documentation_url": "https://docs.github.com/rest",
		"status":            strconv.Itoa(status),
	})
}

func notFound() answer { return fail(http.StatusNotFound, "Not Found") }

func (a answer) write(w http.ResponseWriter) {
	maps.Copy(w.Header(), a.header)
	w.WriteHeader(a.status)
	_, _ = w.Write(a.body) // the client went away: nobody is left to tell
}

// route joins a method and a path pattern to its handler. Handlers run under
// the server's mutex.
type route struct {
	method, pattern string
	// needs is the permission without which it is refused, as in "actions=write".
	needs  string
	path   Pattern
	handle func(*Server, *call) answer
}

// Pattern is what a path looks like, part by part: "/a/{b}/{c+}", where {c+} may hold
// slashes.
type Pattern []string

// PathPattern reads one.
func PathPattern(pattern string) Pattern { return strings.Split(pattern, "/") }

// Match gives the variables of a path, or false if it does not fit. A {c+} takes as much
// as it may.
func (p Pattern) Match(path string) (map[string]string, bool) {
	vars := p.match(strings.Split(path, "/"))
	return vars, vars != nil
}

func (p Pattern) match(path []string) map[string]string {
	if len(p) == 0 && len(path) == 0 {
		return map[string]string{}
	}
	if len(p) == 0 || len(path) < len(p) {
		return nil
	}
	name, isVar := strings.CutPrefix(strings.TrimSuffix(p[0], "}"), "{")
	if !isVar {
		if p[0] != path[0] {
			return nil
		}
		return p[1:].match(path[1:])
	}
	name, long := strings.CutSuffix(name, "+")
	most := 1
	if long {
		most += len(path) - len(p)
	}
	for n := most; n > 0; n-- {
		value := strings.Join(path[:n], "/")
		if vars := p[1:].match(path[n:]); vars != nil && value != "" {
			vars[name] = value
			return vars
		}
	}
	return nil
}

// Paths lists the patterns of the paths that are served, in the order in which they
// are tried; see [PathPattern].
func Paths() []string {
	var all []string
	for _, r := range routes() {
		all = append(all, r.pattern)
	}
	return all
}

// routes lists all operations. Patterns with a tail after a {x+} come before
// the bare one.
func routes() []route {
	all := slices.Concat(accountRoutes(), commitRoutes(), runRoutes(), deploymentRoutes())
	for i := range all {
		all[i].path = PathPattern(all[i].pattern)
	}
	return all
}

const repoPath = "/repos/{owner}/{repo}"

func accountRoutes() []route {
	return []route{
		{method: "GET", pattern: "/rate_limit", handle: (*Server).getRateLimit},
		{method: "POST", pattern: "/app/installations/{id}/access_tokens", handle: (*Server).createToken},
		{method: "GET", pattern: "/app", handle: (*Server).getApp},
		{method: "GET", pattern: "/user", handle: (*Server).getUser},
		{method: "GET", pattern: repoPath + "/installation", handle: (*Server).getInstallation},
		{method: "GET", pattern: "/orgs/{org}/teams/{team_slug}/members", needs: "members=read", handle: (*Server).teamMembers},
	}
}

func commitRoutes() []route {
	const commit = repoPath + "/commits/{ref+}"
	return []route{
		{method: "GET", pattern: repoPath, needs: "metadata=read", handle: (*Server).getRepo},
		{method: "GET", pattern: repoPath + "/branches", needs: "contents=read", handle: (*Server).listBranches},
		{method: "GET", pattern: repoPath + "/tags", needs: "contents=read", handle: (*Server).listTags},
		{method: "GET", pattern: repoPath + "/branches/{branch+}", needs: "contents=read", handle: (*Server).getBranch},
		{method: "GET", pattern: repoPath + "/git/ref/{ref+}", needs: "contents=read", handle: (*Server).getRef},
		{method: "GET", pattern: repoPath + "/git/matching-refs/{ref+}", needs: "contents=read", handle: (*Server).matchingRefs},
		{method: "GET", pattern: repoPath + "/contents/{path+}", needs: "contents=read", handle: (*Server).getContents},
		{method: "GET", pattern: repoPath + "/compare/{basehead+}", needs: "contents=read", handle: (*Server).compare},
		{method: "GET", pattern: repoPath + "/commits", needs: "contents=read", handle: (*Server).listCommits},
		{method: "GET", pattern: repoPath + "/commits/{sha}/pulls", needs: "pull_requests=read", handle: (*Server).commitPulls},
		{method: "GET", pattern: commit + "/status", needs: "statuses=read", handle: (*Server).combinedStatus},
		{method: "GET", pattern: commit + "/check-runs", needs: "checks=read", handle: (*Server).checkRuns},
		{method: "GET", pattern: commit, needs: "contents=read", handle: (*Server).getCommit},
		{method: "GET", pattern: repoPath + "/pulls", needs: "pull_requests=read", handle: (*Server).listPulls},
		{method: "GET", pattern: pullPath, needs: "pull_requests=read", handle: (*Server).getPull},
		{method: "GET", pattern: reviewsPath, needs: "pull_requests=read", handle: (*Server).listReviews},
	}
}

func runRoutes() []route {
	const workflow, run = repoPath + "/actions/workflows/{workflow}", repoPath + "/actions/runs/{run}"
	return []route{
		{method: "GET", pattern: repoPath + "/actions/workflows", needs: "actions=read", handle: (*Server).listWorkflows},
		{method: "GET", pattern: workflow, needs: "actions=read", handle: (*Server).getWorkflow},
		{method: "POST", pattern: workflow + "/dispatches", needs: "actions=write", handle: (*Server).dispatch},
		{method: "GET", pattern: workflow + "/runs", needs: "actions=read", handle: (*Server).listWorkflowRuns},
		{method: "GET", pattern: repoPath + "/actions/runs", needs: "actions=read", handle: (*Server).listRuns},
		{method: "GET", pattern: run, needs: "actions=read", handle: (*Server).getRun},
		{method: "GET", pattern: run + "/attempts/{attempt}", needs: "actions=read", handle: (*Server).getAttempt},
		{method: "GET", pattern: run + "/jobs", needs: "actions=read", handle: (*Server).listJobs},
		{method: "POST", pattern: run + "/cancel", needs: "actions=write", handle: (*Server).postCancel},
		{method: "POST", pattern: run + "/force-cancel", needs: "actions=write", handle: (*Server).postForceCancel},
		{method: "GET", pattern: run + "/pending_deployments", needs: "actions=read", handle: (*Server).listPending},
		{method: "POST", pattern: run + "/pending_deployments", needs: "deployments=write", handle: (*Server).postReview},
		{method: "GET", pattern: run + "/approvals", needs: "actions=read", handle: (*Server).listApprovals},
	}
}

func deploymentRoutes() []route {
	const deployment = repoPath + "/deployments/{deployment}"
	return []route{
		{method: "GET", pattern: repoPath + "/deployments", needs: "deployments=read", handle: (*Server).listDeployments},
		{method: "POST", pattern: repoPath + "/deployments", needs: "deployments=write", handle: (*Server).createDeployment},
		{method: "GET", pattern: deployment, needs: "deployments=read", handle: (*Server).getDeployment},
		{method: "GET", pattern: deployment + "/statuses", needs: "deployments=read", handle: (*Server).listDeploymentStatuses},
		{method: "POST", pattern: deployment + "/statuses", needs: "deployments=write", handle: (*Server).createDeploymentStatus},
		{method: "GET", pattern: repoPath + "/environments", needs: "actions=read", handle: (*Server).listEnvironments},
		{method: "GET", pattern: repoPath + "/environments/{environment_name+}", needs: "actions=read", handle: (*Server).getEnvironment},
	}
}

// route finds the handler of a call and runs it.
func (s *Server) route(c *call) answer {
	for _, r := range s.routes {
		if r.method != c.method {
			continue
		}
		vars, fits := r.path.Match(c.path)
		if !fits {
			continue
		}
		c.vars = vars
		if name := vars["repo"]; name != "" {
			if c.repo = s.seen(vars["owner"] + "/" + name); c.repo == nil {
				return notFound()
			}
			if a, refused := c.closed(); refused {
				return a
			}
		}
		if a, may := s.permitted(c, r); !may {
			return a
		}
		return r.handle(s, c)
	}
	return notFound()
}
