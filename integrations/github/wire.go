package github

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptrace"
	"sync/atomic"

	"github.com/slipwayhq/slipway/integrations/lastcheck"
)

// maxAnswer is how many bytes of one answer are read. The largest that slipway
// asks for is a comparison: 250 commits and 300 files with their patches.
const maxAnswer = 16 << 20

// errTooLarge says that an answer was longer than maxAnswer.
var errTooLarge = errors.New("the answer is longer than slipway reads")

// wire sends requests and reads each answer whole, so that whoever is above it
// sees either all of an answer or an error, and nothing is left open.
type wire struct{ next http.RoundTripper }

func newWire(next http.RoundTripper) *wire {
	if next == nil {
		next = http.DefaultTransport
		if standard, isStandard := next.(*http.Transport); isStandard {
			own := standard.Clone()
			own.MaxIdleConnsPerHost = maxParallel
			next = own
		}
	}
	return &wire{next: next}
}

// RoundTrip sends req.
func (w *wire) RoundTrip(req *http.Request) (*http.Response, error) {
	if watched := sendingOf(req.Context()); watched != nil {
		req = lastcheck.Guard(req.WithContext(watched.trace(req.Context())), watched.mayLeave)
	}
	resp, err := w.next.RoundTrip(req)
	if err != nil {
		return nil, err
	}
	defer resp.Body.Close()
	body, err := readBounded(resp.Body)
	if err != nil {
		return nil, fmt.Errorf("read the answer: %w", err)
	}
	if resp.StatusCode == http.StatusOK && bytes.Equal(bytes.TrimSpace(body), []byte("null")) {
		return nil, fmt.Errorf("read the answer: %w", errUnreadable) // go-github makes nothing at all of it
	}
	body = plainTimes(resp, body)
	resp.Body, resp.ContentLength = io.NopCloser(bytes.NewReader(body)), int64(len(body))
	return resp, nil
}

func readBounded(from io.Reader) ([]byte, error) {
	body, err := io.ReadAll(io.LimitReader(from, maxAnswer+1))
	if err == nil && len(body) > maxAnswer {
		err = errTooLarge
	}
	return body, err
}

// sending notices how far a request came, so that one that cannot have left is
// told from one whose fate is unknown, and holds back one that may not leave.
type sending struct {
	leave                         func(context.Context) error // nil: it may
	began, asked, connected, held atomic.Bool
}

type sendingKey struct{}

// watchSending returns a context whose request is watched, and only sent while
// leave returns nil.
func watchSending(ctx context.Context, leave func(context.Context) error) (context.Context, *sending) {
	s := &sending{leave: leave}
	return context.WithValue(ctx, sendingKey{}, s), s
}

// unwatched returns ctx for a request that is not the watched one.
func unwatched(ctx context.Context) context.Context {
	return context.WithValue(ctx, sendingKey{}, (*sending)(nil))
}

func sendingOf(ctx context.Context) *sending {
	s, _ := ctx.Value(sendingKey{}).(*sending)
	return s
}

func (s *sending) trace(ctx context.Context) context.Context {
	s.began.Store(true)
	return httptrace.WithClientTrace(ctx, &httptrace.ClientTrace{
		GetConn: func(string) { s.asked.Store(true) },
		GotConn: func(httptrace.GotConnInfo) { s.connected.Store(true) },
	})
}

// mayLeave is the last check before the request is written.
func (s *sending) mayLeave(ctx context.Context) error {
	if s.leave == nil {
		return nil
	}
	err := s.leave(ctx)
	if err != nil {
		s.held.Store(true)
	}
	return err
}

// neverLeft says that the request, which failed, certainly did not leave: it
// never came as far as the wire, or a connection was asked for and never had
// (no such host, nobody listening, TLS refused), or it was held back before its
// end. Else, once there was a connection, nothing is certain. Nor is it with a
// transport that does not tell.
func (s *sending) neverLeft() bool {
	return !s.began.Load() || s.asked.Load() && !s.connected.Load() || s.held.Load()
}
