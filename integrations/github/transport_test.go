package github_test

import (
	"bytes"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/pem"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/slipwayhq/slipway/bot"
	"github.com/slipwayhq/slipway/integrations/github"
	"github.com/slipwayhq/slipway/integrations/github/githubsim"
)

func TestReadsAreRepeated(t *testing.T) {
	t.Parallel()
	const slower = `{"message":"Please slow down."}` // says nothing of a limit
	soon := strconv.FormatInt(time.Now().Add(2*time.Second).Unix(), 10)
	tests := []struct {
		name     string
		fault    githubsim.Fault
		kind     bot.ErrorKind // empty: it succeeds
		requests int
	}{
		{"one 502", githubsim.Fault{Status: 502}, "", 2},
		{"three 500", githubsim.Fault{Status: 500, Count: 3}, "", 4},
		{"a cut connection", githubsim.Fault{Cut: true}, "", 2},
		{"a short 429", githubsim.TooManyRequests(time.Second), "", 2},
		{"a short secondary limit", githubsim.SecondaryLimit(time.Second), "", 2},
		{"a limit by Retry-After alone", githubsim.Fault{Status: 403, Header: map[string]string{"Retry-After": "1"}, Body: slower}, "", 2},
		{
			"a limit by what remains alone",
			githubsim.Fault{Status: 403, Header: map[string]string{"X-RateLimit-Remaining": "0", "X-RateLimit-Reset": soon}, Body: slower},
			"", 2,
		},
		{"503 without end", githubsim.Fault{Status: 503, Count: -1}, bot.Unavailable, 4},
		{"503 for long", githubsim.Fault{Status: 503, Header: map[string]string{"Retry-After": "60"}}, bot.Unavailable, 1},
		{"a long 429", githubsim.TooManyRequests(time.Minute), bot.Limited, 1},
		{"a long secondary limit", githubsim.SecondaryLimit(time.Minute), bot.Limited, 1},
		{"a limit without headers", githubsim.Fault{Status: 403, Body: `{"message":"You have exceeded a secondary rate limit."}`}, bot.Limited, 1},
		{"401", githubsim.Fault{Status: 401}, bot.Denied, 1},
		{"403", githubsim.Fault{Status: 403}, bot.Denied, 1},
		{"409", githubsim.Fault{Status: 409, Body: `{"message":"Git Repository is empty."}`}, bot.Invalid, 1},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			r := newRig(t, githubsim.Options{})
			r.AddFault(tt.fault.On("GET", "*/commits/*"))
			_, _, err := r.client.Commit(withTimeout(t, 30*time.Second), repoName, "refs/heads/main")
			if tt.kind == "" {
				check(t, err)
			} else {
				wantKind(t, err, tt.kind)
			}
			wantCount(t, r, "", "", tt.requests)
			if says, _ := bot.ForPeople(err); tt.kind != "" && strings.Contains(says, "inside slipway") {
				t.Errorf("no words for %v", err)
			}
		})
	}
}

// The caller's deadline ends the repetitions.
func TestReadsKeepTheDeadline(t *testing.T) {
	t.Parallel()
	r := newRig(t, githubsim.Options{})
	r.AddFault(githubsim.Fault{Status: 502, Count: -1})
	began := time.Now()
	_, _, err := r.client.Commit(withTimeout(t, 200*time.Millisecond), repoName, "refs/heads/main")
	wantKind(t, err, bot.Unavailable)
	if took := time.Since(began); took > 2*time.Second {
		t.Errorf("it took %s", took)
	}
}

// The primary limit is spent: nothing is sent until it is full again.
func TestSpentLimit(t *testing.T) {
	t.Parallel()
	r := newRig(t, githubsim.Options{})
	r.SetRateLimit(5000, 0, 20*time.Minute)
	for range 2 {
		_, _, err := r.client.Commit(t.Context(), repoName, "refs/heads/main")
		wantKind(t, err, bot.Limited)
		if wait := bot.RetryAfter(err); wait < 19*time.Minute || wait > 20*time.Minute {
			t.Errorf("RetryAfter = %s", wait)
		}
	}
	wantCount(t, r, "", "", 1)
}

// The last request of the hour succeeds, and the next is not tried.
func TestLimitKnownBeforehand(t *testing.T) {
	t.Parallel()
	r := newRig(t, githubsim.Options{})
	r.SetRateLimit(5000, 1, 20*time.Minute)
	_, _, err := r.client.Commit(t.Context(), repoName, "refs/heads/main")
	check(t, err)
	_, err = r.client.Dispatch(t.Context(), request(), nil)
	wantKind(t, err, bot.Limited)
	wantCount(t, r, "", "", 1)
}

func TestRequestsUnderWayAreBounded(t *testing.T) {
	t.Parallel()
	var now, most atomic.Int32
	full := make(chan struct{})
	var once sync.Once
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		n := now.Add(1)
		defer now.Add(-1)
		for seen := most.Load(); n > seen && !most.CompareAndSwap(seen, n); seen = most.Load() {
		}
		if n == 24 {
			once.Do(func() { close(full) })
		}
		<-full
		w.WriteHeader(http.StatusNotFound)
	}))
	t.Cleanup(server.Close)
	client := newClient(t, server.URL)
	var asking sync.WaitGroup
	for range 80 {
		asking.Go(func() {
			_, err := client.ReadRun(t.Context(), repoName, 1)
			wantKind(t, err, bot.Gone)
		})
	}
	asking.Wait()
	if most.Load() != 24 {
		t.Errorf("%d requests were under way at once, want 24", most.Load())
	}
}

func TestAnswersAreBounded(t *testing.T) {
	t.Parallel()
	var calls atomic.Int32
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		calls.Add(1)
		for range 17 {
			_, _ = w.Write(bytes.Repeat([]byte(" "), 1<<20))
		}
	}))
	t.Cleanup(server.Close)
	_, _, err := newClient(t, server.URL).Commit(t.Context(), repoName, "refs/heads/main")
	wantKind(t, err, bot.Unavailable)
	if calls.Load() != 1 {
		t.Errorf("it was asked for %d times", calls.Load())
	}
}

// A read follows a renamed repository, but the token goes to no other host.
func TestRedirects(t *testing.T) {
	t.Parallel()
	var leaked atomic.Bool
	stranger := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, _ *http.Request) { leaked.Store(true) }))
	t.Cleanup(stranger.Close)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		switch req.URL.Path {
		case "/api/v3/repos/acme/old/commits/heads/main":
			http.Redirect(w, req, "/api/v3/repositories/1/commits/heads/main", http.StatusMovedPermanently)
		case "/api/v3/repositories/1/commits/heads/main":
			if req.Header.Get("Authorization") != "Bearer "+githubsim.DefaultToken || req.UserAgent() != "slipway" {
				w.WriteHeader(http.StatusUnauthorized)
				return
			}
			_, _ = w.Write([]byte(`{"sha":"` + strings.Repeat("a", 40) + `"}`))
		default:
			http.Redirect(w, req, stranger.URL, http.StatusFound)
		}
	}))
	t.Cleanup(server.Close)
	client := newClient(t, server.URL)
	_, _, err := client.Commit(t.Context(), "acme/old", "main")
	check(t, err)
	_, _, err = client.Commit(t.Context(), "acme/evil", "main")
	wantKind(t, err, bot.Denied)
	if leaked.Load() {
		t.Error("a request went to another host")
	}
}

func TestApp(t *testing.T) {
	t.Parallel()
	r := newRig(t, githubsim.Options{})
	key := newKey(t)
	r.SetApp(1, publicOf(t, key))
	app, err := github.New(github.Options{App: &github.App{ID: 1, InstallationID: 2, Key: key}, APIURL: r.url}, quiet())
	check(t, err)
	for range 2 {
		_, _, err = app.Commit(t.Context(), repoName, "refs/heads/main")
		check(t, err)
	}
	_, err = app.Dispatch(t.Context(), request(), nil)
	check(t, err)
	wantCount(t, r, "POST", "/app/installations/2/access_tokens", 1)

	tests := []struct {
		name  string
		fault githubsim.Fault
		kind  bot.ErrorKind
	}{
		{"App refused", githubsim.Fault{Status: 401}, bot.Denied},
		{"another key", githubsim.Fault{Latency: 1}, bot.Denied},
		{"not installed", githubsim.Fault{Status: 404}, bot.Denied},
		{"GitHub has trouble", githubsim.Fault{Status: 502}, bot.NeverSent},
		{"no answer", githubsim.Fault{Cut: true}, bot.NeverSent},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			r := newRig(t, githubsim.Options{})
			r.AddFault(tt.fault.On("POST", "/app/*"))
			if tt.name != "another key" {
				r.SetApp(1, publicOf(t, key))
			}
			app, err := github.New(github.Options{App: &github.App{ID: 1, InstallationID: 2, Key: key}, APIURL: r.url}, quiet())
			check(t, err)
			_, err = app.Dispatch(t.Context(), request(), nil)
			wantKind(t, err, tt.kind)
			wantCount(t, r, "POST", dispatchPath, 0)
		})
	}
}

// How far this machine's clock may be from GitHub's is what docs/operations.md says.
func TestAppNeedsAClockThatIsRight(t *testing.T) {
	t.Parallel()
	key := newKey(t)
	tests := []struct {
		name   string
		ahead  time.Duration // of this machine's clock
		denied bool
	}{
		{"25s ahead", 25 * time.Second, false},
		{"35s ahead", 35 * time.Second, true},
		{"80s behind", -80 * time.Second, false},
		{"95s behind", -95 * time.Second, true},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			r := newRig(t, githubsim.Options{Now: func() time.Time { return time.Now().Add(-tt.ahead) }})
			r.SetApp(1, publicOf(t, key))
			app, err := github.New(github.Options{App: &github.App{ID: 1, InstallationID: 2, Key: key}, APIURL: r.url}, quiet())
			check(t, err)
			_, _, err = app.Commit(t.Context(), repoName, "refs/heads/main")
			if !tt.denied {
				check(t, err)
				return
			}
			wantKind(t, err, bot.Denied)
			if _, mend := bot.ForPeople(err); !strings.Contains(mend, "clock") {
				t.Errorf("%v: it does not speak of the clock", err)
			}
		})
	}
}

func newKey(tb testing.TB) []byte {
	tb.Helper()
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	check(tb, err)
	return pem.EncodeToMemory(&pem.Block{Type: "RSA PRIVATE KEY", Bytes: x509.MarshalPKCS1PrivateKey(key)})
}

// publicOf is the half of a key by which an App is known at GitHub.
func publicOf(tb testing.TB, key []byte) *rsa.PublicKey {
	tb.Helper()
	block, _ := pem.Decode(key)
	private, err := x509.ParsePKCS1PrivateKey(block.Bytes)
	check(tb, err)
	return &private.PublicKey
}

func TestNewRefuses(t *testing.T) {
	t.Parallel()
	app := &github.App{ID: 1, InstallationID: 2, Key: []byte("hunter2-secret")}
	tests := map[string]github.Options{
		"no credentials":    {},
		"both":              {Token: "hunter2-secret", App: app},
		"a broken token":    {Token: "hunter2-secret\nX: y"},
		"a broken key":      {App: app},
		"no app id":         {App: &github.App{InstallationID: 2, Key: app.Key}},
		"no URL":            {Token: "t", APIURL: "api.github.com"},
		"a strange scheme":  {Token: "t", APIURL: "ftp://api.github.com/"},
		"a password in URL": {Token: "t", APIURL: "https://me:hunter2-secret@ghe.example.com/"},
	}
	for name, options := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := github.New(options, quiet())
			if err == nil || strings.Contains(err.Error(), "hunter2") {
				t.Errorf("error = %v", err)
			}
		})
	}
}

// Whatever goes wrong, the token is in no error and in no log line.
func TestPromise9_NoSecretIsTold(t *testing.T) {
	t.Parallel()
	const secret = "ghp_hunter2secret"
	r := newRig(t, githubsim.Options{Token: secret})
	var log lockedBuffer
	logger := slog.New(slog.NewTextHandler(&log, &slog.HandlerOptions{Level: slog.LevelDebug}))
	client, err := github.New(github.Options{Token: secret, APIURL: r.url}, logger)
	check(t, err)
	for _, fault := range []githubsim.Fault{
		{Status: 401}, {Status: 403}, {Status: 404}, {Status: 422}, {Status: 502}, {Cut: true}, {Status: 200, Body: "x"}, githubsim.TooManyRequests(time.Second),
	} {
		r.AddFault(fault.On("POST", ""))
		_, err := client.Dispatch(withTimeout(t, time.Minute), request(), nil)
		if err == nil || strings.Contains(err.Error(), "hunter2") {
			t.Errorf("error = %v", err)
		}
		r.ClearFaults()
	}
	if strings.Contains(log.String(), "hunter2") {
		t.Errorf("the log tells it: %s", log.String())
	}
}

type lockedBuffer struct {
	mu  sync.Mutex
	buf bytes.Buffer
}

func (b *lockedBuffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.buf.Write(p)
}

func (b *lockedBuffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.buf.String()
}

// TestALimitOfYears: until when a limit lasts is believed within reason; what remembers
// it keeps no release waiting for ever.
func TestALimitOfYears(t *testing.T) {
	t.Parallel()
	for name, header := range map[string]map[string]string{
		"milliseconds":        {"X-RateLimit-Limit": "5000", "X-RateLimit-Remaining": "0", "X-RateLimit-Reset": strconv.FormatInt(time.Now().Add(time.Minute).UnixMilli(), 10)},
		"a clock that is off": {"X-RateLimit-Limit": "5000", "X-RateLimit-Remaining": "0", "X-RateLimit-Reset": strconv.FormatInt(time.Now().Add(9*time.Hour).Unix(), 10)},
		"a month":             {"Retry-After": "2592000"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
				for key, value := range header {
					w.Header().Set(key, value)
				}
				w.WriteHeader(http.StatusForbidden)
				_, _ = w.Write([]byte(`{"message":"You have exceeded a secondary rate limit.","documentation_url":"https://docs.github.com/rest/overview/rate-limits-for-the-rest-api#about-secondary-rate-limits"}`))
			}))
			t.Cleanup(server.Close)
			client := newClient(t, server.URL)
			for range 2 {
				_, err := client.ReadRun(t.Context(), repoName, 7)
				wantKind(t, err, bot.Limited)
				if wait := bot.RetryAfter(err); wait < 50*time.Minute || wait > 62*time.Minute {
					t.Errorf("it is tried again after %s", wait)
				}
				_, err = client.Dispatch(t.Context(), request(), nil)
				wantKind(t, err, bot.Limited)
				if wait := bot.RetryAfter(err); wait > 62*time.Minute {
					t.Errorf("it is sent again after %s", wait)
				}
			}
		})
	}
}
