package github

import (
	"context"

	"github.com/google/go-github/v62/github"

	"github.com/slipwayhq/slipway/bot"
	"github.com/slipwayhq/slipway/bot/guard"
)

const opReadFile = "read a workflow file"

// Workflow reads the file of a workflow at ref, a branch, tag or SHA; an empty
// ref is the default branch, whose name is returned in the answer. Where the
// file is there and cannot be understood, kind bot.Invalid, its blob is returned
// beside the error.
func (c *Client) Workflow(ctx context.Context, repo, file, ref string) (bot.WorkflowFile, error) {
	r, err := parseRepository(repo)
	if err != nil {
		return bot.WorkflowFile{}, err
	}
	if err := checkWorkflow(file); err != nil {
		return bot.WorkflowFile{}, err
	}
	if ref == "" {
		return c.defaultWorkflow(ctx, r, file)
	}
	if err := checkRef(ref); err != nil {
		return bot.WorkflowFile{}, err
	}
	found, err := c.workflowAt(ctx, r, file, ref)
	found.Ref = ref
	return found, err
}

// defaultWorkflow reads the file on the default branch, in one round: GitHub
// takes that branch where none is named, while its name is asked for.
func (c *Client) defaultWorkflow(ctx context.Context, r repository, file string) (bot.WorkflowFile, error) {
	var (
		found         bot.WorkflowFile
		name          string
		fErr, nameErr error
		asking        guard.WaitGroup
	)
	asking.Go(func() { found, fErr = c.workflowAt(ctx, r, file, "") })
	asking.Go(func() { name, nameErr = c.defaultBranch(ctx, r) })
	asking.Wait()
	if nameErr != nil {
		return bot.WorkflowFile{}, nameErr
	}
	found.Ref = name
	return found, fErr
}

func (c *Client) workflowAt(ctx context.Context, r repository, file, ref string) (bot.WorkflowFile, error) {
	where := orElse(clean(ref, 80), "the default branch")
	missing := "GitHub shows slipway no .github/workflows/" + file + " on " + where + " of " + r.String()
	found, _, _, err := c.gh.Repositories.GetContents(ctx, r.owner, r.name, ".github/workflows/"+file,
		&github.RepositoryContentGetOptions{Ref: ref})
	if err != nil {
		err = explain(opReadFile, missing, err)
		if isNotFound(err) {
			return bot.WorkflowFile{}, notFound(opReadFile, missing, "Add the workflow there, or correct `workflow` and `workflow_ref` in slipway.yaml.")
		}
		return bot.WorkflowFile{}, err
	}
	unreadable := invalid(opReadFile, file+" on "+where+" of "+r.String()+" is not a file that can be read",
		"A workflow is a file of less than 128 KB.")
	broken := bot.WorkflowFile{Blob: found.GetSHA()}
	if found.GetType() != "file" { // a folder, for which found is nil, or a link
		return broken, unreadable
	}
	text, err := found.GetContent()
	if err != nil {
		return broken, unreadable
	}
	parsed, err := parseWorkflow([]byte(text))
	if err != nil {
		return broken, &bot.Error{
			Kind: bot.Invalid, Op: opReadFile, Err: err,
			Says: "the workflow " + file + " on " + where + " of " + r.String() + " is not valid",
			Mend: "actionlint tells what is wrong with it.",
		}
	}
	parsed.Blob, parsed.Host = found.GetSHA(), c.codeHost()
	return parsed, nil
}
