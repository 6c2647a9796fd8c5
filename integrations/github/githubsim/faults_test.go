package githubsim_test

import (
	"crypto/rand"
	"crypto/rsa"
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

func TestFaultsReplaceTheAnswer(t *testing.T) {
	t.Parallel()
	r, _ := seeded(t, githubsim.Options{})
	get := func() error {
		_, _, err := clientFor(t, r.url, githubsim.DefaultToken).Repositories.Get(t.Context(), "acme", "api")
		return err
	}
	r.AddFault(githubsim.TooManyRequests(30*time.Second).On("GET", "/repos/*"))
	var plain *github.ErrorResponse
	if err := get(); !errors.As(err, &plain) || plain.Response.Header.Get("Retry-After") != "30" {
		t.Errorf("429: %v", err)
	}
	r.AddFault(githubsim.SecondaryLimit(time.Minute).On("", "/repos/acme/api"))
	var abuse *github.AbuseRateLimitError
	if err := get(); !errors.As(err, &abuse) || abuse.GetRetryAfter() != time.Minute {
		t.Errorf("secondary limit: %v", err)
	}
	r.AddFault(githubsim.Fault{Status: http.StatusBadGateway, Count: -1, Body: "<html>"})
	for range 3 {
		wantStatus(t, get(), http.StatusBadGateway, "")
	}
	r.ClearFaults()
	r.AddFault(githubsim.Fault{Method: "POST", Status: http.StatusBadGateway})
	check(t, get())
	if n := r.Count("GET", "/repos/acme/*"); n != 6 {
		t.Errorf("%d requests were counted, want 6", n)
	}
}

func TestDispatchWhoseAnswerIsLost(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		fault githubsim.Fault
		runs  int
	}{
		"502 before": {githubsim.Fault{Status: http.StatusBadGateway}, 0},
		"502 after":  {githubsim.Fault{Status: http.StatusBadGateway, After: true}, 1},
		"cut before": {githubsim.Fault{Cut: true}, 0},
		"cut after":  {githubsim.Fault{Cut: true, After: true}, 1},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r, _ := seeded(t, githubsim.Options{})
			r.AddFault(test.fault.On("POST", "*/dispatches"))
			in := map[string]any{"release_id": "api-1", "sha": "x"}
			_, _, err := r.dispatch(t.Context(), "deploy.yml", dispatchBody{Ref: "main", Inputs: in, Details: true})
			if err == nil {
				t.Error("the answer came through")
			}
			if got := r.Dispatches()["api-1"]; got != test.runs {
				t.Errorf("%d dispatches, want %d", got, test.runs)
			}
			log := r.Requests()
			if len(log) != 1 || !log[0].Faulted || log[0].Status != test.fault.Status {
				t.Errorf("log = %+v", log)
			}
		})
	}
}

func TestLatency(t *testing.T) {
	t.Parallel()
	r, _ := seeded(t, githubsim.Options{})
	r.AddFault(githubsim.Fault{Latency: githubsim.Duration(50 * time.Millisecond)})
	start := time.Now()
	_, _, err := r.gh.Repositories.Get(t.Context(), "acme", "api")
	check(t, err)
	if took := time.Since(start); took < 50*time.Millisecond {
		t.Errorf("answered after %v", took)
	}
}

func TestAuthentication(t *testing.T) {
	t.Parallel()
	r, _ := seeded(t, githubsim.Options{Token: "good"})
	get := func(token string) error {
		_, _, err := clientFor(t, r.url, token).Repositories.Get(t.Context(), "acme", "api")
		return err
	}
	check(t, get("good"))
	wantStatus(t, get("bad"), 401, "Bad credentials")
	r.Revoke("good")
	wantStatus(t, get("good"), 401, "Bad credentials")
	r.Accept("good")
	check(t, get("good"))
	resp, err := http.Get(r.url + "/repos/acme/api")
	check(t, err)
	check(t, resp.Body.Close())
	if resp.StatusCode != http.StatusUnauthorized {
		t.Errorf("without a token: %d", resp.StatusCode)
	}
}

func TestInstallationToken(t *testing.T) {
	t.Parallel()
	r, _ := seeded(t, githubsim.Options{})
	jwt := func(alg string, life time.Duration) string {
		part := base64.RawURLEncoding.EncodeToString
		now := time.Now().Unix()
		return part(fmt.Appendf(nil, `{"alg":%q,"typ":"JWT"}`, alg)) + "." +
			part(fmt.Appendf(nil, `{"iss":"1","iat":%d,"exp":%d}`, now-60, now+int64(life.Seconds()))) + ".c2ln"
	}
	_, _, err := clientFor(t, r.url, githubsim.DefaultToken).Apps.CreateInstallationToken(t.Context(), 7, nil)
	wantStatus(t, err, 401, "A JSON web token could not be decoded")
	_, _, err = clientFor(t, r.url, jwt("RS256", time.Hour)).Apps.CreateInstallationToken(t.Context(), 7, nil)
	wantStatus(t, err, 401, "")
	_, _, err = clientFor(t, r.url, jwt("none", time.Minute)).Apps.CreateInstallationToken(t.Context(), 7, nil)
	wantStatus(t, err, 401, "")

	token, _, err := clientFor(t, r.url, jwt("RS256", 9*time.Minute)).Apps.CreateInstallationToken(t.Context(), 7, nil)
	check(t, err)
	_, _, err = clientFor(t, r.url, token.GetToken()).Repositories.Get(t.Context(), "acme", "api")
	check(t, err)
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	check(t, err)
	block := &pem.Block{Type: "RSA PRIVATE KEY", Bytes: x509.MarshalPKCS1PrivateKey(key)}
	transport, err := ghinstallation.New(http.DefaultTransport, 1, 7, pem.EncodeToMemory(block))
	check(t, err)
	transport.BaseURL = r.url
	app := github.NewClient(&http.Client{Transport: transport})
	app.BaseURL = clientFor(t, r.url, "").BaseURL
	_, _, err = app.Repositories.Get(t.Context(), "acme", "api")
	check(t, err)

	if left := time.Until(token.GetExpiresAt().Time); left < 50*time.Minute {
		t.Errorf("the token is good for %v", left)
	}
}
