//go:build faults

package main

import (
	"fmt"
	"strings"
	"sync"
)

// boundary is a moment at which a process may be killed or paused: right before
// one of its effects on the world is passed on, or after the effect's answer was made
// and before it is passed back.
type boundary struct {
	label string // what the effect is, such as "redis move api-2 queued>dispatching"
	nth   int    // which of that label, from 1 on
	after bool
}

func (b boundary) String() string {
	when := "before"
	if b.after {
		when = "after"
	}
	return fmt.Sprintf("%s %s #%d", when, b.label, b.nth)
}

// watch sees every effect of slipway's processes on Redis, GitHub and Slack,
// and strikes the process that comes to the boundary it waits for.
type watch struct {
	target boundary // the zero value: none
	strike func(process int) (alive bool)

	mu      sync.Mutex
	armed   bool
	counts  map[string]int
	effects []boundary // in the order in which they began
	met     bool
	replier int // the process that took a private answer's address last
}

func newWatch(target boundary, strike func(process int) (alive bool)) *watch {
	return &watch{target: target, strike: strike, counts: map[string]int{}}
}

// arm begins the sweep; what was before does not count.
func (w *watch) arm() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.armed = true
}

// disarm ends it.
func (w *watch) disarm() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.armed = false
}

// effect carries an effect out, and says false if the process was killed
// because of it. do is what lies between the two boundaries.
func (w *watch) effect(process int, label string, do func()) (alive bool) {
	b, counted := w.begin(process, label)
	if counted && !w.survives(process, b) {
		return false
	}
	do()
	b.after = true
	return !counted || w.survives(process, b)
}

func (w *watch) begin(process int, label string) (b boundary, counted bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if strings.HasPrefix(label, "redis takeReply") {
		w.replier = process
	}
	if !w.armed || label == "" {
		return boundary{}, false
	}
	w.counts[label]++
	b = boundary{label: label, nth: w.counts[label]}
	w.effects = append(w.effects, b)
	return b, true
}

func (w *watch) survives(process int, b boundary) bool {
	w.mu.Lock()
	hit := w.armed && !w.met && b == w.target
	if hit {
		w.met = true
	}
	w.mu.Unlock()
	return !hit || w.strike(process)
}

// lastReplier is the process that a post to a response_url comes from, which
// is the one thing that does not say so itself.
func (w *watch) lastReplier() int {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.replier
}

func (w *watch) seen() (effects []boundary, met bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	return append([]boundary(nil), w.effects...), w.met
}
