package github

import (
	"context"

	"github.com/google/go-github/v62/github"
)

// maxEnvironmentPages bounds how many environments are listed, 100 a page.
const maxEnvironmentPages = 5

// Environments lists the names of a repository's environments.
func (c *Client) Environments(ctx context.Context, repo string) ([]string, error) {
	r, err := parseRepository(repo)
	if err != nil {
		return nil, err
	}
	var names []string
	opts := &github.EnvironmentListOptions{ListOptions: github.ListOptions{PerPage: pageSize}}
	for range maxEnvironmentPages {
		found, resp, err := c.gh.Repositories.ListEnvironments(ctx, r.owner, r.name, opts)
		if err != nil {
			return nil, explain("list the environments of a repository", noRepository(r), err)
		}
		for _, one := range found.Environments {
			names = append(names, clean(one.GetName(), maxName))
		}
		if opts.Page = resp.NextPage; opts.Page == 0 {
			break
		}
	}
	return names, nil
}
