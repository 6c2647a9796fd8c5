package main

import (
	"bytes"
	"os/exec"
	"path/filepath"
	"regexp"
	"testing"
)

// TestStory plays the whole demo with the real program, built anew, and reads what
// somebody sees who has never met slipway.
func TestStory(t *testing.T) {
	t.Parallel()
	program := filepath.Join(t.TempDir(), "slipway")
	if said, err := exec.CommandContext(t.Context(), "go", "build", "-o", program, "../slipway").CombinedOutput(); err != nil {
		t.Fatalf("build slipway: %v\n%s", err, said)
	}
	var out, complaints bytes.Buffer
	if status := run(t.Context(), []string{"--slipway", program}, &out, &complaints); status != statusGood {
		t.Fatalf("status %d: %s\n%s", status, complaints.String(), out.String())
	}
	rest := out.String()
	for _, want := range []string{
		`Anna types\s+│ /deploy adopt shop production`,
		`Ben presses\s+│ Approve`,
		`Recorded as what is live`,
		`Anna types\s+│ /deploy shop main to production`,
		`#deploys(?s:.*)shop-2(?s:.*)Live and healthy`,
		`#alerts(?s:.*)shop-3`,
		`Ben presses\s+│ Roll Back`,
		`shop-4(?s:.*)Live and healthy`,
		`/deploy-status`,
		`That was it`,
	} {
		found := regexp.MustCompile(want).FindStringIndex(rest)
		if found == nil {
			t.Fatalf("the demo never shows %q, or not in this place:\n%s", want, out.String())
		}
		rest = rest[found[0]:]
	}
}

func TestRunSaysWhatIsWrong(t *testing.T) {
	t.Parallel()
	nowhere := filepath.Join(t.TempDir(), "slipway")
	for _, tt := range []struct {
		name   string
		args   []string
		status int
		says   string
	}{
		{"a flag that is none", []string{"--colour"}, statusWrong, `unknown flag: --colour\n.*--help`},
		{"an argument", []string{"story"}, statusWrong, `unknown command "story"`},
		{"no program there", []string{"--slipway", nowhere}, statusFailed, "no slipway at " + regexp.QuoteMeta(nowhere) + ".*--slipway"},
		{"a program that is none", []string{"--slipway", "demo_test.go"}, statusFailed, `prepare the demo: .*demo_test.go`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			var out, complaints bytes.Buffer
			status := run(t.Context(), tt.args, &out, &complaints)
			if status != tt.status || !regexp.MustCompile(tt.says).MatchString(complaints.String()) {
				t.Errorf("status %d, %q; want %d and %q", status, complaints.String(), tt.status, tt.says)
			}
		})
	}
}
