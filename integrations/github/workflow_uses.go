package github

import (
	"regexp"
	"slices"
	"strings"

	"github.com/goccy/go-yaml/ast"
)

// usedInput finds where an expression names an input: inputs.sha, inputs['sha'], and
// both behind github.event.
func usedInput() *regexp.Regexp {
	return regexp.MustCompile(`\binputs(?:\.([A-Za-z_][A-Za-z0-9_-]*)|\[\s*'([^']{1,100})'\s*\])`)
}

// usedInputs are the inputs that what the workflow does names anywhere, each once.
func (d document) usedInputs() []string {
	var used []string
	for _, part := range []string{"jobs", "env", "defaults"} {
		used = append(used, inputsIn(d.child(d.root, part))...)
	}
	slices.Sort(used)
	return slices.Compact(used)
}

func inputsIn(n ast.Node) []string {
	if n == nil {
		return nil
	}
	all := &texts{}
	ast.Walk(all, n)
	var names []string
	for _, text := range all.found {
		for _, found := range usedInput().FindAllStringSubmatch(text, -1) {
			names = append(names, found[1]+found[2])
		}
	}
	return names
}

// texts is an ast.Visitor that collects the scalars with expressions in them.
type texts struct{ found []string }

// Visit looks at one node.
func (t *texts) Visit(n ast.Node) ast.Visitor {
	if text := scalar(n); strings.Contains(text, "inputs") {
		t.found = append(t.found, text)
	}
	return t
}

// checkouts are the refs of the steps that check a commit out of this repository.
func (d document) checkouts() []string {
	var refs []string
	for _, value := range entries(d.child(d.root, "jobs")) {
		steps, isList := d.child(d.resolve(value), "steps").(*ast.SequenceNode)
		if !isList {
			continue
		}
		for _, step := range steps.Values {
			with := d.child(d.resolve(step), "with")
			action, _, _ := strings.Cut(scalar(d.child(d.resolve(step), "uses")), "@")
			if strings.EqualFold(action, "actions/checkout") && d.child(with, "repository") == nil {
				refs = append(refs, clean(scalar(d.child(with, "ref")), maxName))
			}
		}
	}
	return refs
}
