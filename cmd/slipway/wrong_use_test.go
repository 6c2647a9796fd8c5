package main

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/slipwayhq/slipway/commands/grammar"
)

// full is a disk on which nothing finds room, or a pipe that nobody reads.
type full struct{}

func (full) Write([]byte) (int, error) { return 0, errors.New("no space left on device") }

// TestWrongUse: what is wrong with a command line is said, with the status of wrong use, and
// before anything is opened.
func TestWrongUse(t *testing.T) {
	t.Parallel()
	for line, says := range map[string]string{
		"rollback":                                "accepts between 1 and 2 arg(s)",
		"rollback api production":                 "--as is missing: say who you are",
		"rollback api production --as ":           "--as is missing: say who you are",
		"recover --keep 0":                        "--keep must be 1 or more, not 0",
		"recover --keep -5":                       "--keep must be 1 or more, not -5",
		"recover --keep many":                     "--keep",
		"manifest --format JSON":                  "--format is yaml or json",
		"config validate extra":                   `unknown command "extra"`,
		"config nope":                             `unknown command "nope"`,
		"nope":                                    `unknown command "nope"`,
		"serve --force":                           "unknown flag: --force",
		"health backtest":                         "--series FILE and --deployed-at TIME are needed",
		"health backtest api":                     "SERVICE and ENV are needed",
		"health backtest api production":          "either --at TIME or --last N is needed",
		"health backtest api production --last 0": "--last must be a number from 1 to 100",
		"health backtest --series x --last 1":     "--series, --deployed-at and --rule judge readings of a file",
	} {
		var out, complaint bytes.Buffer
		w := world{in: strings.NewReader(""), out: &out, err: &complaint, lookup: func(string) (string, bool) { return "", false }}
		status := run(t.Context(), strings.Split(line, " "), w)
		if status != statusWrong || !strings.Contains(complaint.String(), says) || out.Len() > 0 {
			t.Errorf("slipway %s: status %d, %q, %q", line, status, out.String(), complaint.String())
		}
	}
}

// TestWhatIsNotWrittenFailed: nobody takes an answer for given that was never written.
func TestWhatIsNotWrittenFailed(t *testing.T) {
	t.Parallel()
	config := filepath.Join(t.TempDir(), "slipway.yaml")
	const text = "slack: {bot_token: x, app_token: xapp-1, team: T0001}\ngithub: {token: x}\nredis: {mode: embedded}\n" +
		"services: {api: {repo: acme/api, workflow: deploy.yml, environments: {production: {}}}}\n"
	if err := os.WriteFile(config, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	series := seriesFile(t, minutes(`{"probe":"a","at":"%s","value":1}`, -9, 9)...)
	for _, line := range []string{
		"version", "config schema", "config validate -c " + config, "manifest -c " + config, "manifest --format json -c " + config,
		"health backtest --series " + series + " --deployed-at " + deployed, "health backtest --json --series " + series + " --deployed-at " + deployed,
	} {
		for _, out := range []struct {
			status int
			to     interface{ Write([]byte) (int, error) }
		}{{statusGood, &bytes.Buffer{}}, {statusFailed, full{}}} {
			var complaint bytes.Buffer
			w := world{in: strings.NewReader(""), out: out.to, err: &complaint, lookup: func(string) (string, bool) { return "", false }}
			if status := run(t.Context(), strings.Split(line, " "), w); status != out.status {
				t.Errorf("slipway %s to %T: status %d, %s", line, out.to, status, complaint.String())
			}
		}
	}
}

// TestTheShellsReasonIsKept: what somebody writes in a shell has no escapes of Slack's, and
// its quotes end nothing.
func TestTheShellsReasonIsKept(t *testing.T) {
	t.Parallel()
	for reason, want := range map[string]string{
		"the login is broken":               "the login is broken",
		`the “login” is "broken"`:           "the 'login' is 'broken'",
		"p99 < 3s & errors > 2% <!channel>": "p99 < 3s & errors > 2% <!channel>",
		"it’s late --again":                 "it’s late --again",
		"«a» and &amp;":                     "'a' and &amp;",
	} {
		text, err := grammar.Open(rollbackText([]string{"api", "production"}, "api-7", reason))
		if err != nil {
			t.Fatal(err)
		}
		line, err := text.Line()
		if err != nil {
			t.Errorf("%q: %v", reason, err)
			continue
		}
		words, err := line.Rollback()
		if want := (grammar.Rollback{Service: "api", Environment: "production", To: "api-7"}); err != nil || words != want || !line.Has(grammar.FlagAgain) {
			t.Errorf("%q is read as %+v, %v", reason, words, err)
		}
		if line.Reason != want {
			t.Errorf("%q is kept as %q, want %q", reason, line.Reason, want)
		}
	}
}
