package readiness_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/rogpeppe/go-internal/txtar"

	"github.com/slipwayhq/slipway/bot"
	"github.com/slipwayhq/slipway/bot/golden"
	"github.com/slipwayhq/slipway/bot/readiness"
)

// TestCorpus reads each case of testdata/corpus: files before/… and after/…, invented
// after what real repositories contain, and the correct report. A value with “hunter”
// in it must not be shown. A file on one side only was added or removed, and one that
// is the same on both sides is there to be read beside others. A line "backward" in the
// comment reverses the direction, and "config: FILE" names a file of settings.
func TestCorpus(t *testing.T) {
	t.Parallel()
	cases, err := filepath.Glob(filepath.Join("testdata", "corpus", "*.txtar"))
	if err != nil || len(cases) == 0 {
		t.Fatalf("no cases: %v", err)
	}
	for _, path := range cases {
		t.Run(strings.TrimSuffix(filepath.Base(path), ".txtar"), func(t *testing.T) {
			t.Parallel()
			archive, err := txtar.ParseFile(path)
			if err != nil {
				t.Fatal(err)
			}
			got := strings.Join(lines(corpusReport(t, archive)), "\n")
			if got != "" {
				got += "\n"
			}
			if strings.Contains(got, "hunter") {
				t.Errorf("the report shows a value:\n%s", got)
			}
			last := len(archive.Files) - 1
			if last < 0 || archive.Files[last].Name != "report" {
				archive.Files = append(archive.Files, txtar.File{Name: "report"})
				last++
			}
			if golden.Updating() {
				archive.Files[last].Data = []byte(got)
				if err := os.WriteFile(path, txtar.Format(archive), 0o600); err != nil {
					t.Fatal(err)
				}
			}
			if diff := cmp.Diff(string(archive.Files[last].Data), got); diff != "" {
				t.Errorf("report (-want +got), -update writes it:\n%s", diff)
			}
		})
	}
}

// corpusReport is the report on the files of a case.
func corpusReport(tb testing.TB, archive *txtar.Archive) bot.Readiness {
	tb.Helper()
	changes := map[string]*change{}
	var order []string
	for _, file := range archive.Files {
		side, path, ok := strings.Cut(file.Name, "/")
		if !ok {
			continue
		}
		if changes[path] == nil {
			changes[path] = &change{path: path}
			order = append(order, path)
		}
		// txtar cannot write some characters that files begin with.
		text := strings.NewReplacer("<BOM>", "\ufeff", "<CR>", "\r").Replace(string(file.Data))
		switch side {
		case "before":
			changes[path].before = text
		case "after":
			changes[path].after = text
		default:
			tb.Fatalf("%s is neither before/ nor after/", file.Name)
		}
	}
	all := make([]change, 0, len(order))
	for _, path := range order {
		all = append(all, *changes[path])
	}
	rules, way := readiness.Rules{Environment: "production"}, bot.Forward
	for line := range strings.Lines(string(archive.Comment)) {
		if file, ok := strings.CutPrefix(strings.TrimSpace(line), "config: "); ok {
			rules.Config = append(rules.Config, file)
		}
		if strings.TrimSpace(line) == "backward" {
			way = bot.Backward
		}
	}
	return report(tb, way, rules, all...)
}
