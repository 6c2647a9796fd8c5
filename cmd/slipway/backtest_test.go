package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/slipwayhq/slipway/bot"
	"github.com/slipwayhq/slipway/bot/health"
)

const deployed = "2026-11-29T10:00:00Z"

// seriesFile writes lines, each %s of which is the time of a minute counted from the
// release.
func seriesFile(tb testing.TB, lines ...string) string {
	tb.Helper()
	path := filepath.Join(tb.TempDir(), "series.jsonl")
	if err := os.WriteFile(path, []byte(strings.Join(lines, "\n")+"\n"), 0o600); err != nil {
		tb.Fatal(err)
	}
	return path
}

// minutes writes a line a minute; %s is its time.
func minutes(line string, from, to int) []string {
	at, err := time.Parse(time.RFC3339, deployed)
	if err != nil {
		panic(err)
	}
	var lines []string
	for i := from; i < to; i++ {
		lines = append(lines, fmt.Sprintf(line, at.Add(time.Duration(i)*time.Minute).Format(time.RFC3339)))
	}
	return lines
}

func tested(t *testing.T, args ...string) (status int, out, complaint string) {
	t.Helper()
	var stdout, stderr bytes.Buffer
	w := world{in: strings.NewReader(""), out: &stdout, err: &stderr, lookup: func(string) (string, bool) { return "", false }}
	status = run(t.Context(), append([]string{"health", "backtest"}, args...), w)
	return status, stdout.String(), stderr.String()
}

func TestBacktest_JSON(t *testing.T) {
	t.Parallel()
	path := seriesFile(t, append(append(append(
		minutes(`{"probe":"errors","at":"%s","bad":2,"total":4000}`, -20, 3),
		minutes(`{"probe":"errors","at":"%s","bad":200,"total":4000}`, 3, 20)...),
		minutes(`{"probe":"latency","at":"%s","value":0.2}`, -20, 20)...),
		minutes(`{"probe":"up","at":"%s","ok":true,"latency_ms":120}`, -20, 20)...)...)
	status, out, complaint := tested(t, "--series", path, "--deployed-at", deployed, "--json")
	if status != statusGood || complaint != "" {
		t.Fatalf("status %d, %s", status, complaint)
	}
	var got struct {
		Verdict   string    `json:"verdict"`
		DecidedAt time.Time `json:"decided_at"`
		Probes    []struct {
			Name    string         `json:"name"`
			Verdict string         `json:"verdict"`
			Why     string         `json:"why"`
			Before  map[string]any `json:"before"`
			After   map[string]any `json:"after"`
		} `json:"probes"`
	}
	if err := json.Unmarshal([]byte(out), &got); err != nil {
		t.Fatalf("%v in %s", err, out)
	}
	if want := "2026-11-29T10:04:00Z"; got.Verdict != "unhealthy" || got.DecidedAt.Format(time.RFC3339) != want {
		t.Errorf("%s at %s, want unhealthy at %s", got.Verdict, got.DecidedAt, want)
	}
	var said strings.Builder
	for _, p := range got.Probes {
		said.WriteString(p.Name + " " + p.Verdict + ": " + p.Why + "\n")
		if p.Before["readings"] != 20.0 {
			t.Errorf("%s has %v before, want 20 readings", p.Name, p.Before)
		}
	}
	want := `errors unhealthy: 2.03% (406 of 20,000) were bad after the release, before 0.05% (40 of 80,000)
latency healthy: the median stayed at 0.2
up healthy: 0 of 20 answers were bad after the release, before 0 of 20
`
	if said.String() != want {
		t.Errorf("said:\n%s\nwant:\n%s", said.String(), want)
	}
}

func TestBacktest_Rule(t *testing.T) {
	t.Parallel()
	path := seriesFile(t, append(minutes(`{"probe":"queue","at":"%s","value":100}`, -60, 5), minutes(`{"probe":"queue","at":"%s","value":20}`, 5, 30)...)...)
	tests := []struct {
		name, rule, want string
	}{
		{"without bounds, higher is worse", "health: {probes: [{name: queue}]}", "healthy"},
		{"without the word health", "probes: [{name: queue}]", "healthy"},
		{"lower is worse", "health: {probes: [{name: queue, worse: lower}]}", "unhealthy"},
		{"either is worse", "health: {probes: [{name: queue, worse: either}]}", "unhealthy"},
		{"a lower bound", "health: {probes: [{name: queue, min: 50.5}]}", "unhealthy"},
		{"a bound of what is read of an answer", "health: {probes: [{name: queue, http: \"https://x/\", json: {path: a.b, min: 50}}]}", "unhealthy"},
		{"the window ends before", "health: {window: 4m, every: 30s, probes: [{name: queue, min: 50}]}", "healthy"},
		{"an upper bound", "health: {window: 10m, every: 30s, delay: 10s, before: 1h, on_unhealthy: shadow, countdown: 60s, probes: [{name: queue, max: 1e2, query: 'x'}]}", "healthy"},
		{"a probe that the series lacks", "health: {probes: [{name: queue}, {name: other, max_increase: 20%}]}", "inconclusive"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			rule := filepath.Join(t.TempDir(), "rule.yaml")
			if err := os.WriteFile(rule, []byte(tt.rule), 0o600); err != nil {
				t.Fatal(err)
			}
			status, out, complaint := tested(t, "--series", path, "--deployed-at", deployed, "--rule", rule)
			if status != statusGood || !strings.HasPrefix(out, tt.want+",") {
				t.Errorf("status %d, %s%s, want %s", status, out, complaint, tt.want)
			}
		})
	}
}

func TestBacktest_WrongUse(t *testing.T) {
	t.Parallel()
	good := seriesFile(t, minutes(`{"probe":"a","at":"%s","ok":true}`, -5, 5)...)
	rule := filepath.Join(t.TempDir(), "rule.yaml")
	if err := os.WriteFile(rule, []byte("health: {windw: 5m, probes: [{name: a, max: many}]}"), 0o600); err != nil {
		t.Fatal(err)
	}
	tests := []struct {
		name   string
		args   []string
		status int
		says   string
	}{
		{"nothing", nil, statusWrong, "--series FILE and --deployed-at TIME are needed"},
		{"no time", []string{"--series", good, "--deployed-at", "yesterday"}, statusWrong, `not "yesterday"`},
		{"an unknown flag", []string{"--serie", good}, statusWrong, "unknown flag"},
		{"no file", []string{"--series", good + "x", "--deployed-at", deployed}, statusFailed, "no such file"},
		{"no rule", []string{"--series", good, "--deployed-at", deployed, "--rule", good + "x"}, statusWrong, "no such file"},
		{"a bad rule", []string{"--series", good, "--deployed-at", deployed, "--rule", rule}, statusWrong, "did you mean window?"},
		{"a bad bound", []string{"--series", good, "--deployed-at", deployed, "--rule", rule}, statusWrong, "must be a number such as 0.01"},
		{"an empty file", []string{"--series", seriesFile(t), "--deployed-at", deployed}, statusFailed, "nothing to judge"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			status, out, complaint := tested(t, tt.args...)
			if status != tt.status || !strings.Contains(complaint, tt.says) || out != "" {
				t.Errorf("status %d, %q, %q; want %d, %q", status, out, complaint, tt.status, tt.says)
			}
		})
	}
}

func TestReadSeries(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, text string
		want       string // of the fault; empty: it can be read
	}{
		{"each kind", `{"probe":"a","at":"2026-11-29T10:00:00Z","value":1}
{"probe":"b","at":"2026-11-29T10:00:00.5+01:00","bad":1.5,"total":4}

{"probe":"c","at":"2026-11-29T10:00:00Z","ok":false}` + "\r\n", ""},
		{"what could not be had", `{"probe":"a","at":"2026-11-29T10:00:00Z","value":null}
{"probe":"a","at":"2026-11-29T10:00:00Z","value":"NaN"}
{"probe":"b","at":"2026-11-29T10:00:00Z","bad":null,"total":3}
{"probe":"c","at":"2026-11-29T10:00:00Z","ok":null}`, ""},
		{"no object", "[]", "line 1: this is not one JSON object"},
		{"two objects", `{"probe":"a"} {}`, "line 1: this is not one JSON object"},
		{"no probe", `{"at":"2026-11-29T10:00:00Z","value":1}`, "probe must be a name"},
		{"no time", `{"probe":"a","value":1}`, "at must be a time"},
		{"a time of another age", `{"probe":"a","at":"9999-11-29T10:00:00Z","value":1}`, "at must be a time"},
		{"no reading", `{"probe":"a","at":"2026-11-29T10:00:00Z"}`, "there must be either value"},
		{"two readings", `{"probe":"a","at":"2026-11-29T10:00:00Z","value":1,"ok":true}`, "there must be either value"},
		{"bad without total", `{"probe":"a","at":"2026-11-29T10:00:00Z","bad":1}`, "there must be either value"},
		{"less than none", `{"probe":"a","at":"2026-11-29T10:00:00Z","bad":-1,"total":3}`, "bad must be a number from 0"},
		{"text", `{"probe":"a","at":"2026-11-29T10:00:00Z","value":"many"}`, "value must be a number"},
		{"too large", `{"probe":"a","at":"2026-11-29T10:00:00Z","value":1e300}`, "value must be a number"},
		{"an odd truth", `{"probe":"a","at":"2026-11-29T10:00:00Z","ok":1}`, "ok must be true, false or null"},
		{"an odd latency", `{"probe":"a","at":"2026-11-29T10:00:00Z","ok":true,"latency_ms":-1}`, "latency_ms must be"},
		{"two kinds", `{"probe":"a","at":"2026-11-29T10:00:00Z","ok":true}
{"probe":"a","at":"2026-11-29T10:00:00Z","value":1}`, "line 2: the readings of a are values here and were answers before"},
		{"a long line", strings.Repeat(" ", longestSeriesLine+1), "line 1 is longer"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			_, err := readSeries(strings.NewReader(tt.text))
			if tt.want == "" && err != nil || tt.want != "" && (err == nil || !strings.Contains(err.Error(), tt.want)) {
				t.Errorf("readSeries = %v, want %q", err, tt.want)
			}
		})
	}
}

// FuzzReadSeries looks for text that makes the reader or the judge panic, or gives
// what is no number.
func FuzzReadSeries(f *testing.F) {
	f.Add(strings.Join(minutes(`{"probe":"a","at":"%s","value":-1e99}`, -6, 6), "\n"), "lower")
	f.Add(strings.Join(minutes(`{"probe":"a","at":"%s","bad":9e14,"total":1}`, -6, 6), "\n"), "either")
	f.Add(strings.Join(minutes(`{"probe":"a","at":"%s","ok":false,"latency_ms":1e7}`, -6, 6), "\n"), "")
	f.Fuzz(func(t *testing.T, text, worse string) {
		read, err := readSeries(strings.NewReader(text))
		if err != nil {
			return
		}
		at, err := time.Parse(time.RFC3339, deployed)
		if err != nil {
			t.Fatal(err)
		}
		trial, err := trialOf(read, nil, at)
		if err != nil {
			return
		}
		for i := range trial.Courses {
			trial.Courses[i].Conditions.Worse = bot.Worse(worse)
		}
		report := health.Replay(trial)
		for _, finding := range report.Findings {
			if math.IsNaN(finding.Chance) || finding.Chance < 0 || finding.Chance > 1 {
				t.Errorf("%s: chance %v", finding.Name, finding.Chance)
			}
		}
		var out bytes.Buffer
		if err := printJSON(&out, reportOf(report)); err != nil {
			t.Errorf("%v of %q", err, text)
		}
	})
}
