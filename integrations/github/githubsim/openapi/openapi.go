// Package openapi holds the simulated GitHub to what GitHub says of itself: it
// reads GitHub's OpenAPI description and says of each request and each answer
// whether it fits. A simulator that invents a field, and a client that misspells
// an option which GitHub would silently ignore, are both found out by it.
//
// It stands apart from githubsim because only tests compare: the demo runs the
// simulator too, and links neither the description's reader nor the description.
// It does not judge whether an answer is the right one, only whether GitHub's
// could look like it.
package openapi

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"mime"
	"net/http"
	"net/url"
	"os"
	"slices"
	"strings"
	"sync"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/getkin/kin-openapi/openapi3filter"
	"github.com/getkin/kin-openapi/routers"

	"github.com/slipwayhq/slipway/integrations/github/githubsim"
)

// Description is GitHub's OpenAPI description, as far as it is simulated. It may be
// shared by several servers.
type Description struct {
	operations []operation
	fitting    sync.Map // by mark: answers that fit, of which many are given again and again
}

var _ githubsim.Contract = (*Description)(nil)

// operation is one method and path of the description.
type operation struct {
	route *routers.Route
	path  githubsim.Pattern
}

// loaded are the descriptions that were read, by file: it takes seconds under the race
// detector, and most tests ask for it.
var loaded = struct { //nolint:gochecknoglobals // what is read never changes
	sync.Mutex
	of map[string]*Description
}{of: map[string]*Description{}}

// Load reads GitHub's OpenAPI description from a file, of which it takes the
// operations that are simulated; once in the life of a process. It never follows a
// reference out of that file.
func Load(path string) (*Description, error) {
	loaded.Lock()
	defer loaded.Unlock()
	if d := loaded.of[path]; d != nil {
		return d, nil
	}
	d, err := read(path)
	if err == nil {
		loaded.of[path] = d
	}
	return d, err
}

func read(path string) (*Description, error) {
	raw, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("read GitHub's description: %w", err)
	}
	if raw, err = served(raw); err != nil {
		return nil, fmt.Errorf("read GitHub's description %s: %w", path, err)
	}
	loader := openapi3.NewLoader()
	loader.IsExternalRefsAllowed = false
	doc, err := loader.LoadFromData(raw)
	if err != nil {
		return nil, fmt.Errorf("read GitHub's description %s: %w", path, err)
	}
	loosened(doc)
	d := &Description{}
	for template, item := range doc.Paths.Map() {
		for method, op := range item.Operations() {
			d.operations = append(d.operations, operation{
				&routers.Route{Spec: doc, Path: template, PathItem: item, Method: method, Operation: op},
				githubsim.PathPattern(slashy(template)),
			})
		}
	}
	// The most literal template first, so that commits/{ref}/status is not taken
	// for a commit whose ref ends in "/status".
	slices.SortFunc(d.operations, func(a, b operation) int {
		return literals(b.route.Path) - literals(a.route.Path)
	})
	return d, nil
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

// bodyOf gives the body to validate. Go clients send null for options left out
// (go-github and ghinstallation do, for an installation token), and GitHub takes
// it for none where no body is required.
func bodyOf(op *openapi3.Operation, at githubsim.Asked) []byte {
	optional := op.RequestBody != nil && !op.RequestBody.Value.Required
	if optional && string(bytes.TrimSpace(at.Body)) == "null" {
		return nil
	}
	return at.Body
}

var errUnknownOperation = errors.New("not an operation of the description")

// input prepares a call for kin-openapi. The URL is rebuilt, so that the prefix
// of GitHub Enterprise Server is gone.
func (d *Description) input(ctx context.Context, at githubsim.Asked) (*openapi3filter.RequestValidationInput, error) {
	for _, op := range d.operations {
		if op.route.Method != at.HTTP.Method {
			continue
		}
		vars, fits := op.path.Match(at.Path)
		if !fits {
			continue
		}
		req := at.HTTP.Clone(ctx)
		req.URL = &url.URL{Path: at.Path, RawQuery: at.Query.Encode()}
		req.Body = io.NopCloser(bytes.NewReader(bodyOf(op.route.Operation, at)))
		return &openapi3filter.RequestValidationInput{
			Request: req, PathParams: vars, QueryParams: at.Query, Route: op.route,
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

// CheckRequest validates a request, and beyond the description that it has no
// query parameter and no body key that the description does not know: GitHub
// ignores a misspelt option, and so would the test.
func (d *Description) CheckRequest(ctx context.Context, at githubsim.Asked) error {
	in, err := d.input(ctx, at)
	if err != nil {
		return err
	}
	if err := openapi3filter.ValidateRequest(ctx, in); err != nil {
		return fmt.Errorf("request: %w", err)
	}
	if err := checkQuery(in.Route, at.Query); err != nil {
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

func checkKeys(op *openapi3.Operation, at githubsim.Asked) error {
	if len(at.Body) == 0 || op.RequestBody == nil {
		return nil
	}
	media := op.RequestBody.Value.Content.Get("application/json")
	if media == nil {
		return nil
	}
	var body any
	if err := json.Unmarshal(at.Body, &body); err != nil {
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

// CheckAnswer validates an answer. Errors that the description does not list
// (it has no 401, 422 or 429 for most operations, though GitHub gives them) are
// let pass, and so is a 304, which has no body.
func (d *Description) CheckAnswer(ctx context.Context, at githubsim.Asked, a githubsim.Answered) error {
	in, err := d.input(ctx, at)
	if err != nil {
		return err
	}
	described := in.Route.Operation.Responses.Status(a.Status) != nil
	if a.Status == http.StatusNotModified || (a.Status >= http.StatusBadRequest && !described) {
		return nil
	}
	media, _, _ := mime.ParseMediaType(a.Header.Get("Content-Type"))
	// kin-openapi cannot read plain text under GitHub's own media types.
	in.Options.ExcludeResponseBody = len(a.Body) > 0 && media != "application/json"
	known := markOf(in.Route, a)
	if _, fits := d.fitting.Load(known); fits {
		return nil
	}
	out := &openapi3filter.ResponseValidationInput{
		RequestValidationInput: in, Status: a.Status, Header: a.Header, Options: in.Options,
	}
	out.SetBodyBytes(a.Body)
	if err := openapi3filter.ValidateResponse(ctx, out); err != nil {
		return fmt.Errorf("answer: %w", err)
	}
	d.fitting.Store(known, true)
	return nil
}

// mark is the same for answers that fit alike.
type mark [sha256.Size]byte

// markOf marks an answer by all that is described: its operation, its status, its body
// and what kind of body that is, and those of its headers that the description knows.
func markOf(route *routers.Route, a githubsim.Answered) mark {
	sum := sha256.New()
	_, _ = fmt.Fprintf(sum, "%s %s %d %q\n", route.Method, route.Path, a.Status, a.Header.Values("Content-Type"))
	if response := route.Operation.Responses.Status(a.Status); response != nil {
		for _, name := range slices.Sorted(maps.Keys(response.Value.Headers)) {
			_, _ = fmt.Fprintf(sum, "%s: %q\n", name, a.Header.Values(name))
		}
	}
	_, _ = sum.Write(a.Body) // a hash takes all that is written
	return mark(sum.Sum(nil))
}
