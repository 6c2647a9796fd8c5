package main

import (
	"bytes"
	"context"
	"embed"
	"encoding/json"
	"fmt"
	"io/fs"
	"net"
	"net/http"
	"net/url"
	"time"
)

// pageFiles are the page: plain HTML, CSS and JavaScript modules.
//
//go:embed page
var pageFiles embed.FS

const (
	// lookEvery is how often the page is told what has changed.
	lookEvery = 150 * time.Millisecond
	// aliveEvery is how often a connection is written to on which nothing happens.
	aliveEvery = 15 * time.Second
	maxAct     = 64 << 10
)

// policy is what the page may load, and from where: nothing from anywhere else, no
// script but its own files, and no text that becomes markup.
const policy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; " +
	"base-uri 'none'; form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types 'none'"

// listen opens the page's address, which has to be on this machine: nothing in the
// demo has a lock.
func listen(ctx context.Context, addr string) (net.Listener, error) {
	host, _, err := net.SplitHostPort(addr)
	if ip := net.ParseIP(host); err != nil || ip == nil || !ip.IsLoopback() {
		return nil, fmt.Errorf("the page cannot be served at %q: name an address of this machine alone, such as 127.0.0.1:8090", addr)
	}
	var lc net.ListenConfig
	l, err := lc.Listen(ctx, "tcp", addr)
	if err != nil {
		return nil, fmt.Errorf("serve the page: %w; `--addr 127.0.0.1:0` takes a free port", err)
	}
	return l, nil
}

// serve serves the page, and gives its address and what ends it.
func serve(s *stage, l net.Listener) (address string, done func()) {
	p := newPage(s, l.Addr().String())
	server := &http.Server{Handler: p, ReadHeaderTimeout: 5 * time.Second}
	go func() { _ = server.Serve(l) }()                      // ends with Close
	return "http://" + p.host, func() { _ = server.Close() } // nobody looks any more
}

// page serves what the browser shows, and carries out what is done there.
type page struct {
	stage  *stage
	ledger ledger
	host   string
	mux    *http.ServeMux
}

func newPage(s *stage, host string) *page {
	p := &page{stage: s, ledger: newLedger(), host: host, mux: http.NewServeMux()}
	files, err := fs.Sub(pageFiles, "page")
	if err != nil {
		panic(err) // the folder is part of this program
	}
	p.mux.Handle("GET /", http.FileServerFS(files))
	p.mux.HandleFunc("GET /look", p.look)
	p.mux.HandleFunc("POST /act", p.act)
	return p
}

// ServeHTTP answers only what was asked under the page's own name, and takes acts
// from the page itself alone: another page in the same browser can neither read
// nor do anything here.
func (p *page) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	h := w.Header()
	h.Set("Content-Security-Policy", policy)
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Referrer-Policy", "no-referrer")
	h.Set("Cross-Origin-Opener-Policy", "same-origin")
	h.Set("Cross-Origin-Resource-Policy", "same-origin")
	h.Set("Cache-Control", "no-store")
	if !p.isOurs(r) {
		http.Error(w, "this page is served to itself alone", http.StatusForbidden)
		return
	}
	p.mux.ServeHTTP(w, r)
}

func (p *page) isOurs(r *http.Request) bool {
	_, port, err := net.SplitHostPort(p.host)
	if err != nil || (r.Host != p.host && r.Host != "localhost:"+port) {
		return false
	}
	if origin := r.Header.Get("Origin"); origin != "" || r.Method == http.MethodPost {
		from, err := url.Parse(origin)
		return err == nil && from.Scheme == "http" && from.Host == r.Host
	}
	return true
}

// look tells the page, as one person, how everything is, and from then on what has
// changed.
func (p *page) look(w http.ResponseWriter, r *http.Request) {
	me := r.URL.Query().Get("as")
	if !isPerson(me) {
		http.Error(w, "nobody is called that", http.StatusNotFound)
		return
	}
	w.Header().Set("Content-Type", "text/event-stream")
	stream := &stream{w: w, flush: http.NewResponseController(w).Flush, last: map[string][]byte{}}
	tick := time.NewTicker(lookEvery)
	defer tick.Stop()
	for {
		if err := stream.send(p.parts(me)); err != nil {
			return // the page was closed
		}
		select {
		case <-r.Context().Done():
			return
		case <-tick.C:
		}
	}
}

// part is one part of what the page shows, told again when it has changed.
type part struct {
	name string
	look any
}

func (p *page) parts(me string) []part {
	w, _ := p.stage.now()
	return []part{
		{"story", p.stage.look()},
		{"chat", w.chat(me)},
		{"code", w.code()},
		{"service", w.service()},
		{"deeds", p.ledger.deeds(w)},
	}
}

// stream writes server-sent events.
type stream struct {
	w     http.ResponseWriter
	flush func() error
	last  map[string][]byte // what the page knows
	wrote time.Time
}

func (s *stream) send(parts []part) error {
	var out bytes.Buffer
	for _, p := range parts {
		now, err := json.Marshal(p.look)
		if err != nil {
			return fmt.Errorf("tell the page of %s: %w", p.name, err)
		}
		if bytes.Equal(now, s.last[p.name]) {
			continue
		}
		s.last[p.name] = now
		fmt.Fprintf(&out, "event: %s\ndata: %s\n\n", p.name, now)
	}
	if out.Len() == 0 {
		if time.Since(s.wrote) < aliveEvery {
			return nil
		}
		out.WriteString(":\n\n")
	}
	s.wrote = time.Now()
	if _, err := s.w.Write(out.Bytes()); err != nil {
		return err
	}
	return s.flush()
}

func isPerson(id string) bool {
	for _, p := range people() {
		if p.ID == id {
			return true
		}
	}
	return false
}
