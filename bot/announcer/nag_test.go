package announcer

import (
	"context"
	"errors"
	"log/slog"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/slipwayhq/slipway/bot"
	"github.com/slipwayhq/slipway/bot/bottest"
)

// keys are locks that may have been forgotten.
type keys struct {
	quiet
	stale []bot.Lock
	err   error
	age   time.Duration
	at    []time.Time
}

func (k *keys) StaleLocks(_ context.Context, age time.Duration) ([]bot.Lock, error) {
	k.age, k.at = age, append(k.at, time.Now())
	return k.stale, k.err
}

// TestForgottenLocksAreAskedAbout: their owners are, with the words that would end
// them, as often as it is looked; and a fault keeps nobody else from being asked.
func TestForgottenLocksAreAskedAbout(t *testing.T) {
	t.Parallel()
	lock := func(kind bot.LockKind, service, environment string) bot.Lock {
		return bot.Lock{Kind: kind, Scope: bot.Scope{Service: service, Environment: environment}, By: bot.Person{ID: "U01ANNA"}, At: noon}
	}
	away := errors.New("away")
	for name, tt := range map[string]struct {
		nag   string
		locks []bot.Lock
		err   error
		chat  error
		says  []string
		pause time.Duration
		logs  string
	}{
		"a service somewhere": {nag: "12h", locks: []bot.Lock{lock(bot.Hold, "api", "production")}, says: []string{"You have kept api → production locked since Tue 24 Nov 2026 12:00 UTC, and nobody else can deploy there. If that is not needed any more: `/deploy unlock api production`"}, pause: time.Minute},
		"everywhere, and one that is told all the same": {nag: "12h", locks: []bot.Lock{lock(bot.Freeze, "", ""), lock(bot.Hold, "api", "")}, chat: away, says: []string{
			"You have kept everything frozen since Tue 24 Nov 2026 12:00 UTC, and nobody else can deploy there. If that is not needed any more: `/deploy unfreeze all`",
			"You have kept all of api locked since Tue 24 Nov 2026 12:00 UTC, and nobody else can deploy there. If that is not needed any more: `/deploy unlock api`",
		}, pause: time.Minute, logs: "WARN the owner of a lock could not be asked"},
		"the last time, and never after that": {nag: "12h", locks: []bot.Lock{
			{Kind: bot.Hold, Scope: bot.Scope{Service: "api"}, By: bot.Person{ID: "U01ANNA"}, At: time.Date(1999, 12, 25, 0, 0, 0, 0, time.UTC)},
			{Kind: bot.Hold, Scope: bot.Scope{Service: "web"}, By: bot.Person{ID: "U01ANNA"}, At: time.Date(1999, 12, 24, 0, 0, 0, 0, time.UTC)},
		}, says: []string{"You have kept all of api locked since Sat 25 Dec 1999 00:00 UTC, and nobody else can deploy there. If that is not needed any more: `/deploy unlock api`. This is the last reminder; it stays on the board."}, pause: time.Minute},
		"none":                 {nag: "10s", pause: 10 * time.Second},
		"they cannot be read":  {nag: "10s", err: away, pause: 10 * time.Second, logs: "WARN locks that may be forgotten could not be read"},
		"sooner than a second": {nag: "500ms", pause: time.Second},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			k, s, book := &keys{stale: tt.locks, err: tt.err}, &screen{faults: map[string]error{"tell": tt.chat}}, &bottest.Logbook{}
			c := *bottest.Declare(t, bottest.Shop)
			nag, err := time.ParseDuration(tt.nag)
			if err != nil {
				t.Fatal(err)
			}
			c.LockNag = nag
			synctest.Test(t, func(t *testing.T) {
				ports := watching(newMemory(), newMemory(), s)
				ports.Locks = k
				a := New(&c, ports, Options{}, slog.New(book))
				ctx, stop := context.WithTimeout(t.Context(), tt.pause+time.Millisecond)
				defer stop()
				_ = a.Run(ctx) // it ends because its time is over
			})
			if len(k.at) != 2 || k.at[1].Sub(k.at[0]) != tt.pause || k.age != nag {
				t.Errorf("looked at %v for those older than %s", k.at, k.age)
			}
			var says []string
			for _, told := range s.told[:len(s.told)/2] { // it is looked twice
				done, _ := told.says.(bot.Done)
				says = append(says, done.Says)
				if told.to != (bot.Reply{To: bot.Person{ID: "U01ANNA"}}) {
					t.Errorf("told %#v", told.to)
				}
			}
			if diff := cmp.Diff(tt.says, says); diff != "" {
				t.Errorf("said (-want +got):\n%s", diff)
			}
			if tt.logs != "" && !book.Says(tt.logs) || tt.logs == "" && len(book.Lines()) > 0 {
				t.Errorf("logged %q", book.Lines())
			}
		})
	}
}

// grumpy is a screen on which one message breaks down, and one never arrives.
type grumpy struct{ *screen }

func (g grumpy) Tell(ctx context.Context, to bot.Reply, a bot.Answer) error {
	switch to.To.ID {
	case "U01ANNA":
		panic("out of order")
	case "U02BEN":
		<-ctx.Done()
		return ctx.Err()
	}
	return g.screen.Tell(ctx, to, a)
}

// TestOneOwnerWhoCannotBeAskedHidesNoOther: neither one over whom slipway breaks down, nor
// one whom the chat never takes a message for.
func TestOneOwnerWhoCannotBeAskedHidesNoOther(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		k, s, book := &keys{}, &screen{}, &bottest.Logbook{}
		for _, owner := range []string{"U01ANNA", "U02BEN", "U03CLEO"} {
			k.stale = append(k.stale, bot.Lock{Kind: bot.Hold, Scope: bot.Scope{Service: "api"}, By: bot.Person{ID: owner}, At: time.Now()})
		}
		c := *bottest.Declare(t, bottest.Shop)
		c.LockNag = time.Hour
		ports := watching(newMemory(), newMemory(), s)
		ports.Locks, ports.Chat = k, grumpy{s}
		a := New(&c, ports, Options{}, slog.New(book))
		ctx, stop := context.WithTimeout(t.Context(), 30*time.Second)
		defer stop()
		_ = a.watchLocks(ctx) // it ends because its time is over
		if len(s.told) != 1 || s.told[0].to.To.ID != "U03CLEO" || !book.Says("ERROR one of many panicked") || !book.Says("WARN the owner of a lock could not be asked") {
			t.Errorf("told %+v, logged %q", s.told, book.Lines())
		}
	})
}
