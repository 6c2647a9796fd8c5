package commands_test

import (
	"context"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/slipwayhq/slipway/bot"
)

func (h *house) Troubles(context.Context) ([]bot.Trouble, error) { return h.troubles, h.fault() }

func (h *house) Locks(context.Context) ([]bot.Lock, error) { return h.locks, h.fault() }

func (h *house) held(key string) *bot.Lock {
	i := slices.IndexFunc(h.locks, func(l bot.Lock) bool { return l.Key() == key })
	if i < 0 {
		return nil
	}
	return &h.locks[i]
}

func (h *house) SetLock(_ context.Context, w bot.LockWish) (bot.LockChange, error) {
	if err := h.fault(); err != nil {
		return bot.LockChange{}, err
	}
	if h.refuses != nil {
		return bot.LockChange{}, h.refuses
	}
	h.wishes = append(h.wishes, w)
	change := bot.LockChange{Lock: w.Lock, Before: h.held(w.Lock.Key()), Now: now}
	change.Changed = change.Before == nil || change.Before.By == w.Lock.By || w.Force
	return change, nil
}

func (h *house) EndLock(_ context.Context, w bot.UnlockWish) (bot.LockChange, error) {
	h.ends = append(h.ends, w)
	change := bot.LockChange{Before: h.held(bot.Lock{Kind: w.Kind, Scope: w.Scope}.Key()), Now: now}
	change.Changed = change.Before != nil && (change.Before.By == w.By || w.Force)
	return change, h.fault()
}

// locked has ben lock production of api.
func locked(h *house) {
	h.locks = []bot.Lock{{
		Kind: bot.Hold, Scope: bot.Scope(production), By: ben, Reason: "migrating by hand", At: now.Add(-20 * time.Minute),
	}}
}

func TestLockWishes(t *testing.T) {
	t.Parallel()
	hold := func(scope bot.Scope, reason string) bot.Lock {
		return bot.Lock{Kind: bot.Hold, Scope: scope, By: anna, Reason: reason}
	}
	frozen := func(scope bot.Scope, until time.Time) bot.Lock {
		return bot.Lock{Kind: bot.Freeze, Scope: scope, By: anna, Reason: "the fair", Until: until}
	}
	at := func(day, hour, minute int) time.Time { return time.Date(2026, 3, day, hour, minute, 0, 0, time.UTC) }
	tests := []struct { // it is 2 March, 9 o'clock
		typed string
		want  bot.LockWish
	}{
		{"/deploy lock api production --for 2h --reason a test", bot.LockWish{Lock: hold(bot.Scope(production), "a test"), For: 2 * time.Hour}},
		{"/deploy lock api", bot.LockWish{Lock: hold(bot.Scope{Service: "api"}, "")}},
		{"/deploy lock all production --take", bot.LockWish{Lock: hold(bot.Scope{Environment: "production"}, ""), Force: true}},
		{"/deploy lock all --for=1d", bot.LockWish{Lock: hold(bot.Scope{}, ""), For: 24 * time.Hour}},
		{"/deploy freeze api --for 2h --reason the fair", bot.LockWish{Lock: frozen(bot.Scope{Service: "api"}, time.Time{}), For: 2 * time.Hour}},
		{"/deploy freeze all --until 18:00 --reason the fair", bot.LockWish{Lock: frozen(bot.Scope{}, at(2, 18, 0))}},
		{"/deploy freeze all --until 08:30 --reason the fair", bot.LockWish{Lock: frozen(bot.Scope{}, at(3, 8, 30))}},
		{"/deploy freeze all --until 24:00 --reason the fair", bot.LockWish{Lock: frozen(bot.Scope{}, at(3, 0, 0))}},
		{"/deploy lock api --for 2H", bot.LockWish{Lock: hold(bot.Scope{Service: "api"}, ""), For: 2 * time.Hour}},
		{"/deploy freeze api --until 2026-03-05 --reason the fair", bot.LockWish{Lock: frozen(bot.Scope{Service: "api"}, at(6, 0, 0))}},
		{`/deploy freeze api --until “2026-03-05 18:00” —reason the fair`, bot.LockWish{Lock: frozen(bot.Scope{Service: "api"}, at(5, 18, 0))}},
		{"/deploy freeze api --reason the fair --until 2026-03-05T18:00", bot.LockWish{Lock: frozen(bot.Scope{Service: "api"}, at(5, 18, 0))}},
	}
	for _, tt := range tests {
		t.Run(tt.typed, func(t *testing.T) {
			t.Parallel()
			h := newHouse(t)
			answer, err := newCommands(t, h).Command(t.Context(), typed(tt.typed))
			if _, ok := answer.(bot.Locked); !ok || err != nil {
				t.Fatalf("answer %+v, %v", answer, err)
			}
			tt.want.Key = "trigger-1"
			if diff := cmp.Diff([]bot.LockWish{tt.want}, h.wishes); diff != "" {
				t.Errorf("wishes (-want +got):\n%s", diff)
			}
		})
	}
}

// TestLockUntilIsTheirClocks: a time is meant as the clocks of whoever typed it
// show it, also where they change in between.
func TestLockUntilIsTheirClocks(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct{ zone, until, want string }{
		"not known":                {"", "18:00", "2026-03-02T18:00:00Z"},
		"no zone at all":           {"Middle/Earth", "18:00", "2026-03-02T18:00:00Z"},
		"later today":              {"Europe/Berlin", "18:00", "2026-03-02T17:00:00Z"},
		"past there, so tomorrow":  {"Europe/Berlin", "09:30", "2026-03-03T08:30:00Z"},
		"still to come there":      {"America/New_York", "08:30", "2026-03-02T13:30:00Z"},
		"in summer time":           {"Europe/Berlin", "\"2026-04-01 18:00\"", "2026-04-01T16:00:00Z"},
		"to the end of a long day": {"America/New_York", "2026-11-01", "2026-11-02T05:00:00Z"},
		"with an offset":           {"Europe/Berlin", "2026-04-01T18:00:00-04:00", "2026-04-01T22:00:00Z"},
	} {
		t.Run(name, func(t *testing.T) { // it is 2 March, 9 o'clock UTC
			t.Parallel()
			h := newHouse(t)
			in := typed("/deploy freeze api --reason the fair --until " + tt.until)
			in.Zone = tt.zone
			if _, err := newCommands(t, h).Command(t.Context(), in); err != nil || len(h.wishes) != 1 {
				t.Fatalf("%d wishes, %v", len(h.wishes), err)
			}
			if got := h.wishes[0].Lock.Until.UTC().Format(time.RFC3339); got != tt.want {
				t.Errorf("until %s, want %s", got, tt.want)
			}
		})
	}
}

// TestLockUntilOnTheDayTheClocksChange: a time that the clocks show twice is the
// second, so that nothing opens earlier than thought; one that they leap over is
// the leap. Moments are given in UTC, so that nothing in them is ambiguous.
func TestLockUntilOnTheDayTheClocksChange(t *testing.T) {
	t.Parallel()
	const berlin, newYork = "Europe/Berlin", "America/New_York"
	for name, tt := range map[string]struct{ zone, now, until, want string }{
		"Berlin, leapt over":                     {berlin, "2026-03-29T00:15:00Z", "02:30", "2026-03-29T01:00:00Z"},
		"Berlin, leapt over, with its date":      {berlin, "2026-03-28T10:00:00Z", "\"2026-03-29 02:30\"", "2026-03-29T01:00:00Z"},
		"Berlin, the day after the leap":         {berlin, "2026-03-29T01:00:00Z", "02:30", "2026-03-30T00:30:00Z"},
		"Berlin, across the leap":                {berlin, "2026-03-29T00:15:00Z", "08:00", "2026-03-29T06:00:00Z"},
		"Berlin, tomorrow, across the leap":      {berlin, "2026-03-28T10:00:00Z", "08:00", "2026-03-29T06:00:00Z"},
		"Berlin, to the end of a short day":      {berlin, "2026-03-28T10:00:00Z", "2026-03-29", "2026-03-29T22:00:00Z"},
		"Berlin, shown twice":                    {berlin, "2026-10-24T23:30:00Z", "02:30", "2026-10-25T01:30:00Z"},
		"Berlin, shown twice, with its date":     {berlin, "2026-10-20T10:00:00Z", "\"2026-10-25 02:30\"", "2026-10-25T01:30:00Z"},
		"Berlin, between the two":                {berlin, "2026-10-25T00:45:00Z", "02:30", "2026-10-25T01:30:00Z"},
		"Berlin, after both":                     {berlin, "2026-10-25T01:30:00Z", "02:30", "2026-10-26T01:30:00Z"},
		"Berlin, to the end of a long day":       {berlin, "2026-10-24T23:30:00Z", "2026-10-25", "2026-10-25T23:00:00Z"},
		"New York, leapt over":                   {newYork, "2026-03-08T06:15:00Z", "02:30", "2026-03-08T07:00:00Z"},
		"New York, leapt over, with its date":    {newYork, "2026-03-07T10:00:00Z", "2026-03-08T02:30", "2026-03-08T07:00:00Z"},
		"New York, the day after the leap":       {newYork, "2026-03-08T07:00:00Z", "02:30", "2026-03-09T06:30:00Z"},
		"New York, across the leap":              {newYork, "2026-03-08T06:15:00Z", "08:00", "2026-03-08T12:00:00Z"},
		"New York, shown twice":                  {newYork, "2026-11-01T04:30:00Z", "01:30", "2026-11-01T06:30:00Z"},
		"New York, shown twice, with its date":   {newYork, "2026-10-20T10:00:00Z", "\"2026-11-01 01:30\"", "2026-11-01T06:30:00Z"},
		"New York, between the two":              {newYork, "2026-11-01T05:45:00Z", "01:30", "2026-11-01T06:30:00Z"},
		"New York, after both":                   {newYork, "2026-11-01T06:30:00Z", "01:30", "2026-11-02T06:30:00Z"},
		"New York, shown twice, with its offset": {newYork, "2026-10-20T10:00:00Z", "2026-11-01T01:30:00-04:00", "2026-11-01T05:30:00Z"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			at, err := time.Parse(time.RFC3339, tt.now)
			if err != nil {
				t.Fatal(err)
			}
			h := newHouse(t)
			in := typed("/deploy lock api --until " + tt.until)
			in.Zone = tt.zone
			if _, err := newCommandsAt(t, h, at).Command(t.Context(), in); err != nil || len(h.wishes) != 1 {
				t.Fatalf("%d wishes, %v", len(h.wishes), err)
			}
			if got := h.wishes[0].Lock.Until.UTC().Format(time.RFC3339); got != tt.want {
				t.Errorf("until %s, want %s", got, tt.want)
			}
		})
	}
}

// TestLockOfSomebodyElse shows that it is asked for first, that the command
// given then works, and that the owner is told.
func TestLockOfSomebodyElse(t *testing.T) {
	t.Parallel()
	for _, text := range []string{"/deploy lock api production --for 2h --reason \"a test\"", "/deploy unlock api production"} {
		h := newHouse(t)
		locked(h)
		c := newCommands(t, h)
		answer, err := c.Command(t.Context(), typed(text))
		problem, ok := answer.(bot.Problem)
		if !ok || err != nil {
			t.Fatalf("%s: %+v, %v", text, answer, err)
		}
		if want := text + " --take"; problem.Near != want {
			t.Errorf("near %q, want %q", problem.Near, want)
		}
		if !strings.Contains(problem.Says, "locked by ben for 20 min now: migrating by hand") {
			t.Errorf("says %q", problem.Says)
		}
		answer, err = c.Command(t.Context(), typed(problem.Near))
		done, ok := answer.(bot.Locked)
		if !ok || err != nil || len(done.Tell) != 1 || done.Tell[0].To != ben || !strings.Contains(done.Tell[0].Says, "anna has") {
			t.Errorf("%s: %+v, %v", problem.Near, answer, err)
		}
	}
}

func TestOneselfIsNotTold(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	locked(h)
	h.locks[0].By = anna
	answer, err := newCommands(t, h).Command(t.Context(), typed("/deploy unlock api production"))
	if done, ok := answer.(bot.Locked); !ok || err != nil || !done.Opened || len(done.Tell) != 0 {
		t.Errorf("%+v, %v", answer, err)
	}
}

// TestNothingToUnlock: who opens what is not closed reads what is.
func TestNothingToUnlock(t *testing.T) {
	t.Parallel()
	unlock := func(scopes ...bot.Scope) bot.Problem {
		h := newHouse(t)
		for _, scope := range scopes {
			h.locks = append(h.locks, bot.Lock{Kind: bot.Freeze, Scope: scope, By: ben, Reason: "the fair", At: now})
		}
		answer, err := newCommands(t, h).Command(t.Context(), typed("/deploy unlock api production"))
		problem, ok := answer.(bot.Problem)
		if err != nil || !ok {
			t.Fatalf("answered %#v, %v", answer, err)
		}
		return problem
	}
	everywhere := bot.Scope{Environment: "staging"}
	if got := unlock(everywhere, bot.Scope{Service: "web"}); got.Near != "/deploy unfreeze all staging" || len(got.Mends) != 2 || !strings.Contains(got.Mends[1], "all of web is frozen by ben") {
		t.Errorf("%+v", got)
	}
	if got := unlock(bot.Scope{Service: "web"}); got.Near != "/deploy unfreeze web" {
		t.Errorf("%+v", got)
	}
	if got := unlock(everywhere, everywhere, everywhere, everywhere, everywhere, everywhere); len(got.Mends) != 5 {
		t.Errorf("of six, %d are told", len(got.Mends))
	}
	if got := unlock(); got.Near != "" || len(got.Mends) != 1 || !strings.Contains(got.Mends[0], "Nothing is locked") {
		t.Errorf("%+v", got)
	}
}

// TestLockThatIsNone: what the store does not take is said in its words.
func TestLockThatIsNone(t *testing.T) {
	t.Parallel()
	for _, kind := range []bot.ErrorKind{bot.Invalid, bot.Limited} {
		h := newHouse(t)
		h.refuses = &bot.Error{Kind: kind, Op: "set a lock", Says: "that time is over already", Mend: "Give one that is still to come."}
		answer, err := newCommands(t, h).Command(t.Context(), typed("/deploy lock api --until 2020-01-01"))
		if err != nil {
			t.Fatal(err)
		}
		checkRefusal(t, answer, "It was not closed: that time is over already.")
	}
}
