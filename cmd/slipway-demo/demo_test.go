package main

import (
	"bytes"
	"path/filepath"
	"regexp"
	"testing"
)

// TestStory plays the whole demo with the real program, built again, and reads what
// somebody sees who has never met slipway.
func TestStory(t *testing.T) {
	t.Parallel()
	program := slipwayProgram(t)
	var out, complaints bytes.Buffer
	if status := run(t.Context(), []string{"--slipway", program}, &out, &complaints); status != statusGood {
		t.Fatalf("status %d: %s\n%s", status, complaints.String(), out.String())
	}
	if !regexp.MustCompile(`^demo: http://127\.0\.0\.1:\d+\n`).MatchString(out.String()) {
		t.Errorf("the first line does not say where the page is:\n%.200s", out.String())
	}
	rest := out.String()
	for _, want := range []string{
		`Anna types\s+│ /deploy adopt shop production`,
		`Ben presses\s+│ Approve`,
		`Recorded as what is live`,
		`Anna types\s+│ /deploy shop main to production`,
		`#deploys(?s:.*)shop-2(?s:.*)Live and healthy`,
		`#alerts(?s:.*)shop-3`,
		`slipway counts down`,
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
		{"an address that everybody reaches", []string{"--addr", "0.0.0.0:0", "--slipway", "demo_test.go"}, statusFailed, `cannot be served at "0.0.0.0:0".*127.0.0.1`},
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

func TestPageListensOnThisMachineAlone(t *testing.T) {
	t.Parallel()
	for _, addr := range []string{"0.0.0.0:0", ":0", "192.0.2.1:0", "example.com:80", "nonsense"} {
		l, err := listen(t.Context(), addr)
		if err == nil {
			_ = l.Close()
			t.Errorf("the page would be served at %s", addr)
		}
	}
}
