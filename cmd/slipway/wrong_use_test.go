package main

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/spf13/pflag"

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
		"servee":                         "unknown command \"servee\" for \"slipway\"\nDid you mean `slipway serve`? `slipway --help` lists the commands.",
		"servee -c slipway.yaml":         "Did you mean `slipway serve`?",
		"start --force":                  "Did you mean `slipway serve`?",
		"validate":                       "Did you mean `slipway config validate`?",
		"deploy api":                     "unknown command \"deploy\" for \"slipway\"\n`slipway --help` lists the commands.",
		"help servee":                    "Did you mean `slipway serve`?",
		"help config nope":               "`slipway config --help` lists the commands.",
		"--json doctor":                  "unknown flag: --json\nFlags stand after their command, as in `slipway doctor --json`.",
		"--confg x":                      "unknown flag: --confg\nFlags stand after their command, as in `slipway",
		"-z":                             "unknown flag: -z\n`slipway --help`",
		"-c":                             "unknown flag: -c\nFlags stand after their command",
		"serve --confg x":                "unknown flag: --confg\nDid you mean `--config`? `slipway serve --help` lists what it takes.",
		"serve -config x":                "unknown flag: -config\nDid you mean `--config`?",
		"serve -config=x":                "unknown flag: -config\nDid you mean `--config`?",
		"doctor -json":                   "unknown flag: -json\nDid you mean `--json`?",
		"doctor —json":                   "\"—json\" is a word too many for \"slipway doctor\"\nDid you mean `--json`?",
		"doctor --json=maybe":            "--json is true or false, and not \"maybe\"",
		"doctor --config":                "--config needs a value: the configuration file",
		"doctor --config=":               "--config is empty\nName a file with -c FILE",
		"doctor -c nowhere.yaml":         "there is no file nowhere.yaml\n`slipway init` writes one",
		"doctor -c testdata":             "testdata is a folder\nName the file in it: -c testdata/slipway.yaml.",
		"doc -c slipway.yaml":            "Did you mean `slipway doctor`?",
		"he":                             "unknown command \"he\" for \"slipway\"\n`slipway --help` lists the commands.",
		"doctor --conf x":                "Did you mean `--config`?",
		"doctor ---x":                    "bad flag syntax: ---x\n`slipway doctor --help`",
		"rollback":                       "SERVICE is missing\nIt is written `slipway rollback SERVICE [ENV] [flags]`.",
		"rollback api production now":    "\"now\" is a word too many for \"slipway rollback\"\nIt is written",
		"rollback api production":        "--as is missing: say who you are",
		"rollback api production --as ":  "--as is missing: say who you are",
		"recover --keep 0":               "--keep must be 1 or more, not 0",
		"recover --keep -5":              "--keep must be 1 or more, not -5",
		"recover --keep many":            "--keep is a whole number, and not \"many\"",
		"manifest --format JSON":         "--format is yaml or json",
		"config validate extra":          `"extra" is a word too many for "slipway config validate"`,
		"config nope":                    `unknown command "nope"`,
		"nope":                           `unknown command "nope"`,
		"serve --force":                  "unknown flag: --force",
		"health backtest":                "--series FILE and --deployed-at TIME are needed",
		"health backtest api":            "SERVICE and ENV are needed",
		"health backtest api production": "either --at TIME or --last N is needed",
		"health backtest api production --last 0": "--last must be a number from 1 to 100",
		"health backtest --series x --last 1":     "--series, --deployed-at and --rule judge readings of a file",
	} {
		refusedWithWords(t, strings.Split(line, " "), says)
	}
}

// TestWrongUse_OfEveryCommand: every command and every flag that there is is written wrongly in
// each way, and each time it is said what would help.
func TestWrongUse_OfEveryCommand(t *testing.T) {
	t.Parallel()
	root := newRoot(world{})
	for _, c := range append(commandsBelow(root), root) {
		if c.Name() == "help" {
			continue // takes what is beside it
		}
		path := strings.Fields(c.CommandPath())[1:]
		with := func(more ...string) []string { return append(slices.Clone(path), more...) }
		help := "`" + c.CommandPath() + " --help` lists "
		for _, child := range c.Commands() {
			name := child.Name()
			mistyped := name + name[len(name)-1:]
			refusedWithWords(t, with(mistyped), "Did you mean `"+child.CommandPath()+"`? "+help)
			refusedWithWords(t, with(mistyped, "--nonsense", "x"), "Did you mean `"+child.CommandPath()+"`? "+help)
			refusedWithWords(t, append([]string{"help"}, with(mistyped)...), "Did you mean `"+child.CommandPath()+"`? "+help)
		}
		if !c.HasSubCommands() {
			refusedWithWords(t, with("some", "words", "too", "many"), help+"what it takes.")
		} else {
			refusedWithWords(t, with("nonsense"), help+"the commands.")
		}
		refusedWithWords(t, with("--nonsense"), "unknown flag: --nonsense\n"+help)
		refusedWithWords(t, with("-~"), help)
		c.InitDefaultHelpFlag()
		c.Flags().VisitAll(func(f *pflag.Flag) {
			name := f.Name + f.Name[len(f.Name)-1:]
			refusedWithWords(t, with("--"+name), "unknown flag: --"+name+"\nDid you mean `--"+f.Name+"`? "+help)
			if len(f.Name) > 2 && strings.Trim(f.Name[:1], "hv") != "" {
				refusedWithWords(t, with("-"+f.Name), "Did you mean `--"+f.Name+"`? "+help)
			}
			switch f.Value.Type() {
			case "bool":
				refusedWithWords(t, with("--"+f.Name+"=maybe"), "--"+f.Name+" is true or false, and not \"maybe\"\n"+help)
			case "int", "int64":
				refusedWithWords(t, with("--"+f.Name, "many"), "--"+f.Name+" is a whole number, and not \"many\"\n"+help)
				fallthrough
			default:
				refusedWithWords(t, with("--"+f.Name), "--"+f.Name+" needs a value: ")
			}
		})
	}
}

// refusedWithWords runs a command line that is wrong, which says so and opens nothing.
func refusedWithWords(t *testing.T, line []string, says string) {
	t.Helper()
	var out, complaint bytes.Buffer
	w := world{in: strings.NewReader(""), out: &out, err: &complaint, lookup: func(string) (string, bool) { return "", false }}
	status := run(t.Context(), line, w)
	if status != statusWrong || !strings.Contains(complaint.String(), says) || out.Len() > 0 {
		t.Errorf("slipway %q: status %d, %q, %q; want %q", line, status, out.String(), complaint.String(), says)
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
