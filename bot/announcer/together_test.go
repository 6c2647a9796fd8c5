package announcer

import (
	"context"
	"maps"
	"strconv"
	"testing"
	"testing/synctest"
	"time"

	"github.com/slipwayhq/slipway/bot"
	"github.com/slipwayhq/slipway/bot/bottest"
)

// besideNote is what is said of the workflow of a service that was run past slipway.
func besideNote(i int) bot.Message {
	service := "s" + strconv.Itoa(i)
	d := bot.Doubt{
		Target: bot.Target{Service: service, Environment: "production"}, About: "beside " + service, Of: "1",
		Beside: bot.Beside{What: bot.BesideRun, Who: "mona", Of: service + ".yml"},
	}
	return bot.Message{Key: bot.MessageKey{Release: service, Kind: "alert_held_" + d.Mark()}, Channel: "C0DEPLOYS", Body: bot.Held{Doubts: []bot.Doubt{d}}}
}

func besideNotes(count int) []bot.Message {
	notes := make([]bot.Message, count)
	for i := range notes {
		notes[i] = besideNote(i)
	}
	return notes
}

// TestManyGoTogether: a few one by one, many in a digest, each once whatever was posted
// before, whoever else is at it and whatever goes wrong; and no digest is edited for one of
// those that it names.
func TestManyGoTogether(t *testing.T) {
	t.Parallel()
	away := &bot.Error{Kind: bot.Unavailable}
	for name, tt := range map[string]struct {
		count  int
		stood  int // how many of the first stand already
		busy   int // which of them somebody else is at; -1: none
		faults map[string]error
		posts  int
		named  int
		kind   bot.ErrorKind
	}{
		"none":                                 {busy: -1},
		"one":                                  {count: 1, busy: -1, posts: 1, named: 1},
		"a few":                                {count: 3, busy: -1, posts: 3, named: 3},
		"many":                                 {count: 60, busy: -1, posts: 1, named: 60},
		"more than fit":                        {count: 150, busy: -1, posts: 2, named: 150},
		"many of which some stand":             {count: 60, stood: 20, busy: -1, posts: 1, named: 40},
		"many that all stand":                  {count: 60, stood: 60, busy: -1},
		"another replica has begun":            {count: 60, busy: 0, kind: bot.Limited},
		"another replica is at one":            {count: 60, busy: 30, posts: 1, named: 59},
		"the chat is away":                     {count: 60, busy: -1, faults: map[string]error{"post many_" + besideNote(0).Key.Kind: away}, kind: bot.Unavailable},
		"the store is away in the midst of it": {count: 60, busy: -1, faults: map[string]error{"message " + besideNote(40).Key.Kind: away}, kind: bot.Unavailable},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			m, s := newMemory(), &screen{faults: tt.faults}
			notes := besideNotes(tt.count)
			for _, n := range notes[:tt.stood] {
				m.messages[n.Key] = bot.MessageState{Ref: bot.MessageRef{ID: "ts"}}
			}
			if tt.busy >= 0 {
				m.messages[notes[tt.busy].Key] = bot.MessageState{Begun: noon, Busy: true}
			}
			maps.Copy(m.faults, tt.faults)
			a, _ := speaker(t, bottest.Shop, m, s)
			err := a.PostTogether(t.Context(), notes)
			if (err != nil) != (tt.kind != "") || err != nil && bot.KindOf(err) != tt.kind {
				t.Fatalf("it is %v, want %q", err, tt.kind)
			}
			named := 0
			for _, posted := range s.posted {
				if d, is := posted.Body.(bot.Digest); is {
					named += len(d.Others)
				} else {
					named++
				}
			}
			if len(s.posted) != tt.posts || named != tt.named {
				t.Errorf("%d posts name %d", len(s.posted), named)
			}
			if err != nil { // and it can be tried again
				clear(m.faults)
				clear(s.faults)
				if tt.busy < 0 && a.PostTogether(t.Context(), notes) != nil || tt.busy < 0 && len(s.posted) != 1 {
					t.Errorf("by then %d are posted", len(s.posted))
				}
				return
			}
			posts := len(s.posted)
			if err := a.PostTogether(t.Context(), notes); bot.KindOf(err) == bot.Unavailable || len(s.posted) > posts+1 {
				t.Errorf("again: %v, %d posts", err, len(s.posted))
			}
			if tt.count > fewAlone && tt.stood == 0 {
				if err := a.Revise(t.Context(), notes[0]); err != nil || len(s.edited) != 0 {
					t.Errorf("a digest was edited: %v, %v", s.edited, err)
				}
			}
		})
	}
}

// TestABurstKeepsToTheChannelsBudget: what comes in while the channel is to be spared goes
// together afterwards, whatever the burst is like.
func TestABurstKeepsToTheChannelsBudget(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		m, s := newMemory(), &screen{}
		m.heard = bucket{holds: 8, every: 10 * time.Second}
		a, _ := speaker(t, bottest.Shop, m, s)
		began := time.Now()
		var unsaid []bot.Message
		for i := 0; i < 120 || len(unsaid) > 0; i++ {
			if i < 120 {
				unsaid = append(unsaid, besideNote(i))
			}
			if err := a.PostTogether(t.Context(), unsaid); err == nil {
				unsaid = nil
			} else if bot.KindOf(err) != bot.Limited {
				t.Fatal(err)
			}
			time.Sleep(time.Second)
		}
		took := time.Since(began)
		if most := 8 + int(took/(10*time.Second)) + 1; len(s.posted) > most || took > 3*time.Minute {
			t.Errorf("%d messages in %s, want at most %d", len(s.posted), took, most)
		}
		named := map[string]int{}
		for _, posted := range s.posted {
			bodies := []bot.Body{posted.Body}
			if d, is := posted.Body.(bot.Digest); is {
				bodies = d.Others
			}
			for _, b := range bodies {
				if held, is := b.(bot.Held); is {
					named[held.Doubts[0].Target.Service]++
				}
			}
		}
		if len(named) != 120 {
			t.Errorf("%d were named", len(named))
		}
	})
}

// spiteful breaks down over one service, whatever goes with it.
type spiteful struct{ *screen }

func (s spiteful) Post(ctx context.Context, m bot.Message, leave func(context.Context) error) (bot.MessageRef, error) {
	bodies := []bot.Body{m.Body}
	if d, is := m.Body.(bot.Digest); is {
		bodies = d.Others
	}
	for _, b := range bodies {
		if held, is := b.(bot.Held); is && held.Doubts[0].Target.Service == "s7" {
			panic("out of order")
		}
	}
	return s.screen.Post(ctx, m, leave)
}

// TestOneOfManyThatPanicsHidesNoOther: the others are said alone then.
func TestOneOfManyThatPanicsHidesNoOther(t *testing.T) {
	t.Parallel()
	m, s := newMemory(), &screen{}
	a, book := speaker(t, bottest.Shop, m, s)
	a.ports.Chat = spiteful{s}
	if err := a.PostTogether(t.Context(), besideNotes(20)); err == nil || len(s.posted) != 19 || !book.Says("a digest panicked") {
		t.Errorf("%d are posted, %v, logged %q", len(s.posted), err, book.Lines())
	}
}
