package catalog_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/slipwayhq/slipway/bot/catalog"
)

// company is a good file with many services, all with the same environments and
// settings. lines come before the services.
func company(services, environments int, settings string, lines ...string) string {
	var b strings.Builder
	head, _, _ := strings.Cut(minimal(), "services:")
	b.WriteString(head + strings.Join(append(lines, "services:\n"), "\n"))
	for s := range services {
		fmt.Fprintf(&b, "  service-%d:\n    repo: acme/service-%d\n    workflow: deploy.yml\n    channel: C%07d\n    environments:\n", s, s, s)
		for e := range environments {
			fmt.Fprintf(&b, "      environment-%d: %s\n", e, settings)
		}
	}
	return b.String()
}

// everySetting is an environment with every setting, one a line.
func everySetting() string {
	settings := []string{
		"", "soak: 30m", "after: environment-0", "checks: [build, test]", `branches: [main, "release/*"]`, "deployers: [sre]", "channels: [C0DEPLOYS]",
		"approvals: {count: 1, from: [sre], expires: 7d, remind: 1h}", "rollback: {approvals: {from: [sre]}}", "emergency: [sre]", "review: 12h",
		`freeze: [{days: [fri], from: "16:00", zone: Europe/Berlin, reason: no Fridays}]`, "max_commits: {warn: 8, refuse: 30}", "coalesce: true", "reviews: {count: 1, merged: true}",
		"timeout: 1h30m", "readiness: {migrations: [db/**], confirm: [settings]}",
		`health: {window: 15m, every: 10s, probes: [{name: up, http: "https://api.example.com/healthz", max_latency: 500ms}]}`,
	}
	return strings.Join(settings, "\n        ")
}

func sre() []string {
	return []string{"people: {anna: {slack: U01ANNA}}", "groups: {sre: {members: [anna]}}"}
}

// TestReadingTakesTwiceTheYAML counts allocations, since times in a test are not
// reliable. They show what is compiled, copied or built again for each item;
// BenchmarkParse shows the time.
func TestReadingTakesTwiceTheYAML(t *testing.T) { //nolint:paralleltest // allocations of others would be counted too
	allDefaults := strings.ReplaceAll(everySetting(), "\n        ", "\n  ")
	allDefaults = strings.ReplaceAll(strings.ReplaceAll(allDefaults, "\n  after: environment-0", ""), "\n  soak: 30m", "")
	tests := []struct {
		name     string
		settings string
		lines    []string
	}{
		{"no settings", "{}", nil},
		{"some settings", "{timeout: 10m, checks: [build, test]}", nil},
		{"every setting", everySetting(), sre()},
		{"every setting in the defaults", "{}", append(sre(), "defaults:"+allDefaults)},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			text := func(services int) string {
				// the first environment has none before it
				return strings.ReplaceAll(company(services, 10, tt.settings, tt.lines...), "environment-0: "+everySetting(), "environment-0: {}")
			}
			few, many := text(6), text(30)
			yaml := testing.AllocsPerRun(1, func() { yamlAlone(t, many) })
			got, less := parsing(t, many), parsing(t, few)
			if got > 2*yaml {
				t.Errorf("30 services take %.0f allocations, the YAML parser alone %.0f", got, yaml)
			}
			if got > 5.2*less {
				t.Errorf("30 services take %.0f allocations, 6 take %.0f", got, less)
			}
		})
	}
}

// TestTimeZoneIsReadOnce uses a zone that may have to be read from a file, and one that
// package time has built in.
func TestTimeZoneIsReadOnce(t *testing.T) { //nolint:paralleltest // allocations of others would be counted too
	in := func(zone string) string {
		return company(20, 10, "{freeze: [{days: [fri], zone: "+zone+", reason: no Fridays}]}")
	}
	if read, known := parsing(t, in("Europe/Berlin")), parsing(t, in("UTC")); read > 1.02*known {
		t.Errorf("200 environments in Europe/Berlin take %.0f allocations, in UTC %.0f", read, known)
	}
}

// parsing counts the allocations of Parse while nothing else runs.
func parsing(tb testing.TB, text string) float64 {
	tb.Helper()
	return testing.AllocsPerRun(1, func() { mustParse(tb, text) })
}

// TestTheBoundsAgree reads a file with the most services and environments allowed and
// room for their settings, and is told which bound is exceeded if there is one more.
func TestTheBoundsAgree(t *testing.T) {
	t.Parallel()
	const eightLines = `
        timeout: 10m
        coalesce: true
        checks:
          - build
          - test
        max_commits:
          warn: 20
          refuse: 100`
	tests := []struct{ name, text, fault string }{
		{"all services, ten environments each", company(500, 10, eightLines), ""},
		{"all environments of a service, as many services", company(100, 50, "{}"), ""},
		{"a service more", company(501, 1, "{}"), "9:1 services: has 501 entries; 500 are the most"},
		{"an environment more", company(1, 51, "{}"), "environments: has 51 entries; 50 are the most"},
		{"environments of all services", company(500, 50, "{}"), "9:1 services: has 25000 environments in all services together; 5000 are the most"},
		{"a person more", minimal("people:") + strings.Join(people(5001), ""), "people: has 5001 entries; 5000 are the most"},
		{"many people more", minimal("people:") + strings.Join(people(7000), ""), "more than 6000 entries stand beside each other, the most that is read"},
		{"lines", company(500, 10, "{}") + strings.Repeat("\n", 50_000), "the file is longer than 50000 lines"},
		{"bytes", minimal("# " + strings.Repeat("x", catalog.MaxBytes)), "bytes; 2097152 are the most that is read"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			_, err := catalog.Parse([]byte(tt.text), variables, vocabulary())
			if tt.fault == "" && err != nil || tt.fault != "" && (err == nil || !strings.Contains(err.Error(), tt.fault)) {
				t.Errorf("Parse = %.500v, want %q", err, tt.fault)
			}
		})
	}
}

func people(count int) []string {
	return numbered(count, "  somebody-whose-name-is-long-%d: {slack: U%07[1]d}\n")
}

// numbered repeats a piece of text with numbers in it.
func numbered(count int, piece string) []string {
	var all []string
	for i := range count {
		all = append(all, fmt.Sprintf(piece, i))
	}
	return all
}

// TestManyFaultsStayQuick reads files that are nothing but faults, and files that
// exceed a bound by far. Each would take minutes, or never end, without bounds.
func TestManyFaultsStayQuick(t *testing.T) {
	t.Parallel()
	const told = "1000 faults are told at once; mend these to see whether there are more"
	manyKeys := strings.Join(numbered(5000, "  unknown-%d: 1\n"), "")
	strangers := strings.Join(numbered(5000, "somebody-whose-name-was-long-%d"), ", ")
	chain := strings.Join(numbered(5000, "e%d: {after: e%[1]d1}"), ", ")
	tests := []struct{ name, text, last string }{
		{"unknown keys", with(t, "slack:\n", "slack:\n"+manyKeys), told},
		{"keys that stand twice", with(t, "slack:\n", "slack:\n"+strings.Repeat("  team: T0001\n", 5000)), told},
		{"wrong values", company(500, 10, "{timeout: soon, checks: 1, coalesce: perhaps}"), told},
		{"groups that are not there", company(500, 10, "{deployers: [sre, ops]}"), told},
		{"people that are not there", minimal("groups: {sre: {members: ["+strangers+"]}}", "people:") + strings.Join(people(5000), ""), told},
		{"tags", minimal("x: [" + strings.Repeat("!a b, ", 100_000) + "]"), told},
		{"a long order of environments", with(t, "      production: {}", "      {"+chain+"}"), "has 5000 entries; 50 are the most"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			var faults catalog.Faults
			if err := parseSoon(t, tt.text); !errors.As(err, &faults) {
				t.Fatalf("Parse = %v, want faults", err)
			}
			if last := faults[len(faults)-1].Message; len(faults) > 1001 || !strings.Contains(last, tt.last) {
				t.Errorf("%d faults, the last of them %.200s, want %q", len(faults), last, tt.last)
			}
			if hints := strings.Count(faults.Error(), "did you mean somebody"); hints > 100 {
				t.Errorf("a name was compared with 5000 others %d times", hints)
			}
		})
	}
}

// TestManyWaysThroughTheNeeds has services that need the next twenty, so that there are
// more paths from the first to the last than could ever be followed.
func TestManyWaysThroughTheNeeds(t *testing.T) {
	t.Parallel()
	head, _, _ := strings.Cut(minimal(), "  api:\n")
	text := []string{head}
	for i := range 500 {
		next := numbered(min(i+21, 500), "s%d")[i+1:]
		needs := ""
		if len(next) > 0 {
			needs = ", needs: [" + strings.Join(next, ", ") + "]"
		}
		text = append(text, fmt.Sprintf("  s%d: {repo: acme/api, workflow: deploy.yml, environments: {live: {}}%s}\n", i, needs))
	}
	if err := parseSoon(t, strings.Join(text, "")); err != nil {
		t.Errorf("Parse = %.500v", err)
	}
}

// parseSoon fails if Parse takes too long.
func parseSoon(tb testing.TB, text string) error {
	tb.Helper()
	parsed := make(chan error, 1)
	go func() {
		_, err := catalog.Parse([]byte(text), variables, vocabulary())
		parsed <- err
	}()
	select {
	case err := <-parsed:
		return err
	case <-time.After(3 * time.Minute):
		tb.Fatal("the file was not read within three minutes")
		return nil
	}
}
