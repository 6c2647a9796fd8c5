package catalog_test

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/slipwayhq/slipway/bot"
	"github.com/slipwayhq/slipway/bot/catalog"
	"github.com/slipwayhq/slipway/bot/golden"
	"github.com/slipwayhq/slipway/integrations/httpprobe"
)

// vocabulary is what the files here may refer to.
func vocabulary() catalog.Vocabulary {
	return catalog.Vocabulary{Sources: []catalog.Source{httpprobe.Kind()}, Verbs: []string{"deploy", "rollback", "status", "release-quarantine"}}
}

// variables is an environment that has all variables of the good files.
func variables(name string) (string, bool) {
	values := map[string]string{
		"SLACK_BOT_TOKEN":          "xoxb-hidden",
		"SLACK_APP_TOKEN":          "xapp-hidden",
		"SLACK_SIGNING_SECRET":     "signing-hidden",
		"SLACK_OLD_SIGNING_SECRET": "old-hidden",
		"GITHUB_TOKEN":             "ghp-hidden",
		"GITHUB_WEBHOOK_SECRET":    "hook-hidden",
		"STATE_KEY":                "a-hidden-state-key",
		"PROBE_TOKEN":              "token-hidden",
		"REDIS_PASSWORD":           "redis-hidden",
		"EMPTY":                    "",
		"NEWLINE":                  "hidden\n",
		"TEAM":                     "T0002",
		"REPLICAS":                 "2",
		"YES":                      "true",
		"POLL":                     "30s",
		"NESTED":                   "${TEAM}",
	}
	value, ok := values[name]
	return value, ok
}

func readFile(tb testing.TB, name string) []byte {
	tb.Helper()
	text, err := os.ReadFile(filepath.Join("testdata", name))
	if err != nil {
		tb.Fatal(err)
	}
	return text
}

func mustParse(tb testing.TB, text string) *catalog.Catalog {
	tb.Helper()
	parsed, err := catalog.Parse([]byte(text), variables, vocabulary())
	if err != nil {
		tb.Fatalf("Parse = %v", err)
	}
	return parsed
}

// faultsOf parses a file that must be refused.
func faultsOf(tb testing.TB, text string) catalog.Faults {
	tb.Helper()
	parsed, err := catalog.Parse([]byte(text), variables, vocabulary())
	var faults catalog.Faults
	if !errors.As(err, &faults) || parsed != nil || len(faults) == 0 {
		tb.Fatalf("Parse = %v, %v, want no catalog and faults", parsed, err)
	}
	return faults
}

func equateSecrets() cmp.Option {
	return cmp.Comparer(func(a, b catalog.Secret) bool { return a.Reveal() == b.Reveal() })
}

func TestParseFull(t *testing.T) {
	t.Parallel()
	got := mustParse(t, string(readFile(t, "full.yaml")))
	named := bot.CheckRule{Names: []string{"build", "test"}}
	want := &catalog.Catalog{
		Slack: catalog.Slack{
			Mode:           catalog.SlackHTTP,
			BotToken:       catalog.NewSecret("xoxb-hidden"),
			AppToken:       catalog.NewSecret("xapp-hidden"),
			SigningSecrets: []catalog.Secret{catalog.NewSecret("signing-hidden"), catalog.NewSecret("old-hidden")},
			APIURL:         "https://slack.com/api/",
			Team:           "T0001",
			Commands:       catalog.Commands{Deploy: "/ship", Rollback: "/unship", Status: "/ship-status"},
			Alerts:         "C0ALERTS",
			EditPause:      5 * time.Second,
		},
		GitHub: catalog.GitHub{
			App:           &catalog.App{ID: 1, InstallationID: 2, PrivateKeyFile: "key.pem"},
			APIURL:        "https://api.github.com/",
			WebhookSecret: catalog.NewSecret("hook-hidden"),
			StateKeys:     []catalog.Secret{catalog.NewSecret("a-hidden-state-key"), catalog.NewSecret("an-older-hidden-key")},
			Poll:          20 * time.Second,
			Settle:        2 * time.Minute,
		},
		Redis: catalog.Redis{
			URL: catalog.NewSecret("redis://:redis-hidden@127.0.0.1:6379/0"), Mode: catalog.RedisSingle, WaitReplicas: 1, KeepHistory: 500,
		},
		Listen: "0.0.0.0:9090", LockNag: 48 * time.Hour, Operators: []string{"oncall", "sre"}, ProbesMayReach: []string{"*.example.com", "10.0.0.0/8"},
		ListenAdmin: "127.0.0.1:9090",
		PublicURL:   "https://bot.example.com",
		People:      []catalog.Person{{Name: "anna", Slack: "U01ANNA", GitHub: "anna-gh"}, {Name: "ben", Slack: "U02BEN"}},
		Groups: []catalog.Group{
			{Name: "sre", Members: []string{"anna", "ben"}},
			{Name: "oncall", SlackUsergroup: "S0123ABC"},
			{Name: "leads", GitHubTeam: "acme/api-leads"},
		},
		Notify: []bot.NotifyRule{
			{
				Services: []string{"api"}, Environments: []string{"production"}, Outcomes: []bot.ReleaseOutcome{bot.OutcomeFailed, bot.OutcomeRolledBack},
				Severities: []bot.Severity{bot.Critical},
				To:         []bot.Recipient{{Kind: bot.ToChannel, ID: "C0INCIDENTS"}, {Kind: bot.ToPerson, ID: "U01ANNA"}, {Kind: bot.ToGroup, ID: "sre"}},
			},
			{To: []bot.Recipient{{Kind: bot.ToWebhook, ID: "4f65a30b79ebe126"}}},
			{To: []bot.Recipient{{Kind: bot.ToChannel, ID: "C0DEPLOYS"}}},
		},
		Webhooks: []catalog.Webhook{{ID: "4f65a30b79ebe126", URL: catalog.NewSecret("https://hooks.example.com/slipway"), Secret: catalog.NewSecret("signing-hidden")}},
		Defaults: catalog.Settings{Timeout: time.Hour, Checks: named},
		Services: []catalog.Service{
			{
				Name:         "web",
				Repo:         catalog.Repository{Owner: "acme", Name: "shop"},
				Workflow:     "deploy-web.yaml",
				Needs:        []string{"api"},
				Aliases:      []string{"shop", "where"},
				Inputs:       map[string]string{},
				InputNames:   catalog.InputNames{ReleaseID: "release_id", SHA: "sha", Environment: "environment"},
				Environments: []catalog.Environment{{Name: "live", Settings: catalog.Settings{Timeout: time.Hour, Checks: named, Rules: bot.Rules{Reviews: bot.ReviewRule{Count: 1, Merged: true}}}}},
			},
			{
				Name:               "api",
				Repo:               catalog.Repository{Owner: "acme", Name: "api"},
				Workflow:           "deploy.yml",
				WorkflowRef:        "main",
				Channel:            "C0DEPLOYS",
				Paths:              []string{"api/**", "lib/{a,b}/*.go"},
				DefaultEnvironment: "staging",
				Short:              map[string]string{"prod": "production", "stg": "staging"},
				Inputs:             map[string]string{"tier": "web", "replicas": "3", "debug": "false", "note": ""},
				InputNames:         catalog.InputNames{ReleaseID: "id", SHA: "commit", Environment: "env"},
				Links: []bot.Link{
					{Name: "logs", URL: "https://logs.example.com/api?q=a#b"},
					{Name: "runbook", URL: "https://wiki.example.com/{environment}?r={release}&s={sha}&f={from}&t={to:unix}"},
				},
				Environments: []catalog.Environment{
					{Name: "staging", Settings: catalog.Settings{Timeout: 45 * time.Minute, Checks: named}},
					{Name: "production", Production: true, Settings: catalog.Settings{
						Rules: bot.Rules{
							After:           "staging",
							Soak:            30 * time.Minute,
							VerifiedCommits: true,
							MaxCommits:      bot.CommitLimit{Warn: 8, Refuse: 30},
							Branches:        []string{"main", "release/*"},
							Deployers:       []string{"sre"},
							Freeze: []bot.FreezeWindow{
								{Days: []time.Weekday{time.Friday}, From: 16 * time.Hour, To: 8 * time.Hour, Zone: "Europe/Berlin", Reason: "no Friday evenings"},
								{First: "2026-12-20", Last: "2027-01-03", To: 24 * time.Hour, Zone: "UTC", Reason: "holidays"},
							},
							Channels:  []string{"C0DEPLOYS"},
							Emergency: []string{"sre"},
							Review:    12 * time.Hour,
							World: []bot.Probe{
								{
									Name: "status", Source: "http", Kind: bot.Answers, Timeout: 2 * time.Second, Conditions: bot.Conditions{MaxLatency: time.Second},
									Settings: []bot.Setting{{Key: "http", Value: "https://status.example.com"}, {Key: "status", Value: "200"}},
								},
								{Name: "health", Source: bot.OwnHealth, Kind: bot.Verdicts, Timeout: 5 * time.Second, Settings: []bot.Setting{{Key: "healthy", Value: "true"}}},
							},
						},
						Coalesce:          true,
						Approvals:         bot.ApprovalRule{Sets: []bot.ApprovalSet{{Count: 2, From: []string{"sre"}, Self: true}, {Count: 1, From: []string{"sre"}, NotAuthors: true, EscalateAfter: 2 * time.Hour, EscalateTo: []string{"leads"}}}, Expires: 7 * 24 * time.Hour, Remind: time.Hour},
						RollbackApprovals: bot.ApprovalRule{Sets: []bot.ApprovalSet{{Count: 1, From: []string{"sre"}}}, Expires: 2 * time.Hour},
						Timeout:           24 * time.Hour,
						DeployJob:         "roll out",
						Readiness: catalog.Readiness{
							Config: []string{"deploy/values.yaml"}, Migrations: catalog.Globs{"db/**"}, Irreversible: catalog.Globs{"queue/{a,b}.proto"},
							Confirm: []bot.FindingKind{bot.FindSetting, bot.FindMigration, bot.FindIrreversible},
						},
						Health: catalog.Health{
							HealthRule: bot.HealthRule{
								Window: 15 * time.Minute, Every: 10 * time.Second, OnUnhealthy: bot.OnUnhealthyRollback, Countdown: 30 * time.Second, Delay: time.Minute, Before: 2 * time.Hour,
								Probes: []bot.Probe{
									{
										Name: "up", Source: "http", Kind: bot.Answers, Timeout: 3 * time.Second, Delay: 10 * time.Second, Every: 20 * time.Second,
										Settings: []bot.Setting{
											{Key: "http", Value: "https://api.example.com/healthz"},
											{Key: "status", Value: "204"},
											{Key: "body", Value: "fine"},
											{Key: "version", Value: "commit.sha"},
											{Key: "headers.X-Tenant.file", Value: "/run/tenant"},
											{Key: "headers.X-Token"},
										},
										Conditions: bot.Conditions{Worse: bot.Higher, MaxLatency: 500 * time.Millisecond},
									},
									{
										Name: "home", Source: "http", Kind: bot.Answers, Timeout: 5 * time.Second,
										Settings:   []bot.Setting{{Key: "http", Value: "http://api.example.com:8080/"}, {Key: "status", Value: "200"}},
										Conditions: bot.Conditions{Worse: bot.Higher},
									},
									{
										Name: "queue", Source: "http", Kind: bot.Answers, Timeout: 5 * time.Second,
										Settings: []bot.Setting{
											{Key: "http", Value: "https://api.example.com/stats"},
											{Key: "status", Value: "200"},
											{Key: "json.equals", Value: "7"},
											{Key: "json.max", Value: "100"},
											{Key: "json.min", Value: "1"},
											{Key: "json.path", Value: "queue.length"},
										},
										Conditions: bot.Conditions{Worse: bot.Higher},
									},
									{
										Name: "load", Source: "http", Kind: bot.Values, Timeout: 5 * time.Second,
										Settings: []bot.Setting{
											{Key: "http", Value: "https://api.example.com/stats"}, {Key: "status", Value: "200"}, {Key: "json.path", Value: "load"},
										},
										Conditions: bot.Conditions{Worse: bot.Either, Max: new(0.8), Min: new(-1.0), MaxIncrease: new(0.2)},
									},
								},
							},
							Secrets: map[string]catalog.Secrets{"up": {"headers.X-Token": catalog.NewSecret("token-hidden")}},
						},
					}},
				},
			},
		},
	}
	if diff := cmp.Diff(want, got, equateSecrets()); diff != "" {
		t.Errorf("Parse(full.yaml) (-want +got):\n%s", diff)
	}
}

func TestParseMinimal(t *testing.T) {
	t.Parallel()
	got := mustParse(t, string(readFile(t, "minimal.yaml")))
	want := &catalog.Catalog{
		Slack: catalog.Slack{
			Mode:           catalog.SlackHTTP,
			BotToken:       catalog.NewSecret("xoxb-hidden"),
			SigningSecrets: []catalog.Secret{catalog.NewSecret("signing-hidden")},
			APIURL:         "https://slack.com/api/",
			Team:           "T0001",
			Commands:       catalog.Commands{Deploy: "/deploy", Rollback: "/rollback", Status: "/deploy-status"},
			MentionSuccess: true,
			EditPause:      2 * time.Second,
		},
		GitHub: catalog.GitHub{
			Token:  catalog.NewSecret("ghp-hidden"),
			APIURL: "https://api.github.com/",
			Poll:   15 * time.Second,
			Settle: 90 * time.Second,
		},
		Redis:    catalog.Redis{Mode: catalog.RedisEmbedded, DataDir: "./data", KeepHistory: 1000},
		Listen:   "127.0.0.1:8080",
		LockNag:  24 * time.Hour,
		Defaults: catalog.Settings{Timeout: 30 * time.Minute, Checks: bot.CheckRule{None: true}},
		Services: []catalog.Service{{
			Name:         "api",
			Repo:         catalog.Repository{Owner: "acme", Name: "api"},
			Workflow:     "deploy.yml",
			Inputs:       map[string]string{},
			InputNames:   catalog.InputNames{ReleaseID: "release_id", SHA: "sha", Environment: "environment"},
			Environments: []catalog.Environment{{Name: "production", Production: true, Settings: catalog.Settings{Timeout: 30 * time.Minute, Checks: bot.CheckRule{None: true}}}},
		}},
	}
	if diff := cmp.Diff(want, got, equateSecrets()); diff != "" {
		t.Errorf("Parse(minimal.yaml) (-want +got):\n%s", diff)
	}
}

// TestFaultsGolden compares all faults of whole bad files with golden files.
func TestFaultsGolden(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"bad", "notyet_bad"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got := faultsOf(t, string(readFile(t, name+".yaml"))).Error() + "\n"
			golden.Check(t, filepath.Join("testdata", name+".golden"), got)
			if strings.Contains(got, "hidden") || strings.Contains(got, "s3cr3t") || strings.Contains(got, "with space") {
				t.Errorf("a secret is shown:\n%s", got)
			}
		})
	}
}
