package slack_test

import (
	"bytes"
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/slipwayhq/slipway/bot"
	"github.com/slipwayhq/slipway/integrations/contract"
	"github.com/slipwayhq/slipway/integrations/slack"
	"github.com/slipwayhq/slipway/integrations/slack/slacksim"
)

const secret = contract.VectorSecret

// vectorUser is who speaks in Slack's own example.
const vectorUser = "U2CERLKJA"

// door is an Inbound with a workspace that hardly anybody is in, for requests
// as they are.
func door(tb testing.TB, team string, now time.Time) (http.Handler, *store) {
	tb.Helper()
	in, handler := doorIn(tb, team)
	overHTTP, err := in.HTTP(slack.HTTPOptions{SigningSecrets: []string{secret}, Read: readAll, Now: func() time.Time { return now }})
	if err != nil {
		tb.Fatal(err)
	}
	return overHTTP, handler
}

// doorIn is the same without a way in.
func doorIn(tb testing.TB, team string) (*slack.Inbound, *store) {
	tb.Helper()
	workspace := slacksim.New(slacksim.Options{TeamID: team})
	sim := httptest.NewServer(workspace)
	tb.Cleanup(sim.Close)
	for _, id := range []string{ann, vectorUser, "W222"} {
		workspace.AddUser(slacksim.User{ID: id, IsRestricted: id == "W222"})
	}
	logger := slog.New(slog.DiscardHandler)
	sender, err := slack.NewSender(slack.SenderOptions{Token: workspace.Options().Token, APIURL: sim.URL + "/api/"}, logger)
	if err != nil {
		tb.Fatal(err)
	}
	handler := &store{answer: bot.Done{Says: "done"}}
	in, err := slack.NewInbound(slack.InboundOptions{
		Team: team, Commands: map[string]string{"deploy": "/deploy", "hook": "/webhook-collect"}, People: slack.NewPeople(team, nil, sender),
	}, handler, sender, logger)
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() { _ = in.Close(within(tb)) })
	return in, handler
}

// readAll reads a body whatever room there is.
func readAll(w http.ResponseWriter, r *http.Request, limit int64) ([]byte, bool) {
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, limit))
	if err != nil {
		w.WriteHeader(http.StatusRequestEntityTooLarge)
	}
	return body, err == nil
}

func post(h http.Handler, path string, body []byte, header http.Header) *httptest.ResponseRecorder {
	req := httptest.NewRequest(http.MethodPost, path, bytes.NewReader(body))
	req.Header = header
	w := httptest.NewRecorder()
	h.ServeHTTP(w, req)
	return w
}

func signed(key string, at time.Time, body []byte) http.Header {
	stamp := strconv.FormatInt(at.Unix(), 10)
	return http.Header{
		"X-Slack-Request-Timestamp": {stamp},
		"X-Slack-Signature":         {slacksim.Signature(key, stamp, body)},
		"Content-Type":              {"application/x-www-form-urlencoded"},
	}
}

// TestSignatureVector feeds Slack's own example.
func TestSignatureVector(t *testing.T) {
	t.Parallel()
	h, handler := door(t, "T1DC2JH3J", time.Unix(contract.VectorTimestamp, 0).Add(299*time.Second))
	header := http.Header{
		"X-Slack-Request-Timestamp": {strconv.Itoa(contract.VectorTimestamp)},
		"X-Slack-Signature":         {contract.VectorSignature},
	}
	if w := post(h, "/slack/commands", []byte(contract.VectorBody), header); w.Code != http.StatusOK || !strings.Contains(w.Body.String(), "Done") {
		t.Errorf("the vector is answered %d %s", w.Code, w.Body)
	}
	if commands, _ := handler.given(); len(commands) != 1 {
		t.Errorf("%d commands were stored", len(commands))
	}
}

func TestPromise10_WhatIsNotSlacksChangesNothing(t *testing.T) {
	t.Parallel()
	now := time.Unix(1_800_000_000, 0)
	body := []byte(url.Values{"team_id": {"T0001"}, "user_id": {ann}, "command": {"/deploy"}, "text": {"api"}, "trigger_id": {"1.2"}}.Encode())
	good := signed(secret, now, body)
	with := func(change func(http.Header)) http.Header {
		h := good.Clone()
		change(h)
		return h
	}
	tests := []struct {
		name   string
		header http.Header
		body   []byte
		want   int
	}{
		{name: "unsigned", header: http.Header{}, want: http.StatusUnauthorized},
		{name: "another secret", header: signed("guess", now, body), want: http.StatusUnauthorized},
		{name: "an empty secret", header: signed("", now, body), want: http.StatusUnauthorized},
		{name: "another body", header: good, body: []byte("x=1"), want: http.StatusUnauthorized},
		{name: "too old", header: signed(secret, now.Add(-301*time.Second), body), want: http.StatusUnauthorized},
		{name: "from the future", header: signed(secret, now.Add(301*time.Second), body), want: http.StatusUnauthorized},
		{name: "another time", header: with(func(h http.Header) { h.Set("X-Slack-Request-Timestamp", "1800000001") }), want: http.StatusUnauthorized},
		{name: "a time that is none", header: with(func(h http.Header) { h.Set("X-Slack-Request-Timestamp", "soon") }), want: http.StatusUnauthorized},
		{name: "without version", header: with(func(h http.Header) {
			h.Set("X-Slack-Signature", strings.TrimPrefix(h.Get("X-Slack-Signature"), "v0="))
		}), want: http.StatusUnauthorized},
		{name: "a short signature", header: with(func(h http.Header) { h.Set("X-Slack-Signature", "v0=00") }), want: http.StatusUnauthorized},
		{name: "no hex", header: with(func(h http.Header) { h.Set("X-Slack-Signature", "v0=zz") }), want: http.StatusUnauthorized},
		{name: "too large", header: good, body: bytes.Repeat([]byte("x"), 1<<20+1), want: http.StatusRequestEntityTooLarge},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			h, handler := door(t, "T0001", now)
			sent := body
			if tt.body != nil {
				sent = tt.body
			}
			for _, path := range []string{"/slack/commands", "/slack/interactions", "/slack/events"} {
				if w := post(h, path, sent, tt.header); w.Code != tt.want {
					t.Errorf("%s is answered %d, want %d", path, w.Code, tt.want)
				}
			}
			if commands, clicks := handler.given(); len(commands)+len(clicks) != 0 {
				t.Error("it got through")
			}
		})
	}
}

func TestPromise10_ReplayChangesNothing(t *testing.T) {
	t.Parallel()
	now := time.Unix(1_800_000_000, 0)
	h, handler := door(t, "T0001", now)
	body := []byte(url.Values{"team_id": {"T0001"}, "user_id": {ann}, "command": {"/deploy"}, "trigger_id": {"1.2"}}.Encode())
	header := signed(secret, now, body)
	upper := header.Clone()
	upper.Set("X-Slack-Signature", "v0="+strings.ToUpper(strings.TrimPrefix(header.Get("X-Slack-Signature"), "v0=")))
	for i, want := range []int{http.StatusOK, http.StatusUnauthorized, http.StatusUnauthorized} {
		sent := header
		if i == 2 {
			sent = upper
		}
		if w := post(h, "/slack/commands", body, sent); w.Code != want {
			t.Errorf("delivery %d is answered %d, want %d", i+1, w.Code, want)
		}
	}
	if commands, _ := handler.given(); len(commands) != 1 {
		t.Errorf("%d commands were stored", len(commands))
	}
}

// TestPayloadInTheURL: the signature does not cover the URL, so nothing may be
// read from it.
func TestPayloadInTheURL(t *testing.T) {
	t.Parallel()
	now := time.Unix(1_800_000_000, 0)
	h, handler := door(t, "T0001", now)
	click := `{"type":"block_actions","trigger_id":"1.2","team":{"id":"T0001"},"user":{"id":"U01ANN","team_id":"T0001"},"actions":[{"action_id":"cancel","value":"api-142"}]}`
	body := []byte("x=1")
	query := url.Values{"payload": {click}}.Encode()
	if w := post(h, "/slack/interactions?"+query, body, signed(secret, now, body)); w.Code == http.StatusOK {
		t.Errorf("it is answered %d", w.Code)
	}
	body = []byte(query)
	if w := post(h, "/slack/interactions", body, signed(secret, now, body)); w.Code != http.StatusOK {
		t.Errorf("the same in the body is answered %d", w.Code)
	}
	if _, clicks := handler.given(); len(clicks) != 1 {
		t.Errorf("clicks = %+v", clicks)
	}
}

func TestOptionsAreNeeded(t *testing.T) {
	t.Parallel()
	logger := slog.New(slog.DiscardHandler)
	sender, err := slack.NewSender(slack.SenderOptions{Token: "x", APIURL: "https://slack.com/api/"}, logger)
	if err != nil {
		t.Fatal(err)
	}
	people := slack.NewPeople("T0001", nil, sender)
	for name, o := range map[string]slack.InboundOptions{"no team": {People: people}, "no people": {Team: "T0001"}} {
		if _, err := slack.NewInbound(o, &store{}, sender, logger); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
	in, err := slack.NewInbound(slack.InboundOptions{Team: "T0001", People: people}, &store{}, sender, logger)
	if err != nil {
		t.Fatal(err)
	}
	for name, o := range map[string]slack.HTTPOptions{
		"no secret":       {Read: readAll},
		"an empty secret": {SigningSecrets: []string{"x", ""}, Read: readAll},
		"no reader":       {SigningSecrets: []string{"x"}},
	} {
		if _, err := in.HTTP(o); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
	for name, o := range map[string]slack.SenderOptions{
		"no token": {APIURL: "https://slack.com/api/"}, "no address": {Token: "x", APIURL: "slack"},
	} {
		if _, err := slack.NewSender(o, logger); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
}

// FuzzInteraction sends any payload with a good signature: what is taken of it is
// said by who sent it, comes from our own workspace and is about a release.
func FuzzInteraction(f *testing.F) {
	f.Add(`{"type":"block_actions","trigger_id":"1.2","team":{"id":"T0001"},"user":{"id":"U01ANN","team_id":"T0001"},"actions":[{"action_id":"approve","value":"api-1 aa"}]}`)
	f.Add(`{"type":"block_actions","trigger_id":"1.2","team":{"id":"T0001"},"user":{"id":"U01ANN","team_id":"T0666"},"actions":[{"action_id":"approve","value":"api-1 aa"}]}`)
	f.Add(`{"type":"block_actions","trigger_id":"1.2","team":{"id":"T0666"},"user":{"id":"U01ANN"},"actions":[{"action_id":"approve","value":"api-1 aa"}]}`)
	f.Add(`{"type":"block_actions","actions":[{"action_id":"approve","value":"api-1 aa"}]}`)
	f.Add(`{"type":"view_submission","view":{"callback_id":"slipway_reject","private_metadata":"{}","state":{"values":{"reason":{"input":{"value":7}}}}}}`)
	f.Add(`{"type":"view_submission","team":{"id":"T0001"},"user":{"id":"U01ANN"},"view":{"id":"V1","hash":"1","callback_id":"slipway_deploy","private_metadata":"{}","state":{"values":{"target":{"input":{"selected_option":{"value":"api production"}}}}}}}`)
	f.Fuzz(func(t *testing.T, payload string) {
		now := time.Unix(1_800_000_000, 0)
		h, stored := door(t, "T0001", now)
		body := []byte(url.Values{"payload": {payload}}.Encode())
		if w := post(h, "/slack/interactions", body, signed(secret, now, body)); w.Code >= 500 {
			t.Errorf("answered %d", w.Code)
		}
		commands, clicks := stored.given()
		forms := stored.submitted()
		if len(commands)+len(clicks)+len(forms) == 0 {
			return
		}
		var said struct {
			Team struct {
				ID string `json:"id"`
			} `json:"team"`
			User struct {
				ID   string `json:"id"`
				Team string `json:"team_id"`
			} `json:"user"`
		}
		if err := json.Unmarshal([]byte(payload), &said); err != nil || said.Team.ID != "T0001" || said.User.Team != "" && said.User.Team != "T0001" {
			t.Errorf("taken from nowhere: %s", payload)
		}
		for _, c := range clicks {
			if c.By.ID != said.User.ID || !bot.ValidReleaseID(c.Release) || c.Key == "" {
				t.Errorf("%s became %+v", payload, c)
			}
		}
		for _, c := range commands {
			if c.By.ID != said.User.ID || c.Key == "" {
				t.Errorf("%s became %+v", payload, c)
			}
		}
		for _, f := range forms {
			if f.By.ID != said.User.ID || f.Key == "" || f.Entry == nil {
				t.Errorf("%s became %+v", payload, f)
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

// TestPromise10_WhatClaimsNothingIsNotRead: a body costs memory, so only those
// are read whose headers say that Slack signed them, and not long ago.
func TestPromise10_WhatClaimsNothingIsNotRead(t *testing.T) {
	t.Parallel()
	now := time.Unix(1531420618, 0)
	stamp, good := strconv.FormatInt(now.Unix(), 10), "v0="+strings.Repeat("ab", 32)
	for name, header := range map[string]http.Header{
		"no headers":      {},
		"no time":         {"X-Slack-Signature": {good}},
		"no signature":    {"X-Slack-Request-Timestamp": {stamp}},
		"half of one":     {"X-Slack-Request-Timestamp": {stamp}, "X-Slack-Signature": {good[:40]}},
		"another version": {"X-Slack-Request-Timestamp": {stamp}, "X-Slack-Signature": {"v1=" + good[3:]}},
		"yesterday's":     {"X-Slack-Request-Timestamp": {strconv.FormatInt(now.Unix()-86400, 10)}, "X-Slack-Signature": {good}},
	} {
		for _, path := range []string{"/slack/commands", "/slack/interactions", "/slack/events"} {
			t.Run(name+" at "+path, func(t *testing.T) {
				t.Parallel()
				h, handler := door(t, "T0001", now)
				req := httptest.NewRequest(http.MethodPost, path, untouchable{t})
				req.Header = header
				w := httptest.NewRecorder()
				h.ServeHTTP(w, req)
				if w.Code != http.StatusUnauthorized || w.Header().Get("Connection") != "close" || len(handler.commands) != 0 {
					t.Errorf("answered with %d %s, %v", w.Code, w.Body, w.Header())
				}
			})
		}
	}
}

// TestPromise10_BoundsOfBodies: a click brings a whole message along, and a
// mention all that was written; a command is short.
func TestPromise10_BoundsOfBodies(t *testing.T) {
	t.Parallel()
	now := time.Unix(1531420618, 0)
	for path, limit := range map[string]int{"/slack/commands": 256 << 10, "/slack/interactions": 1 << 20, "/slack/events": 1 << 20} {
		h, _ := door(t, "T0001", now)
		for over, tooLarge := range []bool{false, true} {
			body := bytes.Repeat([]byte("x"), limit+over)
			w := post(h, path, body, signed(secret, now, body))
			if got := w.Code == http.StatusRequestEntityTooLarge; got != tooLarge {
				t.Errorf("%s with %d bytes is answered %d", path, len(body), w.Code)
			}
		}
	}
}
