package main

import (
	"fmt"
	"net/http"
	"sync"
	"time"
)

const (
	sampleEvery = 500 * time.Millisecond
	keptSamples = 60                     // that the page shows
	keptMeasure = 600                    // that are measured
	shopQuick   = 40 * time.Millisecond  // how long the shop usually takes
	shopSlow    = 900 * time.Millisecond // how long it takes when it is slowed down
	shopFailing = 0.8                    // how much of what it answers is an error when it is broken
)

// shop is the service that is deployed. One of its commits may be broken, and a
// person can break it or slow it down.
type shop struct {
	live func() string

	mu      sync.Mutex
	broken  string // the commit that does not work
	failing bool
	slow    bool
	debt    float64 // how much of an error is due
	samples []sample
}

// sample is what one moment of the shop's traffic was like.
type sample struct {
	Millis int64 `json:"millis"`
	Failed bool  `json:"failed"`

	at    time.Time
	share float64 // how much of what was answered then was an error
}

// answer is how the shop answers one request.
type answer struct {
	commit string
	failed bool
	share  float64
	takes  time.Duration
}

// answer says how the next request is answered. What share fails is exact, so that
// a broken shop looks broken to whoever asks a few times.
func (s *shop) answer() answer {
	live := s.live()
	s.mu.Lock()
	defer s.mu.Unlock()
	a := answer{commit: live, takes: shopQuick}
	if s.slow {
		a.takes = shopSlow
	}
	if s.failing || live == s.broken {
		a.share = shopFailing
		s.debt += shopFailing
		if s.debt >= 1 {
			s.debt--
			a.failed = true
		}
	}
	return a
}

// ServeHTTP answers the health probe as it would a customer.
func (s *shop) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	a := s.answer()
	timer := time.NewTimer(a.takes)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-r.Context().Done():
		return
	}
	if a.failed {
		w.WriteHeader(http.StatusInternalServerError)
	}
	_, _ = fmt.Fprintf(w, `{"commit":%q}`, a.commit) // whoever asked may be gone
}

// breakCommit names the commit that does not work.
func (s *shop) breakCommit(sha string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.broken = sha
}

// setFailing has the shop answer with errors, whatever is live.
func (s *shop) setFailing(on bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.failing = on
}

// setSlow slows the shop down.
func (s *shop) setSlow(on bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.slow = on
}

// measure notes what a customer meets now.
func (s *shop) measure() {
	a := s.answer()
	s.mu.Lock()
	defer s.mu.Unlock()
	s.samples = append(s.samples, sample{Millis: a.takes.Milliseconds(), Failed: a.failed, at: time.Now(), share: a.share})
	s.samples = s.samples[max(0, len(s.samples)-keptMeasure):]
}

// wasWell gives the shop a past in which it was well.
func (s *shop) wasWell(now time.Time) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for ago := keptMeasure / 2; ago > 0; ago-- {
		s.samples = append(s.samples, sample{Millis: shopQuick.Milliseconds(), at: now.Add(-time.Duration(ago) * sampleEvery)})
	}
}

// measured are the samples that are kept, the oldest first.
func (s *shop) measured() []sample {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]sample{}, s.samples...)
}

// shopLook is what the page shows of the shop.
type shopLook struct {
	Live    string   `json:"live"`
	Broken  bool     `json:"broken"` // by what is live
	Failing bool     `json:"failing"`
	Slow    bool     `json:"slow"`
	Samples []sample `json:"samples"`
}

func (s *shop) look() shopLook {
	live := s.live()
	s.mu.Lock()
	defer s.mu.Unlock()
	return shopLook{
		Live: live, Broken: live == s.broken, Failing: s.failing, Slow: s.slow,
		Samples: append([]sample{}, s.samples[max(0, len(s.samples)-keptSamples):]...),
	}
}
