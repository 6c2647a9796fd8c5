package githubsim

import (
	"encoding/json"
	"fmt"
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

// withMissing adds to a description the operations that it lacks.
func withMissing(raw []byte) ([]byte, error) {
	var doc, paths map[string]json.RawMessage
	if err := json.Unmarshal(raw, &doc); err != nil {
		return nil, fmt.Errorf("read the description: %w", err)
	}
	if err := json.Unmarshal(doc["paths"], &paths); err != nil {
		return nil, fmt.Errorf("read the paths: %w", err)
	}
	if _, has := paths[teamMembersPath]; has {
		return raw, nil
	}
	paths[teamMembersPath] = json.RawMessage(teamMembersOperation)
	all, err := json.Marshal(paths)
	if err != nil {
		return nil, fmt.Errorf("write the paths: %w", err)
	}
	doc["paths"] = all
	return json.Marshal(doc)
}
