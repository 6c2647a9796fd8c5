package github

import (
	"bytes"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/goccy/go-yaml"
	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/slipwayhq/slipway/bot"
)

func TestParseWorkflow(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, text string
		want       bot.WorkflowFile
	}{
		{"one event", "on: workflow_dispatch", bot.WorkflowFile{Dispatchable: true}},
		{"another event", "on: push", bot.WorkflowFile{}},
		{"list", "on: [push, workflow_dispatch]", bot.WorkflowFile{Dispatchable: true}},
		{"list in lines", "on:\n  - push\n  - workflow_dispatch\n", bot.WorkflowFile{Dispatchable: true}},
		{"map without inputs", "on:\n  workflow_dispatch:\n  push:\n    branches: [main]\n", bot.WorkflowFile{Dispatchable: true}},
		{"map without it", "on:\n  push:\n    branches: [main]\n", bot.WorkflowFile{}},
		{
			"inputs", "on:\n  workflow_dispatch:\n    inputs:\n      sha: {required: true}\n      release_id:\n        type: string\n",
			bot.WorkflowFile{Dispatchable: true, Inputs: []bot.WorkflowInput{text("release_id"), {Name: "sha", Type: bot.InputText, Required: true}}},
		},
		{"quoted on", "\"on\":\n  workflow_dispatch: {inputs: {sha: }}\n", bot.WorkflowFile{Dispatchable: true, Inputs: []bot.WorkflowInput{text("sha")}}},
		{"true is not on", "true: workflow_dispatch", bot.WorkflowFile{}},
		{"another trigger's inputs", "on:\n  workflow_call:\n    inputs: {x: {type: string}}\n  workflow_dispatch:\n", bot.WorkflowFile{Dispatchable: true}},
		{"run-name", "run-name: ${{ inputs.release_id }}\non: workflow_dispatch", bot.WorkflowFile{Dispatchable: true, RunName: "${{ inputs.release_id }}"}},
		{"run-name in lines", "run-name: >-\n  Deploy\n  ${{ inputs['release_id'] }}\n", bot.WorkflowFile{RunName: "Deploy ${{ inputs['release_id'] }}"}},
		{"run-name of a job", "name: ${{ inputs.x }}\njobs: {a: {name: \"${{ inputs.release_id }}\"}}\n# run-name: ${{ inputs.release_id }}\n", bot.WorkflowFile{Uses: []string{"release_id"}}},
		{
			"every kind of input", "on:\n  workflow_dispatch:\n    inputs:\n      a: {type: choice, options: [x, 2, \"true\"], default: x}\n      b: {type: boolean, default: false}\n" +
				"      c: {type: environment, required: True}\n      d: {type: number, default: }\n      e: {default: \"\"}\n",
			bot.WorkflowFile{Dispatchable: true, Inputs: []bot.WorkflowInput{
				{Name: "a", Type: bot.InputChoice, Options: []string{"x", "2", "true"}, Default: new("x")},
				{Name: "b", Type: bot.InputBoolean, Default: new("false")},
				{Name: "c", Type: bot.InputEnvironment, Required: true},
				{Name: "d", Type: bot.InputNumber},
				{Name: "e", Type: bot.InputText, Default: new("")},
			}},
		},
		{"anchors", "x: &i {sha: {}}\non:\n  workflow_dispatch: &w\n    inputs: *i\n", bot.WorkflowFile{Dispatchable: true, Inputs: []bot.WorkflowInput{text("sha")}}},
		{"alias of itself", "on: &a\n  workflow_dispatch:\n    inputs: *a\n", bot.WorkflowFile{Dispatchable: true, Inputs: []bot.WorkflowInput{text("workflow_dispatch")}}},
		{"no map", "- a\n- b\n", bot.WorkflowFile{}},
		{
			"what is used and checked out", "run-name: ${{ inputs.release_id }}\nenv: {A: \"${{ inputs.tier }}\"}\njobs:\n  a:\n    if: inputs.go\n    steps:\n" +
				"    - uses: actions/checkout@v4\n      with: {ref: \"${{ github.event.inputs['sha'] }}\"}\n    - uses: actions/checkout@abc\n" +
				"    - uses: actions/checkout@v4\n      with: {repository: acme/tools, ref: x}\n    - run: echo ${{ inputs.tier }} # ${{ inputs.no }}\n",
			bot.WorkflowFile{RunName: "${{ inputs.release_id }}", Jobs: []string{"a"}, Uses: []string{"go", "sha", "tier"}, Checkouts: []string{"${{ github.event.inputs['sha'] }}", ""}, Calls: bot.Calls{Elsewhere: []string{"actions/checkout@abc", "actions/checkout@v4"}}},
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			got, err := parseWorkflow([]byte(tt.text))
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

// text is an input about which nothing is said.
func text(name string) bot.WorkflowInput { return bot.WorkflowInput{Name: name, Type: bot.InputText} }

func TestParseWorkflowRefuses(t *testing.T) {
	t.Parallel()
	tests := map[string]string{
		"broken":        "on: [push\n  x: {",
		"tabs":          "on:\n\tpush:\n",
		"two documents": "on: push\n---\non: push\n",
		"too long":      "# " + strings.Repeat("x", maxWorkflow),
		"deep brackets": "on: " + strings.Repeat("[", 20000),
		"deep lists":    strings.Repeat("- ", 20000),
		"deep keys":     strings.Repeat("? ", 20000),
		"deep mixture":  strings.Repeat("[\n", 20000),
	}
	for name, text := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if _, err := parseWorkflow([]byte(text)); err == nil {
				t.Error("no error")
			}
		})
	}
}

// Aliases of aliases are not followed where nobody asks for what is behind.
func TestParseWorkflowIgnoresAliasBombs(t *testing.T) {
	t.Parallel()
	var b strings.Builder
	b.WriteString("on: workflow_dispatch\na0: &a0 [x, x]\n")
	for i := range 60 {
		fmt.Fprintf(&b, "a%d: &a%d [*a%d, *a%d]\n", i+1, i+1, i, i)
	}
	got, err := parseWorkflow([]byte(b.String()))
	if err != nil || !got.Dispatchable {
		t.Errorf("parseWorkflow = %+v, %v", got, err)
	}
}

// FuzzParseWorkflow holds what is found in a workflow file, node by node, against
// a file that is decoded as a whole into maps and lists.
func FuzzParseWorkflow(f *testing.F) {
	f.Add([]byte("run-name: ${{ inputs.release_id }}\non:\n  workflow_dispatch:\n    inputs:\n      sha: {required: true}\n"))
	f.Add([]byte("on: [push, *a]\nx: &a [*a]\n"))
	f.Add([]byte("on: !!str &b\n  <<: *b\n? on\n: push\n"))
	f.Add([]byte("on: [push, pull_request]\nname: ${{ inputs.x }}\n"))
	f.Add([]byte("on: {push: , workflow_dispatch: {inputs: {sha: {}, \"release_id\": }}}\nrun-name: Deploy ${{ inputs['release_id'] }}\n"))
	f.Fuzz(func(t *testing.T, text []byte) {
		file, err := parseWorkflow(text)
		if err != nil {
			if diff := cmp.Diff(bot.WorkflowFile{}, file); diff != "" {
				t.Errorf("something is found in what cannot be read:\n%s", diff)
			}
			return
		}
		if len(file.Inputs) > 0 && !file.Dispatchable {
			t.Errorf("inputs of nothing: %+v", file)
		}
		if want, same := decodedWorkflow(text); same {
			onlyNames := cmpopts.IgnoreFields(bot.WorkflowInput{}, "Type", "Required", "Default", "Options")
			if diff := cmp.Diff(want, file, cmpopts.EquateEmpty(), onlyNames); diff != "" {
				t.Errorf("decoded as a whole (-whole +node by node):\n%s", diff)
			}
		}
	})
}

// decodedWorkflow finds in a decoded workflow file what slipway must know of it.
// It says false of what decodes otherwise than it is written: anchors, tags,
// merged and doubled keys, and keys that are no words.
func decodedWorkflow(text []byte) (file bot.WorkflowFile, same bool) {
	if bytes.ContainsAny(text, "&*!") || bytes.Contains(text, []byte("<<")) {
		return file, false
	}
	defer func() {
		if fault := recover(); fault != nil {
			same = false // the decoder's own fault
		}
	}()
	var whole map[string]any
	if yaml.Unmarshal(text, &whole) != nil {
		return file, false
	}
	switch on := whole["on"].(type) {
	case string:
		file.Dispatchable = on == "workflow_dispatch"
	case []any:
		file.Dispatchable = slices.Contains(on, any("workflow_dispatch"))
	case map[string]any:
		var about any
		about, file.Dispatchable = on["workflow_dispatch"]
		dispatch, _ := about.(map[string]any)
		inputs, _ := dispatch["inputs"].(map[string]any)
		for _, name := range slices.Sorted(maps.Keys(inputs)) {
			file.Inputs = append(file.Inputs, bot.WorkflowInput{Name: name})
		}
	}
	name, isText := whole["run-name"].(string)
	file.RunName = name
	return file, isText || whole["run-name"] == nil
}

func FuzzCheckRef(f *testing.F) {
	for _, ref := range []string{"main", "feature/a+b", "v1.2.3", "../x", "a/../b", "HEAD"} {
		f.Add(ref)
	}
	f.Fuzz(func(t *testing.T, ref string) {
		if checkRef(ref) != nil {
			return
		}
		for _, bad := range []string{"..", "//", "\n", " ", "?", "\\", "\x00"} {
			if strings.Contains(ref, bad) {
				t.Errorf("%q passed", ref)
			}
		}
		if strings.HasPrefix(ref, "/") || strings.HasPrefix(ref, "-") || strings.HasSuffix(ref, "/") {
			t.Errorf("%q passed", ref)
		}
	})
}

func TestClean(t *testing.T) {
	t.Parallel()
	tests := []struct {
		in    string
		limit int
		want  string
	}{
		{"plain", 10, "plain"},
		{" a\n\tb\x00c\u202e d ", 20, "a b c d"},
		{"`code`", 10, "'code'"},
		{"abcdef", 3, "abc…"},
		{"ab cdef", 3, "ab…"},
		{"äöü", 3, "äöü"},
		{"\xff\xfe", 3, ""},
	}
	for _, tt := range tests {
		if got := clean(tt.in, tt.limit); got != tt.want {
			t.Errorf("clean(%q, %d) = %q, want %q", tt.in, tt.limit, got, tt.want)
		}
	}
}

func TestAtMostJobs(t *testing.T) {
	t.Parallel()
	var failed []bot.Job
	for range bot.MaxJobs + 30 {
		failed = append(failed, bot.Job{Conclusion: bot.ConclusionFailure})
	}
	if got := atMostJobs(failed); len(got) != bot.MaxJobs {
		t.Errorf("%d jobs", len(got))
	}
}

func TestETagStoreIsBounded(t *testing.T) {
	t.Parallel()
	v := newRevalidator(nil)
	body := make([]byte, maxKeptAlone)
	for i := range 40 {
		v.keep(&kept{url: strings.Repeat("x", i+1), etag: "e", body: body})
	}
	if v.bytes > maxKept || len(v.byURL) != v.order.Len() || v.find("x") != nil {
		t.Errorf("%d bytes in %d answers", v.bytes, v.order.Len())
	}
	newest := strings.Repeat("x", 40)
	if v.find(newest) == nil {
		t.Error("the newest is gone")
	}
	v.keep(&kept{url: newest, etag: "f", body: make([]byte, maxKeptAlone+1)})
	if v.find(newest) != nil {
		t.Error("an answer that is too large leaves the old one behind")
	}
}

// TestStatuses: GitHub's word for what keeps a run or a job back is not lost, and of
// a run that is known by its jobs alone the one counts that somebody can do something
// about.
func TestStatuses(t *testing.T) {
	t.Parallel()
	for said, want := range map[string]bot.RunStatus{
		"queued": bot.RunWaiting, "requested": bot.RunWaiting, "pending": bot.RunPending, "waiting": bot.RunHeld,
		"in_progress": bot.RunInProgress, "completed": bot.RunCompleted, "a word to come": bot.RunWaiting,
	} {
		if got := runStatus(said); got != want {
			t.Errorf("%s is %s, want %s", said, got, want)
		}
	}
	for _, tt := range []struct {
		jobs []bot.RunStatus
		want bot.RunStatus
	}{
		{[]bot.RunStatus{bot.RunWaiting}, bot.RunWaiting},
		{[]bot.RunStatus{bot.RunPending}, bot.RunPending},
		{[]bot.RunStatus{bot.RunPending, bot.RunWaiting}, bot.RunWaiting},
		{[]bot.RunStatus{bot.RunPending, bot.RunWaiting, bot.RunHeld}, bot.RunHeld},
		{[]bot.RunStatus{bot.RunCompleted, bot.RunPending}, bot.RunInProgress},
		{[]bot.RunStatus{bot.RunCompleted, bot.RunHeld}, bot.RunHeld},
		{[]bot.RunStatus{bot.RunHeld, bot.RunInProgress}, bot.RunInProgress},
	} {
		var jobs []bot.Job
		for _, status := range tt.jobs {
			jobs = append(jobs, bot.Job{Status: status})
		}
		if got := statusOf(jobs); got != tt.want {
			t.Errorf("a run of %v is %s, want %s", tt.jobs, got, tt.want)
		}
	}
}
