package planner

import (
	"log/slog"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/slipwayhq/slipway/bot"
	"github.com/slipwayhq/slipway/bot/bottest"
	"github.com/slipwayhq/slipway/integrations/httpprobe"
)

// TestSettingsFor: what slipway.yaml says of an environment is what a plan of
// each kind carries.
func TestSettingsFor(t *testing.T) {
	t.Parallel()
	const full = `after: staging
        soak: 30m
        channels: [C0DEPLOYS]
        branches: [main, release/*]
        max_commits: {warn: 8, refuse: 30}
        freeze: [{days: [fri], from: "16:00", to: "24:00", zone: Europe/Berlin, reason: no Friday evenings}]
        emergency: [leads]
        review: 12h
        rollback: {approvals: {count: 1, from: [leads]}}
        readiness: {confirm: [settings, migrations]}
        timeout: 31m
        health: {window: 10m, every: 30s, on_unhealthy: tell, probes: [{name: up, http: "https://api.example.com/healthz", status: 204, max_latency: 500ms, version: git.sha, timeout: 3s}]}`
	p := New(bottest.Declare(t, strings.Replace(bottest.Ruled, "after: staging", full, 1), httpprobe.Kind()), Ports{}, slog.New(slog.DiscardHandler))
	_, env, err := p.declared(bot.Target{Service: "api", Environment: "production"})
	if err != nil {
		t.Fatal(err)
	}
	want := bot.Settings{
		Approvals: bot.ApprovalRule{
			Sets: []bot.ApprovalSet{{Count: 1, From: []string{"sre"}}}, Expires: env.Settings.Approvals.Expires, Remind: env.Settings.Approvals.Remind,
			Confirm: []bot.FindingKind{bot.FindSetting, bot.FindMigration, bot.FindIrreversible},
		},
		Timeout: 31 * time.Minute,
		Health: bot.HealthRule{Window: 10 * time.Minute, Every: 30 * time.Second, OnUnhealthy: "tell", Probes: []bot.Probe{{
			Name: "up", Source: "http", Kind: bot.Answers, Timeout: 3 * time.Second,
			Settings:   []bot.Setting{{Key: "http", Value: "https://api.example.com/healthz"}, {Key: "status", Value: "204"}, {Key: "version", Value: "git.sha"}},
			Conditions: bot.Conditions{Worse: bot.Higher, MaxLatency: 500 * time.Millisecond},
		}}},
		Rules: bot.Rules{
			Deployers: []string{"sre"}, Channels: []string{"C0DEPLOYS"}, Branches: []string{"main", "release/*"}, After: "staging", Soak: 30 * time.Minute,
			MaxCommits: bot.CommitLimit{Warn: 8, Refuse: 30}, Emergency: []string{"leads"}, Review: 12 * time.Hour,
			Freeze: []bot.FreezeWindow{{Days: []time.Weekday{time.Friday}, From: 16 * time.Hour, To: 24 * time.Hour, Zone: "Europe/Berlin", Reason: "no Friday evenings"}},
		},
	}
	back, adopted := want, want
	back.Approvals = bot.ApprovalRule{
		Sets: []bot.ApprovalSet{{Count: 1, From: []string{"leads"}}}, Expires: env.Settings.RollbackApprovals.Expires, Remind: env.Settings.RollbackApprovals.Remind,
	}
	adopted.Approvals.Confirm = nil
	for kind, want := range map[bot.Kind]bot.Settings{bot.Deploy: want, bot.Preview: want, bot.Rollback: back, bot.Adopt: adopted} {
		if diff := cmp.Diff(want, settingsFor(kind, env.Settings)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", kind, diff)
		}
	}
	for checks, want := range map[string]bot.CheckRule{"all": {}, "none": {None: true}, "[build]": {Names: []string{"build"}}} {
		p := plannerIn(t, orderlyWorld(), strings.Replace(bottest.Ruled, "checks: all", "checks: "+checks, 1))
		_, env, _ := p.declared(bot.Target{Service: "api", Environment: "production"})
		if diff := cmp.Diff(want, settingsFor(bot.Deploy, env.Settings).Checks); diff != "" {
			t.Errorf("checks: %s (-want +got):\n%s", checks, diff)
		}
	}
}
