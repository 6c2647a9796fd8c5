package policy_test

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/slipwayhq/slipway/bot"
	"github.com/slipwayhq/slipway/bot/policy"
)

const sha = "0123456789abcdef0123456789abcdef01234567"

// good are facts in which every gate of a deploy passes.
func good() policy.Facts {
	return policy.Facts{
		Release: bot.Release{ID: "api-7", Kind: bot.Deploy, Target: bot.Target{Service: "api", Environment: "production"}},
		Plan: bot.Plan{
			Target:   bot.Target{Service: "api", Environment: "production"},
			Workflow: "deploy.yml", KeyInput: "release_id",
			Inputs:   map[string]string{"sha": sha, "environment": "production"},
			Commit:   bot.Commit{SHA: sha},
			Lineage:  bot.Lineage{On: "main", Asked: []string{"main"}},
			Settings: bot.Settings{Checks: bot.CheckRule{}},
			Checks:   bot.Checks{Passed: 2, Known: []string{"build", "test"}, Complete: true},
			Changes:  bot.Changes{Direction: bot.Forward, Total: 3},
		},
		Workflow: bot.WorkflowFile{
			Ref: "main", Inputs: textInputs("release_id", "sha", "environment"), Dispatchable: true,
			Host: bot.CodeHost{NamesRuns: true, MaxInputs: 25},
		},
		ShowsKey: true,
		Now:      time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC),
	}
}

// textInputs are inputs of a workflow that take any text.
func textInputs(names ...string) []bot.WorkflowInput {
	var inputs []bot.WorkflowInput
	for _, name := range names {
		inputs = append(inputs, bot.WorkflowInput{Name: name, Type: bot.InputText})
	}
	return inputs
}

func gateOf(t *testing.T, d bot.Decision, name string) bot.Gate {
	t.Helper()
	for _, gate := range d.Gates {
		if gate.Name == name {
			return gate
		}
	}
	t.Fatalf("the decision has no gate %q: %v", name, d.Gates)
	return bot.Gate{}
}

type gateCase struct {
	name    string
	change  func(*policy.Facts)
	want    bot.Outcome
	reasons []string // each must stand in the reason
}

func runGate(t *testing.T, gate string, cases []gateCase) {
	t.Helper()
	for _, tt := range cases {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			facts := good()
			tt.change(&facts)
			got := gateOf(t, policy.Decide(facts), gate)
			if got.Outcome != tt.want {
				t.Errorf("%s = %s (%s), want %s", gate, got.Outcome, got.Reason, tt.want)
			}
			for _, part := range tt.reasons {
				if !strings.Contains(got.Reason, part) {
					t.Errorf("reason %q does not say %q", got.Reason, part)
				}
			}
			if (got.Mend != "") != (got.Outcome == bot.Refuse) {
				t.Errorf("%s with the mend %q", got.Outcome, got.Mend)
			}
			if !strings.HasSuffix(got.Reason, ".") {
				t.Errorf("reason %q is no sentence", got.Reason)
			}
		})
	}
}

func TestChecks(t *testing.T) {
	t.Parallel()
	runGate(t, policy.GateChecks, []gateCase{
		{"all green", func(*policy.Facts) {}, bot.Pass, []string{"All 2 checks", "0123456"}},
		{"none asked for", func(f *policy.Facts) {
			f.Plan.Settings.Checks.None = true
			f.Plan.Checks = bot.Checks{Failed: []string{"test"}}
		}, bot.Pass, nil},
		{"failed", func(f *policy.Facts) { f.Plan.Checks.Failed = []string{"test"} }, bot.Refuse, []string{"failed: test"}},
		{"pending", func(f *policy.Facts) { f.Plan.Checks.Pending = []string{"test"} }, bot.Refuse, []string{"still pending: test"}},
		{"all faults at once", func(f *policy.Facts) {
			f.Plan.Checks.Failed = []string{"a"}
			f.Plan.Checks.Pending = []string{"b"}
		}, bot.Refuse, []string{"failed: a; still pending: b"}},
		{"incomplete", func(f *policy.Facts) { f.Plan.Checks.Complete = false }, bot.Refuse, []string{"in full"}},
		{"none reported", func(f *policy.Facts) { f.Plan.Checks = bot.Checks{Complete: true} }, bot.Refuse, []string{"No check has reported"}},
		{"named and green", func(f *policy.Facts) {
			f.Plan.Settings.Checks.Names = []string{"build"}
			f.Plan.Checks.Failed = []string{"lint"}
		}, bot.Pass, []string{"green: build"}},
		{"named and missing", func(f *policy.Facts) { f.Plan.Settings.Checks.Names = []string{"build", "e2e"} }, bot.Refuse, []string{"not reported: e2e"}},
		{"named and failed", func(f *policy.Facts) {
			f.Plan.Settings.Checks.Names = []string{"build"}
			f.Plan.Checks.Failed = []string{"build", "lint"}
		}, bot.Refuse, []string{"failed: build."}},
		{"named and incomplete", func(f *policy.Facts) {
			f.Plan.Settings.Checks.Names = []string{"build"}
			f.Plan.Checks.Complete = false
		}, bot.Refuse, nil},
		{"many are bounded", func(f *policy.Facts) {
			f.Plan.Checks.Failed = strings.Split(strings.Repeat(strings.Repeat("x", 200)+" ", 40), " ")[:40]
		}, bot.Refuse, []string{"and 35 more", "…"}},
		{"as many as are named", func(f *policy.Facts) {
			f.Plan.Checks.Failed = []string{"a", "b", "c", "d", "e"}
		}, bot.Refuse, []string{"failed: a, b, c, d, e."}},
		{"green ones on the way back", func(f *policy.Facts) { backTo(f, true) }, bot.Pass, nil},
		{"red ones do not bar the way back", func(f *policy.Facts) {
			f.Release.Kind = bot.Rollback
			f.Plan.RollbackTo = &bot.Past{SHA: sha, Healthy: true}
			f.Plan.Checks.Failed = []string{"test"}
		}, bot.Warn, []string{"failed: test"}},
	})
}

// What helps is said of the very thing that is wrong.
func TestChecksSayWhatHelps(t *testing.T) {
	t.Parallel()
	named := func(known []string, names ...string) func(*policy.Facts) {
		return func(f *policy.Facts) {
			f.Plan.Settings.Checks.Names, f.Plan.Checks = names, bot.Checks{Passed: len(known), Known: known, Complete: true}
		}
	}
	for name, tt := range map[string]struct {
		change func(*policy.Facts)
		want   string
	}{
		"as the page shows it":    {named([]string{"build", "lint"}, "CI / build"), "Write `build` instead of `CI / build`"},
		"with the event":          {named([]string{"build", "lint"}, "CI / build (push)"), "Write `build` instead of"},
		"a called workflow's job": {named([]string{"deploy / build", "lint"}, "CI / deploy / build (push)"), "Write `deploy / build` instead of"},
		"a matrix":                {named([]string{"test (1.22)", "test (1.23)"}, "CI / test (1.23)"), "Write `test (1.23)` instead of"},
		"mistyped":                {named([]string{"build", "lint"}, "biuld"), "Write `build` instead of `biuld`"},
		"nothing near":            {named([]string{"build", "lint"}, "e2e-tests"), "correct their names under `checks`"},
		"names those that did":    {named([]string{"build", "lint"}, "e2e-tests"), "These have reported: build, lint."},
		"nothing reported at all": {named(nil, "build"), "Nothing has reported on this commit yet"},
		"failed":                  {func(f *policy.Facts) { f.Plan.Checks.Failed = []string{"x"} }, "run it again at GitHub"},
		"pending":                 {func(f *policy.Facts) { f.Plan.Checks.Pending = []string{"x"} }, "Wait until they are green"},
		"may not be read": {func(f *policy.Facts) {
			f.Plan.Checks = bot.Checks{Problem: "GitHub refused: no", Mend: "Use a GitHub App."}
		}, "Use a GitHub App."},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			facts := good()
			tt.change(&facts)
			gate := gateOf(t, policy.Decide(facts), policy.GateChecks)
			if gate.Outcome != bot.Refuse || !strings.Contains(gate.Mend, tt.want) || strings.Contains(gate.Mend, "in a minute") {
				t.Errorf("%s: %s", gate.Reason, gate.Mend)
			}
		})
	}
}

func TestWorkflow(t *testing.T) {
	t.Parallel()
	runGate(t, policy.GateWorkflow, []gateCase{
		{"takes every input", func(*policy.Facts) {}, bot.Pass, []string{"deploy.yml on main"}},
		{"no trigger", func(f *policy.Facts) { f.Workflow.Dispatchable = false }, bot.Refuse, []string{"cannot be started"}},
		{"lacks the run key", func(f *policy.Facts) { f.Workflow.Inputs = textInputs("sha", "environment") }, bot.Refuse, []string{"the input release_id"}},
		{"lacks several", func(f *policy.Facts) { f.Workflow.Inputs = nil }, bot.Refuse, []string{"inputs environment, sha, release_id"}},
		{"case of names does not matter", func(f *policy.Facts) {
			f.Workflow.Inputs = textInputs("RELEASE_ID", "Sha", "environment")
		}, bot.Pass, nil},
		{"the run's name lacks the key", func(f *policy.Facts) { f.ShowsKey = false }, bot.Warn, []string{"run-name", "inputs.release_id"}},
		{"nothing tells the run", func(f *policy.Facts) {
			f.ShowsKey, f.Workflow.Host.NamesRuns = false, false
		}, bot.Refuse, []string{"run-name", "inputs.release_id", "could not be followed"}},
		{"the name alone tells the run", func(f *policy.Facts) { f.Workflow.Host.NamesRuns = false }, bot.Pass, nil},
		{"no job that deploys", func(f *policy.Facts) {
			f.Plan.Settings.DeployJob, f.Workflow.Jobs = "ship it", []string{"build", "deploy"}
		}, bot.Refuse, []string{`has no job "ship it"`, "deploy_job"}},
		{"a job that deploys", func(f *policy.Facts) {
			f.Plan.Settings.DeployJob, f.Workflow.Jobs = "deploy", []string{"build", "deploy"}
		}, bot.Pass, nil},
		{"one of a matrix", func(f *policy.Facts) {
			f.Plan.Settings.DeployJob, f.Workflow.Jobs = "deploy (eu)", []string{"build", "deploy"}
		}, bot.Pass, nil},
		{"whose names nobody knows", func(f *policy.Facts) { f.Plan.Settings.DeployJob = "deploy" }, bot.Pass, nil},
		{"too many inputs", func(f *policy.Facts) { f.Workflow.Host.MaxInputs = 2 }, bot.Refuse, []string{"declares 3 inputs", "at most 2"}},
		{"requires another input", func(f *policy.Facts) {
			f.Workflow.Inputs = append(textInputs("release_id", "sha", "environment"), bot.WorkflowInput{Name: "region", Required: true})
		}, bot.Refuse, []string{"requires the input region"}},
		{"requires what has a default", func(f *policy.Facts) {
			f.Workflow.Inputs = append(textInputs("release_id", "sha", "environment"), bot.WorkflowInput{Name: "region", Required: true, Default: new("eu")})
		}, bot.Pass, nil},
		{"requires what is sent", func(f *policy.Facts) { f.Workflow.Inputs[0].Required = true }, bot.Pass, nil},
		{"a choice without the value", func(f *policy.Facts) {
			f.Workflow.Inputs[2].Type, f.Workflow.Inputs[2].Options = bot.InputChoice, []string{"staging", "prod"}
		}, bot.Refuse, []string{"environment", "one of staging, prod", `not "production"`}},
		{"a choice with the value", func(f *policy.Facts) {
			f.Workflow.Inputs[2].Type, f.Workflow.Inputs[2].Options = bot.InputChoice, []string{"staging", "production"}
		}, bot.Pass, nil},
		{"a choice for the run key", func(f *policy.Facts) {
			f.Workflow.Inputs[0].Type, f.Workflow.Inputs[0].Options = bot.InputChoice, []string{"a"}
		}, bot.Refuse, []string{"release_id", "run key"}},
		{"no boolean", func(f *policy.Facts) { f.Workflow.Inputs[2].Type = bot.InputBoolean }, bot.Refuse, []string{"true or false"}},
		{"no number", func(f *policy.Facts) { f.Workflow.Inputs[2].Type = bot.InputNumber }, bot.Refuse, []string{"a number"}},
		{"no environment of the repository", func(f *policy.Facts) {
			f.Workflow.Inputs[2].Type, f.Environments = bot.InputEnvironment, []string{"prod"}
		}, bot.Refuse, []string{"environments prod", `not "production"`}},
		{"an environment of the repository", func(f *policy.Facts) {
			f.Workflow.Inputs[2].Type, f.Environments = bot.InputEnvironment, []string{"Production"}
		}, bot.Pass, nil},
		{"a type that is not known", func(f *policy.Facts) { f.Workflow.Inputs[2].Type = "secret" }, bot.Pass, nil},
	})
}

func TestWayBack(t *testing.T) {
	t.Parallel()
	rollback := func(to *bot.Past) func(*policy.Facts) {
		return func(f *policy.Facts) {
			f.Release.Kind = bot.Rollback
			f.Plan.RollbackTo = to
		}
	}
	runGate(t, policy.GateWayBack, []gateCase{
		{"nowhere to go", rollback(nil), bot.Refuse, []string{"no earlier healthy release"}},
		{"healthy", rollback(&bot.Past{Release: "api-3", SHA: sha, Healthy: true}), bot.Pass, []string{"api-3"}},
		{"not healthy", rollback(&bot.Past{Release: "api-3", SHA: sha}), bot.Refuse, []string{"api-3 was not healthy"}},
		{"another commit", rollback(&bot.Past{Release: "api-3", SHA: "fedc", Healthy: true}), bot.Refuse, []string{"0123456 is not"}},
	})
}

// TestPromise8_StillLive: whoever said yes saw what is taken away, so a rollback
// goes only while that is what is live.
func TestPromise8_StillLive(t *testing.T) {
	t.Parallel()
	takes := func(live *bot.Past) func(*policy.Facts) {
		return func(f *policy.Facts) {
			f.Release.Kind, f.Release.Reversal.Back = bot.Rollback, "api-5"
			f.Plan.RollbackTo = &bot.Past{Release: "api-3", SHA: sha, Healthy: true}
			if live != nil {
				f.Past = []bot.Past{*live, {Release: "api-5", Healthy: true, Phase: bot.Succeeded}}
			}
		}
	}
	runGate(t, policy.GateStillLive, []gateCase{
		{"it is", takes(&bot.Past{Release: "api-5", Healthy: true}), bot.Pass, []string{"api-5 is what is live"}},
		{"it failed", takes(&bot.Past{Release: "api-5", Phase: bot.Failed}), bot.Pass, []string{"as far as it can be told"}},
		{"it changed nothing", takes(&bot.Past{Release: "api-5", Phase: bot.Superseded, Arrival: bot.NeverCame}), bot.Pass, []string{"as far as it can be told"}},
		{"something else changed nothing", takes(&bot.Past{Release: "api-6", Phase: bot.Failed, Arrival: bot.NeverCame}), bot.Pass, []string{"api-5 is what is live"}},
		{"another rollback broke off", takes(&bot.Past{Release: "api-6", Kind: bot.Rollback, Phase: bot.Failed}), bot.Pass, []string{"as far as it can be told"}},
		{"another deploy broke off", takes(&bot.Past{Release: "api-6", Kind: bot.Deploy, Phase: bot.Failed}), bot.Refuse, []string{"api-6 is"}},
		{"another rollback was there first", takes(&bot.Past{Release: "api-6", Kind: bot.Rollback, Phase: bot.Succeeded}), bot.Refuse, []string{"api-6 is"}},
		{"another rollback has come and is watched", takes(&bot.Past{Release: "api-6", Kind: bot.Rollback, Phase: bot.Verifying}), bot.Refuse, []string{"api-6 is"}},
		{"another rollback is still under way", takes(&bot.Past{Release: "api-6", Kind: bot.Rollback, Phase: bot.Running}), bot.Pass, []string{"api-5 is what is live"}},
		{"nothing is known", takes(nil), bot.Refuse, []string{"Nothing is known"}},
	})
}

func TestDirection(t *testing.T) {
	t.Parallel()
	changes := func(d bot.Direction, total, removed int) func(*policy.Facts) {
		return func(f *policy.Facts) { f.Plan.Changes = bot.Changes{Direction: d, Total: total, Removed: removed} }
	}
	runGate(t, policy.GateDirection, []gateCase{
		{"nothing live", changes("", 0, 0), bot.Pass, []string{"Nothing is known"}},
		{"forward", changes(bot.Forward, 1, 0), bot.Pass, []string{"1 commit to api → production"}},
		{"same", changes(bot.Same, 0, 0), bot.Warn, []string{"already live"}},
		{"backward", changes(bot.Backward, 0, 3), bot.Warn, []string{"goes back 3 commits"}},
		{"sideways", changes(bot.Sideways, 2, 1), bot.Warn, []string{"takes away 1 commit that is live", "brings 2 commits"}},
		{"sideways by more", changes(bot.Sideways, 1, 2), bot.Warn, []string{"takes away 2 commits that are live", "brings 1 commit."}},
		{"unrelated", changes(bot.Unrelated, 0, 0), bot.Warn, []string{"cannot be told", "cannot compare"}},
	})
}

func TestGatesOfAKind(t *testing.T) {
	t.Parallel()
	tests := map[bot.Kind][]string{
		bot.Deploy:   {"quarantine", "branch", "checks", "workflow", "direction"},
		bot.Preview:  {"quarantine", "branch", "checks", "workflow", "direction"},
		bot.Rollback: {"quarantine", "way back", "checks", "workflow"},
		bot.Adopt:    {"slot", "still live", "quarantine", "branch"},
	}
	for kind, want := range tests {
		t.Run(string(kind), func(t *testing.T) {
			t.Parallel()
			facts := good()
			facts.Release.Kind = kind
			facts.Plan.RollbackTo = &bot.Past{SHA: sha, Healthy: true}
			var got []string
			for _, gate := range policy.Decide(facts).Gates {
				got = append(got, gate.Name)
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("gates of %s (-want +got):\n%s", kind, diff)
			}
		})
	}
}

// TestEveryRuleOfAKind is the same where every rule is set and somebody asks for
// an emergency: which rules hold for what, and that only what is to come to the
// target has an emergency.
func TestEveryRuleOfAKind(t *testing.T) {
	t.Parallel()
	deploy := []string{
		"deployers", "emergency", "channel", "lock", "freeze", "after", "live", "quarantine",
		"branch", "checks", "workflow", "size", "direction", "world",
	}
	tests := []struct {
		name   string
		kind   bot.Kind
		to     *bot.Past
		want   []string
		passes bool
	}{
		{"a deploy", bot.Deploy, nil, deploy, true},
		{"a preview is judged as a deploy", bot.Preview, nil, deploy, true},
		{"what goes back", bot.Rollback, &bot.Past{SHA: sha, Healthy: true}, []string{
			"deployers", "emergency", "channel", "lock", "freeze", "still live", "quarantine", "way back", "checks", "workflow",
		}, false},
		{"what has nowhere to go back to", bot.Rollback, nil, []string{"deployers", "emergency", "channel", "lock", "freeze", "way back"}, false},
		{"what is there already", bot.Adopt, nil, []string{
			"deployers", "emergency", "channel", "lock", "freeze", "slot", "still live", "quarantine", "branch",
		}, false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			facts := inTheWay()
			facts.Release.Kind, facts.Plan.RollbackTo = tt.kind, tt.to
			facts.Release.Emergency.Asked, facts.Emergency.Allowed = true, true
			facts.Plan.Current = &bot.Past{Release: "api-5", SHA: "fedc", Phase: bot.Succeeded}
			if tt.kind == bot.Rollback {
				facts.Release.Reversal.Back = "api-5"
			}
			decision := policy.Decide(facts)
			var got []string
			for _, gate := range decision.Gates {
				got = append(got, gate.Name)
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("gates (-want +got):\n%s", diff)
			}
			if passes := len(decision.Passed()) > 0; passes != tt.passes {
				t.Errorf("passes %v", decision.Passed())
			}
		})
	}
}

func TestEveryGateIsAskedEveryTime(t *testing.T) {
	t.Parallel()
	facts := good()
	facts.Plan.Checks.Failed = []string{"test"}
	facts.Workflow.Dispatchable = false
	facts.Quarantine = &bot.Quarantine{}
	if got := len(policy.Decide(facts).Refusals()); got != 3 {
		t.Errorf("%d gates refuse, want all 3", got)
	}
}

// TestUpdate shows what is asked again when the facts at the code host are
// fresh, and what is kept.
func TestUpdate(t *testing.T) {
	t.Parallel()
	facts := good()
	facts.Plan.Checks.Failed = []string{"test"}
	old := policy.Decide(facts)
	facts.Plan.Checks.Failed = nil // not looked at again
	facts.Quarantine = &bot.Quarantine{Release: "api-5", By: "api-6"}
	got := policy.Update(old, facts)
	if gateOf(t, got, policy.GateChecks).Outcome != bot.Refuse {
		t.Error("what was said of the checks is gone")
	}
	if gateOf(t, got, policy.GateQuarantine).Outcome != bot.Refuse {
		t.Error("a quarantine that came meanwhile is not seen")
	}
	if len(got.Gates) != len(old.Gates) {
		t.Errorf("gates %v, before %v", got.Gates, old.Gates)
	}
}
