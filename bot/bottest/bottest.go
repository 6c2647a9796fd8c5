// Package bottest is what the tests of the motor's rooms have in common: a team's
// slipway.yaml, a log that can be asked what it says, and the faults of the outside.
//
// The doubles of a room's ports are not here. Each is as small as the port, and
// stands in the tests of its room.
//
// Nothing of it is linked into a program; the layout test says so.
package bottest

import (
	"context"
	"log/slog"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/slipwayhq/slipway/bot"
	"github.com/slipwayhq/slipway/bot/catalog"
)

// Noon is the time of day in most tests.
func Noon() time.Time { return time.Date(2026, 11, 24, 12, 0, 0, 0, time.UTC) }

// Failing is an error of a kind, with words for people.
func Failing(kind bot.ErrorKind) error {
	return &bot.Error{Kind: kind, Op: "ask GitHub", Says: "it said no", Mend: "Ask nicely."}
}

// Logbook is a log that keeps what was logged.
type Logbook struct {
	mu    sync.Mutex
	lines []string
}

// Enabled says that all of it is kept.
func (l *Logbook) Enabled(context.Context, slog.Level) bool { return true }

// WithAttrs keeps the same lines.
func (l *Logbook) WithAttrs([]slog.Attr) slog.Handler { return l }

// WithGroup keeps the same lines.
func (l *Logbook) WithGroup(string) slog.Handler { return l }

// Handle keeps a line: its level and its message.
func (l *Logbook) Handle(_ context.Context, r slog.Record) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.lines = append(l.lines, r.Level.String()+" "+r.Message)
	return nil
}

// Lines are what was logged.
func (l *Logbook) Lines() []string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return slices.Clone(l.lines)
}

// Says tells whether a line was logged that holds the words.
func (l *Logbook) Says(words string) bool {
	return slices.ContainsFunc(l.Lines(), func(line string) bool { return strings.Contains(line, words) })
}

// Declare reads a slipway.yaml that may name probes of some sources.
func Declare(tb testing.TB, text string, sources ...catalog.Source) *catalog.Catalog {
	tb.Helper()
	c, err := catalog.Parse([]byte(text), func(string) (string, bool) { return "", false }, catalog.Vocabulary{Sources: sources})
	if err != nil {
		tb.Fatal(err)
	}
	return c
}

// Shop declares services that show themselves in channels of their own.
const Shop = `
slack: {mode: http, bot_token: xoxb-1, signing_secret: abcdefgh, team: T0001, alerts: C0ALERTS}
github: {token: ghp_1}
redis: {url: "redis://127.0.0.1:6379/0"}
people:
  anna: {slack: U01ANNA, github: anna-gh}
  ben: {slack: U02BEN, github: ben-gh}
groups:
  sre: {members: [anna, ben]}
  leads: {members: [ben]}
  oncall: {slack_usergroup: S0ONCALL}
services:
  api:
    repo: acme/api
    workflow: deploy.yml
    channel: C0API
    links: {logs: "https://logs.example.com/api"}
    environments:
      production: {}
  web:
    repo: acme/web
    workflow: deploy.yml
    channel: C0WEB
    environments:
      production: {}
`

// WithoutAlerts is the shop whose operator declared no channel for alerts.
func WithoutAlerts() string { return strings.Replace(Shop, ", alerts: C0ALERTS", "", 1) }

// Ruled declares a service whose production has most of the rules that there are.
const Ruled = `
slack: {mode: http, bot_token: xoxb-1, signing_secret: abcdefgh, team: T0001}
github: {token: ghp_1}
redis: {url: "redis://127.0.0.1:6379/0"}
people:
  anna: {slack: U01ANNA, github: anna-gh}
  ben: {slack: U02BEN, github: ben-gh}
groups:
  sre: {members: [anna, ben]}
  leads: {members: [ben]}
services:
  api:
    repo: acme/api
    workflow: deploy.yml
    inputs: {tier: web}
    environments:
      staging: {}
      production:
        after: staging
        checks: all
        deployers: [sre]
        approvals: {count: 1, from: [sre]}
`

// Asked is a release of api that was just asked for.
func Asked(kind bot.Kind, environment string) bot.Release {
	r := bot.Release{
		ID: "api-7", Kind: kind, Phase: bot.Requested, Target: bot.Target{Service: "api", Environment: environment},
		Requester: bot.Person{ID: "U01ANNA", Name: "anna"}, Ref: "main",
	}
	if kind == bot.Rollback {
		r.Reversal = bot.Reversal{Back: "api-2", To: "api-1"}
	}
	if kind == bot.Adopt {
		r.Ref = strings.Repeat("c", 40)
	}
	return r
}

// Starting is a release that is about to start its workflow.
func Starting() bot.Release {
	r := Asked(bot.Deploy, "production")
	r.RunKey, r.Phase, r.RequestedAt, r.Pace.Settle = "api-7.k3v9x2mq", bot.Dispatching, Noon(), 90*time.Second
	r.Plan = &bot.Plan{
		Repo: "acme/api", Workflow: "deploy.yml", WorkflowRef: "main", WorkflowBlob: "blob1", KeyInput: "release_id", Inputs: map[string]string{"sha": "c"},
	}
	r.Run.HeadSHA = "head"
	return r
}
