package slacksim_test

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/slack-go/slack"

	"github.com/slipwayhq/slipway/integrations/contract"
	"github.com/slipwayhq/slipway/integrations/slack/slacksim"
)

// rig is a workspace over real HTTP, a client of it, and a bot that answers
// what the test tells it to and remembers what it was sent.
type rig struct {
	sim *slacksim.Server
	api *slack.Client
	bot *bot
	url string
}

const (
	ann, bob, guest = "U01ANN", "U01BOB", "U01GUEST"
	deploys         = "C0DEPLOYS"
)

func newRig(t *testing.T, o slacksim.Options) *rig {
	t.Helper()
	sim := slacksim.New(o)
	server := httptest.NewServer(sim)
	t.Cleanup(server.Close)
	b := &bot{}
	listening := httptest.NewServer(b)
	t.Cleanup(listening.Close)
	sim.SetURL(server.URL)
	sim.SetBotURL(listening.URL)
	sim.AddUser(slacksim.User{ID: ann, Name: "ann", RealName: "Ann", Email: "ann@acme.example"})
	sim.AddUser(slacksim.User{ID: bob, Name: "bob", RealName: "Bob"})
	sim.AddUser(slacksim.User{ID: guest, Name: "gus", RealName: "Gus", IsRestricted: true, IsUltraRestricted: true})
	sim.AddUserGroup(slacksim.UserGroup{ID: "S0SRE", Handle: "sre", Members: []string{ann}})
	sim.AddChannel(slacksim.Channel{ID: deploys, Name: "deploys"})
	sim.AddChannel(slacksim.Channel{ID: "C0OTHER", Name: "other", BotAbsent: true})
	sim.AddChannel(slacksim.Channel{ID: "C0SECRET", Name: "secret", Private: true, BotAbsent: true})
	sim.AddChannel(slacksim.Channel{ID: "C0OLD", Name: "old", Archived: true})
	api := slack.New(sim.Options().Token, slack.OptionAPIURL(sim.APIURL()))
	return &rig{sim: sim, api: api, bot: b, url: server.URL}
}

// received is a request that came to the bot.
type received struct {
	path   string
	header http.Header
	body   []byte
}

type bot struct {
	mu   sync.Mutex
	got  []received
	plan []http.HandlerFunc
}

// next tells the bot how to answer the next requests; after that it answers
// 200 with nothing.
func (b *bot) next(answers ...http.HandlerFunc) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.plan = append(b.plan, answers...)
}

func (b *bot) requests() []received {
	b.mu.Lock()
	defer b.mu.Unlock()
	return append([]received{}, b.got...)
}

func (b *bot) last(t *testing.T) received {
	t.Helper()
	got := b.requests()
	if len(got) == 0 {
		t.Fatal("nothing was sent to the bot")
	}
	return got[len(got)-1]
}

func (b *bot) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	b.mu.Lock()
	b.got = append(b.got, received{r.URL.Path, r.Header.Clone(), body})
	var answer http.HandlerFunc
	if len(b.plan) > 0 {
		answer, b.plan = b.plan[0], b.plan[1:]
	}
	b.mu.Unlock()
	if answer != nil {
		answer(w, r)
	}
}

func answerJSON(body string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		_, _ = io.WriteString(w, body)
	}
}

func answerStatus(code int) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(code) }
}

// clock is a time that only the test moves.
type clock struct {
	mu sync.Mutex
	at time.Time
}

func newClock() *clock { return &clock{at: time.Date(2026, 11, 20, 9, 0, 0, 0, time.UTC)} }

func (c *clock) now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.at
}

func (c *clock) advance(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.at = c.at.Add(d)
}

func check(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// wantError checks for Slack's error code.
func wantError(t *testing.T, err error, code string) {
	t.Helper()
	var e slack.SlackErrorResponse
	if !errors.As(err, &e) || e.Err != code {
		t.Fatalf("error %v, want %s", err, code)
	}
}

func withDeadline(t *testing.T) context.Context {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	t.Cleanup(cancel)
	return ctx
}

func decode(t *testing.T, raw []byte) map[string]any {
	t.Helper()
	var out map[string]any
	if err := json.Unmarshal(raw, &out); err != nil {
		t.Fatalf("%v in %s", err, raw)
	}
	return out
}

// sample reads a file of what was recorded at Slack.
func sample(t *testing.T, name string) []byte {
	t.Helper()
	raw, err := os.ReadFile(filepath.Join(contract.Path(t, contract.SlackSamples), name))
	check(t, err)
	return raw
}
