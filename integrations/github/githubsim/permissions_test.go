package githubsim_test

import (
	"crypto"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"encoding/pem"
	"errors"
	"fmt"
	"net/http"
	"testing"
	"time"

	"github.com/bradleyfalzon/ghinstallation/v2"
	"github.com/google/go-github/v62/github"

	"github.com/slipwayhq/slipway/integrations/github/githubsim"
)

func newKey(tb testing.TB) *rsa.PrivateKey {
	tb.Helper()
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	check(tb, err)
	return key
}

// jwt is what an App would sign with the key.
func jwt(tb testing.TB, key *rsa.PrivateKey, alg, issuer string, life time.Duration) string {
	tb.Helper()
	part := base64.RawURLEncoding.EncodeToString
	now := time.Now().Unix()
	signed := part(fmt.Appendf(nil, `{"alg":%q,"typ":"JWT"}`, alg)) + "." +
		part(fmt.Appendf(nil, `{"iss":%s,"iat":%d,"exp":%d}`, issuer, now-60, now+int64(life.Seconds())))
	digest := sha256.Sum256([]byte(signed))
	signature, err := rsa.SignPKCS1v15(rand.Reader, key, crypto.SHA256, digest[:])
	check(tb, err)
	return signed + "." + part(signature)
}

// TestInstallationToken: only what a known App has signed gets a token.
func TestInstallationToken(t *testing.T) {
	t.Parallel()
	r, _ := seeded(t, githubsim.Options{})
	ours, other := newKey(t), newKey(t)
	r.SetApp(1234567, &ours.PublicKey)
	ask := func(token string) (*github.InstallationToken, error) {
		made, _, err := clientFor(t, r.url, token).Apps.CreateInstallationToken(t.Context(), 7, nil)
		return made, err
	}
	for name, token := range map[string]string{
		"no JWT":           githubsim.DefaultToken,
		"too long a life":  jwt(t, ours, "RS256", "1234567", time.Hour),
		"no algorithm":     jwt(t, ours, "none", "1234567", time.Minute),
		"over":             jwt(t, ours, "RS256", "1234567", -time.Minute),
		"signed by others": jwt(t, other, "RS256", "1234567", time.Minute),
		"another App":      jwt(t, ours, "RS256", "2", time.Minute),
		"not signed":       jwt(t, ours, "RS256", "1234567", time.Minute) + "AAAA",
	} {
		if _, err := ask(token); err == nil {
			t.Errorf("%s: it got a token", name)
		} else {
			wantStatus(t, err, 401, "A JSON web token could not be decoded")
		}
	}
	if _, err := ask(jwt(t, ours, "RS256", `"1234567"`, time.Minute)); err != nil {
		t.Errorf("an id written as a text: %v", err)
	}
	token, err := ask(jwt(t, ours, "RS256", "1234567", 9*time.Minute))
	check(t, err)
	_, _, err = clientFor(t, r.url, token.GetToken()).Repositories.Get(t.Context(), "acme", "api")
	check(t, err)
	if left := time.Until(token.GetExpiresAt().Time); left < 50*time.Minute {
		t.Errorf("the token is good for %v", left)
	}

	block := &pem.Block{Type: "RSA PRIVATE KEY", Bytes: x509.MarshalPKCS1PrivateKey(ours)}
	transport, err := ghinstallation.New(http.DefaultTransport, 1234567, 7, pem.EncodeToMemory(block))
	check(t, err)
	transport.BaseURL = r.url
	app := github.NewClient(&http.Client{Transport: transport})
	app.BaseURL = clientFor(t, r.url, "").BaseURL
	_, _, err = app.Repositories.Get(t.Context(), "acme", "api")
	check(t, err)
}

// TestPermissions: what a token lacks is refused with GitHub's words, and the
// header names what it would have needed.
func TestPermissions(t *testing.T) {
	t.Parallel()
	r, repo := seeded(t, githubsim.Options{})
	key := newKey(t)
	r.SetApp(1, &key.PublicKey)
	made, _, err := clientFor(t, r.url, jwt(t, key, "RS256", "1", time.Minute)).Apps.CreateInstallationToken(t.Context(), 7, nil)
	check(t, err)
	checks := func(token string) error {
		_, _, err := clientFor(t, r.url, token).Checks.ListCheckRunsForRef(t.Context(), "acme", "api", repo.SHA("main"), nil)
		return err
	}
	start := func() error {
		_, _, err := r.dispatch(t.Context(), "deploy.yml", dispatchBody{Ref: "main", Inputs: map[string]any{"release_id": "api-1", "sha": "x"}})
		return err
	}
	check(t, checks(githubsim.DefaultToken))
	r.Limit(githubsim.DefaultToken, "checks", "")
	r.Limit(githubsim.DefaultToken, "actions", "read")
	wantRefused := func(err error, words, needs string) {
		t.Helper()
		wantStatus(t, err, 403, words)
		if e, ok := errors.AsType[*github.ErrorResponse](err); ok && e.Response.Header.Get("X-Accepted-GitHub-Permissions") != needs {
			t.Errorf("it names %q, want %q", e.Response.Header.Get("X-Accepted-GitHub-Permissions"), needs)
		}
	}
	wantRefused(checks(githubsim.DefaultToken), "Resource not accessible by personal access token", "checks=read")
	wantRefused(start(), "Resource not accessible by personal access token", "actions=write")
	_, _, err = r.gh.Actions.ListWorkflows(t.Context(), "acme", "api", nil)
	check(t, err)

	check(t, checks(made.GetToken()))
	r.Limit("", "checks", "")
	wantRefused(checks(made.GetToken()), "Resource not accessible by integration", "checks=read")
	r.Limit("", "checks", "write")
	check(t, checks(made.GetToken()))
}
