// Package lastcheck runs a check right before an HTTP request is sent, and stops the
// request if it fails. Some requests must not be sent late, and a process may be suspended
// for any time between the decision and the first byte.
//
// The check runs once the connection is established, before each part of the body is read
// for sending. It never runs after the last byte of the body, since a client may send a
// body while it reads it. A server that did not get the whole body did not get the request.
// So a request that was stopped has certainly not been carried out, and one that was not
// stopped may have been. A process can still be suspended in the microseconds between the
// last check and the write to the network.
package lastcheck

import (
	"context"
	"io"
	"net/http"
)

// Guard returns a copy of req that is sent only while check returns nil. If check returns
// an error, sending fails with it. A request without a body is not guarded.
func Guard(req *http.Request, check func(context.Context) error) *http.Request {
	if check == nil || req.Body == nil || req.Body == http.NoBody {
		return req
	}
	ctx := req.Context()
	guarded := req.Clone(ctx)
	guard := func(b io.ReadCloser) io.ReadCloser {
		return &body{ReadCloser: b, check: func() error { return check(ctx) }, known: req.ContentLength > 0, left: req.ContentLength}
	}
	guarded.Body = guard(req.Body)
	if req.GetBody != nil { // for a connection that broke before anything was written
		guarded.GetBody = func() (io.ReadCloser, error) {
			again, err := req.GetBody()
			if err != nil {
				return nil, err
			}
			return guard(again), nil
		}
	}
	return guarded
}

type body struct {
	io.ReadCloser
	check func() error
	known bool  // the length of the body is known; otherwise its end completes the request
	left  int64 // bytes that have not been read yet, if the length is known
}

// Read runs the check and reads, or returns the error of the check.
func (b *body) Read(p []byte) (int, error) {
	if !b.known || b.left > 0 {
		if err := b.check(); err != nil {
			return 0, err
		}
	}
	n, err := b.ReadCloser.Read(p)
	b.left -= int64(n)
	return n, err
}
