package main

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/goccy/go-yaml"

	"github.com/slipwayhq/slipway/bot/catalog"
)

// What the documents claim and a program can check is checked here, by
// `make check` and with every other test; commands typed in Slack are checked in
// package commands.

// documents are the texts that people read, by their paths below the repository.
func documents(tb testing.TB) map[string]string {
	tb.Helper()
	read := map[string]string{}
	for _, pattern := range []string{"*.md", "docs/*.md", "docs/adr/*.md"} {
		files, err := filepath.Glob(filepath.Join(repoRoot, pattern))
		if err != nil {
			tb.Fatal(err)
		}
		for _, file := range files {
			name, err := filepath.Rel(repoRoot, file)
			if err != nil {
				tb.Fatal(err)
			}
			read[name] = repoFile(tb, name)
		}
	}
	return read
}

// fenced are the blocks of a language in a document.
func fenced(text, language string) []string {
	var found []string
	for _, block := range regexp.MustCompile("(?s)```"+language+"\n(.*?)```").FindAllStringSubmatch(text, -1) {
		found = append(found, block[1])
	}
	return found
}

// quotes are the code spans and the lines of shell blocks of a document.
func quotes(text string) []string {
	var found []string
	for _, block := range fenced(text, "sh") {
		found = append(found, strings.Split(strings.ReplaceAll(block, "\\\n", " "), "\n")...)
	}
	for _, span := range regexp.MustCompile("`([^`\n]+)`").FindAllStringSubmatch(text, -1) {
		found = append(found, span[1])
	}
	return found
}

func TestClaims_CommandLinesInDocumentsAreUnderstood(t *testing.T) {
	t.Parallel()
	line := regexp.MustCompile(`(?:^|[ /])slipway ((?:serve|rollback|recover|config|health|healthcheck|version|init|manifest|doctor)\b[^#|]*)`)
	tried := 0
	for name, text := range documents(t) {
		for _, quote := range quotes(text) {
			found := line.FindStringSubmatch(quote)
			if found == nil {
				continue
			}
			tried++
			var out bytes.Buffer
			command, args, err := newRoot(world{in: &out, out: &out, err: &out, lookup: os.LookupEnv}).Find(strings.Fields(strings.ReplaceAll(found[1], "...", "")))
			if err == nil {
				err = command.ParseFlags(args)
			}
			if err == nil && len(args) > 0 && !strings.Contains(quote, "...") { // else it is only named
				err = command.ValidateArgs(command.Flags().Args())
			}
			if err != nil {
				t.Errorf("%s quotes `%s`: %v", name, quote, err)
			}
		}
	}
	if tried < 10 {
		t.Errorf("only %d command lines were tried", tried)
	}
}

func TestClaims_MakeTargetsExist(t *testing.T) {
	t.Parallel()
	makefile, tried := repoFile(t, "Makefile"), 0
	for name, text := range documents(t) {
		for _, quote := range quotes(text) {
			targets, isMake := strings.CutPrefix(quote, "make ")
			if !isMake {
				continue
			}
			targets, _, _ = strings.Cut(targets, "#")
			for target := range strings.FieldsSeq(targets) {
				tried++
				if !strings.Contains(target, "=") && !strings.Contains(makefile, "\n"+target+":") {
					t.Errorf("%s quotes `%s`, and the Makefile has no %s", name, quote, target)
				}
			}
		}
	}
	if tried < 15 {
		t.Errorf("only %d targets were looked for", tried)
	}
}

func TestClaims_LinksAndPathsLeadSomewhere(t *testing.T) {
	t.Parallel()
	link := regexp.MustCompile(`\]\(([^)\s]+)\)`)
	path := regexp.MustCompile("`((?:bot|cmd|commands|docs|examples|integrations|scripts|state)/[\\w./-]+|\\.ci/run)`")
	for name, text := range documents(t) {
		for _, found := range link.FindAllStringSubmatch(text, -1) {
			target, anchor, _ := strings.Cut(found[1], "#")
			if strings.Contains(target, "://") {
				continue
			}
			at := name
			if target != "" {
				at = filepath.Join(filepath.Dir(name), target)
			}
			info, err := os.Stat(filepath.Join(repoRoot, at))
			if err != nil {
				t.Errorf("%s links to %s: %v", name, found[1], err)
				continue
			}
			if anchor != "" && (info.IsDir() || !slices.Contains(anchors(repoFile(t, at)), anchor)) {
				t.Errorf("%s links to %s, which has no such heading", name, found[1])
			}
		}
		for _, found := range path.FindAllStringSubmatch(text, -1) {
			if _, err := os.Stat(filepath.Join(repoRoot, found[1])); err != nil {
				t.Errorf("%s names %s: %v", name, found[1], err)
			}
		}
	}
}

// anchors are those of the headings of a document, as GitHub makes them.
func anchors(text string) []string {
	var found []string
	for _, heading := range regexp.MustCompile(`(?m)^#+ (.*)$`).FindAllStringSubmatch(text, -1) {
		plain := regexp.MustCompile(`[^\w\- ]`).ReplaceAllString(strings.ToLower(heading[1]), "")
		found = append(found, strings.ReplaceAll(plain, " ", "-"))
	}
	return found
}

func TestClaims_MetricsExist(t *testing.T) {
	t.Parallel()
	source := repoFile(t, "cmd/slipway/metrics.go")
	for name, text := range documents(t) {
		for _, metric := range regexp.MustCompile(`\bslipway_[a-z_]+`).FindAllString(text, -1) {
			if !strings.Contains(source, `"`+metric+`"`) {
				t.Errorf("%s names the metric %s, which there is not", name, metric)
			}
		}
	}
}

// The files that people begin with are good as they are.
func TestClaims_ExamplesAreGood(t *testing.T) {
	t.Parallel()
	examples := []string{repoFile(t, "examples/slipway.yaml")}
	for _, block := range fenced(repoFile(t, "docs/install.md"), "yaml") {
		if strings.HasPrefix(block, "slack:") {
			examples = append(examples, block)
		}
	}
	if len(examples) != 2 {
		t.Errorf("%d examples were found", len(examples))
	}
	for _, example := range examples {
		if _, err := catalog.Parse([]byte(example), func(string) (string, bool) { return "a-secret", true }, vocabulary()); err != nil {
			t.Errorf("%v in\n%s", err, example)
		}
	}
}

// schema is a part of the JSON Schema of slipway.yaml.
type schema = map[string]any

// below is the part of a schema for what stands under a key or in a list, nil if
// nothing may.
func below(s schema, key string) schema {
	if alternatives, ok := s["anyOf"].([]any); ok {
		for _, one := range alternatives {
			one, _ := one.(schema)
			if inner := below(one, key); inner != nil {
				return inner
			}
		}
		return nil
	}
	if properties, ok := s["properties"].(schema); ok {
		inner, _ := properties[key].(schema)
		return inner
	}
	inner, _ := s["additionalProperties"].(schema)
	return inner
}

func items(s schema) schema {
	if alternatives, ok := s["anyOf"].([]any); ok {
		for _, one := range alternatives {
			one, _ := one.(schema)
			if inner := items(one); inner != nil {
				return inner
			}
		}
	}
	inner, _ := s["items"].(schema)
	return inner
}

// strangers are the keys of a value that its schema does not know.
func strangers(at string, value any, s schema) []string {
	var found []string
	switch value := value.(type) {
	case schema:
		for key, inner := range value {
			if part := below(s, key); part != nil {
				found = append(found, strangers(at+"."+key, inner, part)...)
			} else {
				found = append(found, at+"."+key)
			}
		}
	case []any:
		for _, inner := range value {
			found = append(found, strangers(at+"[]", inner, items(s))...)
		}
	}
	return found
}

// Every key in a piece of YAML is known where it stands, and so is every setting
// that is named with its path, as `redis.wait_replicas`.
func TestClaims_SettingsExist(t *testing.T) {
	t.Parallel()
	text, err := catalog.Schema(vocabulary())
	if err != nil {
		t.Fatal(err)
	}
	var whole schema
	if err := json.Unmarshal(text, &whole); err != nil {
		t.Fatal(err)
	}
	service := below(below(whole, "services"), "api")
	environments := below(service, "environments")
	environment := below(environments, "production")
	places := []schema{whole, service, environment, below(environment, "health"), below(environment, "approvals")}
	dotted := regexp.MustCompile("`([a-z_]+(?:\\.[a-z_]+)+)(?:: [^`]*)?`")
	tried := 0
	for name, text := range documents(t) {
		for _, block := range fenced(text, "yaml") {
			var value schema
			if err := yaml.Unmarshal([]byte(block), &value); err != nil {
				t.Errorf("%s: %v in\n%s", name, err, block)
			}
			for key, inner := range value {
				tried++
				at := slices.IndexFunc(places, func(s schema) bool { return below(s, key) != nil })
				part := below(places[max(at, 0)], key)
				if key == "production" { // an environment, under the line that is not shown
					part = environment
				}
				if found := strangers(key, inner, part); part == nil || len(found) > 0 {
					t.Errorf("%s shows settings that there are not: %s %q", name, key, found)
				}
			}
		}
		for _, found := range dotted.FindAllStringSubmatch(text, -1) {
			keys := strings.Split(found[1], ".")
			at := slices.IndexFunc(places, func(s schema) bool { return below(s, keys[0]) != nil })
			if at < 0 {
				continue // no setting: a file, a phase, an input
			}
			part := places[at]
			for _, key := range keys {
				tried++
				if part = below(part, key); part == nil {
					t.Errorf("%s names the setting %s, which there is not", name, found[1])
					break
				}
			}
		}
	}
	if tried < 30 {
		t.Errorf("only %d settings were looked for", tried)
	}
}
