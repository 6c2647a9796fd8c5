// Package contract finds what the platforms publish about their APIs, for tests that
// compare slipway and the simulators with it: GitHub's OpenAPI description
// (github/openapi.json) and example deliveries (github/webhooks), requests and responses
// recorded at Slack (slack/samples), and Slack's schema of app manifests. For the judge of
// health there are also real series of metrics and cases that people judged (../data). None
// of it is part of this repository.
//
// The files are looked for in the folder that CONTRACT_DIR names. If that is not set, the
// first of ../shared/contract and bin/contract that has the file counts. `make contract`
// fills the second, except for what was recorded at Slack.
//
// Missing files never go unnoticed. A test without its file is skipped, or goes on without
// the comparison; either way it adds a line to the file that CONTRACT_LEFT_OUT names, which
// `make test` counts at its end. With CONTRACT_REQUIRED=1 it fails instead.
//
// Only tests import it. It does not open the files, and downloads nothing.
package contract

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// A Part is a file or folder of the contract, as a path within it.
type Part string

// The parts of the contract.
const (
	GitHubDescription Part = "github/openapi.json"
	GitHubWebhooks    Part = "github/webhooks"
	SlackSamples      Part = "slack/samples"
	SlackManifest     Part = "slack/manifest.schema.json"
	JudgeCases        Part = "../data/judge-cases.json"
	QuietSeries       Part = "../data/series"
)

// what names the part for people. scripts/left-out.sh counts lines that begin with it.
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

// Path is the path of the part. If the part is absent, the test is skipped.
func Path(tb testing.TB, part Part) string {
	tb.Helper()
	path, found := Lookup(tb, part)
	if !found {
		tb.Skipf("not compared with %s", part.what())
	}
	return path
}

// Lookup is Path for a test that can go on without the part.
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

// setting is the value of an environment variable of the contract.
func setting(name string) string {
	return os.Getenv("CONTRACT_" + name) //nolint:forbidigo // only tests import this, and whoever runs them sets it
}

// folders are the folders to look in, in order.
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

// leftOut appends a line to the file of CONTRACT_LEFT_OUT, if there is one, in a single
// write, since several processes do so at once.
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
