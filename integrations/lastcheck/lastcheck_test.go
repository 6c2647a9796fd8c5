package lastcheck_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/slipwayhq/slipway/integrations/lastcheck"
)

var errLate = errors.New("it is too late")

// TestGuard lets the check fail at each of its runs in turn. In none of these cases the
// server gets the whole request, over HTTP/1 and HTTP/2. Some clients send a body while they
// read it, so that the check must not run after its last byte.
func TestGuard(t *testing.T) {
	t.Parallel()
	for _, protocol := range []string{"HTTP/1.1", "HTTP/2.0"} {
		for name, size := range map[string]int{"a short body": 10, "a long body": 200_000} {
			for length, body := range map[string]func(string) io.Reader{
				"known":     func(text string) io.Reader { return strings.NewReader(text) },
				"not known": func(text string) io.Reader { return io.MultiReader(strings.NewReader(text)) },
			} {
				t.Run(fmt.Sprintf("%s, %s whose length is %s", protocol, name, length), func(t *testing.T) {
					t.Parallel()
					text := strings.Repeat("x", size)
					times := guarded(t, protocol, body(text), size, 0)
					if times < 1 {
						t.Fatalf("the check was asked %d times", times)
					}
					for n := 1; n <= times; n++ {
						guarded(t, protocol, body(text), size, n)
					}
				})
			}
		}
	}
}

// guarded sends a request whose check fails at its nth run, and returns how often the check
// ran.
func guarded(t *testing.T, protocol string, body io.Reader, size, refuseAt int) (asked int) {
	t.Helper()
	var whole atomic.Int64
	server := serve(t, protocol, func(r *http.Request) {
		if body, err := io.ReadAll(r.Body); err == nil && len(body) == size && r.Proto == protocol {
			whole.Add(1)
		}
	})
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, server.URL, body)
	if err != nil {
		t.Fatal(err)
	}
	resp, err := server.Client().Do(lastcheck.Guard(req, func(context.Context) error {
		if asked++; asked == refuseAt {
			return errLate
		}
		return nil
	}))
	if err == nil {
		_ = resp.Body.Close() // nothing is in it
	}
	if refuseAt > 0 {
		time.Sleep(30 * time.Millisecond) // a shorter wait can only miss a fault
	}
	server.Close() // waits until all requests have been dealt with
	arrived := whole.Load()
	refused := refuseAt > 0 && asked >= refuseAt // the number of parts that a body is read in varies
	switch {
	case !refused && (err != nil || arrived != 1):
		t.Errorf("allowed, and %d whole requests arrived: %v", arrived, err)
	case refused && (!errors.Is(err, errLate) || arrived != 0):
		t.Errorf("refused at check %d, and %d whole requests arrived: %v", refuseAt, arrived, err)
	}
	return asked
}

func serve(t *testing.T, protocol string, handle func(*http.Request)) *httptest.Server {
	t.Helper()
	server := httptest.NewUnstartedServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { handle(r) }))
	server.Config.ErrorLog = slog.NewLogLogger(slog.DiscardHandler, slog.LevelError)
	server.EnableHTTP2 = protocol == "HTTP/2.0"
	if server.EnableHTTP2 {
		server.StartTLS()
	} else {
		server.Start()
	}
	t.Cleanup(server.Close)
	return server
}

// TestGuardAsksAgain: a request that the client repeats, because its connection broke before
// anything was written, is checked again.
func TestGuardAsksAgain(t *testing.T) {
	t.Parallel()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, "http://127.0.0.1", bytes.NewReader([]byte("x")))
	if err != nil {
		t.Fatal(err)
	}
	guarded := lastcheck.Guard(req, func(context.Context) error { return errLate })
	again, err := guarded.GetBody()
	if err != nil {
		t.Fatal(err)
	}
	if _, err := io.ReadAll(again); !errors.Is(err, errLate) {
		t.Errorf("the body of another try is read: %v", err)
	}
	for _, body := range []io.Reader{nil, http.NoBody} {
		req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, "http://127.0.0.1", body)
		if err != nil {
			t.Fatal(err)
		}
		if lastcheck.Guard(req, func(context.Context) error { return errLate }) != req {
			t.Error("a request without a body is changed")
		}
	}
}
