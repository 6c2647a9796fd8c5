package policy_test

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/slipwayhq/slipway/bot"
	"github.com/slipwayhq/slipway/bot/golden"
	"github.com/slipwayhq/slipway/bot/policy"
)

// TestRefusals holds the words of every gate's refusals against files that are
// there to be read: each must say what is wrong, what would mend it, and who
// could.
func TestRefusals(t *testing.T) {
	t.Parallel()
	for gate, cases := range refusals() {
		t.Run(gate, func(t *testing.T) {
			t.Parallel()
			var book strings.Builder
			for _, c := range cases {
				facts := good()
				facts.Release.Requester = bot.Person{ID: "U03CLEO", Name: "cleo"}
				c.change(&facts)
				got := gateOf(t, policy.Decide(facts), gate)
				if got.Outcome != bot.Refuse || got.Mend == "" {
					t.Errorf("%s: %s with the mend %q, want a refusal with one", c.name, got.Outcome, got.Mend)
				}
				writeGate(&book, c.name, got)
			}
			golden.Check(t, filepath.Join("testdata", "refusals", strings.ReplaceAll(gate, " ", "_")+".golden"), book.String())
		})
	}
}

// TestApproverRefusals does the same for the one gate that is not about a
// release but about whoever says yes to it.
func TestApproverRefusals(t *testing.T) {
	t.Parallel()
	anna, ben := bot.Person{ID: "U01ANNA", Name: "anna"}, bot.Person{ID: "U02BEN", Name: "ben"}
	sre, inSRE := bot.ApprovalSet{Count: 1, From: []string{"sre", "leads"}}, bot.Standing{Groups: []string{"sre"}, Login: "ben-gh"}
	cleo := bot.Standing{Groups: []string{"sre"}, Login: "cleo-gh"}
	notAuthors := func(set bot.ApprovalSet) bot.ApprovalSet { set.NotAuthors = true; return set }
	cases := []struct {
		name     string
		set      bot.ApprovalSet
		who      bot.Person
		guest    bool
		standing bot.Standing
		unnamed  int
	}{
		{name: "a guest", set: sre, who: ben, guest: true, standing: inSRE},
		{name: "their own", set: sre, who: anna, standing: inSRE},
		{name: "their own, where anybody may", set: bot.ApprovalSet{Count: 1}, who: anna},
		{name: "their own, but in none of the groups", set: bot.ApprovalSet{Count: 1, From: []string{"sre"}, Self: true}, who: anna},
		{name: "in none of the groups", set: sre, who: ben},
		{name: "wrote some of it", set: notAuthors(sre), who: ben, standing: inSRE},
		{name: "wrote some of it, where anybody may", set: notAuthors(bot.ApprovalSet{Count: 1}), who: ben, standing: inSRE},
		{name: "no account at the code host is known", set: notAuthors(sre), who: ben, standing: bot.Standing{Groups: []string{"sre"}}},
		{name: "not all authors are known", set: notAuthors(sre), who: ben, standing: cleo, unnamed: 1},
	}
	var book strings.Builder
	writeGate(&book, "no plan yet", policy.MayApprove(bot.Release{ID: "api-7", Requester: anna}, policy.Approver{Person: ben}))
	for _, c := range cases {
		plan := good().Plan
		plan.Settings.Approvals.Sets = []bot.ApprovalSet{c.set}
		plan.Commit.Login, plan.Changes.Authors, plan.Changes.Unnamed = "anna-gh", []string{"anna-gh", "ben-gh"}, c.unnamed
		r := bot.Release{ID: "api-7", Target: plan.Target, Requester: anna, Plan: &plan}
		got := policy.MayApprove(r, policy.Approver{Person: c.who, Guest: c.guest, Standing: c.standing})
		if got.Outcome != bot.Refuse || got.Mend == "" {
			t.Errorf("%s: %s with the mend %q, want a refusal with one", c.name, got.Outcome, got.Mend)
		}
		writeGate(&book, c.name, got)
	}
	golden.Check(t, filepath.Join("testdata", "refusals", policy.GateApprover+".golden"), book.String())
}

// TestEveryGateHasAGoldenFile walks the names of the gates: each has its
// refusals written down, but for those that never refuse. A file that no gate
// has any more is said too.
func TestEveryGateHasAGoldenFile(t *testing.T) {
	t.Parallel()
	neverRefuses := []string{policy.GateDirection, policy.GateRerun, policy.GateGroup}
	want := []string{"all_at_once.golden"}
	for _, name := range gateNames(t) {
		if !slices.Contains(neverRefuses, name) {
			want = append(want, strings.ReplaceAll(name, " ", "_")+".golden")
		}
	}
	var got []string
	entries, err := os.ReadDir(filepath.Join("testdata", "refusals"))
	if err != nil {
		t.Fatal(err)
	}
	for _, entry := range entries {
		got = append(got, entry.Name())
	}
	slices.Sort(want)
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("golden files of the gates' refusals (-want +got):\n%s", diff)
	}
}

// gateNames reads the names of all gates from the source, so that a new one
// cannot be left out of a list in a test.
func gateNames(tb testing.TB) []string {
	tb.Helper()
	files, err := filepath.Glob("*.go")
	if err != nil {
		tb.Fatal(err)
	}
	var names []string
	for _, path := range files {
		if !strings.HasSuffix(path, "_test.go") {
			names = append(names, gatesIn(tb, path)...)
		}
	}
	if len(names) < 10 {
		tb.Fatalf("only the gates %q were found", names)
	}
	return names
}

func gatesIn(tb testing.TB, path string) []string {
	tb.Helper()
	file, err := parser.ParseFile(token.NewFileSet(), path, nil, 0)
	if err != nil {
		tb.Fatal(err)
	}
	var names []string
	ast.Inspect(file, func(n ast.Node) bool {
		spec, ok := n.(*ast.ValueSpec)
		if !ok || !strings.HasPrefix(spec.Names[0].Name, "Gate") {
			return true
		}
		value, ok := spec.Values[0].(*ast.BasicLit)
		if !ok {
			tb.Fatalf("%s is no plain text", spec.Names[0].Name)
		}
		name, err := strconv.Unquote(value.Value)
		if err != nil {
			tb.Fatal(err)
		}
		names = append(names, name)
		return false
	})
	return names
}

// TestRefusalsAllAtOnce: every gate is asked, and all that refuse are told, each
// with its mend.
func TestRefusalsAllAtOnce(t *testing.T) {
	t.Parallel()
	var book strings.Builder
	for _, g := range policy.Decide(inTheWay()).Refusals() {
		writeGate(&book, g.Name, g)
	}
	golden.Check(t, filepath.Join("testdata", "refusals", "all_at_once.golden"), book.String())
}

func writeGate(book *strings.Builder, name string, g bot.Gate) {
	fmt.Fprintf(book, "# %s\n%s\n  %s\n", name, g.Reason, g.Mend)
	if len(g.Who) > 0 {
		fmt.Fprintf(book, "  who: %s\n", strings.Join(g.Who, ", "))
	}
	if len(g.Where) > 0 {
		fmt.Fprintf(book, "  where: %s\n", strings.Join(g.Where, ", "))
	}
}

type refusalCase struct {
	name   string
	change func(*policy.Facts)
}

func refusals() map[string][]refusalCase {
	return map[string][]refusalCase{
		policy.GateRequester: {{"has left", func(f *policy.Facts) { f.RequesterLeft = true }}},
		policy.GateDeployers: {
			{"in none of the groups", func(f *policy.Facts) {
				f.Plan.Settings.Rules.Deployers = []string{"sre", "api-owners"}
				f.Deployer.Others = []string{"anna", "ben"}
			}},
			{"nobody is known by name", func(f *policy.Facts) { f.Plan.Settings.Rules.Deployers = []string{"sre"} }},
			{"the group cannot be read", func(f *policy.Facts) {
				f.Plan.Settings.Rules.Deployers, f.Deployer.Unread = []string{"sre", "leads"}, []string{"leads"}
			}},
		},
		policy.GateBeside: {
			{"of several that go together", func(f *policy.Facts) {
				f.Release.Part.Batch, f.Plan.Since = "api-b1", "api-3"
				f.Plan.Beside = []bot.Beside{{What: bot.BesideRun, Who: "mona", Of: "deploy.yml", SHA: strings.Repeat("a1b2c3d", 5), At: f.Now, Unsure: true}}
			}},
			{"of several runs, on a target of its own", func(f *policy.Facts) {
				f.Release.Part.Batch = "api-b1"
				run := bot.Beside{What: bot.BesideRun, Of: "deploy.yml"}
				f.Plan.Beside = []bot.Beside{run, run, run, run}
			}},
		},
		policy.GateLive: {
			{"live already", func(f *policy.Facts) {
				f.Plan.Current = &bot.Past{Release: "api-5", SHA: f.Plan.Commit.SHA, Phase: bot.Succeeded, At: time.Date(2026, 3, 1, 9, 0, 0, 0, time.UTC)}
			}},
			{"nothing of the service changes", func(f *policy.Facts) {
				f.Plan.Current = &bot.Past{Release: "api-5", SHA: "0000000", Phase: bot.Succeeded, At: time.Date(2026, 3, 1, 9, 0, 0, 0, time.UTC)}
				f.Plan.Changes.Touch = bot.TouchNone
			}},
		},
		policy.GateWorld: worldRefusals(),
		policy.GateEmergency: {
			{"nobody may", func(f *policy.Facts) { f.Release.Emergency.Asked, f.Release.Reason = true, "the shop is down" }},
			{"no reason", func(f *policy.Facts) {
				f.Release.Emergency.Asked, f.Release.Reason = true, ""
				f.Plan.Settings.Rules.Emergency = []string{"sre"}
				f.Emergency.Allowed = true
			}},
			{"in none of the groups", func(f *policy.Facts) {
				f.Release.Emergency.Asked, f.Release.Reason = true, "the shop is down"
				f.Plan.Settings.Rules.Emergency = []string{"sre", "leads"}
				f.Emergency.Others = []string{"anna"}
			}},
			{"the group cannot be read", func(f *policy.Facts) {
				f.Release.Emergency.Asked, f.Release.Reason = true, "the shop is down"
				f.Plan.Settings.Rules.Emergency = []string{"sre"}
				f.Emergency.Unread = []string{"sre"}
			}},
		},
		policy.GateChannel: {
			{"another channel", func(f *policy.Facts) {
				f.Plan.Settings.Rules.Channels = []string{"C0DEPLOYS"}
				f.Release.Origin = bot.Origin{Source: bot.FromCommand, Channel: "C0RANDOM"}
			}},
		},
		policy.GateFreeze: {
			{"a window is open", func(f *policy.Facts) {
				f.Plan.Settings.Rules.Freeze = []bot.FreezeWindow{
					weekly("UTC", hours(8, 0), hours(12, 0), time.Monday),
					{First: "2026-03-01", Last: "2026-03-03", To: hours(24, 0), Zone: "Europe/Berlin", Reason: "the fair."},
				}
			}},
			{"without an end", func(f *policy.Facts) {
				f.Plan.Settings.Rules.Freeze = []bot.FreezeWindow{weekly("UTC", 0, hours(24, 0), 0, 1, 2, 3, 4, 5, 6)}
			}},
		},
		policy.GateLock: {
			{"somebody else's lock", lockedBy(bot.Hold, bot.Scope{Service: "api", Environment: "production"}, func(*policy.Facts) {})},
			{"everything is frozen", lockedBy(bot.Freeze, bot.Scope{}, func(*policy.Facts) {})},
			{"a rollback without a reason", lockedBy(bot.Hold, bot.Scope{Environment: "production"}, func(f *policy.Facts) { backTo(f, true) })},
		},
		policy.GateAfter: {
			{"never there", func(f *policy.Facts) { f.Plan.Settings.Rules.After = "staging" }},
			{"still soaking", func(f *policy.Facts) {
				f.Plan.Settings.Rules.After, f.Plan.Settings.Rules.Soak = "staging", 30*time.Minute
				f.Before = []bot.Past{wasOn(f, "api-6", sha, 10*time.Minute)}
			}},
			{"replaced too soon", func(f *policy.Facts) {
				f.Plan.Settings.Rules.After, f.Plan.Settings.Rules.Soak = "staging", 90*time.Minute
				f.Before = []bot.Past{wasOn(f, "api-6", "fedc", time.Hour), wasOn(f, "api-5", sha, 2*time.Hour)}
			}},
			{"not healthy", func(f *policy.Facts) {
				f.Plan.Settings.Rules.After = "staging"
				f.Before = []bot.Past{{Release: "api-6", SHA: sha, Phase: bot.Unhealthy, At: f.Now}}
			}},
		},
		policy.GateSize: {
			{"too many", func(f *policy.Facts) {
				f.Plan.Changes.Total, f.Plan.Settings.Rules.MaxCommits = 31, bot.CommitLimit{Warn: 8, Refuse: 30}
			}},
		},
		policy.GateCommits: {
			{"the last one", func(f *policy.Facts) { f.Plan.Settings.Rules.VerifiedCommits = true }},
			{"one of them", func(f *policy.Facts) {
				f.Plan.Settings.Rules.VerifiedCommits, f.Plan.Commit.Verified = true, true
				f.Plan.Changes.Direction, f.Plan.Changes.Total, f.Plan.Changes.Verified = bot.Forward, 3, 2
			}},
			{"more than are listed", func(f *policy.Facts) {
				f.Plan.Settings.Rules.VerifiedCommits, f.Plan.Commit.Verified = true, true
				f.Plan.Changes.Direction, f.Plan.Changes.Total, f.Plan.Changes.Verified = bot.Forward, 400, 250
			}},
			{"no common history", func(f *policy.Facts) {
				f.Plan.Settings.Rules.VerifiedCommits, f.Plan.Commit.Verified = true, true
				f.Plan.Changes = bot.Changes{Direction: bot.Unrelated}
			}},
		},
		policy.GateReviews: {
			{"not reviewed", func(f *policy.Facts) {
				f.Plan.Settings.Rules.Reviews = bot.ReviewRule{Count: 1}
				f.Plan.Reviews = bot.Reviews{Looked: 4, Missing: []bot.Unreviewed{{SHA: sha, Subject: "Fix it", Why: "belongs to no pull request"}}}
			}},
			{"many are not", func(f *policy.Facts) {
				f.Plan.Settings.Rules.Reviews = bot.ReviewRule{Count: 2, Merged: true}
				one := bot.Unreviewed{SHA: sha, Subject: "Fix it", Why: "belongs to #12, approved at its head by 1 of 2"}
				f.Plan.Reviews = bot.Reviews{Looked: 20, Missing: slices.Repeat([]bot.Unreviewed{one}, 10), More: 3}
			}},
			{"it cannot be told", func(f *policy.Facts) {
				f.Plan.Settings.Rules.Reviews = bot.ReviewRule{Count: 1}
				f.Plan.Reviews = bot.Reviews{Problem: bot.Refused{Says: "slipway's token lacks a permission", Mend: "Grant it."}}
			}},
			{"nobody has asked yet", func(f *policy.Facts) { f.Plan.Settings.Rules.Reviews = bot.ReviewRule{Count: 1} }},
		},
		policy.GateBranch: {
			{"on none", func(f *policy.Facts) { f.Plan.Lineage = bot.Lineage{Asked: []string{"main", "release/2"}} }},
			{"it cannot be told", func(f *policy.Facts) {
				f.Plan.Lineage = bot.Lineage{Asked: []string{"main", "release/2"}, Untold: []string{"main"}}
			}},
			{"no such branch", func(f *policy.Facts) {
				f.Plan.Lineage, f.Plan.Settings.Rules.Branches = bot.Lineage{}, []string{"release/*"}
			}},
		},
		policy.GateChecks: {
			{"failed and pending", func(f *policy.Facts) {
				f.Plan.Checks.Failed, f.Plan.Checks.Pending = []string{"lint"}, []string{"test", "e2e"}
			}},
			{"none has reported", func(f *policy.Facts) { f.Plan.Checks.Known = nil }},
			{"not read in full", func(f *policy.Facts) { f.Plan.Checks.Complete = false }},
			{"one that is named has not reported", func(f *policy.Facts) { f.Plan.Settings.Checks.Names = []string{"build", "e2e"} }},
		},
		policy.GateWorkflow: {
			{"no trigger", func(f *policy.Facts) { f.Workflow.Dispatchable = false }},
			{"inputs are missing", func(f *policy.Facts) { f.Workflow.Inputs = textInputs("sha") }},
			{"a value that it does not take", func(f *policy.Facts) {
				f.Workflow.Inputs[2].Type, f.Workflow.Inputs[2].Options = bot.InputChoice, []string{"staging", "prod"}
			}},
		},
		policy.GateQuarantine: {
			{"taken back", func(f *policy.Facts) { f.Quarantine = &bot.Quarantine{SHA: sha, Release: "api-5", By: "api-6"} }},
		},
		policy.GateSource: {
			{"taken back where it comes from", func(f *policy.Facts) {
				f.Release.Source = "api-4"
				f.Source = &bot.Release{ID: "api-4", Target: bot.Target{Service: "api", Environment: "staging"}, TakenBackBy: "api-6"}
			}},
			{"nobody knows it any more", func(f *policy.Facts) { f.Release.Source = "api-4" }},
		},
		policy.GateStillLive: {
			{"something went out after somebody said what is live", func(f *policy.Facts) {
				f.Release.Kind, f.Release.Plan = bot.Adopt, &bot.Plan{Current: &bot.Past{Release: "api-5"}}
				f.Plan.Current = &bot.Past{Release: "api-6"}
			}},
			{"something else came meanwhile", func(f *policy.Facts) {
				f.Release.Kind, f.Release.Reversal.Back = bot.Rollback, "api-5"
				f.Plan.RollbackTo = &bot.Past{Release: "api-3", SHA: sha, Healthy: true}
				f.Past = []bot.Past{{Release: "api-6", Phase: bot.Succeeded}}
			}},
			{"nothing is known to be live", func(f *policy.Facts) {
				f.Release.Kind, f.Release.Reversal.Back = bot.Rollback, "api-5"
				f.Plan.RollbackTo = &bot.Past{Release: "api-3", SHA: sha, Healthy: true}
			}},
		},
		policy.GateSlot: {
			{"what is live may be changing", func(f *policy.Facts) { f.Release.Kind, f.Under = bot.Adopt, "api-6" }},
		},
		policy.GateWayBack: {
			{"nowhere to go", func(f *policy.Facts) { f.Release.Kind = bot.Rollback }},
			{"not healthy", func(f *policy.Facts) { backTo(f, false) }},
			{"another commit", func(f *policy.Facts) { backTo(f, true); f.Plan.RollbackTo.SHA = "fedc" }},
		},
	}
}
