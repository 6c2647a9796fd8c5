package main

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/slipwayhq/slipway/bot/catalog"
)

type pinged struct {
	storeProbe
	err error
}

func (p pinged) Ping(context.Context) error { return p.err }

// TestReadyz: nobody is sent to a slipway that is not ready, or not any more;
// that Redis is away is told, and is no reason, since people get an answer still.
func TestReadyz(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		ready  bool
		store  error
		status int
		says   string
	}{
		"before it is ready, or while it stops": {false, nil, http.StatusServiceUnavailable, `{"ready":false,"redis":"answers"}`},
		"ready":                                 {true, nil, http.StatusOK, `{"ready":true,"redis":"answers"}`},
		"Redis is away":                         {true, errors.New("gone"), http.StatusOK, `{"ready":true,"redis":"does not answer"}`},
	} {
		r := &readyCheck{store: pinged{err: tt.store}}
		r.ready.Store(tt.ready)
		w := httptest.NewRecorder()
		r.ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/readyz", http.NoBody))
		if w.Code != tt.status || strings.TrimSpace(w.Body.String()) != tt.says || w.Header().Get("Content-Type") != "application/json" {
			t.Errorf("%s: %d %s", name, w.Code, w.Body)
		}
	}
}

// TestPromise12_APanicIsAnsweredOverHTTP: a request that slipway breaks down on
// gets an answer, and the log says where it was.
func TestPromise12_APanicIsAnsweredOverHTTP(t *testing.T) {
	t.Parallel()
	var log strings.Builder
	server := newServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { panic("out of order") }), slog.New(slog.NewTextHandler(&log, nil)))
	w := httptest.NewRecorder()
	server.Handler.ServeHTTP(w, httptest.NewRequest(http.MethodPost, "/github/webhooks", http.NoBody))
	if w.Code != http.StatusInternalServerError || !strings.Contains(log.String(), "http_test.go") {
		t.Errorf("answered %d %s, and logged\n%s", w.Code, w.Body, log.String())
	}
}

// TestNames: people are called as the operator calls them.
func TestNames(t *testing.T) {
	t.Parallel()
	want := map[string]string{"U01ANNA": "anna", "U02BEN": "ben"}
	if diff := cmp.Diff(want, names([]catalog.Person{{Name: "anna", Slack: "U01ANNA"}, {Name: "ben", Slack: "U02BEN"}})); diff != "" {
		t.Errorf("names (-want +got):\n%s", diff)
	}
}

// TestAdminAddress: with an address of their own, health and metrics are not to
// be had where Slack and GitHub ask; without one they are.
func TestAdminAddress(t *testing.T) {
	t.Parallel()
	needRedis(t)
	w := newRecoverWorld(t)
	for _, own := range []string{"", "127.0.0.1:0"} {
		declared := *w.declared
		declared.ListenAdmin = own
		log := &journal{}
		ctx, stop := context.WithCancel(t.Context())
		served := make(chan error, 1)
		go func() { served <- serve(ctx, &declared, newLogger(log)) }()
		at := func(key string) string {
			t.Helper()
			found := regexp.MustCompile(`"` + key + `":"([^"]+)"`)
			w.check(eventually(func() error {
				if found.FindString(log.String()) == "" {
					return errors.New("the log does not say where it listens")
				}
				return nil
			}))
			return found.FindStringSubmatch(log.String())[1]
		}
		status := func(address, path string) int {
			t.Helper()
			response, err := http.Get("http://" + address + path)
			w.check(err)
			_ = response.Body.Close()
			return response.StatusCode
		}
		want := map[string]int{"/healthz": 200, "/readyz": 200, "/metrics": 200}
		for path, code := range want {
			if own == "" {
				if got := status(at("address"), path); got != code {
					t.Errorf("%s without an address of their own: %d", path, got)
				}
				continue
			}
			if got := status(at("admin_address"), path); got != code {
				t.Errorf("%s at their own address: %d", path, got)
			}
			if got := status(at("address"), path); path != "/healthz" && got != http.StatusNotFound {
				t.Errorf("%s where Slack asks: %d", path, got)
			}
		}
		stop()
		w.check(<-served)
	}
}
