package github

import (
	"bytes"
	"cmp"
	"context"
	"regexp"
	"slices"
	"strings"

	"github.com/goccy/go-yaml/ast"
	"github.com/google/go-github/v62/github"

	"github.com/slipwayhq/slipway/bot"
	"github.com/slipwayhq/slipway/bot/guard"
)

// Called reads what a workflow file calls in its own repository at ref, a branch
// or a SHA, and what that calls, to its end: one request for each file that was
// not read at this very SHA before, those of one level at once.
func (c *Client) Called(ctx context.Context, repo, ref string, calls bot.Calls) (bot.Called, error) {
	r, err := parseRepository(repo)
	if err != nil {
		return bot.Called{}, err
	}
	if err := checkRef(ref); err != nil {
		return bot.Called{}, err
	}
	called := bot.Called{Elsewhere: calls.Elsewhere}
	seen := map[string]bool{}
	for open := unseen(seen, calls.Local); len(open) > 0; {
		if len(seen) > bot.MaxCalled {
			return bot.Called{}, invalid(opReadFile, "the workflow calls more than 50 files of "+r.String(),
				"GitHub runs no workflow that calls more; call fewer.")
		}
		found, err := c.callees(ctx, r, ref, open)
		if err != nil {
			return bot.Called{}, err
		}
		var next []string
		for i, one := range found {
			if len(one.files) == 0 {
				called.Missing = append(called.Missing, open[i])
			}
			called.Files = append(called.Files, one.files...)
			called.Elsewhere = append(called.Elsewhere, one.calls.Elsewhere...)
			next = append(next, one.calls.Local...)
		}
		open = unseen(seen, next)
	}
	slices.SortFunc(called.Files, func(a, b bot.CalledFile) int { return cmp.Compare(a.Path, b.Path) })
	called.Files = slices.Compact(called.Files)
	slices.Sort(called.Missing)
	called.Elsewhere = sorted(called.Elsewhere)
	return called, nil
}

// unseen are the paths that were not seen before, which they are from now on.
func unseen(seen map[string]bool, paths []string) []string {
	var fresh []string
	for _, p := range paths {
		if !seen[p] {
			seen[p] = true
			fresh = append(fresh, p)
		}
	}
	return fresh
}

func sorted(list []string) []string {
	list = slices.Clone(list)
	slices.Sort(list)
	return slices.Compact(list)
}

// callee is what one call leads to; without files: to nothing.
type callee struct {
	files []bot.CalledFile
	calls bot.Calls
}

func (c *Client) callees(ctx context.Context, r repository, ref string, paths []string) ([]callee, error) {
	found := make([]callee, len(paths))
	g, ctx := guard.WithContext(ctx)
	for i, path := range paths {
		g.Go(func() (err error) {
			found[i], err = c.callee(ctx, r, ref, path)
			return err
		})
	}
	return found, g.Wait()
}

// callee reads what a path leads to. What it is at a SHA never changes.
func (c *Client) callee(ctx context.Context, r repository, ref, path string) (callee, error) {
	at := calledAt{r, ref, path}
	if known, isKnown := c.called.get(at); isKnown {
		return known, nil
	}
	found, err := c.readCallee(ctx, at)
	if err == nil && isSHA(ref) {
		c.called.keep(at, found)
	}
	return found, err
}

func (c *Client) readCallee(ctx context.Context, at calledAt) (callee, error) {
	if bot.IsWorkflowFile(at.path) {
		return c.readCalled(ctx, at, at.path, workflowCalls)
	}
	for _, name := range []string{"/action.yml", "/action.yaml"} {
		found, err := c.readCalled(ctx, at, at.path+name, actionCalls)
		if err != nil || len(found.files) > 0 {
			return found, err
		}
	}
	// A folder with a Dockerfile alone is an action too.
	files, err := c.folder(ctx, at)
	return callee{files: files}, err
}

// readCalled reads one file and what it calls. An action that runs files of its
// own folder is all of that folder.
func (c *Client) readCalled(ctx context.Context, at calledAt, path string, callsOf func(document) bot.Calls) (callee, error) {
	missing := "GitHub shows slipway no " + clean(path, 80)
	found, _, _, err := c.gh.Repositories.GetContents(ctx, at.repo.owner, at.repo.name, path, &github.RepositoryContentGetOptions{Ref: at.ref})
	if err = explain(opReadFile, missing, err); isNotFound(err) {
		return callee{}, nil
	}
	if err != nil {
		return callee{}, err
	}
	text, problem := fileText(found)
	var doc document
	if problem == "" {
		doc, err = readDocument([]byte(text))
	}
	if problem != "" || err != nil {
		return callee{}, &bot.Error{
			Kind: bot.Invalid, Op: opReadFile, Err: err,
			Says: clean(path, 80) + ", which the workflow calls, is no file that slipway understands",
			Mend: "actionlint tells what is wrong with it.",
		}
	}
	one := callee{files: []bot.CalledFile{{Path: path, Blob: found.GetSHA()}}, calls: callsOf(doc)}
	if bot.IsWorkflowFile(at.path) || !usesFolder(doc, []byte(text)) {
		return one, nil
	}
	all, err := c.folder(ctx, at)
	one.files = append(one.files, all...)
	return one, err
}

// folder lists what is in the folder of an action, with what is deeper as one.
func (c *Client) folder(ctx context.Context, at calledAt) ([]bot.CalledFile, error) {
	_, entries, _, err := c.gh.Repositories.GetContents(ctx, at.repo.owner, at.repo.name, at.path, &github.RepositoryContentGetOptions{Ref: at.ref})
	if err = explain(opReadFile, "GitHub shows slipway no "+clean(at.path, 80), err); isNotFound(err) {
		return nil, nil
	}
	var files []bot.CalledFile
	for _, entry := range entries {
		files = append(files, bot.CalledFile{Path: entry.GetPath(), Blob: entry.GetSHA()})
	}
	return files, err
}

// usesFolder says whether an action runs files that lie beside it: it is no mere
// list of steps, or its steps name the folder.
func usesFolder(doc document, text []byte) bool {
	using := scalar(doc.child(doc.child(doc.root, "runs"), "using"))
	return using != "composite" || bytes.Contains(bytes.ToLower(text), []byte("action_path"))
}

// workflowCalls are what a workflow's jobs and their steps call.
func workflowCalls(doc document) bot.Calls {
	var calls bot.Calls
	for _, job := range entries(doc.child(doc.root, "jobs")) {
		job = doc.resolve(job)
		note(&calls, scalar(doc.child(job, "uses")))
		doc.noteSteps(&calls, job)
	}
	return bot.Calls{Local: sorted(calls.Local), Elsewhere: sorted(calls.Elsewhere)}
}

// actionCalls are what the steps of an action call.
func actionCalls(doc document) bot.Calls {
	var calls bot.Calls
	runs := doc.child(doc.root, "runs")
	doc.noteSteps(&calls, runs)
	if image := scalar(doc.child(runs, "image")); strings.HasPrefix(image, "docker://") {
		note(&calls, image)
	}
	return bot.Calls{Local: sorted(calls.Local), Elsewhere: sorted(calls.Elsewhere)}
}

func (d document) noteSteps(calls *bot.Calls, of ast.Node) {
	steps, isList := d.child(of, "steps").(*ast.SequenceNode)
	if !isList {
		return
	}
	for _, step := range steps.Values {
		note(calls, scalar(d.child(step, "uses")))
	}
}

// pinned is what names one content and no other: the full SHA of a commit, or the
// digest of an image.
var pinned = regexp.MustCompile(`@([0-9a-f]{40}|sha256:[0-9a-f]{64})$`)

// note adds one call. What is pinned is covered by the file that says so.
func note(calls *bot.Calls, uses string) {
	uses = strings.TrimSpace(uses)
	local, isLocal := strings.CutPrefix(uses, "./")
	local = strings.TrimSuffix(local, "/")
	switch {
	case uses == "" || pinned.MatchString(uses):
	case isLocal && checkPath(local) == nil:
		calls.Local = append(calls.Local, local)
	default:
		calls.Elsewhere = append(calls.Elsewhere, clean(uses, maxName))
	}
}

// calledAt is a path of a repository at a ref.
type calledAt struct {
	repo      repository
	ref, path string
}
