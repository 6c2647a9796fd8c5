package github

import (
	"context"
	"log/slog"
	"math/rand/v2"
	"net/http"
	"time"
)

const (
	maxParallel  = 24 // requests under way; GitHub allows 100 (docs: secondary limits)
	maxAttempts  = 4  // of one read
	firstBackoff = 150 * time.Millisecond
	readTimeout  = 10 * time.Second // of one attempt
	writeTimeout = 30 * time.Second
	// patience is how long a read waits for a pause to end before it gives
	// the caller the word, who can do something else meanwhile.
	patience = 3 * time.Second
)

// transport is the one way to GitHub. It keeps the pauses that GitHub asks
// for, bounds how many requests are under way, and repeats reads, and reads
// alone, that met a passing fault, as long as the caller's deadline allows.
type transport struct {
	next   http.RoundTripper
	pauses *pauses
	slots  chan struct{}
	logger *slog.Logger
}

func newTransport(next http.RoundTripper, logger *slog.Logger) *transport {
	return &transport{
		next:   next,
		pauses: &pauses{until: map[string]time.Time{}},
		slots:  make(chan struct{}, maxParallel),
		logger: logger,
	}
}

// RoundTrip sends req, as a read if it is a GET and as a write otherwise.
func (t *transport) RoundTrip(req *http.Request) (*http.Response, error) {
	if req.Method == http.MethodGet && req.Body == nil {
		return t.read(req)
	}
	if left := t.pauses.left(req.URL.Host, time.Now()); left > 0 {
		return nil, abandon(req, &pausedError{wait: left})
	}
	return t.once(req, writeTimeout)
}

// abandon closes the body of a request that is not sent, as the contract of
// RoundTripper asks.
func abandon(req *http.Request, err error) error {
	if req.Body != nil {
		_ = req.Body.Close() // it is held in memory
	}
	return err
}

func (t *transport) read(req *http.Request) (*http.Response, error) {
	for attempt := 1; ; attempt++ {
		if err := t.awaitPause(req); err != nil {
			return nil, err
		}
		resp, err := t.once(req, readTimeout)
		wait, worth := worthRepeating(resp, err, attempt)
		if !worth || !wakesInTime(req.Context(), wait) {
			return resp, err
		}
		if t.pauses.left(req.URL.Host, time.Now()) > patience {
			return resp, err
		}
		t.logger.DebugContext(req.Context(), "reading from github again", slog.Int("attempt", attempt), slog.Duration("wait", wait))
		if !sleep(req.Context(), wait) {
			return resp, err
		}
	}
}

// awaitPause waits until a short pause is over, and returns an error for one
// that is too long to wait for.
func (t *transport) awaitPause(req *http.Request) error {
	left := t.pauses.left(req.URL.Host, time.Now())
	if left == 0 {
		return nil
	}
	wait := left + jitter(firstBackoff)
	if left > patience || !wakesInTime(req.Context(), wait) || !sleep(req.Context(), wait) {
		return &pausedError{wait: left}
	}
	return nil
}

// once sends req one time, when one of the places is free.
func (t *transport) once(req *http.Request, timeout time.Duration) (*http.Response, error) {
	select {
	case t.slots <- struct{}{}:
		defer func() { <-t.slots }()
	case <-req.Context().Done():
	}
	if err := req.Context().Err(); err != nil {
		return nil, abandon(req, err)
	}
	// The wire has read all of the answer by the time it returns.
	ctx, cancel := context.WithTimeout(req.Context(), timeout)
	defer cancel()
	resp, err := t.next.RoundTrip(req.WithContext(ctx))
	if err != nil {
		return nil, err
	}
	boundReset(resp.Header, time.Now())
	if pause, refused := pauseAfter(resp, time.Now()); pause > 0 {
		t.pauses.note(req.URL.Host, time.Now().Add(pause))
		t.logger.WarnContext(ctx, "github asks for a pause", slog.Duration("pause", pause), slog.Bool("refused", refused))
	}
	return resp, nil
}

// worthRepeating says whether a read may do better when it is sent again, and
// after what time. What a limit turned away waits for the pause instead.
func worthRepeating(resp *http.Response, err error, attempt int) (time.Duration, bool) {
	if attempt >= maxAttempts {
		return 0, false
	}
	backoff := firstBackoff << (attempt - 1)
	backoff += jitter(backoff)
	if err != nil {
		return backoff, isPassing(err)
	}
	switch resp.StatusCode {
	case http.StatusInternalServerError, http.StatusBadGateway, http.StatusServiceUnavailable, http.StatusGatewayTimeout:
		if asked, said := retryAfter(resp.Header, time.Now()); said {
			return max(backoff, asked), asked <= patience
		}
		return backoff, true
	}
	return 0, isLimited(resp)
}

func jitter(d time.Duration) time.Duration { return rand.N(d) }

// wakesInTime says whether there is time left after wait.
func wakesInTime(ctx context.Context, wait time.Duration) bool {
	deadline, bounded := ctx.Deadline()
	return ctx.Err() == nil && (!bounded || time.Until(deadline) > wait)
}

// sleep waits, and returns false if ctx ended first.
func sleep(ctx context.Context, d time.Duration) bool {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-ctx.Done():
		return false
	}
}
