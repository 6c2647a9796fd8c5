package contract_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/slipwayhq/slipway/integrations/contract"
)

// witness is a test that says how it ended instead of ending.
type witness struct {
	testing.TB
	failed, skipped string
}

func (w *witness) Helper()      {}
func (w *witness) Name() string { return "TestWitness" }

func (w *witness) Logf(string, ...any) {}

func (w *witness) Fatalf(format string, args ...any) {
	w.failed = fmt.Sprintf(format, args...)
	panic(w)
}

func (w *witness) Skipf(format string, args ...any) {
	w.skipped = fmt.Sprintf(format, args...)
	panic(w)
}

// ask asks for a part on behalf of a test.
func ask(tb testing.TB, part contract.Part) (path string, w *witness) {
	tb.Helper()
	w = &witness{TB: tb}
	defer func() {
		if ended := recover(); ended != nil && ended != any(w) {
			panic(ended)
		}
	}()
	return contract.Path(w, part), w
}

// Neither a repository's own folders nor the environment of whoever runs the test
// count here: each test has its own.
func alone(t *testing.T) (root string) {
	t.Helper()
	root = filepath.Join(t.TempDir(), "slipway")
	below := filepath.Join(root, "integrations", "slack")
	must(t, os.MkdirAll(below, 0o700))
	must(t, os.WriteFile(filepath.Join(root, "go.mod"), nil, 0o600))
	t.Chdir(below)
	for _, name := range []string{"CONTRACT_DIR", "CONTRACT_REQUIRED", "CONTRACT_LEFT_OUT"} {
		t.Setenv(name, "")
	}
	return root
}

func put(tb testing.TB, folder string, part contract.Part) string {
	tb.Helper()
	path := filepath.Join(folder, string(part))
	must(tb, os.MkdirAll(path, 0o700))
	return path
}

func must(tb testing.TB, err error) {
	tb.Helper()
	if err != nil {
		tb.Fatal(err)
	}
}

func TestPathLooksInOnePlaceAfterTheOther(t *testing.T) {
	root := alone(t)
	fetched := put(t, filepath.Join(root, "bin", "contract"), contract.GitHubWebhooks)
	if got, _ := ask(t, contract.GitHubWebhooks); got != fetched {
		t.Errorf("found %q, want what was fetched", got)
	}
	put(t, filepath.Join(root, "..", "shared", "contract"), contract.SlackSamples)
	if got, _ := ask(t, contract.GitHubWebhooks); got != fetched {
		t.Errorf("found %q, want what was fetched, since the shared folder lacks it", got)
	}
	shared := put(t, filepath.Join(root, "..", "shared", "contract"), contract.GitHubWebhooks)
	if got, _ := ask(t, contract.GitHubWebhooks); got != shared {
		t.Errorf("found %q, want what is shared", got)
	}
	named := t.TempDir()
	t.Setenv("CONTRACT_DIR", named)
	if got, w := ask(t, contract.GitHubWebhooks); got != "" || w.skipped == "" {
		t.Errorf("found %q, want nothing: another folder was named", got)
	}
	own := put(t, named, contract.GitHubWebhooks)
	if got, _ := ask(t, contract.GitHubWebhooks); got != own {
		t.Errorf("found %q, want what was named", got)
	}
}

func TestAbsenceIsCountedAndMayBeFatal(t *testing.T) {
	root := alone(t)
	count := filepath.Join(root, "left-out.txt")
	t.Setenv("CONTRACT_LEFT_OUT", count)
	for _, part := range []contract.Part{contract.SlackSamples, contract.GitHubDescription, contract.SlackSamples} {
		if _, w := ask(t, part); w.skipped == "" || w.failed != "" {
			t.Errorf("%s: %+v, want it skipped", part, w)
		}
	}
	written, err := os.ReadFile(count)
	must(t, err)
	at := filepath.Join(filepath.Dir(root), "shared", "contract") + ", " + filepath.Join(root, "bin", "contract")
	line := "Slack's recorded samples\t" + at + "\tTestWitness\n"
	want := line + strings.Replace(line, "Slack's recorded samples", "GitHub's description", 1) + line
	if diff := cmp.Diff(want, string(written)); diff != "" {
		t.Error(diff)
	}
	t.Setenv("CONTRACT_REQUIRED", "1")
	if _, w := ask(t, contract.SlackSamples); !strings.Contains(w.failed, "Slack's recorded samples") {
		t.Errorf("%+v, want it to fail", w)
	}
	if again, err := os.ReadFile(count); err != nil || len(again) != len(written) {
		t.Errorf("what is fatal was counted as left out: %v", err)
	}
}
