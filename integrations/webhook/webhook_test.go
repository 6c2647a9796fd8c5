package webhook_test

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/slipwayhq/slipway/bot"
	"github.com/slipwayhq/slipway/bot/golden"
	"github.com/slipwayhq/slipway/integrations/webhook"
)

const secret = "of-the-two-of-us"

func occurrence() bot.Occurrence {
	asked := time.Date(2026, 11, 29, 9, 0, 0, 0, time.UTC)
	return bot.Occurrence{
		Outcome: bot.OutcomeUnhealthy, At: asked.Add(11 * time.Minute), Production: true,
		Links: []bot.Link{{Name: "logs", URL: "https://logs.example.com/?from=1"}},
		Release: bot.Release{
			ID: "api-142", RunKey: "api-142.k3v9x2mq", Kind: bot.Deploy, Phase: bot.Unhealthy,
			Target:      bot.Target{Service: "api", Environment: "production"},
			Requester:   bot.Person{ID: "U01ANNA", Name: "anna"},
			RequestedAt: asked, Ref: "main", Reason: "the login\nis broken",
			Dispatch: bot.Dispatch{At: asked.Add(time.Minute)}, Watch: bot.Watch{EndsAt: asked.Add(15 * time.Minute)},
			Ending: bot.Ending{Cause: "the service was not healthy after the run"},
			Run:    bot.Run{ID: 7, URL: "https://github.com/acme/api/actions/runs/7"},
			Plan: &bot.Plan{
				Commit:  bot.Commit{SHA: "a1b2c3d4e5f60718293a4b5c6d7e8f9001020304", Subject: "Greet people by name (#12)"},
				Current: &bot.Past{Release: "api-141", SHA: "9f8e7d6c5b4a39281706f5e4d3c2b1a0ffeeddcc"},
			},
		},
	}
}

// receiver verifies what it gets as docs/notifications.md tells receivers to.
type receiver struct {
	mu      sync.Mutex
	answers []int  // the next statuses to answer with; after them 204
	alone   string // the Retry-After of each answer; empty: none
	header  http.Header
	ids     []string
	bodies  []string
	refused int
}

func (r *receiver) ServeHTTP(w http.ResponseWriter, request *http.Request) {
	r.mu.Lock()
	defer r.mu.Unlock()
	body, _ := io.ReadAll(request.Body)
	at, mac, _ := strings.Cut(strings.TrimPrefix(request.Header.Get("Slipway-Signature"), "t="), ",v1=")
	h := hmac.New(sha256.New, []byte(secret))
	_, _ = h.Write([]byte(at + "." + string(body)))
	seconds, err := strconv.ParseInt(at, 10, 64)
	if err != nil || mac != hex.EncodeToString(h.Sum(nil)) || time.Since(time.Unix(seconds, 0)).Abs() > time.Minute {
		r.refused++
		w.WriteHeader(http.StatusUnauthorized)
		return
	}
	var event struct {
		ID string `json:"id"`
	}
	_ = json.Unmarshal(body, &event)
	r.ids, r.bodies, r.header = append(r.ids, event.ID), append(r.bodies, string(body)), request.Header
	status := http.StatusNoContent
	if len(r.answers) > 0 {
		status, r.answers = r.answers[0], r.answers[1:]
	}
	w.Header().Set("Retry-After", r.alone)
	w.WriteHeader(status)
}

func sender(t *testing.T, r http.Handler) (*webhook.Sender, string) {
	t.Helper()
	server := httptest.NewServer(r)
	t.Cleanup(server.Close)
	return webhook.New(map[string]webhook.Receiver{
		"known": {URL: server.URL + "/hook?token=s3cr3t", Secret: secret}, "wrong": {URL: server.URL, Secret: "another"},
	}), server.URL
}

func TestEventIsASignedCloudEvent(t *testing.T) {
	t.Parallel()
	r := &receiver{}
	s, _ := sender(t, r)
	if err := s.Send(t.Context(), "known", occurrence()); err != nil {
		t.Fatal(err)
	}
	if got := r.header.Get("Content-Type"); !strings.HasPrefix(got, "application/cloudevents+json") {
		t.Errorf("it came as %s", got)
	}
	var shown any
	if err := json.Unmarshal([]byte(r.bodies[0]), &shown); err != nil {
		t.Fatal(err)
	}
	text, err := json.MarshalIndent(shown, "", "  ")
	if err != nil {
		t.Fatal(err)
	}
	golden.Check(t, filepath.Join("testdata", "event.json"), string(text)+"\n")
}

// What was done past slipway is told with its own time and address.
func TestEventOfWhatWasDonePastSlipway(t *testing.T) {
	t.Parallel()
	r := &receiver{}
	s, _ := sender(t, r)
	o := occurrence()
	at := o.At.Add(-time.Hour)
	o.Outcome = bot.OutcomeOutOfBand
	o.Release = bot.Release{
		ID: "api-143", RunKey: "api-143.k3v9x2mq", Kind: bot.Adopt, Phase: bot.Succeeded, Target: o.Release.Target, Requester: bot.Person{Name: "mona"},
		RequestedAt: o.At, Moments: []bot.Moment{{Phase: bot.Succeeded, At: o.At}},
		Beside: bot.Beside{What: bot.BesideRun, Who: "mona", Of: "deploy.yml", URL: "https://github.com/acme/api/actions/runs/9", At: at},
	}
	if err := s.Send(t.Context(), "known", o); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		`"outcome":"out_of_band","severity":"warning"`, `"requester":"mona"`, `"run_url":"https://github.com/acme/api/actions/runs/9"`,
		`"from":"` + at.Format(time.RFC3339) + `","to":"` + o.At.Format(time.RFC3339) + `"`,
	} {
		if !strings.Contains(r.bodies[0], want) {
			t.Errorf("it does not say %s:\n%s", want, r.bodies[0])
		}
	}
}

// An occurrence has the same id in each attempt, and no other occurrence has it.
func TestEventKeepsItsID(t *testing.T) {
	t.Parallel()
	r := &receiver{answers: []int{500, 503}}
	s, _ := sender(t, r)
	for range 3 {
		_ = s.Send(t.Context(), "known", occurrence())
	}
	later := occurrence()
	later.At = later.At.Add(time.Hour)
	_ = s.Send(t.Context(), "known", later)
	if len(r.ids) != 4 || r.ids[0] == "" || r.ids[0] != r.ids[1] || r.ids[1] != r.ids[2] || r.ids[2] == r.ids[3] {
		t.Fatalf("the ids are %q", r.ids)
	}
}

func TestAnswersOfReceivers(t *testing.T) {
	t.Parallel()
	for status, want := range map[int]bot.ErrorKind{
		200: "", 202: "", 204: "",
		301: bot.Unavailable, 400: bot.Unavailable, 401: bot.Unavailable, 404: bot.Unavailable, 410: bot.Gone, 429: bot.Unavailable, 500: bot.Unavailable, 503: bot.Unavailable,
	} {
		r := &receiver{answers: []int{status}, alone: "7"}
		s, _ := sender(t, r)
		err := s.Send(t.Context(), "known", occurrence())
		if want == "" && err != nil || want != "" && (err == nil || bot.KindOf(err) != want) {
			t.Errorf("after %d: %v, want kind %q", status, err, want)
		}
		if err != nil && bot.RetryAfter(err) != 7*time.Second {
			t.Errorf("after %d it is tried again in %s", status, bot.RetryAfter(err))
		}
	}
}

// TestWordsAboutAReceiver: what went wrong and what would help, for whoever looks after
// slipway; never more of an address than its host, whatever the receiver says.
func TestWordsAboutAReceiver(t *testing.T) {
	t.Parallel()
	says := func(status int, location string) *httptest.Server {
		return httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Location", location)
			w.WriteHeader(status)
		}))
	}
	endless := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		for _, err := w.Write(make([]byte, 1<<20)); err == nil; _, err = w.Write(make([]byte, 1<<20)) {
		}
	}))
	hangsUp := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) }))
	untrusted := httptest.NewTLSServer(http.NotFoundHandler())
	for name, tt := range map[string]struct {
		server *httptest.Server
		scheme string
		says   string // empty: it was taken
		mend   string
	}{
		"an answer without an end":   {endless, "http", "", ""},
		"it hangs up":                {hangsUp, "http", "did not answer", ""},
		"it believes nothing":        {says(401, ""), "http", "answered 401", "Compare its secret"},
		"it leads elsewhere":         {says(308, "http://169.254.169.254/s3cr3t"), "http", "answered 308", "No redirect is followed"},
		"it leads nowhere":           {says(302, "http://%zz/s3cr3t"), "http", "did not answer", ""},
		"it is not there":            {says(404, ""), "http", "answered 404", "Look at its address"},
		"it wants no more":           {says(410, ""), "http", "answered 410", "take it out of notify"},
		"it has too much to do":      {says(503, ""), "http", "answered 503", ""},
		"its certificate is unknown": {untrusted, "https", "has a certificate that is not valid", ""},
		"it speaks no TLS":           {says(204, ""), "https", "does not speak TLS", ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			t.Cleanup(tt.server.Close)
			_, host, _ := strings.Cut(tt.server.URL, "://")
			s := webhook.New(map[string]webhook.Receiver{"a": {URL: tt.scheme + "://anna:s3cr3t@" + host + "/s3cr3t?key=s3cr3t", Secret: secret}})
			err := s.Send(t.Context(), "a", occurrence())
			if tt.says == "" {
				if err != nil {
					t.Error(err)
				}
				return
			}
			said, mend := bot.ForPeople(err)
			if said != "the webhook at 127.0.0.1 "+tt.says || tt.mend == "" && mend != "" || !strings.Contains(mend, tt.mend) {
				t.Errorf("it says %q and %q", said, mend)
			}
			if strings.Contains(err.Error(), "s3cr3t") {
				t.Errorf("it tells a secret: %v", err)
			}
		})
	}
}

// TestCredentialsOfAnAddressAreSent: the userinfo of an address signs in where it leads.
func TestCredentialsOfAnAddressAreSent(t *testing.T) {
	t.Parallel()
	var user, password string
	server := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { user, password, _ = r.BasicAuth() }))
	t.Cleanup(server.Close)
	s := webhook.New(map[string]webhook.Receiver{"a": {URL: strings.Replace(server.URL, "://", "://anna:of%20mine@", 1), Secret: secret}})
	if err := s.Send(t.Context(), "a", occurrence()); err != nil || user != "anna" || password != "of mine" {
		t.Errorf("signed in as %q by %q: %v", user, password, err)
	}
}

func TestReceiverThatIsNotDeclaredIsSentNothing(t *testing.T) {
	t.Parallel()
	r := &receiver{}
	s, _ := sender(t, r)
	if err := s.Send(t.Context(), "unknown", occurrence()); bot.KindOf(err) != bot.Gone {
		t.Errorf("it was sent: %v", err)
	}
	if err := s.Send(t.Context(), "wrong", occurrence()); err == nil || r.refused != 1 {
		t.Errorf("a wrong signature was taken: %v", err)
	}
}

// A request signed for one receiver is not sent to another one.
func TestRedirectsAreNotFollowed(t *testing.T) {
	t.Parallel()
	var elsewhere atomic.Int32
	other := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { elsewhere.Add(1) }))
	t.Cleanup(other.Close)
	s, _ := sender(t, http.RedirectHandler(other.URL, http.StatusTemporaryRedirect))
	if err := s.Send(t.Context(), "known", occurrence()); err == nil || elsewhere.Load() != 0 {
		t.Errorf("it was led elsewhere %d times: %v", elsewhere.Load(), err)
	}
}

// The path and the query of an address are often a secret.
func TestPromise9_ErrorsNameTheHostAlone(t *testing.T) {
	t.Parallel()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusTeapot) }))
	gone := httptest.NewServer(http.NotFoundHandler())
	gone.Close()
	t.Cleanup(server.Close)
	s := webhook.New(map[string]webhook.Receiver{
		"refuses": {URL: server.URL + "/services/s3cr3t?key=s3cr3t", Secret: secret},
		"closed":  {URL: gone.URL + "/services/s3cr3t?key=s3cr3t", Secret: secret},
		"odd":     {URL: "http://bad host/s3cr3t", Secret: secret},
	})
	for _, id := range []string{"refuses", "closed", "odd"} {
		err := s.Send(t.Context(), id, occurrence())
		if err == nil || strings.Contains(err.Error(), "s3cr3t") || strings.Contains(err.Error(), secret) {
			t.Errorf("%s: %v", id, err)
		}
	}
}

// Receivers that do not answer, however many, occupy only a limited number of callers, and a
// receiver that does answer still gets its events.
func TestReceiversThatHangAreBounded(t *testing.T) {
	t.Parallel()
	release := make(chan struct{})
	var waiting, turnedAway atomic.Int32
	hangs := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {
		waiting.Add(1)
		<-release
	}))
	t.Cleanup(hangs.Close)
	good := &receiver{}
	server := httptest.NewServer(good)
	t.Cleanup(server.Close)
	receivers := map[string]webhook.Receiver{"good": {URL: server.URL, Secret: secret}}
	for _, id := range []string{"a", "b", "c"} {
		receivers[id] = webhook.Receiver{URL: hangs.URL, Secret: secret}
	}
	s := webhook.New(receivers)
	var under sync.WaitGroup
	for _, id := range []string{"a", "b", "c"} {
		for range 10 {
			under.Go(func() {
				if err := s.Send(t.Context(), id, occurrence()); bot.KindOf(err) == bot.Limited {
					turnedAway.Add(1)
				}
			})
		}
	}
	for deadline := time.Now().Add(4 * time.Second); (turnedAway.Load() < 18 || waiting.Load() < 12) && time.Now().Before(deadline); {
		time.Sleep(time.Millisecond)
	}
	if err := s.Send(t.Context(), "good", occurrence()); err != nil || len(good.ids) != 1 {
		t.Errorf("beside those that hang: %v", err)
	}
	close(release)
	under.Wait()
	if turnedAway.Load() != 18 || waiting.Load() != 12 {
		t.Errorf("%d of 30 were turned away and %d were waited for", turnedAway.Load(), waiting.Load())
	}
}
