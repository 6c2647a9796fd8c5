package githubsim

import (
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/goccy/go-yaml"
	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

func TestTriggersAndTitles(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		text         string
		dispatchable bool
		title        string
	}{
		"word":           {"on: workflow_dispatch\nname: A", true, "A"},
		"list":           {"on: [push, workflow_dispatch]", true, ""},
		"empty mapping":  {"on: {workflow_dispatch: }\nname: A", true, "A"},
		"other":          {"on: {push: {branches: [main]}}", false, ""},
		"nothing":        {"", false, ""},
		"run-name":       {"name: A\nrun-name: 'go ${{inputs.id}} by ${{ github.actor }}!'\non: push", false, "go api-1 by anna!"},
		"event inputs":   {"run-name: ${{ github.event.inputs.id }}", false, "api-1"},
		"a function":     {"run-name: \"${{ format('{0} to {1}', inputs.id, 'x') }}\"", false, "api-1 to x"},
		"empty run-name": {"name: A\nrun-name: ${{ inputs.none }}", false, "A"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d, err := parseWorkflow(test.text)
			if err != nil {
				t.Fatal(err)
			}
			if d.dispatchable != test.dispatchable {
				t.Errorf("dispatchable = %v", d.dispatchable)
			}
			if got := d.title(about(map[string]string{"id": "api-1"}).contexts(d)); got != test.title {
				t.Errorf("title = %q, want %q", got, test.title)
			}
		})
	}
}

// about is a run with inputs that anna has started.
func about(inputs map[string]string) *run {
	return &run{actor: "anna", inputs: inputs, repo: &repository{}}
}

func TestJobsKeepTheirOrder(t *testing.T) {
	t.Parallel()
	d, err := parseWorkflow("jobs:\n  z: {needs: b, steps: [{uses: a/b@v1}, {run: \"make\\nmore\"}]}\n  a: {name: Last, needs: [z, b]}\n")
	if err != nil {
		t.Fatal(err)
	}
	want := []jobPlan{
		{key: "z", name: "z", needs: []string{"b"}, steps: []string{"Run a/b@v1", "Run make"}},
		{key: "a", name: "Last", needs: []string{"z", "b"}},
	}
	if diff := cmp.Diff(want, d.jobs, cmp.AllowUnexported(jobPlan{})); diff != "" {
		t.Errorf("jobs (-want +got):\n%s", diff)
	}
}

func TestGlob(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		pattern, text string
		want          bool
	}{
		{"", "/any", true},
		{"/a", "/a", true},
		{"/a", "/ab", false},
		{"/a*", "/a/b/c", true},
		{"*/runs/*", "/repos/a/b/actions/runs/1", true},
		{"*/runs/*/jobs", "/repos/a/b/actions/runs/1", false},
		{"*/x/*/y", "/x/1/y", true},
		{"/b*", "/a", false},
	} {
		if got := glob(test.pattern, test.text); got != test.want {
			t.Errorf("glob(%q, %q) = %v", test.pattern, test.text, got)
		}
	}
}

// TestReadWorkflow: a text that is read again says the same, whatever was made of what
// it said before.
func TestReadWorkflow(t *testing.T) {
	t.Parallel()
	const text = "name: Kept\non: workflow_dispatch\n"
	for range 2 {
		d, err := readWorkflow(text)
		if err != nil || d.Name != "Kept" || d.environments != nil {
			t.Fatalf("it says %+v, %v", d, err)
		}
		d.Name, d.environments = "Changed", []string{"staging"}
		if _, err := readWorkflow("on: ["); err == nil {
			t.Error("what cannot be read is read")
		}
	}
}

// FuzzParseWorkflow holds a workflow against its file decoded as a whole, and what
// it accepts against the rules of GitHub: what is declared and nothing else, as it
// was given, and a choice out of its options.
func FuzzParseWorkflow(f *testing.F) {
	f.Add("name: Deploy\nrun-name: ${{ inputs.x }}\non: {workflow_dispatch: {inputs: {x: {type: choice, options: [a]}}}}\njobs: {a: {steps: []}}\n")
	f.Add("on: [workflow_dispatch]")
	f.Add("on: {workflow_dispatch: [}")
	f.Add("000000: 0\non: {workflow_dispatch: {}}")
	f.Add("run-name: ${{ inputs.x }}\non: {workflow_dispatch: {inputs: {x: {}, y: {required: true}, z: {default: 1}}}}")
	f.Fuzz(func(t *testing.T, text string) {
		d, err := parseWorkflow(text)
		if err != nil || strings.ContainsAny(text, "!#") { // of odd tags and comments goccy/go-yaml makes two things, by what it reads into
			return
		}
		checkTriggers(t, d, text)
		if len(d.jobs) == 0 {
			t.Error("a run without a job")
		}
		inputs, complaint := d.accept(map[string]any{"x": "a"})
		checkAccepted(t, d, inputs, complaint)
		if title := d.title(about(inputs).contexts(d)); complaint == "" && d.RunName == "${{ inputs.x }}" && title != "a" {
			t.Errorf("the run is called %q", title)
		}
	})
}

// checkTriggers looks up in the decoded file whether it can be dispatched, and
// with what.
func checkTriggers(t *testing.T, d *definition, text string) {
	t.Helper()
	var whole map[string]any
	if yaml.Unmarshal([]byte(text), &whole) != nil {
		return
	}
	word, _ := whole["on"].(string)
	list, _ := whole["on"].([]any)
	events, _ := whole["on"].(map[string]any)
	about, named := events["workflow_dispatch"]
	if want := named || word == "workflow_dispatch" || slices.Contains(list, any("workflow_dispatch")); d.dispatchable != want {
		t.Errorf("it can be dispatched: %t, want %t", d.dispatchable, want)
	}
	settings, _ := about.(map[string]any)
	declared, _ := settings["inputs"].(map[string]any)
	if diff := cmp.Diff(slices.Sorted(maps.Keys(declared)), slices.Sorted(maps.Keys(d.inputs)), cmpopts.EquateEmpty()); diff != "" {
		t.Errorf("inputs (-want +got):\n%s", diff)
	}
}

// checkAccepted checks what comes of a dispatch with x: a.
func checkAccepted(t *testing.T, d *definition, values map[string]string, complaint string) {
	t.Helper()
	x, declared := d.inputs["x"]
	refused := !declared || x.Type == "number" || x.Type == "boolean" || x.Type == "choice" && !slices.Contains(x.Options, "a")
	for name, in := range d.inputs {
		refused = refused || name != "x" && in.Required && in.Default == nil
	}
	if refused != (complaint != "") {
		t.Errorf("refused %t, and the complaint is %q", refused, complaint)
	}
	if complaint != "" {
		if len(values) > 0 {
			t.Errorf("it is refused, and takes %v", values)
		}
		return
	}
	if diff := cmp.Diff(slices.Sorted(maps.Keys(d.inputs)), slices.Sorted(maps.Keys(values))); diff != "" || values["x"] != "a" {
		t.Errorf("x is %q; inputs (-want +got):\n%s", values["x"], diff)
	}
}
