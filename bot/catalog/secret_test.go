package catalog_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"log/slog"
	"strings"
	"testing"

	"github.com/slipwayhq/slipway/bot/catalog"
)

func TestPromise9_SecretIsNeverPrinted(t *testing.T) {
	t.Parallel()
	const value = "xoxb-hidden"
	secret := catalog.NewSecret(value)
	type inside struct{ unexported catalog.Secret }
	type outside struct {
		Exported catalog.Secret
		Pointer  *catalog.Secret
		List     []catalog.Secret
	}
	things := map[string]any{
		"alone":       secret,
		"pointer":     &secret,
		"exported":    outside{Exported: secret, Pointer: &secret, List: []catalog.Secret{secret}},
		"unexported":  inside{unexported: secret},
		"in a map":    map[string]catalog.Secret{"a": secret},
		"as a key":    map[catalog.Secret]int{secret: 1},
		"in an error": fmt.Errorf("refused: %v", secret),
	}
	for name, thing := range things {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var log bytes.Buffer
			slog.New(slog.NewTextHandler(&log, nil)).Info("text", slog.Any("thing", thing))
			slog.New(slog.NewJSONHandler(&log, nil)).Info("json", slog.Any("thing", thing))
			printed := []string{log.String()}
			for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%d", "%T", "%20v"} {
				printed = append(printed, fmt.Sprintf(verb, thing))
			}
			if text, err := json.Marshal(thing); err == nil {
				printed = append(printed, string(text))
			}
			for _, text := range printed {
				if strings.Contains(text, "hidden") || strings.Contains(text, fmt.Sprintf("%x", "hidden")) {
					t.Errorf("the secret is shown: %s", text)
				}
			}
		})
	}
}

func TestSecretPrintsRedacted(t *testing.T) {
	t.Parallel()
	for _, secret := range []catalog.Secret{catalog.NewSecret("hidden"), {}} {
		for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q"} {
			if got := fmt.Sprintf(verb, secret); got != "[redacted]" {
				t.Errorf("Sprintf(%q) = %s, want [redacted]", verb, got)
			}
		}
		text, err := json.Marshal(secret)
		if err != nil || string(text) != `"[redacted]"` {
			t.Errorf("Marshal = %s, %v", text, err)
		}
		plain, err := secret.MarshalText()
		if err != nil || string(plain) != "[redacted]" {
			t.Errorf("MarshalText = %s, %v", plain, err)
		}
		if secret.String() != "[redacted]" || secret.GoString() != "[redacted]" || secret.LogValue().String() != "[redacted]" {
			t.Errorf("String, GoString or LogValue = %s, %s, %s", secret.String(), secret.GoString(), secret.LogValue())
		}
	}
}

func TestSecretReveal(t *testing.T) {
	t.Parallel()
	if got := catalog.NewSecret("hidden"); got.Reveal() != "hidden" || !got.IsSet() {
		t.Errorf("Reveal, IsSet = %q, %t", got.Reveal(), got.IsSet())
	}
	if got := (catalog.Secret{}); got.Reveal() != "" || got.IsSet() {
		t.Errorf("of no secret: Reveal, IsSet = %q, %t", got.Reveal(), got.IsSet())
	}
}

// TestPromise9_ParsedSecretsAreNotPrinted prints a whole catalog, as a careless log
// statement would.
func TestPromise9_ParsedSecretsAreNotPrinted(t *testing.T) {
	t.Parallel()
	parsed := mustParse(t, string(readFile(t, "full.yaml")))
	text, err := json.Marshal([]any{parsed})
	if err != nil {
		t.Fatal(err)
	}
	if printed := fmt.Sprintf("%v %+v %#v %s", parsed, *parsed, *parsed, text); strings.Contains(printed, "hidden") {
		t.Errorf("a secret is shown: %s", printed)
	}
}
