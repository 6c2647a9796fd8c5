package slack

import (
	"context"
	"sync"
	"time"
)

const (
	// keepRepeats is for how long a request is remembered: Slack sends an event for
	// the last time six minutes after the first.
	keepRepeats = 10 * time.Minute
	// maxRepeats bounds how many requests are remembered.
	maxRepeats = 2000
)

// repeats gives a request that comes again the reply that it had: an acknowledgement
// may be lost, and what it led to is not to be told twice. Each process remembers its
// own; what gets past it to another meets the store's de-duplication.
type repeats struct {
	mu    sync.Mutex
	known map[string]*answered
	order []*answered // the oldest first
}

// answered is a request that was seen. Its reply may be under way still.
type answered struct {
	id    string
	until time.Time
	done  chan struct{}
	reply reply
}

func newRepeats() *repeats { return &repeats{known: map[string]*answered{}} }

// once serves a request, unless it was served before. What could not be taken is
// served again when it comes again.
func (p *repeats) once(ctx context.Context, id string, now time.Time, serve func() reply) reply {
	first, isNew := p.see(id, now)
	if !isNew {
		select {
		case <-first.done:
			return first.reply
		case <-ctx.Done():
			return reply{status: untaken}
		}
	}
	first.reply = reply{status: untaken} // unless it is served
	defer func() {
		if first.reply.status != taken {
			p.forget(first)
		}
		close(first.done)
	}()
	first.reply = serve()
	return first.reply
}

func (p *repeats) see(id string, now time.Time) (a *answered, isNew bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for len(p.order) > 0 && (len(p.order) >= maxRepeats || now.After(p.order[0].until)) {
		p.drop(p.order[0])
		p.order = p.order[1:]
	}
	if a, found := p.known[id]; found {
		return a, false
	}
	a = &answered{id: id, until: now.Add(keepRepeats), done: make(chan struct{})}
	p.known[id] = a
	p.order = append(p.order, a)
	return a, true
}

func (p *repeats) forget(a *answered) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.drop(a)
}

// drop forgets a request, unless the same was seen again since. The caller holds mu.
func (p *repeats) drop(a *answered) {
	if p.known[a.id] == a {
		delete(p.known, a.id)
	}
}
