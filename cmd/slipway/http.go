package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"sync/atomic"
	"time"

	"github.com/slipwayhq/slipway/bot/guard"
)

const (
	// stopGrace is how long requests that are under way may take at a stop.
	stopGrace = 5 * time.Second
	// headerTimeout and readTimeout bound how long a request may take to come,
	// first its headers and then all of it. Slack gives up after three seconds.
	headerTimeout = 3 * time.Second
	readTimeout   = 6 * time.Second
	writeTimeout  = 15 * time.Second
	// maxHeader is what slipway allows for headers, to which Go adds 4 KiB.
	maxHeader = 4 << 10
)

// readyCheck is what /readyz tells. It fails only before slipway is first ready
// and while it stops: with Redis or Slack away, people still get an answer.
type readyCheck struct {
	ready atomic.Bool
	store storeProbe
	// links is how many connections to Slack stand; nil where Slack posts what it
	// sends.
	links func() int
}

// ServeHTTP answers /readyz.
func (r *readyCheck) ServeHTTP(w http.ResponseWriter, request *http.Request) {
	ctx, cancel := context.WithTimeout(request.Context(), time.Second)
	defer cancel()
	body := struct {
		Ready bool   `json:"ready"`
		Redis string `json:"redis"`
		Slack string `json:"slack,omitempty"`
	}{Ready: r.ready.Load(), Redis: "answers"}
	if r.links != nil {
		body.Slack = fmt.Sprintf("%d connections", r.links())
	}
	if err := r.store.Ping(ctx); err != nil {
		body.Redis = "does not answer"
	}
	w.Header().Set("Content-Type", "application/json")
	if !body.Ready {
		w.WriteHeader(http.StatusServiceUnavailable)
	}
	_ = json.NewEncoder(w).Encode(body) // whoever asked has gone
}

func alive(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte("ok\n")) }

// guarded answers a request that met a panic, and logs where.
func guarded(handler http.Handler, log *slog.Logger) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		err := guard.Do(func() error { handler.ServeHTTP(w, r); return nil })
		if err != nil {
			log.Error("a request panicked", slog.String("path", r.URL.Path), slog.String("error", err.Error()), slog.String("stack", guard.Stack(err)))
			http.Error(w, "slipway broke down on this request; its log says where", http.StatusInternalServerError)
		}
	})
}

// newServer is the HTTP server with its bounds. It expects a [entrance] to stand
// before it, which bounds the connections.
func newServer(handler http.Handler, log *slog.Logger) *http.Server {
	return &http.Server{
		Handler:           sparing(guarded(handler, log)),
		ReadHeaderTimeout: headerTimeout,
		ReadTimeout:       readTimeout,
		WriteTimeout:      writeTimeout,
		IdleTimeout:       time.Minute,
		MaxHeaderBytes:    maxHeader,
		ConnContext:       remember,
		ConnState:         idle,
		ErrorLog:          slog.NewLogLogger(log.Handler(), slog.LevelWarn),
	}
}

// serveHTTP serves until ctx is cancelled, then lets requests that are under
// way end.
func serveHTTP(ctx context.Context, server *http.Server, listener net.Listener) error {
	failed := make(chan error, 1)
	go func() { failed <- server.Serve(listener) }()
	select {
	case err := <-failed:
		return fmt.Errorf("serve HTTP: %w", err)
	case <-ctx.Done():
	}
	grace, cancel := context.WithTimeout(context.WithoutCancel(ctx), stopGrace)
	defer cancel()
	if err := server.Shutdown(grace); err != nil && !errors.Is(err, context.DeadlineExceeded) {
		return fmt.Errorf("stop HTTP: %w", err)
	}
	return nil
}
