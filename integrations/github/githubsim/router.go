package githubsim

import (
	"encoding/json"
	"maps"
	"net/http"
	"net/url"
	"regexp"
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
	re              *regexp.Regexp
	handle          func(*Server, *call) answer
}

// pathPattern turns "/a/{b}/{c+}" into an expression; {c+} may hold slashes.
func pathPattern(pattern string) *regexp.Regexp {
	var b strings.Builder
	for part := range strings.SplitSeq(strings.TrimPrefix(pattern, "/"), "/") {
		b.WriteString("/")
		name, isVar := strings.CutPrefix(part, "{")
		if !isVar {
			b.WriteString(regexp.QuoteMeta(part))
			continue
		}
		name = strings.TrimSuffix(name, "}")
		if long, isLong := strings.CutSuffix(name, "+"); isLong {
			b.WriteString("(?P<" + long + ">.+)")
			continue
		}
		b.WriteString("(?P<" + name + ">[^/]+)")
	}
	return regexp.MustCompile("^" + b.String() + "$")
}

// matchPath gives the variables of a path, or false if it does not fit.
func matchPath(re *regexp.Regexp, path string) (map[string]string, bool) {
	found := re.FindStringSubmatch(path)
	if found == nil {
		return nil, false
	}
	vars := map[string]string{}
	for i, name := range re.SubexpNames() {
		if name != "" {
			vars[name] = found[i]
		}
	}
	return vars, true
}

// routes lists all operations. Patterns with a tail after a {x+} come before
// the bare one.
func routes() []route {
	const repo = "/repos/{owner}/{repo}"
	all := []route{
		{method: "GET", pattern: "/rate_limit", handle: (*Server).getRateLimit},
		{method: "POST", pattern: "/app/installations/{id}/access_tokens", handle: (*Server).createToken},
		{method: "GET", pattern: "/app", handle: (*Server).getApp},
		{method: "GET", pattern: "/user", handle: (*Server).getUser},
		{method: "GET", pattern: teamMembersPath, handle: (*Server).teamMembers},
		{method: "GET", pattern: repo, handle: (*Server).getRepo},
		{method: "GET", pattern: repo + "/branches/{branch+}", handle: (*Server).getBranch},
		{method: "GET", pattern: repo + "/git/ref/{ref+}", handle: (*Server).getRef},
		{method: "GET", pattern: repo + "/git/matching-refs/{ref+}", handle: (*Server).matchingRefs},
		{method: "GET", pattern: repo + "/contents/{path+}", handle: (*Server).getContents},
		{method: "GET", pattern: repo + "/compare/{basehead+}", handle: (*Server).compare},
		{method: "GET", pattern: repo + "/commits/{sha}/pulls", handle: (*Server).commitPulls},
		{method: "GET", pattern: repo + "/commits/{ref+}/status", handle: (*Server).combinedStatus},
		{method: "GET", pattern: repo + "/commits/{ref+}/check-runs", handle: (*Server).checkRuns},
		{method: "GET", pattern: repo + "/commits/{ref+}", handle: (*Server).getCommit},
		{method: "GET", pattern: repo + "/actions/workflows", handle: (*Server).listWorkflows},
		{method: "GET", pattern: repo + "/actions/workflows/{workflow}", handle: (*Server).getWorkflow},
		{method: "POST", pattern: repo + "/actions/workflows/{workflow}/dispatches", handle: (*Server).dispatch},
		{method: "GET", pattern: repo + "/actions/workflows/{workflow}/runs", handle: (*Server).listWorkflowRuns},
		{method: "GET", pattern: repo + "/actions/runs", handle: (*Server).listRuns},
		{method: "GET", pattern: repo + "/actions/runs/{run}", handle: (*Server).getRun},
		{method: "GET", pattern: repo + "/actions/runs/{run}/attempts/{attempt}", handle: (*Server).getAttempt},
		{method: "GET", pattern: repo + "/actions/runs/{run}/jobs", handle: (*Server).listJobs},
		{method: "POST", pattern: repo + "/actions/runs/{run}/cancel", handle: (*Server).postCancel},
		{method: "POST", pattern: repo + "/actions/runs/{run}/force-cancel", handle: (*Server).postForceCancel},
		{method: "GET", pattern: repo + "/deployments", handle: (*Server).listDeployments},
		{method: "POST", pattern: repo + "/deployments", handle: (*Server).createDeployment},
		{method: "GET", pattern: repo + "/deployments/{deployment}", handle: (*Server).getDeployment},
		{method: "GET", pattern: repo + "/deployments/{deployment}/statuses", handle: (*Server).listDeploymentStatuses},
		{method: "POST", pattern: repo + "/deployments/{deployment}/statuses", handle: (*Server).createDeploymentStatus},
	}
	for i := range all {
		all[i].re = pathPattern(all[i].pattern)
	}
	return all
}

// route finds the handler of a call and runs it.
func (s *Server) route(c *call) answer {
	for _, r := range s.routes {
		if r.method != c.method {
			continue
		}
		vars, fits := matchPath(r.re, c.path)
		if !fits {
			continue
		}
		c.vars = vars
		if name := vars["repo"]; name != "" {
			if c.repo = s.repos[vars["owner"]+"/"+name]; c.repo == nil {
				return notFound()
			}
		}
		return r.handle(s, c)
	}
	return notFound()
}
