package main

import (
	"bytes"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// repository makes one whose commits hold these files, oldest first; an empty
// text takes a file away.
func repository(tb testing.TB, commits ...map[string]string) string {
	tb.Helper()
	dir := tb.TempDir()
	git := func(args ...string) {
		tb.Helper()
		cmd := exec.CommandContext(tb.Context(), "git", append([]string{"-C", dir, "-c", "user.name=a", "-c", "user.email=a@example.com"}, args...)...)
		if out, err := cmd.CombinedOutput(); err != nil {
			tb.Fatalf("git %q: %v\n%s", args, err, out)
		}
	}
	git("init", "-q")
	for _, files := range commits {
		for name, text := range files {
			file := filepath.Join(dir, name)
			if text == "" {
				if err := os.Remove(file); err != nil {
					tb.Fatal(err)
				}
				continue
			}
			if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
				tb.Fatal(err)
			}
			if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
				tb.Fatal(err)
			}
		}
		git("add", "-A")
		git("commit", "-q", "-m", "a change")
	}
	return dir
}

func ran(tb testing.TB, args ...string) []said {
	tb.Helper()
	var out, says bytes.Buffer
	if err := run(tb.Context(), append(args, "-json"), &out, &says); err != nil {
		tb.Fatalf("readiness %q: %v\n%s", args, err, says.String())
	}
	var all []said
	for line := range strings.Lines(out.String()) {
		var s said
		if err := json.Unmarshal([]byte(line), &s); err != nil {
			tb.Fatalf("%q: %v", line, err)
		}
		all = append(all, s)
	}
	return all
}

// TestHistory goes over a history: newest first, step by step, whatever became
// of the files.
func TestHistory(t *testing.T) {
	t.Parallel()
	dir := repository(t,
		map[string]string{"Procfile": "web: ./a\n", ".env.example": "A=\n", "old/Procfile": "x: ./x\n"},
		map[string]string{"Procfile": "web: ./b\n", "db/migrate/1_a.rb": "x"},
		map[string]string{".env.example": "A=\nB=\n", "old/Procfile": "", "bild.bin": "\xff\xfe", "go.mod": "module \xff"},
	)
	got := ran(t, "-repo", dir, "-pairs", "5")
	var says []string
	for _, line := range got {
		says = append(says, line.Kind+": "+line.Says+" "+strings.Join(line.Files, " "))
		if len(line.Before) != 40 || len(line.After) != 40 {
			t.Errorf("line from %q to %q", line.Before, line.After)
		}
	}
	all := strings.Join(says, "\n")
	for _, want := range []string{"settings: new setting B", "other: go.mod could not be read: it is not text", "migrations: 1 migration", "start: start command of web changed: “./a” → “./b” Procfile"} {
		if !strings.Contains(all, want) {
			t.Errorf("no line %q in:\n%s", want, all)
		}
	}
	if first := got[0].Before; first == got[len(got)-1].Before {
		t.Errorf("all lines are of the pair after %s", first)
	}
	if wide := ran(t, "-repo", dir, "-pairs", "1", "-step", "2"); len(wide) == 0 || wide[0].Before != got[len(got)-1].Before || wide[0].After != got[0].After {
		t.Errorf("a step of two: %v", wide)
	}
}

func TestUsedWrongly(t *testing.T) {
	t.Parallel()
	for _, args := range [][]string{nil, {"-repo", ""}, {"-repo", ".", "-pairs", "0"}, {"-repo", ".", "-step", "-1"}, {"-repo", ".", "more"}, {"-nonsense"}} {
		var out, says bytes.Buffer
		if err := run(t.Context(), args, &out, &says); err == nil || says.Len() == 0 {
			t.Errorf("run(%q) = %v, says %q", args, err, says.String())
		}
	}
	var out, says bytes.Buffer
	if err := run(t.Context(), []string{"-repo", t.TempDir()}, &out, &says); err == nil || !strings.Contains(err.Error(), "git") {
		t.Errorf("a folder without a repository: %v", err)
	}
}
