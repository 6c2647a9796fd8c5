package state

import (
	"context"
	"sync"
)

// Woken returns a channel that is sent to when something may have become due,
// here or at another replica. It never holds up the one who says so, and a
// missed wake-up only costs time: Claim is also called now and then.
func (s *Store) Woken(ctx context.Context) <-chan struct{} {
	woken, leave := s.bell.listen()
	go func() {
		defer leave()
		// The subscription connects again by itself, and tells of each
		// connection, since what was said meanwhile was missed.
		sub := s.client.Subscribe(ctx, s.keys.wake())
		defer func() { _ = sub.Close() }() // nothing is left to be lost
		said := sub.ChannelWithSubscriptions()
		for {
			select {
			case <-ctx.Done():
				return
			case _, open := <-said:
				if !open {
					return
				}
				ring(woken)
			}
		}
	}()
	return woken
}

// bell wakes the listeners within this process.
type bell struct {
	mu        sync.Mutex
	listeners map[chan struct{}]bool
}

func newBell() *bell { return &bell{listeners: map[chan struct{}]bool{}} }

func (b *bell) listen() (woken chan struct{}, leave func()) {
	woken = make(chan struct{}, 1)
	b.mu.Lock()
	defer b.mu.Unlock()
	b.listeners[woken] = true
	return woken, func() {
		b.mu.Lock()
		defer b.mu.Unlock()
		delete(b.listeners, woken)
	}
}

func (b *bell) ring() {
	b.mu.Lock()
	defer b.mu.Unlock()
	for l := range b.listeners {
		ring(l)
	}
}

// ring wakes a listener, or leaves it at the wake-up that waits for it.
func ring(woken chan struct{}) {
	select {
	case woken <- struct{}{}:
	default:
	}
}
