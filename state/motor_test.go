package state_test

import (
	"context"
	"log/slog"
	"slices"
	"testing"
	"time"

	"github.com/alicebob/miniredis/v2"
	"github.com/redis/go-redis/v9"
	"golang.org/x/sync/errgroup"

	"github.com/slipwayhq/slipway/bot"
	"github.com/slipwayhq/slipway/bot/announcer"
	"github.com/slipwayhq/slipway/bot/catalog"
	"github.com/slipwayhq/slipway/bot/engine"
	"github.com/slipwayhq/slipway/bot/reconciler"
	"github.com/slipwayhq/slipway/state"
)

func motorCases() map[string]func(fixture) {
	return map[string]func(fixture){
		"a dead holder is replaced when its lease ends": deadHolder,
		"timers are punctual":                           punctual,
		"nothing is asked while nothing is due":         asksNothing,
		"what is not heard is found all the same":       deafAndDue,
	}
}

// motorLease is the lease of the engine.
const motorLease = 1500 * time.Millisecond

// replica opens another store there that hears what is published, and waits until
// it does.
func (f fixture) replica() (fixture, <-chan struct{}) {
	f.Helper()
	other := fixture{T: f.T, place: f.place, Store: f.open(f), kind: f.kind}
	woken := other.Woken(context.Background())
	<-woken // the subscription stands
	return other, woken
}

// claims works as the motor does until something is claimed: it asks only when
// it is woken or when the next is due.
func (f fixture) claims(woken <-chan struct{}) bot.Claim {
	f.Helper()
	late := time.After(time.Minute)
	for {
		claims, next, err := f.Claim(context.Background(), lease, 10)
		if err != nil {
			f.Fatal(err)
		}
		if len(claims) > 0 {
			return claims[0]
		}
		select {
		case <-woken:
		case <-time.After(max(min(next, time.Hour), time.Millisecond)):
		case <-late:
			f.Fatal("nothing was claimed")
		}
	}
}

// deadHolder wants what a dead one held to be taken over within 2 s. A machine that is
// held up for a moment may spoil a round, but not each of three.
func deadHolder(f fixture) {
	other, woken := f.replica()
	var took []time.Duration
	for round := range 3 {
		took = append(took, f.takenOver(other, woken, round))
		if took[round] < motorLease-50*time.Millisecond {
			break
		}
		if took[round] <= 2*time.Second {
			return
		}
	}
	f.Errorf("it was taken over after %s", took)
}

// takenOver claims without ever renewing, as one does that was killed, and what it
// claims is due by a timer of its own. So the other replica knows of it only what was
// published with the claim. It tells how long that one took to claim it again.
func (f fixture) takenOver(other fixture, woken <-chan struct{}, round int) time.Duration {
	f.Helper()
	c := f.claim(f.create(draft("api", "round "+keyOf(round))).ID)
	for quiet := false; !quiet; {
		other.claimAll(lease)
		select {
		case <-woken:
		case <-time.After(200 * time.Millisecond):
			quiet = true
		}
	}
	f.handBack(c, c.Now.Add(time.Second))
	var held []bot.Claim
	var began time.Time
	eventually(f, "the timer comes", func() bool {
		began, held = time.Now(), f.claimAll(motorLease)
		return len(held) == 1
	})
	again := other.claims(woken)
	took := time.Since(began)
	if again.Fence != held[0].Fence+1 {
		f.Errorf("%s was taken over with the fence %d after %d", again.Release.ID, again.Fence, held[0].Fence)
	}
	other.handBack(again, time.Time{})
	return took
}

// punctual wants every timer of a round within 100 ms. A machine that is held up
// for a moment may spoil a round, but not each of three; a motor that only looks
// now and then spoils them all.
func punctual(f fixture) {
	other, woken := f.replica()
	var late []time.Duration
	for round := range 3 {
		late = f.lateness(other, woken, round)
		if late[0] >= 0 && late[len(late)-1] <= 100*time.Millisecond {
			return
		}
	}
	f.Errorf("the timers came %s late", late)
}

// lateness is by how much five timers were late, the least first.
func (f fixture) lateness(other fixture, woken <-chan struct{}, round int) []time.Duration {
	f.Helper()
	c := f.claim(f.create(draft("api", "round "+keyOf(round))).ID)
	f.handBack(c, time.Time{})
	var late []time.Duration
	for i := range 5 {
		f.post(c.Release.ID, bot.Hinted{}, keyOf(10*round+i))
		c = other.claims(woken)
		due := c.Now.Add(time.Duration(50+130*i) * time.Millisecond)
		other.handBack(c, due)
		c = other.claims(woken)
		late = append(late, c.Now.Sub(due))
		other.handBack(c, time.Time{})
	}
	slices.Sort(late)
	return late
}

func asksNothing(f fixture) {
	other, woken := f.replica()
	r := f.create(draft("api", "k"))
	c := other.claims(woken)
	other.handBack(c, c.Now.Add(time.Hour))
	f.post(r.ID, bot.Hinted{}, "h")
	c = other.claims(woken)
	other.handBack(c, c.Now.Add(time.Hour))
	other.claimAll(lease)
	count := &trips{}
	other.Client().AddHook(count)
	for range 100 {
		if claims, next, err := other.Claim(context.Background(), lease, 10); len(claims) != 0 || err != nil || next < lease/2 {
			f.Fatalf("%v, next in %s, %v", claims, next, err)
		}
	}
	if n := count.n.Load(); n > 5 { // what is heard late has it look once more
		f.Errorf("%d round trips for 100 looks", n)
	}
}

// deafAndDue puts something there of which nobody says anything.
func deafAndDue(f fixture) {
	other, woken := f.replica()
	r := f.create(draft("api", "k"))
	c := other.claims(woken)
	other.handBack(c, c.Now.Add(time.Hour))
	if err := f.Client().ZAdd(context.Background(), f.findKey("*due"), redisZ(1, r.ID)).Err(); err != nil {
		f.Fatal(err)
	}
	began := time.Now()
	var found []bot.Claim
	for len(found) == 0 && time.Since(began) < time.Minute {
		found = other.claimAll(lease)
		time.Sleep(20 * time.Millisecond)
	}
	if len(found) != 1 {
		f.Fatalf("found %+v after %s", found, time.Since(began))
	}
	other.handBack(found[0], time.Time{})
}

// TestIdleMotor counts what an idle replica costs Redis, by Redis's own count:
// at most 10 commands a second on a single one, and on a cluster at most 2 a
// second for each partition.
func TestIdleMotor(t *testing.T) {
	t.Parallel()
	for kind, most := range map[string]float64{"redis": 10, "cluster": 2 * 16} {
		t.Run(kind, func(t *testing.T) {
			t.Parallel()
			own := &server{cluster: kind == "cluster"}
			t.Cleanup(own.stop)
			address := own.start(t)
			options := state.Options{URL: "redis://" + address}
			if own.cluster {
				options.Mode = state.Cluster
			}
			store, err := state.Open(t.Context(), options, slog.New(slog.DiscardHandler))
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() { _ = store.Close() })
			client := redis.NewClient(&redis.Options{Addr: address})
			t.Cleanup(func() { _ = client.Close() })
			waits := fixture{T: t, Store: store}
			c := waits.claim(waits.create(draft("api", "k")).ID)
			waits.handBack(c, c.Now.Add(time.Hour)) // as one that waits for approval
			runMotor(t, store)
			eventually(t, "the motor hears others", func() bool {
				return client.PubSubNumSub(t.Context(), "slipway:wake").Val()["slipway:wake"] == 2
			})
			time.Sleep(2 * time.Second)      // what it begins with is not idle
			const watched = 15 * time.Second // every partition is looked at once
			before := commands(t, client)
			time.Sleep(watched)
			if each := (commands(t, client) - before) / watched.Seconds(); each > most {
				t.Errorf("an idle replica sends %.1f commands a second, at most %.0f", each, most)
			} else {
				t.Logf("an idle replica sends %.1f commands a second", each)
			}
		})
	}
}

// runMotor runs all that works by itself until the test ends.
func runMotor(t *testing.T, store *state.Store) {
	t.Helper()
	declared, log := &catalog.Catalog{LockNag: time.Hour}, slog.New(slog.DiscardHandler)
	e := engine.New(declared, engine.Ports{Intake: store, Work: store, Slots: store, Records: store}, engine.Options{}, log)
	a := announcer.New(declared, announcer.Ports{
		Cards: store, Messages: store, Losses: store, Replies: store, Unshown: store, Troubles: store, Locks: store, Sight: blind{},
	}, announcer.Options{}, log)
	r := reconciler.New(declared, reconciler.Ports{
		Clock: store, Epochs: store, Comparisons: store, Numbers: store, Doubts: store, Releases: store, Inbox: store, Voice: a,
	}, log)
	ctx, stop := context.WithCancel(context.Background())
	var rooms errgroup.Group
	for _, run := range []func(context.Context) error{e.Run, a.Run, r.Run} {
		rooms.Go(func() error { return run(ctx) })
	}
	t.Cleanup(func() {
		stop()
		if err := rooms.Wait(); err != nil {
			t.Error(err)
		}
	})
}

// blind sees nothing in the chat, and nothing wrong with it.
type blind struct{}

func (blind) Stands(context.Context, bot.MessageRef) (bool, error) { return true, nil }
func (blind) LookAtAlerts(context.Context) error                   { return nil }

// commands is how many commands a server has carried out, those of scripts
// included.
func commands(tb testing.TB, client *redis.Client) float64 {
	tb.Helper()
	return info(tb, client, "total_commands_processed")
}

// TestAStoreThatRefusesIsLeftAlone: a claim that fails, as with a Redis whose memory
// is full, is tried again when the motor comes back to it, and does not wake the
// motor for that.
func TestAStoreThatRefusesIsLeftAlone(t *testing.T) {
	t.Parallel()
	server := miniredis.RunT(t)
	store, err := state.Open(t.Context(), state.Options{URL: "redis://" + server.Addr()}, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = store.Close() })
	f := fixture{T: t, Store: store}
	woken := store.Woken(t.Context())
	<-woken // the subscription stands
	c := f.claim(f.create(draft("api", "k")).ID)
	f.handBack(c, time.Time{})
	f.post(c.Release.ID, bot.Hinted{}, "h")
	server.SetError("OOM command not allowed when used memory > 'maxmemory'.")
	rings := 0
	for deadline := time.Now().Add(300 * time.Millisecond); time.Now().Before(deadline); {
		if _, _, err := store.Claim(t.Context(), lease, 10); err == nil {
			t.Fatal("something was claimed")
		}
		select {
		case <-woken:
			rings++
		default:
		}
	}
	if rings > 4 { // what is said here, and what is published
		t.Errorf("claims that fail woke the motor %d times", rings)
	}
	server.SetError("")
	f.claim(c.Release.ID)
}
