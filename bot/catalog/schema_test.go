package catalog_test

import (
	"bytes"
	"encoding/json"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/goccy/go-yaml"
	"github.com/google/go-cmp/cmp"
	"github.com/santhosh-tekuri/jsonschema/v6"

	"github.com/slipwayhq/slipway/bot/catalog"
)

func schemaText(tb testing.TB) []byte {
	tb.Helper()
	text, err := catalog.Schema(vocabulary())
	if err != nil {
		tb.Fatal(err)
	}
	return text
}

// compiled is the schema as an editor's validator compiles it.
func compiled(tb testing.TB) *jsonschema.Schema {
	tb.Helper()
	document, err := jsonschema.UnmarshalJSON(bytes.NewReader(schemaText(tb)))
	if err != nil {
		tb.Fatal(err)
	}
	compiler := jsonschema.NewCompiler()
	if err := compiler.AddResource("slipway.json", document); err != nil {
		tb.Fatal(err)
	}
	schema, err := compiler.Compile("slipway.json")
	if err != nil {
		tb.Fatal(err)
	}
	return schema
}

// plain reads YAML as an editor does, into the maps and lists of JSON.
func plain(tb testing.TB, text []byte) any {
	tb.Helper()
	asJSON, err := yaml.YAMLToJSON(text)
	if err != nil {
		tb.Fatal(err)
	}
	document, err := jsonschema.UnmarshalJSON(bytes.NewReader(asJSON))
	if err != nil {
		tb.Fatal(err)
	}
	return document
}

func TestSchemaAcceptsGoodFiles(t *testing.T) {
	t.Parallel()
	schema := compiled(t)
	for _, name := range []string{"full.yaml", "minimal.yaml"} {
		if err := schema.Validate(plain(t, readFile(t, name))); err != nil {
			t.Errorf("%s does not fit the schema: %v", name, err)
		}
	}
}

func TestSchemaRefusesBadFiles(t *testing.T) {
	t.Parallel()
	schema := compiled(t)
	tests := []struct{ name, old, replacement string }{
		{"unknown section", "services:", "unknown: {}\nservices:"},
		{"unknown key", "team: T0001", "team: T0001\n  taem: T0001"},
		{"missing key", "  team: T0001\n", ""},
		{"wrong type", "production: {}", "production: {timeout: 30}"},
		{"wrong word", "production: {}", "production: {checks: most}"},
		{"bad pattern", "acme/api", "acme"},
		{"out of bounds", "redis://127.0.0.1:6379/0", "redis://127.0.0.1:6379/0\n  wait_replicas: 11"},
		{"bad name", "  api:\n", "  API:\n"},
		{"no environment", "      production: {}\n", "      {}\n"},
		{"variable in inputs", "    environments:", "    inputs: {\"a b\": c}\n    environments:"},
		{"a probe of no source", "production: {}", "production: {health: {probes: [{name: up, smell: fine}]}}"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			text := with(t, test.old, test.replacement)
			if schema.Validate(plain(t, []byte(text))) == nil {
				t.Errorf("the schema accepts\n%s", text)
			}
			_ = faultsOf(t, text) // fails the test if there are none
		})
	}
}

// TestSchemaHasTheKeysOfTheFile compares the keys of the schema with a file that Parse
// accepts and that has every key.
func TestSchemaHasTheKeysOfTheFile(t *testing.T) {
	t.Parallel()
	var schema map[string]any
	if err := json.Unmarshal(schemaText(t), &schema); err != nil {
		t.Fatal(err)
	}
	inSchema := map[string]bool{}
	schemaKeys(schema, inSchema)
	mustParse(t, string(readFile(t, "full.yaml")))
	inFile := map[string]bool{}
	fileKeys(plain(t, readFile(t, "full.yaml")), schema, inFile)
	for _, instead := range []string{"token", "data_dir"} { // of app and of url: see the other two files
		inFile[instead] = true
	}
	if diff := cmp.Diff(slices.Sorted(maps.Keys(inFile)), slices.Sorted(maps.Keys(inSchema))); diff != "" {
		t.Errorf("keys (-file +schema):\n%s", diff)
	}
	mustParse(t, string(readFile(t, "minimal.yaml")))
	mustParse(t, with(t, "url: redis://127.0.0.1:6379/0", "mode: embedded\n  data_dir: d"))
}

// schemaKeys collects the names of all properties.
func schemaKeys(schema any, keys map[string]bool) {
	switch schema := schema.(type) {
	case map[string]any:
		if properties, ok := schema["properties"].(map[string]any); ok {
			for name := range properties {
				keys[name] = true
			}
			schemaKeys(slices.Collect(maps.Values(properties)), keys)
		}
		schemaKeys(schema["additionalProperties"], keys)
		schemaKeys(schema["items"], keys)
		schemaKeys(schema["anyOf"], keys)
	case []any:
		for _, one := range schema {
			schemaKeys(one, keys)
		}
	}
}

// fileKeys collects the keys of a file, except free names.
func fileKeys(value any, schema any, keys map[string]bool) {
	shape, _ := schema.(map[string]any)
	if alternatives, ok := shape["anyOf"].([]any); ok {
		for _, alternative := range alternatives {
			fileKeys(value, alternative, keys)
		}
		return
	}
	switch value := value.(type) {
	case map[string]any:
		properties, known := shape["properties"].(map[string]any)
		for name, inner := range value {
			if known {
				keys[name] = true
				fileKeys(inner, properties[name], keys)
			} else {
				fileKeys(inner, shape["additionalProperties"], keys)
			}
		}
	case []any:
		for _, inner := range value {
			fileKeys(inner, shape["items"], keys)
		}
	}
}

// TestFaultsOfferOnlyWhatIsTaken misspells keys and values that are refused: no fault
// may suggest one of those.
func TestFaultsOfferOnlyWhatIsTaken(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name    string
		edit    [2]string
		says    string
		refused string
	}{}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			_, err := catalog.Parse([]byte(with(t, tt.edit[0], tt.edit[1])), variables, vocabulary())
			if err == nil || !strings.Contains(err.Error(), tt.says) || strings.Contains(err.Error(), tt.refused) {
				t.Errorf("%v, want it to say %q and not to offer %q", err, tt.says, tt.refused)
			}
		})
	}
}

// TestSchemaHasDefaults: an editor shows the value of what the file leaves out.
func TestSchemaHasDefaults(t *testing.T) {
	t.Parallel()
	text := string(schemaText(t))
	if !strings.Contains(text, `"default": "15s"`) || !strings.Contains(text, `"$schema"`) {
		t.Error("the schema lacks defaults or its own kind")
	}
}
