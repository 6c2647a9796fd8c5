package main

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/slipwayhq/slipway/bot"
	"github.com/slipwayhq/slipway/bot/catalog"
	"github.com/slipwayhq/slipway/bot/watcher"
	"github.com/slipwayhq/slipway/commands"
)

// coin is the smallest source there can be: what its folder would hold.
type coin struct{}

func (coin) Ask(_ context.Context, q bot.Question) bot.Sample {
	if q.Probe.Setting("coin") == "heads" {
		return bot.Sample{Outcome: bot.Good}
	}
	return bot.Sample{Outcome: bot.Bad, Says: "tails"}
}

func coinKind() catalog.Source {
	return catalog.Source{
		Name: "coin", Marks: []string{"coin"},
		Keys:   []catalog.Key{{Name: "coin", Shape: catalog.Text("Which side lies up.", "heads or tails", "^(heads|tails)$")}},
		Kind:   func(catalog.Said) bot.SampleKind { return bot.Answers },
		Agrees: func(_, _ catalog.Said) []catalog.Misfit { return nil },
	}
}

// TestASourceIsAFolderAndALine adds a source to the table, by one line: what its probes
// may say is read and checked, and it is asked.
func TestASourceIsAFolderAndALine(t *testing.T) {
	t.Parallel()
	table := append(sources(),
		source{coinKind(), func(opening) (watcher.Source, error) { return coin{}, nil }},
	)
	var known catalog.Vocabulary
	for _, s := range table {
		known.Sources = append(known.Sources, s.kind)
	}
	text, err := os.ReadFile(filepath.Join("testdata", "slipway.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	parse := func(probe string) (*catalog.Catalog, error) {
		edited := strings.Replace(string(text), `{name: up, http: "${SERVICE_URL}/healthz"}`, probe, 1)
		return catalog.Parse([]byte(edited), func(name string) (string, bool) {
			if name == "REDIS_URL" {
				return "redis://127.0.0.1:6379/0", true
			}
			return "http://127.0.0.1:1", true
		}, known)
	}
	for probe, want := range map[string]string{
		`{name: toss, coin: edge}`:                                  `must be heads or tails, but is "edge"`,
		`{name: toss, coin: heads, max: 1}`:                         "is for numbers",
		`{name: toss, coin: heads, status: 200}`:                    "is for other probes than one of the kind coin",
		`{name: toss, coin: heads, http: "http://api.example.com"}`: "asks in more than one way: keep one of http, query, bad, workflow, alerts, check, coin",
		`{name: toss}`: "asks for nothing: give one of http, query, bad, workflow, alerts, check, coin",
	} {
		if _, err := parse(probe); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %q", probe, err, want)
		}
	}
	declared, err := parse(`{name: toss, coin: tails}`)
	if err != nil {
		t.Fatal(err)
	}
	service, _ := declared.Service("api")
	production, _ := service.Environment("production")
	asks, err := newWatcher(opening{declared: declared}, table)
	if err != nil {
		t.Fatal(err)
	}
	now := time.Now()
	r := bot.Release{
		Plan:  &bot.Plan{Settings: bot.Settings{Health: production.Health.HealthRule}},
		Watch: bot.Watch{StartedAt: now, EndsAt: now.Add(time.Minute)},
	}
	seen := asks.Look(t.Context(), r, now)
	if len(seen.Samples) != 1 || seen.Samples[0].Says != "tails" || seen.Samples[0].Probe != "toss" {
		t.Errorf("Look = %+v", seen)
	}
}

// TestNoServiceBearsAVerb: what people can type is no name of a service, though the
// catalog does not know the commands.
func TestNoServiceBearsAVerb(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile(filepath.Join("testdata", "slipway.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	for _, verb := range commands.Verbs() {
		edited := strings.Replace(string(text), "\n  api:\n", "\n  "+verb+":\n", 1)
		_, _, err := catalog.Sketch([]byte(edited), func(string) (string, bool) { return "", false }, vocabulary())
		if err == nil || !strings.Contains(err.Error(), "a service cannot bear the name of a command") {
			t.Errorf("a service called %s: %v", verb, err)
		}
	}
}
