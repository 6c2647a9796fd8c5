package manifest_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/goccy/go-yaml"
	"github.com/google/go-cmp/cmp"
	"github.com/santhosh-tekuri/jsonschema/v6"

	"github.com/slipwayhq/slipway/integrations/contract"
	"github.com/slipwayhq/slipway/integrations/slack/manifest"
)

func usual() manifest.App {
	return manifest.App{Deploy: "/deploy", Rollback: "/rollback", Status: "/deploy-status", UserGroups: true, URL: "https://bot.example.com"}
}

// everyApp is an app of each combination of what changes its scopes, events, addresses and
// commands.
func everyApp() map[string]manifest.App {
	long := func(letter string) string { return "/" + strings.Repeat(letter, 31) }
	named := map[string]manifest.App{
		"usual names": usual(), "short names": {Deploy: "/d", Rollback: "/r", Status: "/s"}, "longest names": {Deploy: long("d"), Rollback: long("r"), Status: long("s")},
		"odd names": {Deploy: "/-", Rollback: "/0_roll-back", Status: "/_"},
	}
	reached := map[string]string{
		"socket": "", "http": "https://bot.example.com", "below a path": "https://example.com/bots/slipway/", "at a port": "https://bot.example.com:8443",
	}
	all := map[string]manifest.App{}
	for names, app := range named {
		for mode, url := range reached {
			for _, groups := range []bool{false, true} {
				app.URL, app.UserGroups = url, groups
				all[fmt.Sprintf("%s, %s, user groups %t", mode, names, groups)] = app
			}
		}
	}
	return all
}

// Whatever the combination, our own lint finds nothing, and what is asked for follows from
// it: addresses in HTTP mode alone, and user groups where there are some.
func TestOf_EveryCombination(t *testing.T) {
	t.Parallel()
	for name, app := range everyApp() {
		if wrong := manifest.Lint(app); len(wrong) > 0 {
			t.Errorf("%s: %v", name, wrong)
		}
		printed := text(t, app)
		for part, want := range map[string]bool{
			"_url: https://": app.URL != "", "url: https://": app.URL != "", "socket_mode_enabled: true": app.URL == "", "//slack/": false,
			"usergroups:read": app.UserGroups, "subteam_updated": app.UserGroups, "app_mentions:read": true, "messages_tab_enabled: true": true, "command: " + app.Status: true,
		} {
			if strings.Contains(printed, part) != want {
				t.Errorf("%s: %q is there: %t, in\n%s", name, part, !want, printed)
			}
		}
	}
}

func TestOf_AsksForWhatIsUsed(t *testing.T) {
	t.Parallel()
	socket := usual()
	socket.URL, socket.UserGroups = "", false
	if !strings.Contains(text(t, socket), "socket_mode_enabled: true") || strings.Contains(text(t, socket), "url") {
		t.Errorf("Socket Mode needs no address:\n%s", text(t, socket))
	}
	if strings.Contains(text(t, socket), "usergroups") || strings.Contains(text(t, socket), "subteam") {
		t.Errorf("without user groups nothing is asked for about them:\n%s", text(t, socket))
	}
	http := text(t, usual())
	for _, want := range []string{
		"files:write",
		"https://bot.example.com/slack/commands", "https://bot.example.com/slack/events", "message_menu_options_url: https://bot.example.com/slack/interactions",
		"usergroups:read", "subteam_members_changed", "socket_mode_enabled: false", "messages_tab_enabled: true",
	} {
		if !strings.Contains(http, want) {
			t.Errorf("no %s in\n%s", want, http)
		}
	}
}

// Both notations say the same, in the same order.
func TestManifest_JSONAndYAMLAgree(t *testing.T) {
	t.Parallel()
	for name, app := range everyApp() {
		asJSON, err := manifest.Of(app).JSON()
		if err != nil {
			t.Fatal(err)
		}
		var fromJSON any
		if err := json.Unmarshal(asJSON, &fromJSON); err != nil {
			t.Fatal(err)
		}
		// JSON's numbers are floats; what is compared is the text of both.
		again, _ := json.Marshal(decoded(t, app))
		var fromYAML any
		if err := json.Unmarshal(again, &fromYAML); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(fromJSON, fromYAML); diff != "" {
			t.Errorf("%s: JSON and YAML (-json +yaml):\n%s", name, diff)
		}
	}
}

func TestManifest_PassesSlacksSchema(t *testing.T) {
	t.Parallel()
	path, found := contract.Lookup(t, contract.SlackManifest)
	if !found {
		return
	}
	schema := slackSchema(t, path)
	for name, app := range everyApp() {
		m, err := manifest.Of(app).JSON()
		if err != nil {
			t.Fatal(err)
		}
		value, err := jsonschema.UnmarshalJSON(bytes.NewReader(m))
		if err != nil {
			t.Fatal(err)
		}
		if err := schema.Validate(value); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// slackSchema reads Slack's schema, which names its parts by addresses on the web:
// they are given, and nothing else is fetched.
func slackSchema(t *testing.T, path string) *jsonschema.Schema {
	t.Helper()
	compiler := jsonschema.NewCompiler()
	compiler.UseLoader(jsonschema.SchemeURLLoader{})
	// Go's expressions cannot look ahead, as two patterns about domains do, of which
	// the manifest names none.
	compiler.UseRegexpEngine(func(pattern string) (jsonschema.Regexp, error) {
		compiled, err := regexp.Compile(strings.ReplaceAll(pattern, `(?![\.\-])`, ""))
		return compiled, err
	})
	const base = "https://raw.githubusercontent.com/slackapi/manifest-schema/v0.5.0/schemas/"
	for _, name := range []string{"manifest.schema.json", "manifest.schema.1.0.0.json", "manifest.schema.2.0.0.json"} {
		raw, err := os.ReadFile(filepath.Join(filepath.Dir(path), name))
		if err != nil {
			t.Fatal(err)
		}
		doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(raw))
		if err != nil {
			t.Fatal(err)
		}
		if err := compiler.AddResource(base+name, doc); err != nil {
			t.Fatal(err)
		}
	}
	schema, err := compiler.Compile(base + "manifest.schema.json")
	if err != nil {
		t.Fatal(err)
	}
	return schema
}

func TestLint(t *testing.T) {
	t.Parallel()
	tests := []struct{ name, command, want string }{
		{"good", "/ship-it_2", ""},
		{"Slack's own", "/status", "Slack's own"},
		{"Slack's own too", "/remind", "Slack's own"},
		{"upper case", "/Deploy", "ill-formed"},
		{"a space", "/deploy it", "ill-formed"},
		{"no slash", "deploy", "ill-formed"},
		{"nothing", "", "ill-formed"},
		{"a slash alone", "/", "ill-formed"},
		{"too long", "/" + strings.Repeat("d", 32), "ill-formed"},
		{"twice", "/rollback", "twice"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			app := usual()
			app.Deploy = tt.command
			wrong := manifest.Lint(app)
			if tt.want == "" && len(wrong) > 0 || tt.want != "" && (len(wrong) != 1 || !strings.Contains(wrong[0], tt.want)) {
				t.Errorf("Lint(%q) = %q, want %q", tt.command, wrong, tt.want)
			}
		})
	}
}

// Whatever a scope is for is said, and nothing is asked for twice.
func TestGrants(t *testing.T) {
	t.Parallel()
	for _, all := range [][]manifest.Grant{manifest.AllScopes(), manifest.AllEvents()} {
		var names []string
		for _, g := range all {
			if g.For == "" || slices.Contains(names, g.Name) {
				t.Errorf("%+v says not what it is for, or stands there twice", g)
			}
			names = append(names, g.Name)
		}
	}
}

func text(t *testing.T, app manifest.App) string {
	t.Helper()
	m, err := manifest.Of(app).YAML()
	if err != nil {
		t.Fatal(err)
	}
	return string(m)
}

func decoded(t *testing.T, app manifest.App) map[string]any {
	t.Helper()
	var m map[string]any
	if err := yaml.Unmarshal([]byte(text(t, app)), &m); err != nil {
		t.Fatal(err)
	}
	return m
}
