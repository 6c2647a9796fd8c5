package github

import (
	"context"

	"github.com/google/go-github/v62/github"

	"github.com/slipwayhq/slipway/bot"
)

const opReadFile = "read a workflow file"

// Workflow reads the file of a workflow on ref, a branch or tag, at the commit sha
// of it if one is given: a file that was read at a commit is not asked for again.
// Where the file is there and cannot be understood, kind bot.Invalid, its blob is
// returned beside the error.
func (c *Client) Workflow(ctx context.Context, repo, file, ref, sha string) (bot.WorkflowFile, error) {
	r, err := parseRepository(repo)
	if err != nil {
		return bot.WorkflowFile{}, err
	}
	if err := checkWorkflow(file); err != nil {
		return bot.WorkflowFile{}, err
	}
	if err := checkRef(ref); err != nil {
		return bot.WorkflowFile{}, err
	}
	if sha == "" {
		found, err := c.workflowAt(ctx, r, file, place{ref, ref})
		found.Ref = ref
		return found, err
	}
	if err := checkSHA(sha); err != nil {
		return bot.WorkflowFile{}, err
	}
	at := fileAt{r, file, sha}
	found, known := c.kept.get(at)
	if !known {
		if found, err = c.workflowAt(ctx, r, file, place{sha, ref}); err == nil {
			c.kept.keep(at, found)
		}
	}
	found.Ref, found.Host = ref, c.codeHost()
	return found, err
}

// place is where a file is read, and what people call that.
type place struct{ ref, name string }

func (c *Client) workflowAt(ctx context.Context, r repository, file string, at place) (bot.WorkflowFile, error) {
	where := clean(at.name, 80)
	missing := "GitHub shows slipway no .github/workflows/" + file + " on " + where + " of " + r.String()
	found, _, _, err := c.gh.Repositories.GetContents(ctx, r.owner, r.name, ".github/workflows/"+file,
		&github.RepositoryContentGetOptions{Ref: at.ref})
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
