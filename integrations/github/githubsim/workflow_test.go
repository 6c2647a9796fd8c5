package githubsim

import (
	"testing"

	"github.com/google/go-cmp/cmp"
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
		"run-name":       {"name: A\nrun-name: 'go ${{inputs.id}} by ${{ github.actor }}!'\non: push", false, "go api-1 by !"},
		"event inputs":   {"run-name: ${{ github.event.inputs.id }}", false, "api-1"},
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
			if got := d.title(map[string]string{"id": "api-1"}); got != test.title {
				t.Errorf("title = %q, want %q", got, test.title)
			}
		})
	}
}

func TestJobsKeepTheirOrder(t *testing.T) {
	t.Parallel()
	d, err := parseWorkflow("jobs:\n  z: {steps: [{uses: a/b@v1}, {run: \"make\\nmore\"}]}\n  a: {name: Last}\n")
	if err != nil {
		t.Fatal(err)
	}
	want := []jobPlan{{"z", []string{"Run a/b@v1", "Run make"}}, {"Last", nil}}
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

func FuzzParseWorkflow(f *testing.F) {
	f.Add("name: Deploy\nrun-name: ${{ inputs.x }}\non: {workflow_dispatch: {inputs: {x: {type: choice, options: [a]}}}}\njobs: {a: {steps: []}}\n")
	f.Add("on: [workflow_dispatch]")
	f.Add("on: {workflow_dispatch: [}")
	f.Fuzz(func(_ *testing.T, text string) {
		d, err := parseWorkflow(text)
		if err != nil {
			return
		}
		inputs, _ := d.accept(map[string]any{"x": "a"})
		d.title(inputs)
	})
}
