//go:build faults

package main

import (
	"context"
	"fmt"
	"testing"
	"time"
)

// TestReplicasKilledWhilePeopleType kills one of two slipways again and again while
// commands are typed and releases approved, and starts another one. Whoever got no
// answer types the same again; what was acknowledged is not lost, and what came twice,
// to the same slipway or to another one, is done once.
func TestReplicasKilledWhilePeopleType(t *testing.T) {
	t.Parallel()
	const kills = 6
	redis := newRedis(t)
	f := newFleet(t, redis.options(), "api", "web", "docs")
	f.playRuns(50 * time.Millisecond)
	members := []*member{f.start(), f.start()}
	approvals := f.approvals(redis)
	ctx, stop := context.WithCancel(t.Context())
	l := &load{f: f, stop: stop}
	t.Cleanup(func() { stop(); l.under.Wait() })
	for _, service := range f.services {
		l.under.Go(func() { l.persist(ctx, service) })
	}
	for n := range kills {
		l.taken(2)
		f.kill(members[n%2])
		members[n%2] = f.start()
	}
	l.end()
	f.finishedWell(l.acknowledged...)
	approvals()
	f.nothingTwice()
}

// persist types two deploys of a service a second, to staging and production in turn,
// and each again for as long as it gets no answer.
func (l *load) persist(ctx context.Context, service string) {
	for n := 0; ctx.Err() == nil; n++ {
		place := []string{"staging", "production"}[n%2]
		reason := fmt.Sprintf("number %d", n)
		words := fmt.Sprintf("%s main to %s --again --reason %q", service, place, reason)
		l.typedUntilTaken(service, reason, words) //nolint:contextcheck // a command that was typed is not taken back when the load ends
		select {
		case <-ctx.Done():
		case <-time.After(500 * time.Millisecond):
		}
	}
}

// typedUntilTaken types it as often as nobody answers. What died with the answer may be
// stored already, and --again asks for another one beside it.
func (l *load) typedUntilTaken(service, reason, words string) {
	const tries = 20
	var shown string
	for n := range tries {
		if n == 1 {
			l.mu.Lock()
			l.retyped = append(l.retyped, service+" "+reason)
			l.mu.Unlock()
		}
		shown = l.f.typed("cleo", service, "/deploy", words)
		if id, ok := begun(shown); ok {
			l.mu.Lock()
			defer l.mu.Unlock()
			l.acknowledged = append(l.acknowledged, id)
			return
		}
	}
	l.f.tb.Errorf("%d times nobody took %q; at last it was answered: %s", tries, words, shown)
}
