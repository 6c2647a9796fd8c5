package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/slipwayhq/slipway/integrations/prometheus/promserver"
)

// remembers starts a real Prometheus that knows four hours, a reading every 30 seconds:
//
//	requests_total  2 % bad, from two hours ago on 20 %
//	load            about 1
//	risen, beside   about 1, from two hours ago on about 3
//	late            about 1, from three hours ago on
//	odd             no number, ever
func remembers(t *testing.T, now time.Time) string {
	t.Helper()
	if err := promserver.Look(); err != nil {
		if os.Getenv("CONTRACT_REQUIRED") != "" {
			t.Fatal(err)
		}
		t.Skip(err)
	}
	var good, bad, load, risen, late, odd strings.Builder
	g, b := 0.0, 0.0
	for i := range 480 {
		at := now.Add(-4*time.Hour + time.Duration(i)*30*time.Second)
		share, times := 0.02, 1.0
		if at.After(now.Add(-2 * time.Hour)) {
			share, times = 0.2, 3
		}
		g, b = g+3000*(1-share), b+3000*share
		level := 1 + 0.05*float64(i*7%11-5)/5
		fmt.Fprintf(&good, "requests_total{code=\"200\"} %f %d\n", g, at.Unix())
		fmt.Fprintf(&bad, "requests_total{code=\"500\"} %f %d\n", b, at.Unix())
		fmt.Fprintf(&load, "load{service=\"api\"} %f %d\n", level, at.Unix())
		fmt.Fprintf(&risen, "risen %f %d\n", times*level, at.Unix())
		if !at.Before(now.Add(-3 * time.Hour)) {
			fmt.Fprintf(&late, "late %f %d\n", level, at.Unix())
		}
		fmt.Fprintf(&odd, "odd NaN %d\n", at.Unix())
	}
	past := "# TYPE requests counter\n" + good.String() + bad.String() + "# TYPE load gauge\n" + load.String() +
		"# TYPE risen gauge\n" + risen.String() + "# TYPE beside gauge\n" + strings.ReplaceAll(risen.String(), "risen", "beside") +
		"# TYPE late gauge\n" + late.String() + "# TYPE odd gauge\n" + odd.String()
	server, err := promserver.Start(t.Context(), promserver.Options{Dir: t.TempDir(), Past: past})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(server.Stop)
	return server.URL
}

const (
	errorsProbe = `{name: errors, bad: 'sum(increase(requests_total{code="500"}[1m]))', total: 'sum(increase(requests_total[1m]))'}`
	loadProbe   = `{name: load, query: 'load{service="{{service}}"}'}`
	upProbe     = `{name: up, http: "http://api.example.com/healthz"}`
)

// looksBack calls slipway with a configuration whose production has these probes.
func looksBack(t *testing.T, prometheus, probes string, args ...string) (status int, out, complaint string) {
	t.Helper()
	text, err := readBounded("testdata/slipway.yaml")
	if err != nil {
		t.Fatal(err)
	}
	config := strings.Replace(string(text), `          window: 1s
          every: 200ms
          probes:
            - {name: up, http: "${SERVICE_URL}/healthz"}
`, "          window: 10m\n          every: 30s\n          before: 30m\n          probes:\n            - "+probes+"\n", 1)
	config += "prometheus: {url: \"" + prometheus + "\"}\n"
	path := filepath.Join(t.TempDir(), "slipway.yaml")
	if err := os.WriteFile(path, []byte(config), 0o600); err != nil {
		t.Fatal(err)
	}
	set := map[string]string{
		"SLACK_BOT_TOKEN": "xoxb-1", "SLACK_SIGNING_SECRET": "secret", "SLACK_URL": "https://slack.com/api/", "GITHUB_TOKEN": "token",
		"GITHUB_URL": "https://api.github.com/", "GITHUB_WEBHOOK_SECRET": "secret", "REDIS_URL": "redis://127.0.0.1:1/0",
	}
	var stdout, stderr bytes.Buffer
	w := world{in: strings.NewReader(""), out: &stdout, err: &stderr, lookup: func(name string) (string, bool) { v, ok := set[name]; return v, ok }}
	status = run(t.Context(), append([]string{"health", "backtest", "-c", path}, args...), w)
	return status, stdout.String(), stderr.String()
}

// TestBacktest_AtATime judges a release at a time by what a real Prometheus has of it.
func TestBacktest_AtATime(t *testing.T) {
	t.Parallel()
	now := time.Now().Truncate(time.Minute)
	server := remembers(t, now)
	ago := func(d time.Duration) string { return now.Add(-d).Format(time.RFC3339) }
	for name, tt := range map[string]struct {
		probes, at string
		status     int
		says       []string // on either stream
	}{
		"a quiet time":            {errorsProbe, ago(150 * time.Minute), 0, []string{"healthy, 10 min after", "no more than before"}},
		"an error step":           {errorsProbe, ago(2 * time.Hour), 0, []string{"unhealthy, ", "were bad after the release, before 2%"}},
		"a step after the window": {errorsProbe, ago(135 * time.Minute), 0, []string{"healthy, "}},
		"bad before and after":    {errorsProbe, ago(time.Hour), 0, []string{"healthy, ", "no more than before"}},
		"two probes":              {errorsProbe + "\n            - " + loadProbe, ago(2 * time.Hour), 0, []string{"unhealthy, ", "load ", "the median stayed at"}},
		"a rise":                  {`{name: risen, query: risen}`, ago(2 * time.Hour), 0, []string{"unhealthy, ", "the median rose from 1 to "}},
		"a rise that its control has too": {
			`{name: risen, query: risen, control: beside}`, ago(2 * time.Hour), 0, []string{"healthy, ", "as its control did"},
		},
		"half of before missing":  {`{name: late, query: late}`, ago(165 * time.Minute), 0, []string{"healthy, ", "the median"}},
		"most of before missing":  {`{name: late, query: late}`, ago(179 * time.Minute), 0, []string{"inconclusive, ", "too little from before the release to compare with"}},
		"a bound needs no before": {`{name: late, query: late, max: 2}`, ago(179 * time.Minute), 0, []string{"healthy, ", "above 2 after the release"}},
		"before data began":       {errorsProbe, ago(6 * time.Hour), 1, []string{"nothing is known of that time", "the query found nothing"}},
		"no number":               {`{name: odd, query: odd}`, ago(2 * time.Hour), 1, []string{"nothing is known of that time", "(NaN)"}},
		"one has no number":       {errorsProbe + "\n            - {name: odd, query: odd}", ago(2 * time.Hour), 0, []string{"unhealthy, ", "odd ", "(NaN)"}},
		"by HTTP alone":           {upProbe, ago(2 * time.Hour), 1, []string{"up: it cannot be judged after the fact"}},
		"one by HTTP":             {upProbe + "\n            - " + errorsProbe, ago(150 * time.Minute), 0, []string{"healthy, ", "it cannot be judged after the fact"}},
		"of one commit":           {`{name: of, query: 'load{sha="{{sha}}"}'}`, ago(2 * time.Hour), 1, []string{"of: {{sha}} stands in query, and it is not known what it was then"}},
		"no PromQL":               {`{name: load, query: 'load{'}`, ago(2 * time.Hour), 1, []string{"load: the past cannot be asked for: Prometheus does not understand the query"}},
		"several series":          {`{name: all, query: requests_total}`, ago(2 * time.Hour), 1, []string{"the query found several series"}},
		"a window that is open":   {errorsProbe, ago(5 * time.Minute), 1, []string{"its window is not over before"}},
	} {
		status, out, complaint := looksBack(t, server, tt.probes, "api", "production", "--at", tt.at)
		for _, says := range tt.says {
			if status != tt.status || !strings.Contains(out+complaint, says) {
				t.Errorf("%s: status %d, want %d and %q:\n%s%s", name, status, tt.status, says, out, complaint)
			}
		}
		if strings.HasPrefix(tt.says[0], "healthy") && !strings.HasPrefix(out, "healthy") {
			t.Errorf("%s: %s", name, out)
		}
	}
	status, out, complaint := looksBack(t, server, upProbe+"\n            - "+errorsProbe, "api", "production", "--at", ago(2*time.Hour), "--json")
	var got struct {
		Verdict   string    `json:"verdict"`
		DecidedAt time.Time `json:"decided_at"`
		Probes    []struct {
			Name    string         `json:"name"`
			Verdict string         `json:"verdict"`
			Why     string         `json:"why"`
			After   map[string]any `json:"after"`
		} `json:"probes"`
	}
	if err := json.Unmarshal([]byte(out), &got); err != nil || status != 0 || complaint != "" {
		t.Fatalf("status %d, %s%s: %v", status, out, complaint, err)
	}
	if got.Verdict != "unhealthy" || got.DecidedAt.Sub(now.Add(-2*time.Hour)) > 2*time.Minute || len(got.Probes) != 2 || got.Probes[0].Name != "errors" {
		t.Errorf("got %+v", got)
	}
	if up := got.Probes[1]; up.Name != "up" || up.Verdict != "inconclusive" || up.After["readings"] != 0.0 || up.Why == "" {
		t.Errorf("the probe that cannot be judged: %+v", up)
	}
}

// TestBacktest_PastWrongUse: what is typed wrongly, or cannot be reached, is said in a
// sentence.
func TestBacktest_PastWrongUse(t *testing.T) {
	t.Parallel()
	const at = "2026-01-02T10:00:00Z"
	for name, tt := range map[string]struct {
		args   []string
		status int
		says   string
	}{
		"no environment":         {[]string{"api", "--at", at}, 2, "SERVICE and ENV are needed"},
		"nobody":                 {[]string{"--last", "3"}, 2, "SERVICE and ENV are needed"},
		"three words":            {[]string{"api", "production", "now"}, 2, `"now" is a word too many`},
		"no time":                {[]string{"api", "production"}, 2, "either --at TIME or --last N is needed"},
		"both":                   {[]string{"api", "production", "--at", at, "--last", "1"}, 2, "either --at TIME or --last N is needed"},
		"a word for a time":      {[]string{"api", "production", "--at", "yesterday"}, 2, `--at must be a time such as 2026-11-29T10:00:00Z, not "yesterday"`},
		"the future":             {[]string{"api", "production", "--at", "2199-01-01T00:00:00Z"}, 2, "in the past"},
		"none":                   {[]string{"api", "production", "--last", "0"}, 2, "from 1 to 100, not 0"},
		"fewer than none":        {[]string{"api", "production", "--last", "-1"}, 2, "from 1 to 100, not -1"},
		"a word for a number":    {[]string{"api", "production", "--last", "few"}, 2, "few"},
		"too many":               {[]string{"api", "production", "--last", "101"}, 2, "from 1 to 100, not 101"},
		"a service nobody knows": {[]string{"apo", "production", "--at", at}, 2, `no service "apo": did you mean api?`},
		"an environment":         {[]string{"api", "prodution", "--at", at}, 2, `api has no environment "prodution": did you mean production?`},
		"without probes":         {[]string{"api", "staging", "--at", at}, 2, "has no health probes"},
		"a series as well":       {[]string{"api", "production", "--at", at, "--series", "x"}, 2, "--series, --deployed-at and --rule judge readings of a file"},
		"a rule as well":         {[]string{"api", "production", "--at", at, "--rule", "x"}, 2, "by the rule of slipway.yaml"},
		"no Prometheus":          {[]string{"api", "production", "--at", at}, 1, "load: the past cannot be asked for: Prometheus cannot be reached"},
		"no Redis":               {[]string{"api", "production", "--last", "2"}, 1, "redis.url"},
	} {
		status, out, complaint := looksBack(t, "http://127.0.0.1:1", loadProbe, tt.args...)
		if status != tt.status || !strings.Contains(complaint, tt.says) {
			t.Errorf("%s: status %d, %s%s, want %d and %q", name, status, out, complaint, tt.status, tt.says)
		}
	}
}
