package commands_test

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/slipwayhq/slipway/bot"
)

// documents are what people read before they type.
func documents(tb testing.TB) map[string]string {
	tb.Helper()
	read := map[string]string{}
	for _, pattern := range []string{"../*.md", "../docs/*.md", "../docs/adr/*.md"} {
		files, err := filepath.Glob(pattern)
		if err != nil {
			tb.Fatal(err)
		}
		for _, file := range files {
			text, err := os.ReadFile(file)
			if err != nil {
				tb.Fatal(err)
			}
			read[file] = string(text)
		}
	}
	return read
}

// examplesOf are commands that fit a usage: without all that may be left out, and
// with each such part alone.
func examplesOf(usage string) []string {
	fill := strings.NewReplacer("SERVICE", "api", "ENV", "production", "REF", "main", "ID", "api-142", "REASON", "broken", "TEXT", "broken",
		"PAGE", "1", "FROM", "staging", "TO", "production", "SHA", sha("a"), "RELEASE", "api-141", "TIME", "18:00", "VERB", "help", "COMMAND", "why", " ...", "", ",SERVICE...", ",web")
	usage = regexp.MustCompile(`((, \w+)* or (--\w+ )?\w+)+`).ReplaceAllString(usage, "") // one of several words
	option := regexp.MustCompile(` ?\[[^]]*\]`)
	examples := []string{option.ReplaceAllString(usage, "")}
	for _, at := range option.FindAllStringIndex(usage, -1) {
		before, after := option.ReplaceAllString(usage[:at[0]], ""), option.ReplaceAllString(usage[at[1]:], "")
		examples = append(examples, before+strings.NewReplacer("[", "", "]", "").Replace(usage[at[0]:at[1]])+after)
	}
	for i := range examples {
		examples[i] = fill.Replace(examples[i])
	}
	return examples
}

// Every command that a document quotes is understood: with what may be left out
// and without. One that stands there without anything behind it is only named.
func TestClaims_CommandsInDocumentsAreUnderstood(t *testing.T) {
	t.Parallel()
	quoted := regexp.MustCompile("`((/deploy|/deploy-status|/rollback|@slipway)( [^`]*)?)`")
	tried := 0
	for file, text := range documents(t) {
		for _, found := range quoted.FindAllStringSubmatch(text, -1) {
			for _, example := range examplesOf(found[1]) {
				tried++
				wantUnderstood(t, file, example)
			}
		}
	}
	if tried < 60 {
		t.Errorf("only %d commands were tried", tried)
	}
}

// What help says of a verb, and so what every misuse of it is answered with.
func TestClaims_HelpIsUnderstood(t *testing.T) {
	t.Parallel()
	answer, err := newCommands(t, newHouse(t)).Command(t.Context(), typed("/deploy help"))
	help, ok := answer.(bot.Help)
	if err != nil || !ok || len(help.Verbs) < 20 {
		t.Fatalf("help is %#v, %v", answer, err)
	}
	for _, verb := range help.Verbs {
		for _, usage := range verb.Usage {
			for _, example := range examplesOf(usage) {
				wantUnderstood(t, "help", example)
			}
		}
		for _, example := range verb.Examples {
			wantUnderstood(t, "help", example)
		}
	}
}

func wantUnderstood(t *testing.T, where, text string) {
	t.Helper()
	answer, err := newCommands(t, newHouse(t)).Command(t.Context(), typed(text))
	problem, _ := answer.(bot.Problem)
	mends := strings.Join(problem.Mends, " ")
	unknown := strings.Contains(problem.Says, "no command") || strings.Contains(problem.Says, "no service")
	misused := strings.Contains(mends, "It is used so") && len(strings.Fields(text)) > 2
	if err != nil || unknown || misused {
		t.Errorf("%s says %q: %s %s %v", where, text, problem.Says, mends, err)
	}
}
