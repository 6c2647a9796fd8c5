package githubsim_test

import (
	"errors"
	"net/http"
	"testing"
	"time"

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
