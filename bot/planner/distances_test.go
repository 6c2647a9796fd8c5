package planner

import (
	"context"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/slipwayhq/slipway/bot"
	"github.com/slipwayhq/slipway/bot/bottest"
)

// ruler measures what lies between commits; it takes a while, fails for some, and
// breaks down at others.
type ruler struct {
	takes time.Duration
	asked atomic.Int64
	fault error
}

func (r *ruler) Distance(ctx context.Context, b bot.CommitPair) (bot.Distance, error) {
	r.asked.Add(1)
	select {
	case <-time.After(r.takes):
	case <-ctx.Done():
		return bot.Distance{}, ctx.Err()
	}
	if b.Head == "panics" {
		panic("out of order")
	}
	return bot.Distance{Ahead: len(b.Head)}, r.fault
}

// TestDistancesAreCountedOnce: whoever asks waits no longer than they said; what is not
// there by then is there for the next one, and is never asked for again.
func TestDistancesAreCountedOnce(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		r := &ruler{takes: time.Second}
		p := plannerIn(t, orderlyWorld(), bottest.Ruled)
		p.ports.Distances = r
		one, other := bot.CommitPair{Repo: "acme/api", Base: "a", Head: "bb"}, bot.CommitPair{Repo: "acme/api", Base: "a", Head: "panics"}
		distances := func(within time.Duration, wanted ...bot.CommitPair) (map[bot.CommitPair]bot.Distance, bool) {
			ctx, cancel := context.WithTimeout(t.Context(), within)
			defer cancel()
			began := time.Now()
			found, whole := p.Distances(ctx, wanted)
			if time.Since(began) > within {
				t.Errorf("it took %s of %s", time.Since(began), within)
			}
			return found, whole
		}
		if found, whole := distances(time.Millisecond, one, one); len(found) > 0 || whole {
			t.Errorf("at once it knows %v, whole %t", found, whole)
		}
		found, whole := distances(2*time.Second, one, other)
		if diff := cmp.Diff(map[bot.CommitPair]bot.Distance{one: {Ahead: 2}}, found); diff != "" || !whole {
			t.Errorf("then (-want +got):\n%s, whole %t", diff, whole)
		}
		if found, whole = distances(time.Millisecond, one, other); len(found) != 1 || !whole || r.asked.Load() != 2 {
			t.Errorf("again it knows %v, whole %t, asked %d times", found, whole, r.asked.Load())
		}
		time.Sleep(distanceAgain)
		if _, whole = distances(2*time.Second, other); !whole || r.asked.Load() != 3 {
			t.Errorf("what failed is asked %d times in all", r.asked.Load())
		}
	})
}

// TestDistancesAreBounded: of very many only some are counted at a time.
func TestDistancesAreBounded(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		r := &ruler{takes: time.Second}
		p := plannerIn(t, orderlyWorld(), bottest.Ruled)
		p.ports.Distances = r
		var wanted []bot.CommitPair
		for n := range 2 * maxCounting {
			wanted = append(wanted, bot.CommitPair{Base: "a", Head: string(rune('a' + n))})
		}
		ctx, cancel := context.WithTimeout(t.Context(), 1500*time.Millisecond)
		defer cancel()
		if found, whole := p.Distances(ctx, wanted); len(found) != distancesAtOnce || whole {
			t.Errorf("after a while %d are known, whole %t", len(found), whole)
		}
		time.Sleep(time.Minute)
		if asked := r.asked.Load(); asked != maxCounting {
			t.Errorf("%d were counted", asked)
		}
	})
}
