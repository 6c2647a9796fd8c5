package github

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/parser"

	"github.com/slipwayhq/slipway/bot"
)

// What is taken for a workflow file. Whoever may push to the repository writes
// it, so its size and depth are bounded before it is parsed: the parser takes
// time in proportion to the square of some texts, a second for the worst.
const (
	maxWorkflow      = 128 << 10
	maxWorkflowDepth = 200
)

// parseWorkflow reads from a workflow file what slipway must know of it: its
// inputs, whether it can be dispatched, what its runs are called, and what it
// calls.
func parseWorkflow(text []byte) (bot.WorkflowFile, error) {
	doc, err := readDocument(text)
	if err != nil {
		return bot.WorkflowFile{}, err
	}
	dispatch, can := doc.dispatchTrigger()
	return bot.WorkflowFile{
		Dispatchable: can,
		Inputs:       doc.inputs(doc.child(dispatch, "inputs")),
		RunName:      scalar(doc.child(doc.root, "run-name")),
		Jobs:         doc.jobNames(),
		Calls:        workflowCalls(doc),
		Groups:       doc.groups(),
		Uses:         doc.usedInputs(),
		Checkouts:    doc.checkouts(),
	}, nil
}

// jobNames are the names by which GitHub shows the jobs: their own, or else their
// keys. Where an expression or a called workflow has a part in one, none is known.
func (d document) jobNames() []string {
	var names []string
	for key, value := range entries(d.child(d.root, "jobs")) {
		job := d.resolve(value)
		name := cmp.Or(scalar(d.child(job, "name")), key)
		if d.child(job, "uses") != nil || strings.Contains(name, "${{") {
			return nil
		}
		names = append(names, clean(name, maxSubject))
	}
	return names
}

// readDocument reads the one YAML document that a workflow or an action is.
func readDocument(text []byte) (doc document, err error) {
	if len(text) > maxWorkflow || tooDeep(text) {
		return doc, errors.New("the file is too long or too deep")
	}
	// The parser is fed with what strangers write; a fault of its own must not
	// end the process.
	defer func() {
		if fault := recover(); fault != nil {
			doc, err = document{}, fmt.Errorf("the YAML parser gave up: %v", fault)
		}
	}()
	parsed, err := parser.ParseBytes(text, 0)
	if err != nil {
		return doc, errors.New(clean(err.Error(), maxQuoted))
	}
	if len(parsed.Docs) != 1 {
		return doc, errors.New("the file is not one YAML document")
	}
	return document{parsed.Docs[0].Body}, nil
}

// document finds nodes by their keys. It follows an alias only where it is
// asked for what is behind it, so that aliases of aliases cost nothing.
type document struct{ root ast.Node }

// dispatchTrigger finds workflow_dispatch under `on`, which is one event, a
// list of events, or a map. (goccy/go-yaml knows YAML 1.2, in which `on` is a
// word; in YAML 1.1 it would be true.)
func (d document) dispatchTrigger() (ast.Node, bool) {
	const event = "workflow_dispatch"
	on := d.child(d.root, "on")
	if list, isList := on.(*ast.SequenceNode); isList {
		return nil, slices.ContainsFunc(list.Values, func(n ast.Node) bool { return scalar(d.resolve(n)) == event })
	}
	if _, isMap := on.(ast.MapNode); isMap {
		for key, value := range entries(on) {
			if key == event {
				return d.resolve(value), true
			}
		}
		return nil, false
	}
	return nil, scalar(on) == event
}

// child returns the value of a map's key, nil if there is none.
func (d document) child(of ast.Node, key string) ast.Node {
	for name, value := range entries(d.resolve(of)) {
		if name == key {
			return d.resolve(value)
		}
	}
	return nil
}

// resolve takes anchors, tags and aliases off a node.
func (d document) resolve(n ast.Node) ast.Node {
	for range 8 {
		switch wrapped := n.(type) {
		case *ast.AnchorNode:
			n = wrapped.Value
		case *ast.TagNode:
			n = wrapped.Value
		case *ast.AliasNode:
			n = d.anchor(scalar(wrapped.Value))
		default:
			return n
		}
	}
	return nil
}

func (d document) anchor(name string) ast.Node {
	finder := &anchorFinder{name: name}
	ast.Walk(finder, d.root)
	return finder.found
}

// anchorFinder is an ast.Visitor.
type anchorFinder struct {
	name  string
	found ast.Node
}

// Visit looks at one node.
func (f *anchorFinder) Visit(n ast.Node) ast.Visitor {
	if anchor, is := n.(*ast.AnchorNode); is && f.found == nil && scalar(anchor.Name) == f.name {
		f.found = anchor.Value
	}
	return f
}

// entries goes through a map; through nothing if n is none.
func entries(n ast.Node) func(yield func(string, ast.Node) bool) {
	return func(yield func(string, ast.Node) bool) {
		m, isMap := n.(ast.MapNode)
		if !isMap {
			return
		}
		for at := m.MapRange(); at.Next(); {
			if !yield(scalar(at.Key()), at.Value()) {
				return
			}
		}
	}
}

// inputs reads what a workflow declares as its inputs.
func (d document) inputs(declared ast.Node) []bot.WorkflowInput {
	var inputs []bot.WorkflowInput
	for name, about := range entries(declared) {
		in := bot.WorkflowInput{
			Name:     name,
			Type:     bot.InputType(cmp.Or(scalar(d.child(about, "type")), string(bot.InputText))),
			Required: strings.EqualFold(scalar(d.child(about, "required")), "true"),
		}
		if usual := d.child(about, "default"); usual != nil && usual.Type() != ast.NullType {
			in.Default = new(scalar(usual))
		}
		if options, isList := d.child(about, "options").(*ast.SequenceNode); isList {
			for _, option := range options.Values {
				in.Options = append(in.Options, scalar(d.resolve(option)))
			}
		}
		inputs = append(inputs, in)
	}
	slices.SortFunc(inputs, func(a, b bot.WorkflowInput) int { return strings.Compare(a.Name, b.Name) })
	return inputs
}

// groups reads the concurrency groups of a workflow and of its jobs.
func (d document) groups() []bot.Group {
	var groups []bot.Group
	note := func(of ast.Node) {
		at := d.child(of, "concurrency")
		group := bot.Group{Name: scalar(at)}
		if _, isMap := at.(ast.MapNode); isMap {
			cancels := scalar(d.child(at, "cancel-in-progress"))
			group = bot.Group{
				Name: scalar(d.child(at, "group")), Cancels: cancels != "" && !strings.EqualFold(cancels, "false"),
				InLine: scalar(d.child(at, "queue")) == "max",
			}
		}
		if group.Name != "" {
			groups = append(groups, group)
		}
	}
	note(d.root)
	for _, job := range entries(d.child(d.root, "jobs")) {
		note(d.resolve(job))
	}
	return groups
}

// scalar is the text of a scalar, empty for anything else.
func scalar(n ast.Node) string {
	switch n := n.(type) {
	case nil, *ast.NullNode:
		return ""
	case *ast.StringNode:
		return n.Value
	case *ast.LiteralNode:
		return n.Value.Value
	case ast.ScalarNode:
		if token := n.GetToken(); token != nil {
			return token.Value
		}
	}
	return ""
}

// tooDeep finds nesting that would exhaust the parser's stack: brackets, and
// indicators that each open a level on one line. Indentation cannot nest so
// deep within the bounded size.
func tooDeep(text []byte) bool {
	depth := 0
	for line := range bytes.Lines(text) {
		opened := 0
		for _, b := range line {
			switch b {
			case '[', '{':
				depth++
			case ']', '}':
				depth = max(0, depth-1)
			case '-', '?', ':', '!', '&', '*':
				opened++
			case ' ', '\t':
			default:
				opened = 0
			}
			if depth > maxWorkflowDepth || opened > maxWorkflowDepth {
				return true
			}
		}
	}
	return false
}

// ParseWorkflow reads the text of a workflow file, for whoever has it at hand.
func ParseWorkflow(text []byte) (bot.WorkflowFile, error) {
	found, err := parseWorkflow(text)
	if err != nil {
		return bot.WorkflowFile{}, &bot.Error{Kind: bot.Invalid, Op: opReadFile, Says: "it is not valid YAML", Err: err}
	}
	return found, nil
}
