package main

import (
	"context"
	"fmt"
	"log/slog"
	"maps"
	"path"
	"slices"
	"strings"
	"time"

	"github.com/slipwayhq/slipway/bot"
	"github.com/slipwayhq/slipway/bot/catalog"
	"github.com/slipwayhq/slipway/bot/doctor"
	"github.com/slipwayhq/slipway/bot/planner"
	"github.com/slipwayhq/slipway/integrations/github"
	"github.com/slipwayhq/slipway/integrations/workflowprobe"
)

// githubFindings asks GitHub. Without good credentials it can tell nothing more.
func githubFindings(ctx context.Context, declared *catalog.Catalog) []doctor.Finding {
	if declared.GitHub.App == nil && !declared.GitHub.Token.IsSet() {
		return nil // what is missing is said of the configuration
	}
	host, err := newGitHub(declared.GitHub, nil, slog.New(slog.DiscardHandler))
	if err != nil {
		return nil // a key that cannot be used is said of the configuration
	}
	x := githubExam{host, declared}
	repos := reposOf(declared)
	seen := answered(ctx, len(repos), examineOne, func(ctx context.Context, i int) (github.RepositoryState, error) {
		return host.Repository(ctx, repos[i])
	})
	found := []doctor.Finding{doctor.Host(firstGood(seen))}
	if found[0].Severity != doctor.OK {
		return found // each repository would say the same
	}
	for _, one := range seen {
		if ends := doctor.TokenEnd(one.value.TokenEnds, time.Now()); len(ends) > 0 { // one token reads them all
			found = append(found, ends...)
			break
		}
	}
	var more []check
	for i, repo := range repos {
		state, err := seen[i].value, seen[i].err
		f := doctor.Repository{Name: repo, Err: err, Archived: state.Archived, Now: state.Name}.Finding()
		found = append(found, f)
		if f.Severity == doctor.OK {
			more = append(more, x.inside(repo, state.DefaultBranch)...)
		}
	}
	return append(found, each(ctx, append(more, x.teams()...))...)
}

// firstGood is nil if GitHub answered any question, be it that there is no such
// repository, and the first error otherwise.
func firstGood(seen []reply[github.RepositoryState]) error {
	good := func(a reply[github.RepositoryState]) bool { return a.err == nil || bot.KindOf(a.err) == bot.NotFound }
	if len(seen) == 0 || slices.ContainsFunc(seen, good) {
		return nil
	}
	return unreached(seen[0].err, "github.api_url")
}

type githubExam struct {
	host     *github.Client
	declared *catalog.Catalog
}

// inside has the checks of a repository that is to be seen.
func (x githubExam) inside(repo, branch string) []check {
	checks := []check{{"github-permissions", repo, func(ctx context.Context) []doctor.Finding { return x.permissions(ctx, repo, branch) }}}
	seen := map[string]bool{}
	for _, service := range x.declared.Services {
		if service.Repo.String() != repo {
			continue
		}
		// Services that share a workflow need not send it the same.
		if key := fmt.Sprint(service.Workflow, " ", service.WorkflowRef, " ", service.Inputs, service.EnvironmentNames(), service.InputNames); !seen[key] {
			seen[key] = true
			checks = append(checks, check{"github-workflow", service.Workflow + " of " + repo, func(ctx context.Context) []doctor.Finding {
				return x.workflow(ctx, service, service.Workflow)
			}})
		}
		for _, file := range probing(service) {
			checks = append(checks, check{"github-workflow", file + " of " + repo, func(ctx context.Context) []doctor.Finding { return x.workflow(ctx, service, file) }})
		}
		for _, env := range service.Environments {
			key := "environment " + env.Name + " " + service.WorkflowRef
			if seen[key] {
				continue
			}
			seen[key] = true
			checks = append(checks, check{"github-environment", env.Name + " of " + repo, func(ctx context.Context) []doctor.Finding {
				rules, err := x.host.EnvironmentRules(ctx, repo, env.Name)
				return doctor.Environment{
					Repo: repo, Name: env.Name, Err: err, Reviewers: rules.Reviewers, Wait: rules.Wait, Branches: rules.Branches, Branch: service.WorkflowRef,
				}.Findings()
			}})
		}
	}
	return checks
}

func (x githubExam) permissions(ctx context.Context, repo, branch string) []doctor.Finding {
	needed := x.needed(repo)
	errs := make([]error, len(needed))
	for i, a := range answered(ctx, len(needed), examinePart, func(ctx context.Context, i int) (struct{}, error) {
		return struct{}{}, x.host.Permitted(ctx, repo, needed[i].Name, needed[i].Access, branch)
	}) {
		errs[i] = a.err
	}
	return doctor.Permissions(repo, needed, errs)
}

// needed are the permissions that the services of a repository need.
func (x githubExam) needed(repo string) []doctor.Permission {
	needed := []doctor.Permission{
		{Name: "contents", Access: "read", Breaks: "Commits, changes and workflow files cannot be read, so nothing can be planned"},
		{Name: "actions", Access: "read", Breaks: "Runs cannot be followed"},
		{Name: "actions", Access: "write", Breaks: "No workflow can be started or cancelled"},
		{Name: "deployments", Access: "read", Breaks: "What was recorded as live cannot be read again"},
		{Name: "deployments", Access: "write"},
	}
	checks, reviews := false, false
	for _, service := range x.declared.Services {
		for _, env := range service.Environments {
			if service.Repo.String() == repo {
				checks = checks || !env.Checks.None
				reviews = reviews || env.Reviews.Count > 0
			}
		}
	}
	if checks {
		needed = append(needed,
			doctor.Permission{Name: "checks", Access: "read", Breaks: "Environments with checks refuse every deploy; a fine-grained token cannot have it in private repositories"},
			doctor.Permission{Name: "statuses", Access: "read", Breaks: "Environments with checks refuse every deploy"})
	}
	if reviews {
		needed = append(needed, doctor.Permission{Name: "pull_requests", Access: "read", Breaks: "Environments with reviews refuse every deploy"})
	}
	return needed
}

// probing are the workflows that probes of a service start after a release, each once.
func probing(service catalog.Service) []string {
	var files []string
	for _, env := range service.Environments {
		for _, probe := range env.Health.Probes {
			if file := probe.Setting(workflowprobe.Name); probe.Source == workflowprobe.Name && !slices.Contains(files, file) {
				files = append(files, file)
			}
		}
	}
	return files
}

// sentBy are the inputs that slipway sends to the workflow of a service.
func sentBy(service catalog.Service) []string {
	names := service.InputNames
	sends := append([]string{names.ReleaseID, names.SHA, names.Environment}, slices.Collect(maps.Keys(service.Inputs))...)
	slices.Sort(sends)
	return sends
}

func (x githubExam) workflow(ctx context.Context, service catalog.Service, file string) []doctor.Finding {
	repo, ref := service.Repo.String(), service.WorkflowRef
	w := asSent(service)
	w.File = file
	if ref == "" {
		ref, w.Err = x.host.DefaultBranch(ctx, repo)
	}
	if w.Err == nil {
		w.Found, w.Err = x.host.Workflow(ctx, repo, file, ref, "")
	}
	if w.Err == nil {
		w.State, w.Err = x.host.WorkflowState(ctx, repo, file)
	}
	if w.Err == nil {
		w.Off = x.host.ActionsOff(ctx, repo, file)
	}
	if w.Err != nil && bot.KindOf(w.Err) == bot.NotFound {
		w.Near = x.near(ctx, repo, file)
	}
	if slices.ContainsFunc(w.Found.Inputs, func(in bot.WorkflowInput) bool { return in.Type == bot.InputEnvironment }) && w.Err == nil {
		w.Environments, w.Err = x.host.Environments(ctx, repo)
	}
	w.ShowsKey = planner.ShowsRunKey(w.Found, service.Inputs, w.Key)
	if file != service.Workflow {
		w.Found.Uses, w.Found.Checkouts = []string{w.SHA}, nil // a test may look at what is live, without the commit
	}
	return w.Findings()
}

// asSent is a workflow as far as it is known what slipway sends to it.
func asSent(service catalog.Service) doctor.Workflow {
	names := service.InputNames
	w := doctor.Workflow{
		Repo: service.Repo.String(), File: service.Workflow, Service: service.Name, Sends: sentBy(service), Key: names.ReleaseID, SHA: names.SHA, Env: names.Environment,
	}
	for _, environment := range service.EnvironmentNames() {
		w.Values = append(w.Values, doctor.Value{Input: names.Environment, Text: environment})
	}
	for _, input := range slices.Sorted(maps.Keys(service.Inputs)) {
		w.Values = append(w.Values, doctor.Value{Input: input, Text: service.Inputs[input]})
	}
	return w
}

// near is a workflow of the repository whose name differs from another one in upper and
// lower case or in its ending only.
func (x githubExam) near(ctx context.Context, repo, file string) string {
	files, err := x.host.Workflows(ctx, repo)
	if err != nil {
		return "" // it is said all the same that this one is not there
	}
	stem := func(name string) string { return strings.ToLower(strings.TrimSuffix(name, path.Ext(name))) }
	i := slices.IndexFunc(files, func(other string) bool { return other != file && stem(other) == stem(file) })
	if i < 0 {
		return ""
	}
	return files[i]
}

// teams has a check for each group that is a team at GitHub.
func (x githubExam) teams() []check {
	var checks []check
	for _, group := range x.declared.Groups {
		if group.GitHubTeam == "" {
			continue
		}
		checks = append(checks, check{"github-teams", group.GitHubTeam, func(ctx context.Context) []doctor.Finding {
			members, err := x.host.TeamMembers(ctx, group.GitHubTeam)
			return []doctor.Finding{doctor.Group{Name: group.Name, ID: group.GitHubTeam, Members: len(members), Err: err}.Team()}
		}})
	}
	return checks
}
