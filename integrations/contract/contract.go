// Package contract finds what the platforms themselves say of their wire, for tests
// that compare slipway and the simulators with it: GitHub's OpenAPI description
// (github/openapi.json) and example deliveries (github/webhooks), and requests and
// answers recorded at Slack (slack/samples), with its schema of app manifests. Beside it lie real series of metrics, and
// courses that people judged (../data), for the judge of health. None of it is part of
// this repository.
//
// It is read from the folder that CONTRACT_DIR names. Where that is not set, the first
// of ../shared/contract and bin/contract that has what is asked for counts; the second
// is written by `make contract`, which cannot bring what was recorded at Slack.
//
// Nothing is left out in silence: a test that cannot compare is skipped, or goes on
// without, and either way leaves a line in the file that CONTRACT_LEFT_OUT names, which
// `make test` counts at its end. With CONTRACT_REQUIRED=1 it fails instead.
//
// Only tests import it. It does not read what it finds, and fetches nothing.
package contract

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// A Part is one kind of what the platforms say, as a path within the contract.
type Part string

// The parts that there are.
const (
	GitHubDescription Part = "github/openapi.json"
	GitHubWebhooks    Part = "github/webhooks"
	SlackSamples      Part = "slack/samples"
	SlackManifest     Part = "slack/manifest.schema.json"
	JudgeCases        Part = "../data/judge-cases.json"
	QuietSeries       Part = "../data/series"
)

// what says the part in words; scripts/left-out.sh counts the lines that begin so.
func (p Part) what() string {
	switch p {
	case GitHubDescription:
		return "GitHub's description"
	case GitHubWebhooks:
		return "GitHub's example deliveries"
	case SlackSamples:
		return "Slack's recorded samples"
	case SlackManifest:
		return "Slack's schema of app manifests"
	case JudgeCases:
		return "cases that people judged"
	case QuietSeries:
		return "real series of metrics"
	}
	return string(p)
}

// Path is where the part lies. Where it is absent the test is skipped.
func Path(tb testing.TB, part Part) string {
	tb.Helper()
	path, found := Lookup(tb, part)
	if !found {
		tb.Skipf("not compared with %s", part.what())
	}
	return path
}

// Lookup is Path for a test that says something without the part too: it goes on,
// and does not find it.
func Lookup(tb testing.TB, part Part) (path string, found bool) {
	tb.Helper()
	places := folders(tb)
	for _, folder := range places {
		path := filepath.Join(folder, filepath.FromSlash(string(part)))
		if _, err := os.Stat(path); err == nil {
			return path, true
		}
	}
	at := strings.Join(places, ", ")
	if setting("REQUIRED") == "1" {
		tb.Fatalf("%s must be compared with, and are not in %s", part.what(), at)
	}
	tb.Logf("not compared with %s: not in %s", part.what(), at)
	leftOut(tb, fmt.Sprintf("%s\t%s\t%s\n", part.what(), at, tb.Name()))
	return "", false
}

// setting is what the environment says of the contract.
func setting(name string) string {
	return os.Getenv("CONTRACT_" + name) //nolint:forbidigo // whoever runs the tests says so, and only tests import this
}

// folders are the places to look in, the first one first.
func folders(tb testing.TB) []string {
	tb.Helper()
	if named := setting("DIR"); named != "" {
		return []string{named}
	}
	root := moduleRoot(tb)
	return []string{filepath.Join(filepath.Dir(root), "shared", "contract"), filepath.Join(root, "bin", "contract")}
}

// moduleRoot is the nearest folder above that holds go.mod.
func moduleRoot(tb testing.TB) string {
	tb.Helper()
	dir, err := os.Getwd()
	if err != nil {
		tb.Fatal(err)
	}
	for {
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
			return dir
		}
		up := filepath.Dir(dir)
		if up == dir {
			tb.Fatal("no go.mod above the test")
		}
		dir = up
	}
}

// leftOut appends a line to the file in which they are counted, if there is one. Many
// processes do so at once, each line in one write.
func leftOut(tb testing.TB, line string) {
	tb.Helper()
	name := setting("LEFT_OUT")
	if name == "" {
		return
	}
	file, err := os.OpenFile(name, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o600)
	if err != nil {
		tb.Fatalf("count what is left out: %v", err)
	}
	if _, err = file.WriteString(line); err == nil {
		err = file.Close()
	}
	if err != nil {
		tb.Fatalf("count what is left out: %v", err)
	}
}
