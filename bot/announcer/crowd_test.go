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
			if len(ids) > maxTogether {
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

// ends are releases that end, one in each pace.
type ends struct {
	count int
	pace  time.Duration
	how   bot.Phase
}

// hears is what is said to somebody of releases that end. Each is told by one of the
// motor's hands and comes again when it is asked to.
func hears(t *testing.T, m *memory, to bot.Recipient, of ends) (posts [][]string, latest time.Duration) {
	t.Helper()
	s := &screen{faults: map[string]error{}, slow: 100 * time.Millisecond}
	a := speakerTo(t, m, s, &outside{})
	hands := make(chan struct{}, 32)
	var under sync.WaitGroup
	var mu sync.Mutex
	for i := range of.count {
		r := shownRelease()
		r.ID, r.Phase, r.Verdict = "api-"+strconv.Itoa(i), of.how, bot.NotWatched
		if err := m.MessagePosted(t.Context(), bot.MessageKey{Release: r.ID, Kind: bot.CardKind}, bot.MessageRef{Channel: "C0DEPLOYS", ID: "1.1"}); err != nil {
			t.Fatal(err)
		}
		under.Go(func() {
			ended := time.Now()
			for {
				hands <- struct{}{}
				_, err := a.Deliver(t.Context(), r, bot.Deliver{Outcome: r.Outcome(), At: noon, To: to}, noon)
				<-hands
				if err == nil {
					break
				}
				if bot.KindOf(err) != bot.Limited {
					t.Errorf("%s: %v", r.ID, err)
					return
				}
				time.Sleep(bot.RetryAfter(err))
			}
			mu.Lock()
			defer mu.Unlock()
			latest = max(latest, time.Since(ended))
		})
		time.Sleep(of.pace)
	}
	under.Wait()
	for _, m := range s.posted {
		posts = append(posts, namedIn(t, m.Body))
	}
	for _, told := range s.told {
		posts = append(posts, namedIn(t, told.says))
	}
	return posts, latest
}

// namedIn are the releases that are said in a message.
func namedIn(t *testing.T, said any) (ids []string) {
	t.Helper()
	switch said := said.(type) {
	case bot.Digest:
		for _, n := range said.Notes {
			ids = append(ids, n.Release.ID)
		}
	case bot.Note:
		ids = append(ids, said.Release.ID)
	default:
		t.Errorf("%T was said", said)
	}
	return ids
}

// TestAChannelIsSpared: what ends well in a channel that hears much, or for somebody who does,
// comes a few times a minute, all of it and none twice; what calls for a person is said
// within seconds all the same.
func TestAChannelIsSpared(t *testing.T) {
	t.Parallel()
	channel, person := bot.Recipient{Kind: bot.ToChannel, ID: "C0API"}, bot.Recipient{Kind: bot.ToPerson, ID: "U02BEN"}
	for name, tt := range map[string]struct {
		to          bot.Recipient
		ends        ends
		most, least int
		latest      time.Duration
	}{
		"a few, well":               {channel, ends{5, time.Second, bot.Succeeded}, 5, 5, time.Second},
		"a hundred at once, well":   {channel, ends{100, time.Millisecond, bot.Succeeded}, 10, 4, 30 * time.Second},
		"a hundred at once, badly":  {channel, ends{100, time.Millisecond, bot.Failed}, 10, 4, 3 * time.Second},
		"three hundred, badly":      {channel, ends{300, time.Millisecond, bot.Failed}, 22, 8, 4 * time.Second},
		"one each second, well":     {channel, ends{100, time.Second, bot.Succeeded}, 20, 10, 75 * time.Second},
		"one each second, badly":    {channel, ends{100, time.Second, bot.Failed}, 70, 20, 3 * time.Second},
		"to one person, well":       {person, ends{100, time.Millisecond, bot.Succeeded}, 10, 4, 30 * time.Second},
		"to one person, badly":      {person, ends{100, time.Millisecond, bot.Failed}, 10, 4, 3 * time.Second},
		"one every ten seconds":     {channel, ends{20, 10 * time.Second, bot.Succeeded}, 20, 20, time.Second},
		"one every quarter, spoilt": {channel, ends{20, time.Second / 4, bot.Cancelled}, 8, 5, 30 * time.Second},
		"sixty in three, badly":     {channel, ends{60, time.Second / 20, bot.Failed}, 7, 4, 1500 * time.Millisecond},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				m := newMemory()
				m.heard = bucket{holds: 8, every: 10 * time.Second}
				posts, latest := hears(t, m, tt.to, tt.ends)
				said := slices.Concat(posts...)
				slices.Sort(said)
				if n := len(slices.Compact(said)); n != tt.ends.count || len(slices.Concat(posts...)) != tt.ends.count {
					t.Errorf("%d of %d were said, in %d lines", n, tt.ends.count, len(slices.Concat(posts...)))
				}
				if len(posts) > tt.most || len(posts) < tt.least {
					t.Errorf("%d messages", len(posts))
				}
				if latest > tt.latest {
					t.Errorf("the last was said after %s", latest)
				}
			})
		})
	}
}

// TestWhatIsNotCounted: where it cannot be counted what a channel hears, all is said.
func TestWhatIsNotCounted(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		m := newMemory()
		m.faults["noise"] = errors.New("the store is away")
		posts, latest := hears(t, m, bot.Recipient{Kind: bot.ToChannel, ID: "C0API"}, ends{20, 2 * time.Second, bot.Succeeded})
		if len(posts) != 20 || latest > time.Second {
			t.Errorf("%d messages of 20, the last after %s", len(posts), latest)
		}
	})
}

// TestWhatConcernsSlipwayGoesTogether: so does what is said out loud of no release, with
// each of it found posted afterwards; what has buttons of its own goes alone.
func TestWhatConcernsSlipwayGoesTogether(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		m, s := newMemory(), &screen{slow: 100 * time.Millisecond}
		a := speakerTo(t, m, s, &outside{})
		var all []bot.Message
		for i := range 30 {
			service := "s" + strconv.Itoa(i)
			all = append(all, bot.Message{Channel: "C0ALERTS", Key: bot.MessageKey{Release: service, Kind: "alert_forgotten"}, Body: bot.Forgotten{Service: service}})
		}
		for i := range 2 {
			all = append(all, bot.Message{Channel: "C0ALERTS", Key: bot.MessageKey{Release: "h" + strconv.Itoa(i), Kind: "alert_held"}, Body: bot.Held{}})
		}
		each(all, func(m bot.Message) {
			if _, _, err := a.PostOnce(t.Context(), m); err != nil {
				t.Error(err)
			}
		})
		said, held := map[string]int{}, 0
		for _, m := range s.posted {
			switch body := m.Body.(type) {
			case bot.Digest:
				for _, o := range body.Others {
					f, _ := o.(bot.Forgotten)
					said[f.Service]++
				}
			case bot.Forgotten:
				said[body.Service]++
			case bot.Held:
				held++
			default:
				t.Errorf("%T was posted", body)
			}
		}
		if len(said) != 30 || held != 2 || len(s.posted) > 7 {
			t.Errorf("%d are said and %d held, in %d messages", len(said), held, len(s.posted))
		}
		for _, one := range all {
			if m.messages[one.Key].Ref.ID == "" {
				t.Errorf("%s is not known to stand", one.Key.Release)
			}
		}
	})
}
