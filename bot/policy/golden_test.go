package policy_test

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/slipwayhq/slipway/bot"
	"github.com/slipwayhq/slipway/bot/policy"
)

var update = flag.Bool("update", false, "write the golden files anew")

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
			golden(t, strings.ReplaceAll(gate, " ", "_"), book.String())
		})
	}
}

// TestRefusalsAllAtOnce: every gate is asked, and all that refuse are told, each
// with its mend.
func TestRefusalsAllAtOnce(t *testing.T) {
	t.Parallel()
	var book strings.Builder
	for _, g := range policy.Decide(inTheWay()).Refusals() {
		writeGate(&book, g.Name, g)
	}
	golden(t, "all_at_once", book.String())
}

// golden compares a text with the file of that name.
func golden(tb testing.TB, name, got string) {
	tb.Helper()
	path := filepath.Join("testdata", "refusals", name+".golden")
	if *update {
		if err := os.WriteFile(path, []byte(got), 0o600); err != nil {
			tb.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		tb.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		tb.Errorf("%s (-want +got):\n%s", path, diff)
	}
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
		policy.GateDeployers: {
			{"in none of the groups", func(f *policy.Facts) {
				f.Plan.Settings.Rules.Deployers = []string{"sre", "api-owners"}
				f.Deployer.Others = []string{"anna", "ben"}
			}},
			{"nobody is known by name", func(f *policy.Facts) { f.Plan.Settings.Rules.Deployers = []string{"sre"} }},
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
				f.Plan.Changes.Total, f.Plan.Settings.Rules.Most = 31, bot.CommitLimit{Warn: 8, Refuse: 30}
			}},
		},
		policy.GateBranch: {
			{"on none", func(f *policy.Facts) { f.Plan.Lineage = bot.Lineage{Asked: []string{"main", "release/2"}} }},
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
		},
		policy.GateWorkflow: {
			{"no trigger", func(f *policy.Facts) { f.Workflow.Dispatchable = false }},
			{"inputs are missing", func(f *policy.Facts) { f.Workflow.Inputs = []string{"sha"} }},
		},
		policy.GateQuarantine: {
			{"taken back", func(f *policy.Facts) { f.Quarantine = &bot.Quarantine{SHA: sha, Release: "api-5", By: "api-6"} }},
		},
		policy.GateStillLive: {
			{"something else came meanwhile", func(f *policy.Facts) {
				f.Release.Kind, f.Release.Takes.Back = bot.Rollback, "api-5"
				f.Plan.RollbackTo = &bot.Past{Release: "api-3", SHA: sha, Healthy: true}
				f.Live = &bot.Past{Release: "api-6"}
			}},
			{"nothing is known to be live", func(f *policy.Facts) {
				f.Release.Kind, f.Release.Takes.Back = bot.Rollback, "api-5"
				f.Plan.RollbackTo = &bot.Past{Release: "api-3", SHA: sha, Healthy: true}
			}},
		},
		policy.GateWayBack: {
			{"nowhere to go", func(f *policy.Facts) { f.Release.Kind = bot.Rollback }},
			{"not healthy", func(f *policy.Facts) { backTo(f, false) }},
		},
	}
}
