package people

import (
	"context"
	"log/slog"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/slipwayhq/slipway/bot"
	"github.com/slipwayhq/slipway/bot/bottest"
	"github.com/slipwayhq/slipway/bot/catalog"
)

// TestForgottenRostersAreReadAnew: what the chat says of an account or a group
// makes what is known of it void, and of nothing else.
func TestForgottenRostersAreReadAnew(t *testing.T) {
	t.Parallel()
	c := *bottest.Declare(t, bottest.Shop)
	c.Groups = append(slices.Clone(c.Groups), catalog.Group{Name: "oncall", SlackUsergroup: "S0ONCALL"}, catalog.Group{Name: "leads", SlackUsergroup: "S0LEADS"})
	reads := map[string]int{}
	p := New(&c, Ports{}, slog.New(slog.DiscardHandler))
	holds := func(name string) {
		t.Helper()
		if in, err := p.rosters.holds(t.Context(), name, "U1", membersFresh, func(context.Context) ([]string, error) { reads[name]++; return []string{"U1"}, nil }); err != nil || !in {
			t.Fatal(in, err)
		}
	}
	names := []string{"oncall", "leads"}
	for _, forget := range []struct {
		turnover bot.Turnover
		again    []string
	}{
		{bot.Turnover{Group: "S0ONCALL"}, []string{"oncall"}},
		{bot.Turnover{Account: "U2"}, nil},
		{bot.Turnover{Group: "S0OTHER"}, nil},
		{bot.Turnover{}, names},
	} {
		for _, name := range names {
			holds(name)
		}
		before := map[string]int{}
		for _, name := range names {
			before[name] = reads[name]
		}
		p.Forget(forget.turnover)
		for _, name := range names {
			holds(name)
			if again := reads[name] > before[name]; again != slices.Contains(forget.again, name) {
				t.Errorf("after %+v %s is read anew: %t", forget.turnover, name, again)
			}
		}
	}
}

// TestAChangeDuringAReadIsHeeded: what was asked for before somebody changed does
// not count after it.
func TestAChangeDuringAReadIsHeeded(t *testing.T) {
	t.Parallel()
	c := *bottest.Declare(t, bottest.Shop)
	c.Groups = append(slices.Clone(c.Groups), catalog.Group{Name: "oncall", SlackUsergroup: "S0ONCALL"})
	p := New(&c, Ports{}, slog.New(slog.DiscardHandler))
	members := []string{"U1"}
	read := func(context.Context) ([]string, error) {
		was := members
		if len(members) > 0 {
			members = nil
			p.Forget(bot.Turnover{Group: "S0ONCALL"})
		}
		return was, nil
	}
	if in, err := p.rosters.holds(t.Context(), "oncall", "U1", membersFresh, read); err != nil || !in {
		t.Fatal(in, err)
	}
	if in, err := p.rosters.holds(t.Context(), "oncall", "U1", membersFresh, read); err != nil || in {
		t.Errorf("still in: %t, %v", in, err)
	}
}

// TestReadsThatMeetAreOne: and whoever waits for it waits no longer than they can. A
// panic in it is an error of theirs.
func TestReadsThatMeetAreOne(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var r rosters
		reads := 0
		slow := func(context.Context) ([]string, error) {
			reads++
			time.Sleep(2 * time.Second)
			return []string{"U1"}, nil
		}
		hurried, stop := context.WithTimeout(t.Context(), time.Second)
		defer stop()
		var wait sync.WaitGroup
		for _, ctx := range []context.Context{hurried, t.Context(), t.Context()} {
			wait.Go(func() {
				in, err := r.holds(ctx, "oncall", "U1", membersFresh, slow)
				if patient := ctx != hurried; in != patient || (err == nil) != patient {
					t.Errorf("in: %t, %v", in, err)
				}
			})
		}
		wait.Wait()
		if reads != 1 {
			t.Errorf("%d reads", reads)
		}
		if in, err := r.holds(t.Context(), "leads", "U1", membersFresh, func(context.Context) ([]string, error) { panic("out of order") }); in || err == nil {
			t.Errorf("in: %t, %v", in, err)
		}
	})
}

// TestAReadThatWasOvertakenIsNotShared: whoever asks after somebody changed waits for
// a read of their own.
func TestAReadThatWasOvertakenIsNotShared(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var r rosters
		var wait sync.WaitGroup
		wait.Go(func() {
			_, _ = r.holds(t.Context(), "oncall", "U1", membersFresh, func(context.Context) ([]string, error) {
				time.Sleep(2 * time.Second)
				return []string{"U1"}, nil
			})
		})
		time.Sleep(time.Second)
		r.forget("oncall")
		if in, err := r.holds(t.Context(), "oncall", "U1", membersFresh, func(context.Context) ([]string, error) { return nil, nil }); in || err != nil {
			t.Errorf("in: %t, %v", in, err)
		}
		wait.Wait()
		if in, known, err := r.says("oncall", "U1", membersFresh); in || !known || err != nil {
			t.Errorf("afterwards in: %t, %t, %v", in, known, err)
		}
	})
}
