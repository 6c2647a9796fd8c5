package openapi

// listOperation is how GitHub describes one of its lists, with the parameters that
// are used and the schema of an item.
func listOperation(id, parameters, item string) string {
	return `{"get": {
	"operationId": "` + id + `",
	"parameters": [
		{"name": "owner", "in": "path", "required": true, "schema": {"type": "string"}},
		{"name": "repo", "in": "path", "required": true, "schema": {"type": "string"}},` + parameters + `
		{"name": "per_page", "in": "query", "schema": {"type": "integer"}},
		{"name": "page", "in": "query", "schema": {"type": "integer"}}
	],
	"responses": {"200": {"description": "Response", "content": {"application/json": {
		"schema": {"type": "array", "items": ` + item + `}
	}}}}
}}`
}

// tipSchema is the commit of a branch or a tag in a list.
const tipSchema = `{"type": "object", "required": ["sha", "url"], "properties": {
	"sha": {"type": "string"}, "url": {"type": "string", "format": "uri"}
}}`

// branchesOperation is what docs.github.com/rest/branches/branches says of "List
// branches".
func branchesOperation() string {
	return listOperation("repos/list-branches", `
		{"name": "protected", "in": "query", "schema": {"type": "boolean"}},`, `{
		"type": "object", "required": ["name", "commit", "protected"],
		"properties": {"name": {"type": "string"}, "protected": {"type": "boolean"}, "commit": `+tipSchema+`}
	}`)
}

// tagsOperation is what docs.github.com/rest/repos/repos says of "List repository
// tags".
func tagsOperation() string {
	return listOperation("repos/list-tags", "", `{
		"type": "object", "required": ["name", "node_id", "commit", "zipball_url", "tarball_url"],
		"properties": {
			"name": {"type": "string"}, "node_id": {"type": "string"}, "commit": `+tipSchema+`,
			"zipball_url": {"type": "string", "format": "uri"}, "tarball_url": {"type": "string", "format": "uri"}
		}
	}`)
}

// pullsOperation is what docs.github.com/rest/pulls/pulls says of "List pull
// requests".
func pullsOperation() string {
	return listOperation("pulls/list", `
		{"name": "state", "in": "query", "schema": {"type": "string", "enum": ["open", "closed", "all"]}},
		{"name": "sort", "in": "query", "schema": {"type": "string", "enum": ["created", "updated", "popularity", "long-running"]}},
		{"name": "direction", "in": "query", "schema": {"type": "string", "enum": ["asc", "desc"]}},`, `{"$ref": "#/components/schemas/pull-request-simple"}`)
}
