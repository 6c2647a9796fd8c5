package github_test

import (
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/slipwayhq/slipway/bot"
	"github.com/slipwayhq/slipway/integrations/github"
	"github.com/slipwayhq/slipway/integrations/github/githubsim"
)

func TestAppManifest(t *testing.T) {
	t.Parallel()
	text, err := github.AppManifest("slipway-acme", "https://bot.example.com", "http://127.0.0.1:1/callback", "https://bot.example.com/github/webhooks")
	if err != nil {
		t.Fatal(err)
	}
	var m struct {
		Permissions map[string]string `json:"default_permissions"`
		Events      []string          `json:"default_events"`
		Public      bool              `json:"public"`
	}
	if err := json.Unmarshal(text, &m); err != nil || m.Public || m.Permissions["deployments"] != "write" || len(m.Events) != 3 {
		t.Errorf("%s, %v", text, err)
	}
	if text, err = github.AppManifest("slipway-acme", "https://example.com", "http://127.0.0.1:1/callback", ""); err != nil || strings.Contains(string(text), "hook") {
		t.Errorf("without an address there is no webhook: %s, %v", text, err)
	}
}

// A code becomes an App once; whatever else comes back is an error without the code.
func TestConvertManifest(t *testing.T) {
	t.Parallel()
	answers := map[string]string{
		"good": `{"id":7,"slug":"slipway-acme","html_url":"https://github.com/apps/slipway-acme","pem":"-----BEGIN RSA PRIVATE KEY-----","webhook_secret":"hush"}`,
		"odd":  `{"id":0}`, "none": `<html>`,
	}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		code := strings.TrimSuffix(strings.TrimPrefix(r.URL.Path, "/api/v3/app-manifests/"), "/conversions")
		answer, known := answers[code]
		if r.Method != http.MethodPost || !known {
			http.NotFound(w, r)
			return
		}
		w.WriteHeader(http.StatusCreated)
		_, _ = w.Write([]byte(answer))
	}))
	t.Cleanup(server.Close)
	app, err := github.ConvertManifest(t.Context(), server.URL+"/api/v3/", "good")
	if err != nil || app.ID != 7 || app.WebhookSecret != "hush" {
		t.Errorf("ConvertManifest = %+v, %v", app, err)
	}
	for code, kind := range map[string]bot.ErrorKind{"stale-code": bot.NotFound, "odd": bot.Unavailable, "none": bot.Unavailable} {
		if _, err := github.ConvertManifest(t.Context(), server.URL+"/api/v3/", code); bot.KindOf(err) != kind || strings.Contains(err.Error(), "stale-code") {
			t.Errorf("%s: %v", code, err)
		}
	}
	server.Close()
	if _, err := github.ConvertManifest(t.Context(), server.URL+"/api/v3/", "stale-code"); err == nil || strings.Contains(err.Error(), "stale-code") {
		t.Errorf("GitHub is away: %v", err)
	}
}

func TestInstallationOf(t *testing.T) {
	t.Parallel()
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	text := pem.EncodeToMemory(&pem.Block{Type: "RSA PRIVATE KEY", Bytes: x509.MarshalPKCS1PrivateKey(key)})
	sim := githubsim.New(githubsim.Options{})
	t.Cleanup(sim.Close)
	sim.SetApp(7, &key.PublicKey)
	repo := sim.Repo("acme/api")
	server := httptest.NewServer(sim)
	t.Cleanup(server.Close)
	if _, err := github.InstallationOf(t.Context(), server.URL+"/", 7, text, "acme/api"); bot.KindOf(err) != bot.NotFound {
		t.Errorf("it is not installed: %v", err)
	}
	repo.Install(42)
	if id, err := github.InstallationOf(t.Context(), server.URL+"/", 7, text, "acme/api"); err != nil || id != 42 {
		t.Errorf("InstallationOf = %d, %v", id, err)
	}
	if _, err := github.InstallationOf(t.Context(), server.URL+"/", 8, text, "acme/api"); bot.KindOf(err) != bot.Denied {
		t.Errorf("another App: %v", err)
	}
}
