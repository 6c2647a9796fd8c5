//go:build faults

package main

import (
	"bytes"
	"io"
	"maps"
	"math/rand/v2"
	"net/http"
	"net/http/httputil"
	"slices"
	"strings"
	"sync"
)

// balancer stands before several slipways: commands and clicks go to each in
// turn, webhooks to any. Where slipway connects to Slack, only webhooks come here.
type balancer struct {
	mu      sync.Mutex
	members []string
	turn    int
	served  map[string]int
}

func (b *balancer) add(address string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.members = append(b.members, address)
}

func (b *balancer) remove(address string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.members = slices.DeleteFunc(b.members, func(m string) bool { return m == address })
}

// pick chooses who serves a request; empty: nobody is there.
func (b *balancer) pick(path string) string {
	b.mu.Lock()
	defer b.mu.Unlock()
	if len(b.members) == 0 {
		return ""
	}
	chosen := b.members[b.turn%len(b.members)]
	if strings.HasPrefix(path, "/github/") {
		chosen = b.members[rand.IntN(len(b.members))]
	} else {
		b.turn++
	}
	if b.served == nil {
		b.served = map[string]int{}
	}
	b.served[chosen]++
	return chosen
}

// tally is how many requests each has served.
func (b *balancer) tally() map[string]int {
	b.mu.Lock()
	defer b.mu.Unlock()
	return maps.Clone(b.served)
}

func (b *balancer) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return // whoever asked is gone
	}
	r.Body = io.NopCloser(bytes.NewReader(body))
	chosen := b.pick(r.URL.Path)
	if chosen == "" {
		w.WriteHeader(http.StatusServiceUnavailable)
		return
	}
	proxy := &httputil.ReverseProxy{
		Rewrite: func(p *httputil.ProxyRequest) {
			p.Out.URL.Scheme, p.Out.URL.Host = "http", chosen
		},
		ErrorHandler: func(w http.ResponseWriter, _ *http.Request, _ error) { w.WriteHeader(http.StatusBadGateway) },
	}
	proxy.ServeHTTP(w, r)
}
