package lastcheck_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/slipwayhq/slipway/integrations/lastcheck"
)

var errLate = errors.New("it is too late")

// TestGuard lets the check say no at each time at which it is asked: whenever that
// is, no server has got the whole request, over HTTP/1 and HTTP/2.
func TestGuard(t *testing.T) {
	t.Parallel()
	for _, protocol := range []string{"HTTP/1.1", "HTTP/2.0"} {
		for name, size := range map[string]int{"a short body": 10, "a long body": 200_000} {
			t.Run(protocol+", "+name, func(t *testing.T) {
				t.Parallel()
				var whole atomic.Int64
				server := serve(t, protocol, func(r *http.Request) {
					if body, err := io.ReadAll(r.Body); err == nil && len(body) == size && r.Proto == protocol {
						whole.Add(1)
					}
				})
				asked := 0
				send := func(refuseAt int) error {
					asked = 0
					req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, server.URL, strings.NewReader(strings.Repeat("x", size)))
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
						err = resp.Body.Close()
					}
					return err
				}
				if err := send(0); err != nil || whole.Load() != 1 {
					t.Fatalf("allowed, and %d whole requests arrived: %v", whole.Load(), err)
				}
				times := asked
				if times < 2 {
					t.Fatalf("the check was asked %d times", times)
				}
				for n := 1; n <= times; n++ {
					if err := send(n); !errors.Is(err, errLate) {
						t.Errorf("refused at check %d of %d: %v", n, times, err)
					}
				}
				server.Close() // waits until all requests have been dealt with
				if whole.Load() != 1 {
					t.Errorf("%d whole requests arrived although they were held back", whole.Load()-1)
				}
			})
		}
	}
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

// TestGuardAsksAgain: a request that is sent anew, because its connection broke
// before anything was written, is checked anew.
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
