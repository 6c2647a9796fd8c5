package announcer

import (
	"context"
	"errors"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/slipwayhq/slipway/bot"
)

// noteOf is an alert of a release that ended so.
func noteOf(id string, phase bot.Phase, production bool) bot.Message {
	return bot.Message{
		Channel: "C0ALERTS", Key: bot.MessageKey{Release: id, Kind: "alert_failed"},
		Body: bot.Note{Release: bot.Release{ID: id, Kind: bot.Deploy, Phase: phase, Verdict: bot.NotWatched, Plan: &bot.Plan{Production: production}}},
	}
}

// post is a channel that takes a message a second.
type post struct {
	mu     sync.Mutex
	takes  time.Duration
	fails  error
	posted [][]string
}

func (p *post) send(ctx context.Context, together []bot.Message) (bot.MessageRef, error) {
	select {
	case <-time.After(p.takes):
	case <-ctx.Done():
		return bot.MessageRef{}, ctx.Err()
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	var ids []string
	for _, m := range together {
		ids = append(ids, m.Key.Release)
	}
	p.posted = append(p.posted, ids)
	return bot.MessageRef{Channel: "C0ALERTS", ID: strconv.Itoa(len(p.posted))}, p.fails
}

func TestWhatComesInABurstGoesTogether(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		c, p := &crowd{}, &post{takes: time.Second}
		began := time.Now()
		var under sync.WaitGroup
		var mu sync.Mutex
		stands := map[string]string{}
		say := func(m bot.Message) {
			under.Go(func() {
				ref, err := c.post(t.Context(), m, p.send)
				if err != nil {
					t.Errorf("%s: %v", m.Key.Release, err)
				}
				mu.Lock()
				defer mu.Unlock()
				stands[m.Key.Release] = ref.ID
			})
		}
		say(noteOf("first-1", bot.Succeeded, true))
		synctest.Wait()
		for i := range 50 {
			say(noteOf("well-"+strconv.Itoa(i), bot.Succeeded, true))
		}
		synctest.Wait()
		for i := range 50 {
			say(noteOf("bad-"+strconv.Itoa(i), bot.Failed, true))
		}
		under.Wait()
		if took := time.Since(began); took > 5*time.Second {
			t.Errorf("it took %s", took)
		}
		if len(stands) != 101 || len(p.posted) != 4 {
			t.Fatalf("%d messages stand in %d posts", len(stands), len(p.posted))
		}
		if !slices.Equal(p.posted[0], []string{"first-1"}) {
			t.Errorf("the first did not go at once and alone: %v", p.posted[0])
		}
		place := func(id string) int {
			return slices.IndexFunc(p.posted, func(ids []string) bool { return slices.Contains(ids, id) })
		}
		for i := range 50 {
			if at := place("bad-" + strconv.Itoa(i)); at > 2 {
				t.Errorf("bad-%d failed and is said in post %d of %d", i, at+1, len(p.posted))
			}
		}
		for _, ids := range p.posted {
			if len(ids) > mostTogether {
				t.Errorf("%d go together", len(ids))
			}
			if !slices.IsSortedFunc(ids, func(a, b string) int { return strings.Index("bw", a[:1]) - strings.Index("bw", b[:1]) }) {
				t.Errorf("what failed does not stand first: %v", ids)
			}
		}
		if len(c.channels) != 0 {
			t.Errorf("%d channels are kept", len(c.channels))
		}
	})
}

// A message that fails fails for all that went in it; the next goes all the same.
func TestABurstThatIsNotPosted(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		refused := errors.New("refused")
		c, p := &crowd{}, &post{takes: time.Second, fails: refused}
		var under sync.WaitGroup
		for i := range 5 {
			under.Go(func() {
				if _, err := c.post(t.Context(), noteOf("api-"+strconv.Itoa(i), bot.Failed, true), p.send); !errors.Is(err, refused) {
					t.Errorf("api-%d: %v", i, err)
				}
			})
		}
		under.Wait()
		p.fails = nil
		if _, err := c.post(t.Context(), noteOf("api-9", bot.Failed, true), p.send); err != nil {
			t.Error(err)
		}
	})
}

// Who has no time left goes away, and keeps nobody from being heard; and whoever
// panics does not either.
func TestOneThatDoesNotComeToAnEndHoldsNobodyUp(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		c, p := &crowd{}, &post{takes: time.Second}
		var under sync.WaitGroup
		under.Go(func() {
			defer func() { _ = recover() }()
			_, _ = c.post(t.Context(), noteOf("api-1", bot.Failed, true), func(context.Context, []bot.Message) (bot.MessageRef, error) {
				time.Sleep(time.Second)
				panic("out of order")
			})
		})
		synctest.Wait()
		short, cancel := context.WithTimeout(t.Context(), 500*time.Millisecond)
		defer cancel()
		under.Go(func() {
			if _, err := c.post(short, noteOf("api-2", bot.Failed, true), p.send); bot.KindOf(err) != bot.NeverSent {
				t.Errorf("api-2: %v", err)
			}
		})
		under.Go(func() {
			if ref, err := c.post(t.Context(), noteOf("api-3", bot.Failed, true), p.send); err != nil || ref.ID == "" {
				t.Errorf("api-3: %v", err)
			}
		})
		under.Wait()
		if len(p.posted) != 1 || !slices.Equal(p.posted[0], []string{"api-3"}) {
			t.Errorf("posted: %v", p.posted)
		}
	})
}
