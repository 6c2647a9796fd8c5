package openapi

import (
	"encoding/json"
	"fmt"
	"maps"
	"regexp"

	"github.com/getkin/kin-openapi/openapi3"

	"github.com/slipwayhq/slipway/integrations/github/githubsim"
)

const teamMembersPath = "/orgs/{org}/teams/{team_slug}/members"

// teamMembersOperation is what docs.github.com/rest/teams/members says of "List
// team members". Descriptions that are cut down to some operations lack it.
const teamMembersOperation = `{"get": {
	"operationId": "teams/list-members-in-org",
	"parameters": [
		{"name": "org", "in": "path", "required": true, "schema": {"type": "string"}},
		{"name": "team_slug", "in": "path", "required": true, "schema": {"type": "string"}},
		{"name": "role", "in": "query", "schema": {"type": "string", "enum": ["member", "maintainer", "all"]}},
		{"name": "per_page", "in": "query", "schema": {"type": "integer"}},
		{"name": "page", "in": "query", "schema": {"type": "integer"}}
	],
	"responses": {"200": {"description": "Response", "content": {"application/json": {
		"schema": {"type": "array", "items": {"$ref": "#/components/schemas/simple-user"}}
	}}}}
}}`

// userOperation is what docs.github.com/rest/users/users says of "Get the
// authenticated user": of its fields those of every user, which are the ones
// that are used.
const userOperation = `{"get": {
	"operationId": "users/get-authenticated",
	"responses": {
		"200": {"description": "Response", "content": {"application/json": {"schema": {"$ref": "#/components/schemas/simple-user"}}}},
		"401": {"description": "Requires authentication", "content": {"application/json": {"schema": {"$ref": "#/components/schemas/basic-error"}}}},
		"403": {"description": "Forbidden", "content": {"application/json": {"schema": {"$ref": "#/components/schemas/basic-error"}}}}
	}
}}`

// appOperation is what docs.github.com/rest/apps/apps says of "Get the
// authenticated app".
const appOperation = `{"get": {
	"operationId": "apps/get-authenticated",
	"responses": {"200": {"description": "Response", "content": {"application/json": {"schema": {"$ref": "#/components/schemas/integration"}}}}}
}}`

// commitsOperation is what docs.github.com/rest/commits/commits says of "List
// commits".
const commitsOperation = `{"get": {
	"operationId": "repos/list-commits",
	"parameters": [
		{"name": "owner", "in": "path", "required": true, "schema": {"type": "string"}},
		{"name": "repo", "in": "path", "required": true, "schema": {"type": "string"}},
		{"name": "sha", "in": "query", "schema": {"type": "string"}},
		{"name": "per_page", "in": "query", "schema": {"type": "integer"}},
		{"name": "page", "in": "query", "schema": {"type": "integer"}}
	],
	"responses": {"200": {"description": "Response", "content": {"application/json": {
		"schema": {"type": "array", "items": {"$ref": "#/components/schemas/commit"}}
	}}}}
}}`

// pullOperation is what docs.github.com/rest/pulls/pulls says of "Get a pull
// request", as far as it is used: beside what lists show, who merged it.
const pullOperation = `{"get": {
	"operationId": "pulls/get",
	"parameters": [
		{"name": "owner", "in": "path", "required": true, "schema": {"type": "string"}},
		{"name": "repo", "in": "path", "required": true, "schema": {"type": "string"}},
		{"name": "pull_number", "in": "path", "required": true, "schema": {"type": "integer"}}
	],
	"responses": {"200": {"description": "Response", "content": {"application/json": {"schema": {"allOf": [
		{"$ref": "#/components/schemas/pull-request-simple"},
		{"type": "object", "required": ["merged", "merged_by"], "properties": {
			"merged": {"type": "boolean"}, "merged_by": {"$ref": "#/components/schemas/nullable-simple-user"}
		}}
	]}}}}}
}}`

// reviewsOperation is what docs.github.com/rest/pulls/reviews says of "List reviews
// for a pull request".
const reviewsOperation = `{"get": {
	"operationId": "pulls/list-reviews",
	"parameters": [
		{"name": "owner", "in": "path", "required": true, "schema": {"type": "string"}},
		{"name": "repo", "in": "path", "required": true, "schema": {"type": "string"}},
		{"name": "pull_number", "in": "path", "required": true, "schema": {"type": "integer"}},
		{"name": "per_page", "in": "query", "schema": {"type": "integer"}},
		{"name": "page", "in": "query", "schema": {"type": "integer"}}
	],
	"responses": {"200": {"description": "Response", "content": {"application/json": {"schema": {"type": "array", "items": {
		"type": "object",
		"required": ["id", "node_id", "user", "body", "state", "html_url", "pull_request_url", "_links", "commit_id", "author_association"],
		"properties": {
			"id": {"type": "integer", "format": "int64"}, "node_id": {"type": "string"}, "body": {"type": "string"},
			"user": {"$ref": "#/components/schemas/nullable-simple-user"}, "state": {"type": "string"},
			"html_url": {"type": "string", "format": "uri"}, "pull_request_url": {"type": "string", "format": "uri"},
			"submitted_at": {"type": "string", "format": "date-time"}, "commit_id": {"type": "string", "nullable": true},
			"author_association": {"type": "string", "enum": ["COLLABORATOR", "CONTRIBUTOR", "FIRST_TIMER", "FIRST_TIME_CONTRIBUTOR", "MANNEQUIN", "MEMBER", "NONE", "OWNER"]}
		}
	}}}}}}
}}`

// The parts of an OpenAPI document, as far as it is cut.
type (
	parts      = map[string]json.RawMessage
	components = map[string]parts
)

// served cuts a description of api.github.com, whole or already cut, down to the
// paths that are simulated and to the components that these need: the whole one
// is 13 MB, and every test process would load it.
func served(raw []byte) ([]byte, error) {
	var doc, paths parts
	var all components
	if err := json.Unmarshal(raw, &doc); err != nil {
		return nil, fmt.Errorf("read the description: %w", err)
	}
	if err := json.Unmarshal(doc["paths"], &paths); err != nil {
		return nil, fmt.Errorf("read the paths: %w", err)
	}
	if err := json.Unmarshal(doc["components"], &all); err != nil {
		return nil, fmt.Errorf("read the components: %w", err)
	}
	for path, operation := range undescribed() {
		if _, has := paths[path]; !has {
			paths[path] = json.RawMessage(operation)
		}
	}
	here := map[string]bool{}
	for _, pattern := range githubsim.Paths() {
		here[nameless(pattern)] = true
	}
	maps.DeleteFunc(paths, func(template string, _ json.RawMessage) bool { return !here[nameless(template)] })
	var err error
	if doc["paths"], err = json.Marshal(paths); err != nil {
		return nil, fmt.Errorf("write the paths: %w", err)
	}
	if doc["components"], err = json.Marshal(reached(doc["paths"], all)); err != nil {
		return nil, fmt.Errorf("write the components: %w", err)
	}
	return json.Marshal(doc)
}

// undescribed are the operations that a description which is cut down to some of
// them may lack, by path.
func undescribed() map[string]string {
	return map[string]string{
		teamMembersPath: teamMembersOperation, "/user": userOperation, "/app": appOperation,
		"/repos/{owner}/{repo}/commits":             commitsOperation,
		"/repos/{owner}/{repo}/branches":            branchesOperation(),
		"/repos/{owner}/{repo}/tags":                tagsOperation(),
		"/repos/{owner}/{repo}/pulls":               pullsOperation(),
		"/repos/{owner}/{repo}/pulls/{pull_number}": pullOperation, "/repos/{owner}/{repo}/pulls/{pull_number}/reviews": reviewsOperation,
	}
}

// nameless is a path without the names of its variables, which are other ones here.
func nameless(template string) string {
	return regexp.MustCompile(`\{[^}]*\}`).ReplaceAllString(template, "{}")
}

// reached picks the components to which the text refers, and those to which these do.
func reached(text []byte, all components) components {
	reference := regexp.MustCompile(`"#/components/([^/"]+)/([^/"]+)"`)
	out := components{}
	for open := [][]byte{text}; len(open) > 0; open = open[1:] {
		for _, found := range reference.FindAllSubmatch(open[0], -1) {
			kind, name := string(found[1]), string(found[2])
			if _, seen := out[kind][name]; seen || all[kind][name] == nil {
				continue
			}
			if out[kind] == nil {
				out[kind] = parts{}
			}
			out[kind][name] = all[kind][name]
			open = append(open, all[kind][name])
		}
	}
	return out
}

// loosened takes back what the description says wrongly: the query parameter
// created is given as a time, and is search syntax (">=2026-01-01T00:00:00Z"),
// as its own words say.
func loosened(doc *openapi3.T) {
	if created := doc.Components.Parameters["created"]; created != nil {
		created.Value.Schema.Value.Format = ""
	}
}
