package main

import (
	"bytes"
	"context"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"fmt"
	"html"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/slipwayhq/slipway/integrations/github/githubsim"
)

// maker is a GitHub on which a GitHub App is made of a manifest: the page that takes
// the manifest leads back with a code, and the code is good once.
type maker struct {
	*githubsim.Server
	key      *rsa.PrivateKey
	manifest map[string]any
	used     bool
	// uninstalled says that nobody installs the App at once.
	uninstalled bool
}

func (m *maker) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	switch {
	case strings.HasSuffix(r.URL.Path, "/settings/apps/new"):
		if err := json.Unmarshal([]byte(r.FormValue("manifest")), &m.manifest); err != nil {
			http.Error(w, err.Error(), http.StatusBadRequest)
			return
		}
		back, _ := m.manifest["redirect_url"].(string)
		http.Redirect(w, r, back+"?code=a-code&state="+url.QueryEscape(r.URL.Query().Get("state")), http.StatusFound)
	case strings.HasSuffix(r.URL.Path, "/app-manifests/stale/conversions"):
		http.NotFound(w, r)
	case strings.HasSuffix(r.URL.Path, "/app-manifests/a-code/conversions") && !m.used:
		m.used = true
		if !m.uninstalled {
			m.Repo("acme/api").Install(42)
		}
		w.WriteHeader(http.StatusCreated)
		text := pem.EncodeToMemory(&pem.Block{Type: "RSA PRIVATE KEY", Bytes: x509.MarshalPKCS1PrivateKey(m.key)})
		_ = json.NewEncoder(w).Encode(map[string]any{"id": 7, "slug": "slipway-acme", "html_url": "http://" + r.Host + "/apps/slipway-acme", "pem": string(text), "webhook_secret": "hush"})
	default:
		m.Server.ServeHTTP(w, r)
	}
}

func newMaker(t *testing.T) (m *maker, api string) {
	t.Helper()
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	m = &maker{Server: held(t, githubsim.Options{}), key: key}
	m.SetApp(7, &key.PublicKey)
	m.Repo("acme/api")
	server := httptest.NewServer(m)
	t.Cleanup(server.Close)
	return m, server.URL + "/"
}

// screen is what init prints, to be read while it goes on.
type screen struct{ journal }

func (s *screen) find(t *testing.T, pattern string) string {
	t.Helper()
	var found []string
	if err := eventually(func() error {
		if found = regexp.MustCompile(pattern).FindStringSubmatch(s.String()); found == nil {
			return fmt.Errorf("nothing like %s in %q", pattern, s.String())
		}
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	return found[1]
}

func initWith(ctx context.Context, in io.Reader, out io.Writer, args ...string) int {
	nothing := func(string) (string, bool) { return "", false }
	return run(ctx, append([]string{"init", "--repo", "acme/api", "--team", "T0001", "--mode", "http", "--public-url", "https://bot.example.com"}, args...),
		world{in: in, out: out, err: out, lookup: nothing})
}

// wantApp checks what was written for the App.
func wantApp(t *testing.T, dir string) {
	t.Helper()
	read := func(name string) string {
		text, err := os.ReadFile(filepath.Join(dir, name))
		if err != nil {
			t.Fatal(err)
		}
		return string(text)
	}
	if config := read("slipway.yaml"); !strings.Contains(config, "app: {id: 7, installation_id: 42, private_key_file: github-app.pem}") || strings.Contains(config, "GITHUB_TOKEN") {
		t.Errorf("slipway.yaml:\n%s", config)
	}
	if env := read(".env"); !strings.Contains(env, "GITHUB_WEBHOOK_SECRET=hush\n") {
		t.Errorf(".env:\n%s", env)
	}
	for _, name := range []string{".env", keyFile} {
		if info, err := os.Stat(filepath.Join(dir, name)); err != nil || info.Mode().Perm() != 0o600 {
			t.Errorf("%s: %v %v", name, info, err)
		}
	}
}

// The browser posts the manifest, GitHub leads it back, and the App is in slipway.yaml.
func TestInit_GitHubAppByTheBrowser(t *testing.T) {
	t.Parallel()
	m, api := newMaker(t)
	dir, out, ended := t.TempDir(), &screen{}, make(chan int, 1)
	go func() {
		ended <- initWith(t.Context(), &bytes.Buffer{}, out, "--dir", dir, "--github-app", "--github-api-url", api)
	}()
	here := out.find(t, `Open (http://127\.0\.0\.1:\d+) in a browser`)

	if status, _ := fetched(t, here+"/callback?code=stolen&state=guessed", nil); status != http.StatusForbidden {
		t.Errorf("an answer without the word is taken: %d", status)
	}
	_, page := fetched(t, here, nil)
	form := regexp.MustCompile(`action="([^"]+/organizations/acme/[^"]+)"><input type="hidden" name="manifest" value="([^"]+)">`).FindStringSubmatch(page)
	if form == nil {
		t.Fatalf("no form in\n%s", page)
	}
	status, text := fetched(t, html.UnescapeString(form[1]), url.Values{"manifest": {html.UnescapeString(form[2])}})
	if status != http.StatusOK || !strings.Contains(text, "Go back to the terminal") {
		t.Errorf("the browser reads %d %s", status, text)
	}
	if status := <-ended; status != statusGood {
		t.Fatalf("status %d:\n%s", status, out)
	}
	wantApp(t, dir)
	if hook, _ := m.manifest["hook_attributes"].(map[string]any); hook["url"] != "https://bot.example.com/github/webhooks" {
		t.Errorf("the manifest is %v", m.manifest)
	}
	if strings.Contains(out.String(), "hush") || strings.Contains(out.String(), "PRIVATE KEY") {
		t.Errorf("a secret is shown:\n%s", out)
	}
}

func fetched(t *testing.T, address string, form url.Values) (status int, text string) {
	t.Helper()
	response, err := http.PostForm(address, form)
	if form == nil {
		response, err = http.Get(address)
	}
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = response.Body.Close() }()
	body, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	return response.StatusCode, string(body)
}

// From another machine the address that GitHub leads to is pasted, or the code given.
func TestInit_GitHubAppByItsCode(t *testing.T) {
	t.Parallel()
	for name, args := range map[string][]string{"pasted": {"--github-app"}, "given": {"--github-app-code", "a-code"}} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, api := newMaker(t)
			dir, out := t.TempDir(), &screen{}
			in := strings.NewReader("http://127.0.0.1:1/callback?code=a-code&state=x\n")
			if status := initWith(t.Context(), in, out, append(args, "--dir", dir, "--github-api-url", api)...); status != statusGood {
				t.Fatalf("status %d:\n%s", status, out)
			}
			wantApp(t, dir)
		})
	}
}

// Where it does not come about nothing is written.
func TestInit_GitHubAppThatIsNotMade(t *testing.T) {
	t.Parallel()
	_, api := newMaker(t)
	dir, out := t.TempDir(), &screen{}
	status := initWith(t.Context(), &bytes.Buffer{}, out, "--dir", dir, "--github-app-code", "stale", "--github-api-url", api)
	if left, _ := os.ReadDir(dir); status != statusFailed || len(left) > 0 || !strings.Contains(out.String(), "begin again") {
		t.Errorf("status %d, %v:\n%s", status, left, out)
	}
}
