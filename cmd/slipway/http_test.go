package main

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
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
		r := &readiness{store: pinged{err: tt.store}}
		r.ready.Store(tt.ready)
		w := httptest.NewRecorder()
		r.ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/readyz", http.NoBody))
		if w.Code != tt.status || strings.TrimSpace(w.Body.String()) != tt.says || w.Header().Get("Content-Type") != "application/json" {
			t.Errorf("%s: %d %s", name, w.Code, w.Body)
		}
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
