package githubsim

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"maps"
	"strings"
	"time"
)

// The addresses in answers are GitHub's own, as in its documentation: clients
// are given a base URL and must not follow these.
const (
	apiURL  = "https://api.github.com"
	htmlURL = "https://github.com"
)

// stamp writes a time as the API does, in whole seconds of UTC.
func stamp(t time.Time) string { return t.UTC().Format(time.RFC3339) }

// stampOrNull writes a time that may not have come yet.
func stampOrNull(t time.Time) any {
	if t.IsZero() {
		return nil
	}
	return stamp(t)
}

// orNull turns an empty text into null.
func orNull(text string) any {
	if text == "" {
		return nil
	}
	return text
}

func nodeID(kind string, id any) string {
	return base64.StdEncoding.EncodeToString(fmt.Append(nil, kind, id))
}

func userJSON(login string) object {
	api := apiURL + "/users/" + login
	u := object{
		"login": login, "id": stableID(login), "node_id": nodeID("User", login),
		"avatar_url": "https://avatars.githubusercontent.com/u/1", "gravatar_id": "",
		"url": api, "html_url": htmlURL + "/" + login, "type": "User", "site_admin": false,
	}
	if strings.HasSuffix(login, "[bot]") {
		u["type"] = "Bot"
	}
	for _, list := range []string{"followers", "subscriptions", "organizations", "repos", "received_events", "following", "gists", "starred", "events"} {
		u[list+"_url"] = api + "/" + list
	}
	return u
}

// repoURLs are the parts of a repository that its object names an address for.
const repoURLs = "archive assignees blobs branches collaborators comments commits compare contents contributors " +
	"deployments downloads events forks git_commits git_refs git_tags issue_comment issue_events issues keys labels " +
	"languages merges milestones notifications pulls releases stargazers statuses subscribers subscription tags teams trees hooks"

// minimal is the repository as GitHub shows it within other things: whose it is, and
// where its parts are.
func (r *repository) minimal() object {
	api := r.api()
	o := object{
		"id": r.id, "node_id": nodeID("Repository", r.id), "name": r.name, "full_name": r.fullName(),
		"owner": userJSON(r.owner), "private": true, "html_url": r.html(), "description": nil, "fork": false, "url": api,
	}
	for part := range strings.FieldsSeq(repoURLs) {
		o[part+"_url"] = api + "/" + part
	}
	return o
}

// written is the minimal repository as JSON, which is shown twice with each run.
func (r *repository) written() json.RawMessage {
	if r.wrote.name != r.fullName() {
		text, _ := json.Marshal(r.minimal()) // texts and numbers
		r.wrote = wrote{r.fullName(), text}
	}
	return r.wrote.text
}

// wrote is what was written of a repository while it had that name.
type wrote struct {
	name string
	text json.RawMessage
}

// json gives the full repository object.
func (r *repository) json() object {
	html := r.html()
	created := stamp(time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC))
	o := object{
		"git_url": "git://github.com/" + r.fullName() + ".git", "ssh_url": "git@github.com:" + r.fullName() + ".git",
		"clone_url": html + ".git", "svn_url": html, "mirror_url": nil, "homepage": nil, "language": "Go",
		"forks_count": 0, "stargazers_count": 0, "watchers_count": 0, "size": 1, "default_branch": r.defaultBranch,
		"open_issues_count": 0, "has_issues": true, "has_projects": false, "has_wiki": false, "has_pages": false,
		"has_downloads": false, "has_discussions": false, "archived": r.archived, "disabled": false, "visibility": "private",
		"pushed_at": created, "created_at": created, "updated_at": created,
		"subscribers_count": 0, "network_count": 0, "license": nil, "forks": 0, "open_issues": 0, "watchers": 0,
		"permissions": object{"admin": false, "maintain": false, "push": true, "triage": true, "pull": true},
	}
	maps.Copy(o, r.minimal())
	return o
}

func (r *repository) api() string  { return apiURL + "/repos/" + r.fullName() }
func (r *repository) html() string { return htmlURL + "/" + r.fullName() }

func (r *repository) commitJSON(c *commit) object {
	who := object{"name": c.author, "email": c.mail, "date": stamp(c.date)}
	var account any
	if c.login != "-" {
		account = userJSON(c.login)
	}
	parents := []object{}
	for _, sha := range c.parents {
		parents = append(parents, object{
			"sha": sha, "url": r.api() + "/commits/" + sha, "html_url": r.html() + "/commit/" + sha,
		})
	}
	api := r.api() + "/commits/" + c.sha
	return object{
		"sha": c.sha, "node_id": nodeID("Commit", c.sha), "url": api,
		"html_url": r.html() + "/commit/" + c.sha, "comments_url": api + "/comments",
		"commit": object{
			"url": r.api() + "/git/commits/" + c.sha, "author": who, "committer": who, "message": c.message,
			"comment_count": 0, "tree": object{"sha": c.tree, "url": r.api() + "/git/trees/" + c.tree},
			"verification": c.verification(),
		},
		"author": account, "committer": account, "parents": parents,
	}
}

func (c *commit) verification() object {
	if !c.verified {
		return object{"verified": false, "reason": "unsigned", "payload": nil, "signature": nil, "verified_at": nil}
	}
	return object{"verified": true, "reason": "valid", "payload": "tree " + c.tree, "signature": "-----BEGIN SSH SIGNATURE-----", "verified_at": stamp(c.date)}
}

// headCommitJSON is the short form of a commit that runs carry.
func headCommitJSON(c *commit) object {
	who := object{"name": c.author, "email": c.mail}
	return object{
		"id": c.sha, "tree_id": c.tree, "message": c.message, "timestamp": stamp(c.date),
		"author": who, "committer": who,
	}
}
