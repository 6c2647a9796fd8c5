package state

import (
	"context"
	"errors"
	"net"
	"strconv"
	"strings"
	"time"

	"github.com/redis/go-redis/v9"

	"github.com/slipwayhq/slipway/bot"
)

// What is published in the channel of wake-ups, to all replicas: the id of a
// release of which something changed, or that something in a partition falls
// due after a while, as "due PARTITION MS". Whatever else a later version says
// only wakes.

const (
	// silence is after how long without a word it is asked whether the
	// subscription still stands; after as long again it counts as lost.
	silence = 3 * time.Second
	// subscribeRetry is the pause before a lost subscription is made again.
	subscribeRetry = 100 * time.Millisecond
)

// Woken returns a channel that is sent to when a release may have become due,
// here or at another replica. It never holds up the one who says so, and a
// missed wake-up only costs time: Claim looks at everything now and then.
func (s *Store) Woken(ctx context.Context) <-chan struct{} { return s.listen(ctx, s.due) }

// CardsWoken is Woken for cards that are out of date.
func (s *Store) CardsWoken(ctx context.Context) <-chan struct{} { return s.listen(ctx, s.dirty) }

func (s *Store) listen(ctx context.Context, a *agenda) <-chan struct{} {
	go func() {
		for ctx.Err() == nil {
			s.hear(ctx, a)
			select {
			case <-ctx.Done():
			case <-time.After(subscribeRetry):
			}
		}
	}()
	return a.woken
}

// hear listens until the subscription is lost.
func (s *Store) hear(ctx context.Context, a *agenda) {
	sub := s.client.Subscribe(ctx, s.keys.wake())
	defer func() { _ = sub.Close() }() // nothing is left to be lost
	defer context.AfterFunc(ctx, func() { _ = sub.Close() })()
	defer a.deaf()
	for asked := false; ; {
		said, err := sub.ReceiveTimeout(ctx, silence)
		switch {
		case err == nil:
			asked = false
			s.onWake(a, said)
		case asked || !isTimeout(err) || sub.Ping(ctx) != nil:
			return
		default:
			asked = true
		}
	}
}

func isTimeout(err error) bool {
	timeout, ok := errors.AsType[net.Error](err)
	return ok && timeout.Timeout()
}

// onWake notes what was said. Leases are of no interest to cards.
func (s *Store) onWake(a *agenda, said any) {
	switch said := said.(type) {
	case *redis.Subscription:
		a.hears()
	case *redis.Message:
		service, isRelease := bot.ServiceOf(said.Payload)
		partition, wait, isDue := dueIn(said.Payload)
		switch {
		case isRelease:
			a.in(partitionOf(service), 0)
		case isDue && a == s.due:
			a.in(partition, wait)
		}
	}
}

// dueIn reads that something in a partition falls due after a while.
func dueIn(payload string) (partition int, wait time.Duration, ok bool) {
	words := strings.Fields(payload)
	if len(words) != 3 || words[0] != "due" {
		return 0, 0, false
	}
	partition, err := strconv.Atoi(words[1])
	ms, late := strconv.ParseInt(words[2], 10, 32)
	return partition, time.Duration(ms) * time.Millisecond, err == nil && late == nil && partition >= 0 && partition < partitions
}

// wakeHere says within this process that something in a service's partition
// changed.
func (s *Store) wakeHere(service string) {
	s.due.in(partitionOf(service), 0)
	s.dirty.in(partitionOf(service), 0)
}
