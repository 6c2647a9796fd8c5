// Package lastcheck holds a request back at the last moment: some requests must
// not leave late, and between the decision to send one and its first byte a
// process may be stopped for any time.
//
// The check is asked when the connection stands, each time before a part of the
// body is handed over to be written, and never after its last byte: a client may
// write a body as it reads it. A server that did not get a body to its end has
// not got the request, so one that was held back was not carried out, and one
// that was not held back may have been. What remains is the time between the last
// check and the write to the network, some microseconds in which a process may be
// stopped too.
package lastcheck

import (
	"context"
	"io"
	"net/http"
)

// Guard returns req such that it is only sent while check returns nil; its
// error is the one that sending ends with. A request without a body is not
// guarded.
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
	known bool  // how long the body is; else its end is what completes the request
	left  int64 // how much of it is still to be handed over
}

// Read reads while the check allows it.
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
