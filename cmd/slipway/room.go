package main

import (
	"context"
	"errors"
	"io"
	"net/http"
	"strconv"
	"sync"

	"golang.org/x/sync/semaphore"
)

const (
	// bodyRoom is what all bodies that are read at once may take.
	bodyRoom = 32 << 20
	// smallBody is what each connection has of it for itself: more than a
	// command, a click on a card or a delivery about a run needs. So however
	// much others send, there is room for these.
	smallBody = 64 << 10
	// firstPart is what is made ready before anything has come.
	firstPart = 4 << 10
	// maxHeaders is how many different headers a request may have; Slack and
	// GitHub send some 15, and proxies add a few.
	maxHeaders = 100
)

// room is the memory that requests may take before it is known whose they are.
// What a body takes is counted as it comes, since whoever announces much need
// not send it.
type room struct{ shared *semaphore.Weighted }

// newRoom divides the memory: a small part for each connection, and the rest
// for those who need more.
func newRoom(bytes, connections int64) *room {
	return &room{shared: semaphore.NewWeighted(max(0, bytes-connections*smallBody))}
}

// read reads the body of a request: at most limit bytes, and no more than there
// is room for. Where it returns false the request has been answered. The memory
// counts as taken until the request is over.
func (r *room) read(w http.ResponseWriter, request *http.Request, limit int64) (body []byte, ok bool) {
	if request.ContentLength > limit {
		return nil, refuse(w, http.StatusRequestEntityTooLarge)
	}
	if !r.fits(request.ContentLength) {
		return nil, refuse(w, http.StatusServiceUnavailable)
	}
	held := &share{of: r.shared}
	context.AfterFunc(request.Context(), held.giveBack)
	body = make([]byte, 0, firstPart)
	for {
		n, err := request.Body.Read(body[len(body):cap(body)])
		body = body[:len(body)+n]
		switch {
		case int64(len(body)) > limit:
			return nil, refuse(w, http.StatusRequestEntityTooLarge)
		case errors.Is(err, io.EOF):
			arrived(request.Context())
			return body, true
		case err != nil:
			return nil, refuse(w, http.StatusBadRequest)
		}
		if len(body) == cap(body) {
			size := min(2*int64(cap(body)), limit+1)
			if !held.grow(size) {
				return nil, refuse(w, http.StatusServiceUnavailable)
			}
			body = append(make([]byte, 0, size), body...)
		}
	}
}

// fits says whether there is room for a body of an announced size right now:
// what there is none for need not be begun.
func (r *room) fits(announced int64) bool {
	more := announced - smallBody
	if more <= 0 {
		return true
	}
	if !r.shared.TryAcquire(more) {
		return false
	}
	r.shared.Release(more)
	return true
}

// share is what one body has taken of the room that all share.
type share struct {
	of    *semaphore.Weighted
	mu    sync.Mutex
	taken int64
	over  bool
}

// grow takes what a body of that size needs, and says whether it was there.
func (s *share) grow(size int64) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	more := size - smallBody - s.taken
	switch {
	case more <= 0:
		return true
	case s.over || !s.of.TryAcquire(more):
		return false
	}
	s.taken += more
	return true
}

func (s *share) giveBack() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.of.Release(s.taken)
	s.taken, s.over = 0, true
}

// refuse answers without reading any further, and returns false.
func refuse(w http.ResponseWriter, status int) bool {
	w.Header().Set("Connection", "close")
	if status == http.StatusServiceUnavailable {
		w.Header().Set("Retry-After", strconv.Itoa(1))
	}
	http.Error(w, http.StatusText(status), status)
	return false
}

// sparing answers requests with too many headers before anything is done for
// them, lets those that have no body be answered in peace, and notes over which
// connections something came that was taken: only what is signed is.
func sparing(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch {
		case len(r.Header) > maxHeaders:
			refuse(w, http.StatusRequestHeaderFieldsTooLarge)
			return
		case r.ContentLength == 0:
			arrived(r.Context())
		}
		answer := &answer{ResponseWriter: w, status: http.StatusOK}
		next.ServeHTTP(answer, r)
		if r.Method == http.MethodPost && answer.status < http.StatusMultipleChoices {
			taken(r.Context())
		}
	})
}

// answer remembers the status that was answered with.
type answer struct {
	http.ResponseWriter
	status int
}

// WriteHeader remembers the status.
func (a *answer) WriteHeader(status int) {
	a.status = status
	a.ResponseWriter.WriteHeader(status)
}

// Unwrap lets [http.NewResponseController] find what is beneath.
func (a *answer) Unwrap() http.ResponseWriter { return a.ResponseWriter }
