package github

import (
	"context"
	"errors"
	"strings"
	"unicode/utf8"

	"github.com/google/go-github/v62/github"

	"github.com/slipwayhq/slipway/bot"
)

// maxSuggested bounds how many names are compared with a mistyped one.
const maxSuggested = 2000

// noSuchRef makes the error for a ref that does not exist. Its one call also
// tells a missing ref from a missing repository, for GitHub may answer 404 to
// both.
func (c *Client) noSuchRef(ctx context.Context, r repository, ref string, cause error) error {
	e := &bot.Error{Kind: bot.NotFound, Op: opCommit, Err: cause}
	quoted := "`" + clean(ref, 80) + "`"
	e.Says = r.String() + " has no branch or tag " + quoted
	e.Mend = "Give a branch, a tag or a commit's SHA of " + r.String() + "."
	switch {
	case isAmbiguous(cause):
		e.Says = "the short SHA " + quoted + " fits more than one commit of " + r.String()
		e.Mend = "Give more characters of it."
		return e
	case isSHA(ref):
		e.Says = r.String() + " has no commit " + quoted
		e.Mend = "Check that the commit was pushed to " + r.String() + "."
	case isShortSHA(ref):
		e.Says = r.String() + " has no branch, no tag and no single commit " + quoted
		e.Mend = "Give a branch, a tag, or more characters of the commit's SHA."
	}
	near, err := c.nearestRef(ctx, r, ref)
	if isNotFound(err) {
		return err
	}
	if near != "" {
		e.Mend = "Did you mean `" + clean(near, 80) + "`?"
	}
	return e
}

// isAmbiguous reads GitHub's words for a short SHA that is too short.
func isAmbiguous(cause error) bool {
	var refused *refusal
	return errors.As(cause, &refused) && strings.Contains(strings.ToLower(refused.text), "ambiguous")
}

// nearestRef returns the branch that ref most probably means, or the tag if
// it looks like a version; empty if none is near. Only names with the same
// first letter are asked for, so that the answer stays short.
func (c *Client) nearestRef(ctx context.Context, r repository, ref string) (string, error) {
	kind := "heads/"
	if looksLikeVersion(ref) {
		kind = "tags/"
	}
	name := strings.TrimPrefix(strings.TrimPrefix(ref, "refs/heads/"), "refs/tags/")
	first, _ := utf8.DecodeRuneInString(name)
	found, _, err := c.gh.Git.ListMatchingRefs(ctx, r.owner, r.name, &github.ReferenceListOptions{Ref: kind + string(first)})
	if err != nil {
		return "", explain(opCommit, noRepository(r), err)
	}
	names := make([]string, 0, min(len(found), maxSuggested))
	for _, one := range found {
		if len(names) == maxSuggested {
			break
		}
		names = append(names, strings.TrimPrefix(one.GetRef(), "refs/"+kind))
	}
	near, _ := bot.Nearest(name, names)
	return near, nil
}
