package githubsim

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"net/url"
	"os"
	"regexp"
	"slices"
	"strings"
	"sync"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/getkin/kin-openapi/openapi3filter"
	"github.com/getkin/kin-openapi/routers"
)

// Contract validates requests and answers against GitHub's OpenAPI description
// and remembers what did not fit. It may be shared by several servers.
type Contract struct {
	doc        *openapi3.T
	operations []operation

	mu         sync.Mutex
	violations []string
}

// operation is one method and path of the description.
type operation struct {
	route *routers.Route
	re    *regexp.Regexp
}

// NewContract loads GitHub's OpenAPI description from a file, of which it takes the
// operations that are served here. It never follows a reference out of that file.
func NewContract(path string) (*Contract, error) {
	raw, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("contract: %w", err)
	}
	if raw, err = served(raw); err != nil {
		return nil, fmt.Errorf("contract %s: %w", path, err)
	}
	loader := openapi3.NewLoader()
	loader.IsExternalRefsAllowed = false
	doc, err := loader.LoadFromData(raw)
	if err != nil {
		return nil, fmt.Errorf("contract %s: %w", path, err)
	}
	loosened(doc)
	c := &Contract{doc: doc}
	for template, item := range doc.Paths.Map() {
		for method, op := range item.Operations() {
			c.operations = append(c.operations, operation{
				&routers.Route{Spec: doc, Path: template, PathItem: item, Method: method, Operation: op},
				pathPattern(slashy(template)),
			})
		}
	}
	// The most literal template first, so that commits/{ref}/status is not taken
	// for a commit whose ref ends in "/status".
	slices.SortFunc(c.operations, func(a, b operation) int {
		return literals(b.route.Path) - literals(a.route.Path)
	})
	return c, nil
}

// slashy marks the path parameters whose values may hold slashes. OpenAPI cannot
// say so, and routers take one segment by default.
func slashy(template string) string {
	for _, name := range []string{"ref", "path", "branch", "basehead", "environment_name"} {
		template = strings.Replace(template, "{"+name+"}", "{"+name+"+}", 1)
	}
	return template
}

func literals(template string) int {
	n := 0
	for part := range strings.SplitSeq(template, "/") {
		if !strings.HasPrefix(part, "{") {
			n++
		}
	}
	return n
}

// Violations gives what did not fit so far.
func (c *Contract) Violations() []string {
	c.mu.Lock()
	defer c.mu.Unlock()
	return slices.Clone(c.violations)
}

// Violations gives the contract's violations; none if there is no contract.
func (s *Server) Violations() []string {
	if s.contract == nil {
		return []string{}
	}
	return append([]string{}, s.contract.Violations()...)
}

// violated remembers a violation and gives its text.
func (c *Contract) violated(at *call, err error) string {
	text := fmt.Sprintf("contract: %s %s: %v", at.method, at.path, err)
	c.mu.Lock()
	defer c.mu.Unlock()
	c.violations = append(c.violations, text)
	return text
}

// bodyOf gives the body to validate. Go clients send null for options left out
// (go-github and ghinstallation do, for an installation token), and GitHub takes
// it for none where no body is required.
func bodyOf(op *openapi3.Operation, at *call) []byte {
	optional := op.RequestBody != nil && !op.RequestBody.Value.Required
	if optional && string(bytes.TrimSpace(at.body)) == "null" {
		return nil
	}
	return at.body
}

var errUnknownOperation = errors.New("not an operation of the description")

// input prepares a call for kin-openapi. The URL is rebuilt, so that the prefix
// of GitHub Enterprise Server is gone.
func (c *Contract) input(ctx context.Context, at *call) (*openapi3filter.RequestValidationInput, error) {
	for _, op := range c.operations {
		vars, fits := matchPath(op.re, at.path)
		if op.route.Method != at.method || !fits {
			continue
		}
		req := at.http.Clone(ctx)
		req.URL = &url.URL{Path: at.path, RawQuery: at.query.Encode()}
		req.Body = io.NopCloser(bytes.NewReader(bodyOf(op.route.Operation, at)))
		return &openapi3filter.RequestValidationInput{
			Request: req, PathParams: vars, QueryParams: at.query, Route: op.route,
			Options: &openapi3filter.Options{
				AuthenticationFunc:                openapi3filter.NoopAuthenticationFunc,
				IncludeResponseStatus:             true,
				SkipSettingDefaults:               true,
				RejectWhenRequestBodyNotSpecified: true,
			},
		}, nil
	}
	return nil, errUnknownOperation
}

// checkRequest validates a request, and beyond the description that it has no
// query parameter and no body key that the description does not know: GitHub
// ignores a misspelt option, and so would the test.
func (c *Contract) checkRequest(ctx context.Context, at *call) error {
	in, err := c.input(ctx, at)
	if err != nil {
		return err
	}
	if err := openapi3filter.ValidateRequest(ctx, in); err != nil {
		return fmt.Errorf("request: %w", err)
	}
	if err := checkQuery(in.Route, at.query); err != nil {
		return err
	}
	return checkKeys(in.Route.Operation, at)
}

func checkQuery(route *routers.Route, query url.Values) error {
	for name := range query {
		known := route.Operation.Parameters.GetByInAndName(openapi3.ParameterInQuery, name) != nil ||
			route.PathItem.Parameters.GetByInAndName(openapi3.ParameterInQuery, name) != nil
		if !known {
			return fmt.Errorf("request: unknown query parameter %q", name)
		}
	}
	return nil
}

func checkKeys(op *openapi3.Operation, at *call) error {
	if len(at.body) == 0 || op.RequestBody == nil {
		return nil
	}
	media := op.RequestBody.Value.Content.Get("application/json")
	if media == nil {
		return nil
	}
	var body any
	if err := at.decode(&body); err != nil {
		return fmt.Errorf("request: %w", err)
	}
	return knownKeys(media.Schema, body, "body")
}

// knownKeys walks a JSON value along its schema. An object whose schema names no
// properties, or allows additional ones, is free.
func knownKeys(ref *openapi3.SchemaRef, value any, at string) error {
	fields, isObject := value.(map[string]any)
	if ref == nil || !isObject || len(ref.Value.Properties) == 0 || ref.Value.AdditionalProperties.Schema != nil {
		return nil
	}
	for name, inner := range fields {
		property := ref.Value.Properties[name]
		if property == nil {
			return fmt.Errorf("request: unknown key %s.%s", at, name)
		}
		if err := knownKeys(property, inner, at+"."+name); err != nil {
			return err
		}
	}
	return nil
}

// checkAnswer validates an answer. Errors that the description does not list
// (it has no 401, 422 or 429 for most operations, though GitHub gives them) are
// let pass, and so is a 304, which has no body.
func (c *Contract) checkAnswer(ctx context.Context, at *call, a answer) error {
	in, err := c.input(ctx, at)
	if err != nil {
		return err
	}
	described := in.Route.Operation.Responses.Status(a.status) != nil
	if a.status == http.StatusNotModified || (a.status >= http.StatusBadRequest && !described) {
		return nil
	}
	media, _, _ := mime.ParseMediaType(a.header.Get("Content-Type"))
	// kin-openapi cannot read plain text under GitHub's own media types.
	in.Options.ExcludeResponseBody = len(a.body) > 0 && media != "application/json"
	out := &openapi3filter.ResponseValidationInput{
		RequestValidationInput: in, Status: a.status, Header: a.header, Options: in.Options,
	}
	out.SetBodyBytes(a.body)
	if err := openapi3filter.ValidateResponse(ctx, out); err != nil {
		return fmt.Errorf("answer: %w", err)
	}
	return nil
}
