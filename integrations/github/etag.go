package github

import (
	"bytes"
	"container/list"
	"io"
	"maps"
	"net/http"
	"strings"
	"sync"
)

// What is kept of answers that are polled.
const (
	maxKept      = 8 << 20   // bytes of all
	maxKeptAlone = 512 << 10 // bytes of one
)

// revalidator asks for runs and their jobs with the ETag of the answer that it
// has. A 304 then becomes the answer that is kept: whoever asks sees no
// difference, and GitHub does not count it (docs: "Best practices for using
// the REST API"). Nothing is served without asking.
type revalidator struct {
	next http.RoundTripper

	mu    sync.Mutex
	byURL map[string]*list.Element
	order *list.List // of *kept, the last used first
	bytes int
}

// kept is one answer.
type kept struct {
	url, etag string
	header    http.Header
	body      []byte
}

func newRevalidator(next http.RoundTripper) *revalidator {
	return &revalidator{next: next, byURL: map[string]*list.Element{}, order: list.New()}
}

// isPolled says whether a request is of those that are sent over and over.
func isPolled(req *http.Request) bool {
	return req.Method == http.MethodGet && strings.Contains(req.URL.Path, "/actions/runs/")
}

// RoundTrip sends req.
func (v *revalidator) RoundTrip(req *http.Request) (*http.Response, error) {
	if !isPolled(req) {
		return v.next.RoundTrip(req)
	}
	url := req.URL.String()
	known := v.find(url)
	if known != nil {
		req = req.Clone(req.Context())
		req.Header.Set("If-None-Match", known.etag)
	}
	resp, err := v.next.RoundTrip(req)
	if err != nil {
		return nil, err
	}
	switch {
	case resp.StatusCode == http.StatusNotModified && known != nil:
		return known.answer(resp), nil
	case resp.StatusCode == http.StatusOK && resp.Header.Get("ETag") != "":
		v.keep(&kept{url: url, etag: resp.Header.Get("ETag"), header: resp.Header, body: peek(resp)})
	}
	return resp, nil
}

// answer is the kept answer, with the newer headers of the 304.
func (k *kept) answer(fresh *http.Response) *http.Response {
	header := k.header.Clone()
	maps.Copy(header, fresh.Header)
	again := *fresh
	again.StatusCode, again.Status = http.StatusOK, "200 OK"
	again.Header, again.ContentLength = header, int64(len(k.body))
	again.Body = io.NopCloser(bytes.NewReader(k.body))
	return &again
}

func (v *revalidator) find(url string) *kept {
	v.mu.Lock()
	defer v.mu.Unlock()
	at, found := v.byURL[url]
	if !found {
		return nil
	}
	v.order.MoveToFront(at)
	return entry(at)
}

// keep keeps an answer and lets go of those that were not used for longest.
func (v *revalidator) keep(k *kept) {
	v.mu.Lock()
	defer v.mu.Unlock()
	if at, found := v.byURL[k.url]; found {
		v.drop(at)
	}
	if len(k.body) > maxKeptAlone {
		return
	}
	v.byURL[k.url] = v.order.PushFront(k)
	v.bytes += len(k.body)
	for v.bytes > maxKept {
		v.drop(v.order.Back())
	}
}

func (v *revalidator) drop(at *list.Element) {
	k := entry(at)
	v.order.Remove(at)
	delete(v.byURL, k.url)
	v.bytes -= len(k.body)
}

func entry(at *list.Element) *kept {
	k, _ := at.Value.(*kept)
	return k
}
