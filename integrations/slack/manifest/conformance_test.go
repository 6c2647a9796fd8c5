package manifest_test

import (
	"bytes"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/goccy/go-yaml"

	"github.com/slipwayhq/slipway/integrations/contract"
	"github.com/slipwayhq/slipway/integrations/slack/manifest"
	"github.com/slipwayhq/slipway/integrations/slack/slacksim"
	"github.com/slipwayhq/slipway/integrations/slack/slacksim/slacktypes"
)

// everyManifest is every kind of manifest that slipway writes, the one in examples, and
// those that stories wrote.
func everyManifest(t *testing.T) map[string]json.RawMessage {
	t.Helper()
	raw, err := os.ReadFile(filepath.Join("..", "..", "..", "examples", "slack-manifest.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	example, err := yaml.YAMLToJSON(raw)
	if err != nil {
		t.Fatal(err)
	}
	all := map[string]json.RawMessage{"example": example}
	for name, app := range everyApp() {
		if all[name], err = manifest.Of(app).JSON(); err != nil {
			t.Fatal(err)
		}
	}
	_, err = slacktypes.Kept(os.Getenv("SENT"), func(story string, sent slacksim.Sent) error {
		if sent.Method == slacktypes.ManifestWritten {
			all[story] = json.RawMessage(sent.Body)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// TestConformanceManifest: Slack's own types take every manifest that slipway writes,
// and its JSON Schema does by a validator in the language that Slack's tools are
// written in, whose expressions can look ahead as the schema's do.
func TestConformanceManifest(t *testing.T) {
	t.Parallel()
	modules := os.Getenv("CONFORMANCE")
	if modules == "" {
		t.Skip("Slack's own types are not here: make conformance brings them")
	}
	l := slacktypes.New()
	for name, raw := range everyManifest(t) {
		l.Manifest(name, raw)
	}
	if err := l.Check(t.Context(), modules, t.TempDir()); err != nil {
		t.Error(err)
	}
	schema, found := contract.Lookup(t, contract.SlackManifest)
	if !found {
		return
	}
	if said := validated(t, schema, everyManifest(t)); said != "" {
		t.Error(said)
	}
	odd := map[string]json.RawMessage{
		"nameless": json.RawMessage(`{"_metadata":{"major_version":1},"display_information":{"name":""}}`),
		"unknown":  json.RawMessage(`{"_metadata":{"major_version":1},"display_information":{"name":"slipway"},"colour":"red"}`),
	}
	for name := range odd {
		if said := validated(t, schema, odd); !strings.Contains(said, name+": ") {
			t.Errorf("nothing is wrong with the manifest %q: %s", name, said)
		}
	}
}

// validated is what ajv finds wrong.
func validated(t *testing.T, schema string, manifests map[string]json.RawMessage) string {
	t.Helper()
	var in bytes.Buffer
	for name, m := range manifests {
		line, err := json.Marshal(map[string]any{"name": name, "manifest": m})
		if err != nil {
			t.Fatal(err)
		}
		in.Write(append(line, '\n'))
	}
	c := exec.CommandContext(t.Context(), "node", filepath.Join("testdata", "validate.mjs"), schema)
	c.Stdin = &in
	var fault bytes.Buffer
	c.Stderr = &fault
	out, err := c.Output()
	said, done := strings.CutSuffix(string(out), "done\n")
	if err != nil || !done {
		t.Fatalf("ajv did not come to an end: %v\n%s%s", err, out, fault.String())
	}
	return said
}
