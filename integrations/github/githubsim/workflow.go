package githubsim

import (
	"cmp"
	"fmt"
	"maps"
	"path"
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/goccy/go-yaml"

	"github.com/slipwayhq/slipway/bot/expression"
)

const workflowFolder = ".github/workflows/"

// workflow is a workflow file that was seen on the default branch once.
type workflow struct {
	id    int64
	path  string
	state string
}

// active is the state of a workflow that nobody has disabled.
const active = "active"

// definition is what a workflow file says, as far as it matters here.
type definition struct {
	Name     string        `yaml:"name"`
	RunName  string        `yaml:"run-name"`
	On       any           `yaml:"on"`
	JobsYAML yaml.MapSlice `yaml:"jobs"`

	Concurrency any `yaml:"concurrency"`

	dispatchable bool
	environments []string // of the repository
	inputs       map[string]input
	jobs         []jobPlan
}

// input is a declared workflow_dispatch input.
type input struct {
	Type     string   `yaml:"type"`
	Required bool     `yaml:"required"`
	Default  any      `yaml:"default"`
	Options  []string `yaml:"options"`
}

// jobPlan names a job, its environment and its steps, before it exists.
type jobPlan struct {
	key, name, environment string
	needs                  []string // the keys of other jobs
	steps                  []string
}

// discoverWorkflows gives an id to each workflow file of the default branch that
// has none yet.
func (r *repository) discoverWorkflows(s *Server) {
	tip := r.commits[r.branches[r.defaultBranch]]
	if tip == nil {
		return
	}
	for _, file := range slices.Sorted(maps.Keys(tip.files)) {
		known := slices.ContainsFunc(r.workflows, func(w *workflow) bool { return w.path == file })
		if strings.HasPrefix(file, workflowFolder) && !known {
			r.workflows = append(r.workflows, &workflow{s.nextID(), file, active})
		}
	}
}

// findWorkflow knows a workflow by id or file name, if its file is still on the
// default branch.
func (r *repository) findWorkflow(idOrFile string) *workflow {
	tip := r.commits[r.branches[r.defaultBranch]]
	if tip == nil {
		return nil
	}
	for _, w := range r.workflows {
		if itoa(w.id) != idOrFile && path.Base(w.path) != idOrFile {
			continue
		}
		if _, still := tip.files[w.path]; still {
			return w
		}
	}
	return nil
}

// parsed are the workflow files that were read, by their text: nearly all are alike, and
// each is asked about with every run.
var parsed sync.Map //nolint:gochecknoglobals // what a text says never changes

// readWorkflow reads a workflow file, once in the life of a process. What it returns
// belongs to the caller, and nothing in it.
func readWorkflow(text string) (*definition, error) {
	known, found := parsed.Load(text)
	if !found {
		d, err := parseWorkflow(text)
		if err != nil {
			return nil, err
		}
		known, _ = parsed.LoadOrStore(text, *d)
	}
	d, _ := known.(definition) // nothing else is stored
	return &d, nil
}

func parseWorkflow(text string) (*definition, error) {
	d := &definition{inputs: map[string]input{}}
	if err := yaml.Unmarshal([]byte(text), d); err != nil {
		return nil, fmt.Errorf("workflow: %w", err)
	}
	// GitHub takes no number for a name at the top, and goccy/go-yaml then reads nothing into d.
	var whole map[string]any
	_ = yaml.Unmarshal([]byte(text), &whole) // what is no mapping has no names
	for name := range whole {
		if _, err := strconv.ParseFloat(name, 64); err == nil {
			return nil, fmt.Errorf("workflow: unexpected value %q", name)
		}
	}
	if err := d.readTriggers(); err != nil {
		return nil, err
	}
	if _, _, err := expression.Expand(d.RunName, nil); err != nil {
		return nil, fmt.Errorf("run-name: %w", err)
	}
	for _, item := range d.JobsYAML {
		if err := d.readJob(item); err != nil {
			return nil, err
		}
	}
	if len(d.jobs) == 0 {
		d.jobs = []jobPlan{{name: "deploy"}}
	}
	return d, nil
}

// readTriggers understands the three forms of "on": a word, a list, a mapping.
func (d *definition) readTriggers() error {
	const trigger = "workflow_dispatch"
	switch on := d.On.(type) {
	case string:
		d.dispatchable = on == trigger
	case []any:
		d.dispatchable = slices.Contains(on, any(trigger))
	case map[string]any:
		about, found := on[trigger]
		d.dispatchable = found
		var declared struct {
			Inputs map[string]input `yaml:"inputs"`
		}
		if err := reread(about, &declared); err != nil {
			return err
		}
		maps.Copy(d.inputs, declared.Inputs)
	}
	return nil
}

func (d *definition) readJob(item yaml.MapItem) error {
	var job struct {
		Name        string `yaml:"name"`
		Environment any    `yaml:"environment"`
		Needs       any    `yaml:"needs"`
		Steps       []struct {
			Name string `yaml:"name"`
			Uses string `yaml:"uses"`
			Run  string `yaml:"run"`
		} `yaml:"steps"`
	}
	if err := reread(item.Value, &job); err != nil {
		return err
	}
	plan := jobPlan{key: fmt.Sprint(item.Key), name: cmp.Or(job.Name, fmt.Sprint(item.Key))}
	switch needs := job.Needs.(type) {
	case string:
		plan.needs = []string{needs}
	case []any:
		for _, key := range needs {
			plan.needs = append(plan.needs, fmt.Sprint(key))
		}
	}
	switch e := job.Environment.(type) {
	case string:
		plan.environment = e
	case map[string]any:
		plan.environment, _ = e["name"].(string)
	}
	for _, step := range job.Steps {
		what, _, _ := strings.Cut(cmp.Or(step.Uses, step.Run), "\n")
		plan.steps = append(plan.steps, cmp.Or(step.Name, "Run "+what))
	}
	d.jobs = append(d.jobs, plan)
	return nil
}

// reread gives a loosely decoded part its type.
func reread(part, into any) error {
	if part == nil {
		return nil
	}
	text, err := yaml.Marshal(part)
	if err != nil {
		return fmt.Errorf("workflow: %w", err)
	}
	if err := yaml.Unmarshal(text, into); err != nil {
		return fmt.Errorf("workflow: %w", err)
	}
	return nil
}

// accept checks the inputs given as GitHub does and fills in defaults. Its
// second result is the complaint, empty if there is none.
func (d *definition) accept(given map[string]any) (map[string]string, string) {
	if complaint := d.unexpected(given); complaint != "" {
		return nil, complaint
	}
	values := map[string]string{}
	for _, name := range slices.Sorted(maps.Keys(d.inputs)) {
		in := d.inputs[name]
		value, sent := given[name]
		if !sent {
			value = in.Default
		}
		if value == nil {
			if in.Required {
				return nil, fmt.Sprintf("Required input '%s' not provided", name)
			}
			value = ""
		}
		text := fmt.Sprint(value)
		if in.Type == "environment" {
			in.Options = d.environments
		}
		if complaint := in.refuses(name, text); sent && complaint != "" {
			return nil, complaint
		}
		values[name] = text
	}
	return values, ""
}

func (d *definition) unexpected(given map[string]any) string {
	var strange []string
	for _, name := range slices.Sorted(maps.Keys(given)) {
		if _, declared := d.inputs[name]; !declared {
			strange = append(strange, strconv.Quote(name))
		}
	}
	if len(strange) == 0 {
		return ""
	}
	return "Unexpected inputs provided: [" + strings.Join(strange, ", ") + "]"
}

// refuses checks one value against the input's type.
func (in input) refuses(name, value string) string {
	switch in.Type {
	case "choice", "environment":
		if !slices.Contains(in.Options, value) {
			return fmt.Sprintf("Provided value '%s' for input '%s' not in the list of allowed values", value, name)
		}
	case "boolean":
		if value != "true" && value != "false" {
			return fmt.Sprintf("Provided value '%s' for input '%s' is not a boolean", value, name)
		}
	case "number":
		if _, err := strconv.ParseFloat(value, 64); err != nil {
			return fmt.Sprintf("Provided value '%s' for input '%s' is not a number", value, name)
		}
	}
	return ""
}

// title expands run-name.
func (d *definition) title(c expression.Contexts) string {
	return cmp.Or(strings.TrimSpace(expand(d.RunName, c)), d.Name)
}

// typed is a value as an expression sees it.
func (in input) typed(text string) any {
	switch in.Type {
	case "boolean":
		return text == "true"
	case "number":
		if n, err := strconv.ParseFloat(text, 64); err == nil {
			return n
		}
	}
	return text
}
