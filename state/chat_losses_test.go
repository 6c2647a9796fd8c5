package state_test

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/slipwayhq/slipway/bot"
	"github.com/slipwayhq/slipway/state"
)

func lossCases() map[string]func(fixture) {
	return map[string]func(fixture){
		"a card that is gone is posted anew":          cardGone,
		"a card is not posted anew for ever":          cardGoneOften,
		"a message that has its place keeps it":       goneElsewhere,
		"the cards of what is under way can be found": cardsUnderWay,
		"a trouble is told once and ends":             troubleLife,
		"a trouble that is over goes":                 staleTroublesGo,
		"all replicas hear who has changed":           turnoversHeard,
		"connections of all processes are counted":    connectionsCounted,
	}
}

func cardGone(f fixture) {
	ctx := context.Background()
	c := f.carded("api", "k")
	key, first := bot.MessageKey{Release: c.Release.ID, Kind: bot.CardKind}, bot.MessageRef{Channel: "C", ID: "1.2"}
	f.must(f.MessagePosted(ctx, key, first))
	cards, _ := f.dirty(lease, 10)
	f.must(f.Shown(ctx, cards[0], 0))
	if cards, _ := f.dirty(lease, 10); len(cards) != 0 {
		f.Fatalf("%+v", cards)
	}
	again, err := f.MessageGone(ctx, key, first, "was deleted")
	if err != nil || !again {
		f.Fatal(again, err)
	}
	cards, _ = f.dirty(lease, 10)
	if len(cards) != 1 || cards[0].Ref.ID != "" || cards[0].Closed {
		f.Fatalf("%+v", cards)
	}
	state, err := f.Message(ctx, key)
	if err != nil || state.Ref.ID != "" || !state.Begun.IsZero() || state.Lost != "was deleted" {
		f.Fatalf("%+v, %v", state, err)
	}
	f.must(f.MessagePosted(ctx, key, bot.MessageRef{Channel: "C", ID: "3.4"}))
	f.must(f.Shown(ctx, cards[0], 0))

	f.enter(&c, bot.Cancelled)
	for want := range 2 {
		cards, _ = f.dirty(lease, 10)
		if len(cards) != 1 || cards[0].Closed != (want == 1) {
			f.Fatalf("look %d: %+v", want, cards)
		}
		f.must(f.Shown(ctx, cards[0], 0))
		f.must(f.TakeBack(ctx, c.Release.ID, "api-9", time.UnixMilli(1763964000123))) // which changes it once more
	}
}

func (f fixture) must(err error) {
	f.Helper()
	if err != nil {
		f.Fatal(err)
	}
}

func cardGoneOften(f fixture) {
	ctx := context.Background()
	key, ref := bot.MessageKey{Release: f.carded("api", "k").Release.ID, Kind: bot.CardKind}, bot.MessageRef{Channel: "C", ID: "1.2"}
	var got []bool
	for range 6 {
		f.must(f.MessagePosted(ctx, key, ref))
		again, err := f.MessageGone(ctx, key, ref, "was deleted")
		f.must(err)
		got = append(got, again)
	}
	if diff := cmp.Diff([]bool{true, true, true, true, true, false}, got); diff != "" {
		f.Errorf("posted anew (-want +got):\n%s", diff)
	}
}

func goneElsewhere(f fixture) {
	ctx := context.Background()
	key, ref := bot.MessageKey{Release: f.carded("api", "k").Release.ID, Kind: bot.CardKind}, bot.MessageRef{Channel: "C", ID: "1.2"}
	f.must(f.MessagePosted(ctx, key, ref))
	if again, err := f.MessageGone(ctx, key, bot.MessageRef{Channel: "C", ID: "0.1"}, "was deleted"); err != nil || !again {
		f.Fatal(again, err)
	}
	if state, err := f.Message(ctx, key); err != nil || state.Ref != ref {
		f.Errorf("%+v, %v", state, err)
	}
}

func cardsUnderWay(f fixture) {
	ctx := context.Background()
	one, two, three := f.carded("api", "k1"), f.carded("web", "k2"), f.carded("api", "k3")
	ref := bot.MessageRef{Channel: "C", ID: "1.2"}
	for _, c := range []bot.Claim{one, two} {
		f.must(f.MessagePosted(ctx, bot.MessageKey{Release: c.Release.ID, Kind: bot.CardKind}, ref))
	}
	f.enter(&two, bot.Cancelled)
	got, err := f.CardsUnderWay(ctx)
	if diff := cmp.Diff(map[string]bot.MessageRef{one.Release.ID: ref}, got); err != nil || diff != "" {
		f.Errorf("%v (-want +got):\n%s", err, diff)
	}
	_ = three // it has no card yet
}

func troubleLife(f fixture) {
	ctx := context.Background()
	alerts := bot.Trouble{Kind: bot.NoAlerts, Channel: "C0ALERTS", Says: "it is archived", Mend: "Name another."}
	direct := bot.Trouble{Kind: bot.NoDirect, Says: "no tab"}
	for _, t := range []bot.Trouble{alerts, direct, alerts} {
		f.must(f.RaiseTrouble(ctx, t))
	}
	got, err := f.Troubles(ctx)
	f.must(err)
	if diff := cmp.Diff([]bot.Trouble{alerts, direct}, got, cmpopts.IgnoreFields(bot.Trouble{}, "Since")); diff != "" {
		f.Fatalf("troubles (-want +got):\n%s", diff)
	}
	var may []bool
	for _, whom := range []string{"U1", "U1", "U2"} {
		m, err := f.MayTell(ctx, got[0], whom)
		f.must(err)
		may = append(may, m)
	}
	f.must(f.TroubleTold(ctx, got[0], "U1"))
	if !slices.Equal(may, []bool{true, false, true}) {
		f.Errorf("may tell: %v", may)
	}
	f.must(f.LiftTrouble(ctx, alerts))
	if got, err := f.Troubles(ctx); err != nil || len(got) != 1 || got[0].Kind != bot.NoDirect {
		f.Errorf("%+v, %v", got, err)
	}
}

// staleTroublesGo: one that nobody has seen for long goes when another is noted, for each of
// them renews what all of them lie in.
func staleTroublesGo(f fixture) {
	ctx := context.Background()
	f.must(f.RaiseTrouble(ctx, bot.Trouble{Kind: bot.NoBlocks, Of: "api-1", Says: "refused"}))
	all, err := f.Client().HGetAll(ctx, f.prefix()+"troubles").Result()
	f.must(err)
	for key := range all {
		f.must(f.Client().HSet(ctx, f.prefix()+"troubles", key, `{"kind":"no_blocks","of":"api-1","since_ms":1,"seen_ms":1}`).Err())
	}
	f.must(f.RaiseTrouble(ctx, bot.Trouble{Kind: bot.NoBlocks, Of: "api-2", Says: "refused"}))
	if n, err := f.Client().HLen(ctx, f.prefix()+"troubles").Result(); err != nil || n != 1 {
		f.Errorf("%d are kept, %v", n, err)
	}
}

func turnoversHeard(f fixture) {
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	var replicas []chan bot.Turnover
	for _, replica := range []*state.Store{f.Store, f.open(f.T)} {
		heard := make(chan bot.Turnover, 1000)
		replicas = append(replicas, heard)
		go replica.Turnovers(ctx, func(t bot.Turnover) { heard <- t })
	}
	hears := func(heard chan bot.Turnover, within time.Duration) (bot.Turnover, bool) {
		select {
		case t := <-heard:
			return t, true
		case <-time.After(within):
			return bot.Turnover{}, false
		}
	}
	first := bot.Turnover{Account: "U0FIRST"}
	for _, heard := range replicas { // it listens once it hears something
		for range 1000 {
			f.must(f.NoteTurnover(ctx, first))
			if t, did := hears(heard, 10*time.Millisecond); did {
				if t != first {
					f.Errorf("heard %+v", t)
				}
				break
			}
		}
	}
	for _, t := range []bot.Turnover{{Account: "U01ANNA"}, {Group: "S0SRE"}} {
		f.must(f.NoteTurnover(ctx, t))
		for i, heard := range replicas {
			got, did := first, true
			for got == first && did {
				got, did = hears(heard, time.Minute)
			}
			if got != t {
				f.Errorf("replica %d heard %+v, want %+v", i, got, t)
			}
		}
	}
}

func connectionsCounted(f fixture) {
	ctx := context.Background()
	note := func(process string, n, want int) {
		f.Helper()
		if all, err := f.NoteConnections(ctx, process, n); err != nil || all != want {
			f.Errorf("NoteConnections(%s, %d) = %d, %v, want %d", process, n, all, err, want)
		}
	}
	note("a", 2, 2)
	note("b", 2, 4)
	note("a", 3, 5)
	// What is old, odd or beyond reason counts for none.
	c := f.Client()
	now := time.Now().UnixMilli()
	for process, text := range map[string]string{
		"killed": fmt.Sprintf("2 %d", now-2*time.Minute.Milliseconds()), "newer": "two", "odd": fmt.Sprintf("-7 %d", now), "huge": fmt.Sprintf("999 %d", now),
	} {
		f.must(c.HSet(ctx, f.prefix()+"connections", process, text).Err())
	}
	note("b", 2, 5)
	note("a", 0, 2)
	note("b", 0, 0)
}
