package github_test

import (
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/slipwayhq/slipway/integrations/contract"
	"github.com/slipwayhq/slipway/integrations/github"
	"github.com/slipwayhq/slipway/integrations/github/githubsim"
)

const hookSecret = "a webhook secret"

// sink keeps hints, or fails with err.
type sink struct {
	mu    sync.Mutex
	hints []github.Hint
	err   error
	came  chan struct{}

	delivered []string // the repositories of all signed deliveries
	deployed  []deployed
}

// deployed is a hint of a deployment.
type deployed struct {
	repo  string
	runID int64
}

func (s *sink) DeploymentHint(_ context.Context, repo string, runID int64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.deployed = append(s.deployed, deployed{repo, runID})
}

func newSink() *sink { return &sink{came: make(chan struct{}, 100)} }

func (s *sink) Delivered(_ context.Context, repo string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.delivered = append(s.delivered, repo)
}

func (s *sink) RunHint(_ context.Context, hint github.Hint) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.err != nil {
		return s.err
	}
	s.hints = append(s.hints, hint)
	s.came <- struct{}{}
	return nil
}

func (s *sink) all() []github.Hint {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]github.Hint{}, s.hints...)
}

// readAll reads a body whatever room there is.
func readAll(w http.ResponseWriter, r *http.Request, limit int64) ([]byte, bool) {
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, limit))
	if err != nil {
		w.WriteHeader(http.StatusRequestEntityTooLarge)
	}
	return body, err == nil
}

func newWebhooks(tb testing.TB, into github.Sink) *github.Webhooks {
	tb.Helper()
	hooks, err := github.NewWebhooks(hookSecret, readAll, into, quiet())
	check(tb, err)
	return hooks
}

func sign(secret string, body []byte) string {
	mac := hmac.New(sha256.New, []byte(secret))
	mac.Write(body)
	return "sha256=" + hex.EncodeToString(mac.Sum(nil))
}

// post delivers body as GitHub does; edit changes the request before it goes.
func post(tb testing.TB, hooks http.Handler, event string, body []byte, edit func(*http.Request)) *httptest.ResponseRecorder {
	tb.Helper()
	req := httptest.NewRequest(http.MethodPost, "/github/webhooks", bytes.NewReader(body))
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("X-GitHub-Event", event)
	req.Header.Set("X-GitHub-Delivery", "72d3162e-cc78-11e3-81ab-4c9367dc0958")
	req.Header.Set("X-Hub-Signature-256", sign(hookSecret, body))
	if edit != nil {
		edit(req)
	}
	out := httptest.NewRecorder()
	hooks.ServeHTTP(out, req)
	return out
}

// Every delivery of GitHub's own examples is taken, byte for byte; those about
// runs become hints.
func TestWebhookSamples(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob(filepath.Join(contract.Path(t, contract.GitHubWebhooks), "*.json"))
	check(t, err)
	if len(files) < 40 {
		t.Errorf("only %d example deliveries were found", len(files))
	}
	for _, file := range files {
		name := filepath.Base(file)
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			body, err := os.ReadFile(file)
			check(t, err)
			into := newSink()
			event, _, _ := strings.Cut(name, ".")
			out := post(t, newWebhooks(t, into), event, body, nil)
			wantHints := 0
			if event == "workflow_run" || event == "workflow_job" {
				wantHints = 1
			}
			hints := into.all()
			if out.Code/100 != 2 || len(hints) != wantHints {
				t.Fatalf("status %d (%s), %d hints, want %d", out.Code, out.Body, len(hints), wantHints)
			}
			if wantHints == 1 && (hints[0].RunID == 0 || !strings.Contains(hints[0].Repo, "/") || hints[0].Delivery == "") {
				t.Errorf("hint = %+v", hints[0])
			}
		})
	}
}

const runDelivery = `{"action":"requested","workflow_run":{"id":77,"display_title":"api-142.k3v9x2mq to staging","new_field":[]},"repository":{"full_name":"acme/api"},"odd":1}`

func TestWebhookHints(t *testing.T) {
	t.Parallel()
	titled := func(title string) string {
		return `{"workflow_run":{"id":77,"display_title":"` + title + `"},"repository":{"full_name":"acme/api"}}`
	}
	const job = `{"workflow_job":{"id":5,"run_id":77,"name":"api-142.k3v9x2mq"},"repository":{"full_name":"acme/api"}}`
	tests := []struct{ name, event, body, key string }{
		{"run", "workflow_run", runDelivery, runKey},
		{"job", "workflow_job", job, ""},
		{"key in brackets", "workflow_run", titled("Deploy [" + runKey + "]."), runKey},
		{"key twice", "workflow_run", titled(runKey + " " + runKey), runKey},
		{"two keys", "workflow_run", titled(runKey + " api-9.aaaaaaaa"), ""},
		{"part of a word", "workflow_run", titled("x" + runKey + "x"), ""},
		{"no key", "workflow_run", titled("Update api-142"), ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			into := newSink()
			if out := post(t, newWebhooks(t, into), tt.event, []byte(tt.body), nil); out.Code != http.StatusAccepted {
				t.Fatalf("status %d: %s", out.Code, out.Body)
			}
			want := []github.Hint{{RunKey: tt.key, RunID: 77, Repo: "acme/api", Delivery: "72d3162e-cc78-11e3-81ab-4c9367dc0958"}}
			if diff := cmp.Diff(want, into.all()); diff != "" {
				t.Errorf("hints (-want +got):\n%s", diff)
			}
		})
	}
}

func TestPromise10_WebhooksRefuse(t *testing.T) {
	t.Parallel()
	signature := func(text string) func(*http.Request) {
		return func(r *http.Request) { r.Header.Set("X-Hub-Signature-256", text) }
	}
	body := []byte(runDelivery)
	tests := []struct {
		name, event string
		body        []byte
		edit        func(*http.Request)
		status      int
	}{
		{"GET", "workflow_run", body, func(r *http.Request) { r.Method = http.MethodGet }, 405},
		{"no signature", "workflow_run", body, func(r *http.Request) { r.Header.Del("X-Hub-Signature-256") }, 401},
		{"another secret", "workflow_run", body, signature(sign("other", body)), 401},
		{"an empty secret", "workflow_run", body, signature(sign("", body)), 401},
		{"another body", "workflow_run", body, signature(sign(hookSecret, body[1:])), 401},
		{"SHA-1 alone", "workflow_run", body, func(r *http.Request) {
			r.Header.Del("X-Hub-Signature-256")
			r.Header.Set("X-Hub-Signature", "sha1=0000000000000000000000000000000000000000")
		}, 401},
		{"another hash's name", "workflow_run", body, signature(strings.Replace(sign(hookSecret, body), "sha256", "sha512", 1)), 401},
		{"no hex", "workflow_run", body, signature("sha256=zz"), 401},
		{"unsigned ping", "ping", []byte("{}"), signature(""), 401},
		{"too large", "workflow_run", bytes.Repeat([]byte("a"), 5<<20+1), nil, 413},
		{"no JSON", "workflow_run", []byte("x"), nil, 400},
		{"no run", "workflow_run", []byte(`{"repository":{"full_name":"acme/api"}}`), nil, 400},
		{"no repository", "workflow_run", []byte(`{"workflow_run":{"id":1}}`), nil, 400},
		{"a hostile repository", "workflow_job", []byte(`{"workflow_job":{"run_id":1},"repository":{"full_name":"a/../b"}}`), nil, 400},
		{"no delivery id", "workflow_run", body, func(r *http.Request) { r.Header.Del("X-GitHub-Delivery") }, 400},
		{"a strange delivery id", "workflow_run", body, func(r *http.Request) { r.Header.Set("X-GitHub-Delivery", "a b\tc") }, 400},
		{"unknown event", "merge_queue_of_tomorrow", []byte("not even JSON"), nil, 204},
		{"no event", "", []byte("{}"), nil, 204},
		{"ping", "ping", []byte(`{"zen":"x"}`), nil, 204},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			into := newSink()
			out := post(t, newWebhooks(t, into), tt.event, tt.body, tt.edit)
			if out.Code != tt.status || len(into.all()) != 0 {
				t.Errorf("status %d (%s), want %d; hints %v", out.Code, out.Body, tt.status, into.all())
			}
		})
	}
	if _, err := github.NewWebhooks("", readAll, newSink(), quiet()); err == nil {
		t.Error("an empty secret is taken")
	}
}

func TestWebhookThatIsNotStoredMayComeAgain(t *testing.T) {
	t.Parallel()
	into := newSink()
	into.err = errors.New("the store is away")
	out := post(t, newWebhooks(t, into), "workflow_run", []byte(runDelivery), nil)
	if out.Code != http.StatusServiceUnavailable || strings.Contains(out.Body.String(), "store is away") {
		t.Errorf("status %d: %s", out.Code, out.Body)
	}
}

func TestWebhookAsAForm(t *testing.T) {
	t.Parallel()
	into := newSink()
	form := []byte(url.Values{"payload": {runDelivery}}.Encode())
	out := post(t, newWebhooks(t, into), "workflow_run", form, func(r *http.Request) {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	})
	if out.Code != http.StatusAccepted || len(into.all()) != 1 {
		t.Errorf("status %d, hints %v", out.Code, into.all())
	}
}

// The simulator delivers over HTTP what a run goes through.
func TestWebhooksOfARun(t *testing.T) {
	t.Parallel()
	into := newSink()
	receiver := httptest.NewServer(newWebhooks(t, into))
	t.Cleanup(receiver.Close)
	r := newRig(t, githubsim.Options{HookURL: receiver.URL, HookSecret: hookSecret})
	id := r.dispatch(t)
	check(t, r.FinishRun(id, "success"))
	ctx := withTimeout(t, time.Minute)
	for range 6 { // requested, completed, and two jobs queued and completed
		select {
		case <-into.came:
		case <-ctx.Done():
			t.Fatalf("only %d hints came: %v", len(into.all()), into.all())
		}
	}
	keyed := 0
	for _, hint := range into.all() {
		if hint.RunID != id || hint.Repo != repoName {
			t.Errorf("hint = %+v", hint)
		}
		if hint.RunKey == runKey {
			keyed++
		}
	}
	if keyed != 2 {
		t.Errorf("%d hints show the key", keyed)
	}
}

func FuzzWebhooks(f *testing.F) {
	f.Add("workflow_run", "application/json", []byte(runDelivery))
	f.Add("workflow_job", "application/x-www-form-urlencoded", []byte("payload=%7B%7D"))
	f.Add("ping", "", []byte(`{"workflow_run":null}`))
	f.Fuzz(func(t *testing.T, event, media string, body []byte) {
		into := newSink()
		out := post(t, newWebhooks(t, into), event, body, func(r *http.Request) { r.Header["Content-Type"] = []string{media} })
		switch out.Code {
		case 202, 204, 400, 413:
		default:
			t.Errorf("status %d", out.Code)
		}
		for _, hint := range into.all() {
			if hint.RunID <= 0 || strings.Count(hint.Repo, "/") != 1 {
				t.Errorf("hint = %+v", hint)
			}
		}
	})
}

// untouchable is a body that must not be read.
type untouchable struct{ testing.TB }

func (b untouchable) Read([]byte) (int, error) {
	b.Error("the body was read")
	return 0, io.EOF
}

// TestPromise10_UnclaimedDeliveriesAreNotRead: a body costs memory, so only
// those are read whose headers say that GitHub signed them.
func TestPromise10_UnclaimedDeliveriesAreNotRead(t *testing.T) {
	t.Parallel()
	for name, header := range map[string]http.Header{
		"no signature":  {},
		"SHA-1":         {"X-Hub-Signature": {"sha1=" + strings.Repeat("ab", 20)}},
		"half of one":   {"X-Hub-Signature-256": {"sha256=" + strings.Repeat("ab", 16)}},
		"more than one": {"X-Hub-Signature-256": {"sha256=" + strings.Repeat("ab", 33)}},
		"no hex":        {"X-Hub-Signature-256": {"sha256=" + strings.Repeat("zz", 32)}},
	} {
		req := httptest.NewRequest(http.MethodPost, "/github/webhooks", untouchable{t})
		req.Header = header
		out := httptest.NewRecorder()
		newWebhooks(t, newSink()).ServeHTTP(out, req)
		if out.Code != http.StatusUnauthorized || out.Header().Get("Connection") != "close" {
			t.Errorf("%s: answered with %d %s, %v", name, out.Code, out.Body, out.Header())
		}
	}
}
