package doctor_test

import (
	"errors"
	"math"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/slipwayhq/slipway/bot"
	"github.com/slipwayhq/slipway/bot/doctor"
)

var now = time.Date(2026, 11, 29, 12, 0, 0, 0, time.UTC)

func kindOf(kind bot.ErrorKind) error {
	return &bot.Error{Kind: kind, Says: "it went wrong", Mend: "Do something.", Err: errors.New("some_code")}
}

// everything produces every kind of finding at least once.
func everything() []doctor.Finding {
	denied, gone, away, invalid := kindOf(bot.Denied), kindOf(bot.NotFound), kindOf(bot.Unavailable), kindOf(bot.Invalid)
	good := bot.WorkflowFile{
		Dispatchable: true, RunName: "${{ inputs.release_id }}", Uses: []string{"sha"}, Checkouts: []string{"${{ inputs.sha }}"},
		Inputs: []bot.WorkflowInput{{Name: "release_id"}, {Name: "sha"}, {Name: "environment"}},
	}
	w := doctor.Workflow{Repo: "acme/api", File: "deploy.yml", Service: "api", Found: good, State: "active", Sends: []string{"environment", "release_id", "sha"}, Key: "release_id", SHA: "sha", Env: "environment", ShowsKey: true}
	workflow := func(edit func(*doctor.Workflow)) []doctor.Finding {
		edited := w
		edited.Found.Inputs = slices.Clone(w.Found.Inputs)
		edit(&edited)
		return edited.Findings()
	}
	master := doctor.Master{Version: "7.2.1", Told: true, AppendOnly: true, Saves: true, Sync: "everysec", Policy: "noeviction"}
	redis := func(wait int, edit func(*doctor.Master)) []doctor.Finding {
		m := master
		edit(&m)
		return doctor.Redis{Masters: []doctor.Master{m, m}, WaitReplicas: wait}.Findings()
	}
	needed := []doctor.Permission{{Name: "actions", Access: "write", Breaks: "Nothing starts"}, {Name: "deployments", Access: "write"}}
	return slices.Concat(
		[]doctor.Finding{doctor.Unknown("x", away), doctor.Overdue("x", ""), doctor.Broken("x", "api"), doctor.Fault("3:1 slack.x: is no key")},
		doctor.Config{Services: 2}.Findings(),
		doctor.Config{Unset: []doctor.Unset{{Place: "slack.bot_token", Variable: "SLACK_BOT_TOKEN"}}, Key: "no PEM", OpenEnv: true, OpenKey: true}.Findings(),
		doctor.SlackToken{Kind: true, Team: "T1", Want: "T1", Name: "Acme"}.Findings(),
		doctor.SlackToken{Kind: true, Err: denied}.Findings(), doctor.SlackToken{Err: denied, Looks: doctor.Looks("xoxp-1")}.Findings(), doctor.SlackToken{Err: away}.Findings(),
		doctor.SlackToken{Kind: true, Team: "T2", Want: "T1"}.Findings(), doctor.SlackToken{Kind: true, Team: "E2", Want: "T1"}.Findings(),
		doctor.Scopes(nil, nil), doctor.Scopes([]string{"a"}, []doctor.Scope{{"a", "a", ""}}), doctor.Scopes([]string{}, []doctor.Scope{{"a", "a", ""}, {"b", "b", "Less."}}),
		doctor.AppToken{}.Findings(), doctor.AppToken{Err: denied}.Findings(), doctor.AppToken{Err: denied, Looks: doctor.Looks("xoxb-1")}.Findings(),
		doctor.AppToken{App: "A1", Bot: "A2"}.Findings(),
		doctor.Commands([]string{"/deploy"}, nil), doctor.Commands(nil, []string{"It is ill-formed."}),
		doctor.Requests{Name: "/deploy"}.Findings(now), doctor.Requests{Name: "/deploy", Socket: true}.Findings(now), doctor.Requests{Name: "/deploy", Any: now}.Findings(now),
		doctor.SlackClock(3*time.Minute), doctor.SlackClock(time.Second),
		doctor.Troubles(nil), doctor.Troubles([]bot.Trouble{{Kind: bot.NoDirect}, {Kind: bot.NoAlerts, Says: "it is archived"}, {Kind: bot.ChannelMoved, Says: "It is C1 by now", Mend: "Write C1."}}),
		[]doctor.Finding{
			doctor.Channel{ID: "C1", Member: true}.Finding(), doctor.Channel{ID: "C1", Err: gone}.Finding(), doctor.Channel{ID: "C1", Err: away}.Finding(),
			doctor.Channel{ID: "C1", Name: "ops", Archived: true}.Finding(), doctor.Channel{ID: "C1"}.Finding(),
			doctor.Group{Name: "sre", Members: 1}.Finding(), doctor.Group{Name: "sre"}.Finding(), doctor.Group{Name: "sre", Err: gone}.Finding(),
			doctor.Group{Name: "sre", Members: 2}.Team(), doctor.Group{Name: "sre"}.Team(), doctor.Group{Name: "sre", Err: gone}.Team(),
		},
		doctor.People([]doctor.Account{{Name: "anna", Full: true}}), doctor.People([]doctor.Account{{Name: "anna"}, {Name: "ben", Err: away}}),
		[]doctor.Finding{
			doctor.Host(nil), doctor.Host(denied), doctor.Host(away), doctor.TokenEnd(now.Add(8*24*time.Hour), now)[0],
			doctor.Repository{Name: "acme/api"}.Finding(), doctor.Repository{Name: "acme/api", Err: gone}.Finding(),
			doctor.Repository{Name: "acme/api", Err: denied}.Finding(), doctor.Repository{Name: "acme/api", Err: away}.Finding(), doctor.Repository{Name: "acme/api", Archived: true}.Finding(), doctor.Repository{Name: "acme/api", Now: "acme/api2"}.Finding(),
		},
		doctor.Permissions("acme/api", needed, []error{nil, nil}), doctor.Permissions("acme/api", needed, []error{denied, denied}),
		doctor.Permissions("acme/api", needed, []error{away, away}),
		[]doctor.Finding{
			doctor.Webhooks{Repo: "acme/api"}.Finding(now), doctor.Webhooks{Repo: "acme/api", On: true}.Finding(now),
			doctor.Webhooks{Repo: "acme/api", On: true, Last: now.Add(-time.Hour), Run: now.Add(-time.Hour)}.Finding(now),
			doctor.Webhooks{Repo: "acme/api", On: true, Run: now.Add(-time.Hour)}.Finding(now),
			doctor.Webhooks{Repo: "acme/api", On: true, Last: now.Add(-2 * time.Hour), Run: now.Add(-time.Hour)}.Finding(now),
		},
		w.Findings(),
		workflow(func(w *doctor.Workflow) { w.Err = gone }), workflow(func(w *doctor.Workflow) { w.Err = invalid }), workflow(func(w *doctor.Workflow) { w.Err = away }),
		workflow(func(w *doctor.Workflow) { w.State = "disabled_manually" }), workflow(func(w *doctor.Workflow) { w.Off = true }), workflow(func(w *doctor.Workflow) { w.Found.Dispatchable = false }),
		workflow(func(w *doctor.Workflow) { w.Found.Inputs = w.Found.Inputs[:2] }),
		workflow(func(w *doctor.Workflow) {
			w.Found.Inputs = append(w.Found.Inputs, bot.WorkflowInput{Name: "tier", Required: true})
		}),
		workflow(func(w *doctor.Workflow) { w.ShowsKey = false }), workflow(func(w *doctor.Workflow) { w.Err, w.Near = gone, "Deploy.yaml" }),
		workflow(func(w *doctor.Workflow) { w.Found.Inputs[0].Type = bot.InputBoolean }), workflow(func(w *doctor.Workflow) { w.Found.Uses = nil }),
		workflow(func(w *doctor.Workflow) { w.Found.Checkouts = []string{""} }),
		doctor.Environment{Repo: "acme/api", Name: "production", Reviewers: true, Wait: time.Minute, Branches: true}.Findings(),
		doctor.Environment{Err: gone}.Findings(), doctor.Environment{Err: away}.Findings(),
		doctor.Redis{NoProgram: true, Asleep: true}.Findings(), doctor.Redis{NoFolder: "/data is a file", Asleep: true}.Findings(), doctor.Redis{Asleep: true}.Findings(),
		doctor.Redis{Err: invalid}.Findings(), doctor.Redis{Err: away}.Findings(),
		doctor.Redis{Forbidden: []string{"HSET", "XADD"}, Unknown: []string{"EVAL"}, Unserved: 7}.Findings(), redis(0, func(m *doctor.Master) { m.Address, m.Err = "10.0.0.1:6379", away }),
		redis(0, func(*doctor.Master) {}), redis(2, func(*doctor.Master) {}),
		redis(0, func(m *doctor.Master) { m.Version = "6.2.0" }), redis(0, func(m *doctor.Master) { m.Told = false }),
		redis(0, func(m *doctor.Master) { m.Policy = "allkeys-lru" }), redis(0, func(m *doctor.Master) { m.AppendOnly = false }),
		redis(0, func(m *doctor.Master) { m.AppendOnly, m.Saves = false, false }), redis(0, func(m *doctor.Master) { m.Sync = "no" }),
		redis(0, func(m *doctor.Master) { m.Used, m.Limit = 95, 100 }),
		redis(1, func(m *doctor.Master) { m.Replicas = 1 }), redis(0, func(m *doctor.Master) { m.Off = -time.Minute }),
		[]doctor.Finding{
			doctor.Probe("api in production", bot.Sample{Probe: "up", Outcome: bot.Good}), doctor.Probe("api in production", bot.Sample{Probe: "up", Outcome: bot.Bad, Says: "status 503"}),
			doctor.Probe("api in production", bot.Sample{Probe: "up", Outcome: bot.NoAnswer, Says: "no such host"}),
			doctor.World("api in production", bot.Glance{Probe: "pages", State: bot.Well, Saw: "none fires"}),
			doctor.World("api in production", bot.Glance{Probe: "pages", State: bot.NotWell, Saw: "1 alert fires", Bound: "none may"}),
			doctor.World("api in production", bot.Glance{Probe: "pages", State: bot.NotTold, Saw: "it is away"}),
			doctor.Hook("hooks.example.com", nil), doctor.Hook("hooks.example.com", away),
		},
	)
}

// Every kind of finding can occur, and says what it breaks and what mends it.
func TestEveryKindIsFoundAndWhole(t *testing.T) {
	t.Parallel()
	seen := map[string]bool{}
	for _, f := range everything() {
		seen[f.Of()] = true
		text := f.Says + " " + f.Breaks + " " + f.Mend
		if left := strings.ReplaceAll(text, "${{", ""); strings.Contains(left, "{") {
			t.Errorf("%s: a word was not put in: %s", f.Of(), text)
		}
		if !strings.HasSuffix(f.Says, ".") || f.Check == "" || strings.Contains(text, "..  ") {
			t.Errorf("%s: %+v", f.Of(), f)
		}
		if f.Severity != doctor.OK && (f.Breaks == "" || f.Mend == "") || f.Severity == doctor.OK && f.Breaks+f.Mend != "" {
			t.Errorf("%s says not what it breaks and what mends it, or does where nothing is wrong: %+v", f.Of(), f)
		}
	}
	for _, k := range doctor.Kinds() {
		if !seen[k.Name] {
			t.Errorf("nothing leads to %s", k.Name)
		}
		delete(seen, k.Name)
	}
	for name := range seen {
		t.Errorf("%s stands in no table", name)
	}
}

// Foreign text cannot send control sequences to a terminal.
func TestFindingsArePlain(t *testing.T) {
	t.Parallel()
	f := doctor.Fault("a\x1b[31m\nb" + strings.Repeat("x", 1000))
	if strings.ContainsAny(f.Says, "\x1b\n") || len(f.Says) > 600 {
		t.Errorf("%q", f.Says)
	}
}

func TestWorst(t *testing.T) {
	t.Parallel()
	warning, wrong, good := doctor.Finding{Severity: doctor.Warning}, doctor.Finding{Severity: doctor.Error}, doctor.Finding{Severity: doctor.OK}
	for want, all := range map[doctor.Severity][]doctor.Finding{
		doctor.OK: {good, good}, doctor.Warning: {good, warning, good}, doctor.Error: {warning, wrong, warning, good},
	} {
		if got := doctor.Worst(all); got != want {
			t.Errorf("Worst(%v) = %s", all, got)
		}
	}
}

// TestTokenEnd: a token is spoken of in the month before it lapses; one that does not, or of
// which nothing is known, is not.
func TestTokenEnd(t *testing.T) {
	t.Parallel()
	for says, ends := range map[string]time.Time{
		"":                         {},
		" ":                        now.Add(31 * 24 * time.Hour),
		"  ":                       now.Add(-time.Hour),
		"until 29 November 2026":   now.Add(time.Hour),
		"until 28 December 2026":   now.Add(29 * 24 * time.Hour),
		"until 9 December 2026 on": now.Add(10 * 24 * time.Hour),
	} {
		found := doctor.TokenEnd(ends, now)
		if strings.TrimSpace(says) == "" {
			if len(found) > 0 {
				t.Errorf("%s: %+v", ends, found)
			}
			continue
		}
		if len(found) != 1 || found[0].Severity != doctor.Warning || !strings.Contains(found[0].Says, says) {
			t.Errorf("%s: %+v, want %q", ends, found, says)
		}
	}
}

// TestProbeThatMeasuresNothing: a number that a watch would not believe is no good answer here.
func TestProbeThatMeasuresNothing(t *testing.T) {
	t.Parallel()
	for name, s := range map[string]bot.Sample{
		"none": {Value: math.NaN()}, "endless": {Value: math.Inf(-1)}, "less than none": {Bad: -1, Total: 3}, "of none": {Bad: 1, Total: math.NaN()},
	} {
		s.Probe, s.Outcome = "errors", bot.Good
		if f := doctor.Probe("api in production", s); f.Severity != doctor.Error || !strings.Contains(f.Says, "measures nothing") {
			t.Errorf("%s: %+v", name, f)
		}
	}
}
