package state_test

import (
	"context"
	"regexp"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/slipwayhq/slipway/bot"
)

func lockCases() map[string]func(fixture) {
	return map[string]func(fixture){
		"a lock is made, taken over and ended": lockLife,
		"a lock runs out by the store's clock": lockRunsOut,
		"a lock cannot end before it begins":   lockInThePast,
		"locks of each kind and scope differ":  locksDiffer,
		"there are not endlessly many locks":   locksBounded,
		"a forgotten lock is told of once":     lockForgotten,
		"a request that comes again":           lockRepeated,
	}
}

func (f fixture) setLock(w bot.LockWish) bot.LockChange {
	f.Helper()
	change, err := f.SetLock(context.Background(), w)
	if err != nil {
		f.Fatal(err)
	}
	return change
}

func (f fixture) locks() []bot.Lock {
	f.Helper()
	locks, err := f.Locks(context.Background())
	if err != nil {
		f.Fatal(err)
	}
	return locks
}

func holdBy(name string, scope bot.Scope) bot.LockWish {
	return bot.LockWish{Lock: bot.Lock{Kind: bot.Hold, Scope: scope, By: bot.Person{ID: "U" + name, Name: name}, Reason: `"so" be it`}}
}

// lockRepeated: a request that comes again gets its first answer and changes
// nothing, whatever has happened since.
func lockRepeated(f fixture) {
	ctx, scope := context.Background(), bot.Scope{Service: "api", Environment: "production"}
	wish := holdBy("anna", scope)
	wish.Key = "trigger-1"
	made := f.setLock(wish)
	end := bot.UnlockWish{Kind: bot.Hold, Scope: scope, By: wish.Lock.By, Key: "trigger-2"}
	ended, err := f.EndLock(ctx, end)
	if err != nil || !ended.Changed {
		f.Fatalf("ended: %+v, %v", ended, err)
	}
	again := f.setLock(wish)
	if again.Repeated = false; !cmp.Equal(made, again) || len(f.locks()) != 0 {
		f.Errorf("made again: %+v, want %+v; locks %+v", again, made, f.locks())
	}
	later := wish
	later.Key = "trigger-3"
	f.setLock(later)
	twice, err := f.EndLock(ctx, end)
	if twice.Repeated = false; err != nil || !cmp.Equal(ended, twice) || len(f.locks()) != 1 {
		f.Errorf("ended again: %+v, %v, want %+v; locks %+v", twice, err, ended, f.locks())
	}
	// What was refused stays so, though by now it would be granted.
	theirs := holdBy("ben", scope)
	theirs.Key = "trigger-4"
	if refused := f.setLock(theirs); refused.Changed {
		f.Errorf("refused: %+v", refused)
	}
	end.Key = "trigger-5"
	if gone, err := f.EndLock(ctx, end); err != nil || !gone.Changed {
		f.Fatalf("ended: %+v, %v", gone, err)
	}
	if refused := f.setLock(theirs); refused.Changed || !refused.Repeated || len(f.locks()) != 0 {
		f.Errorf("refused again: %+v; locks %+v", refused, f.locks())
	}
}

func lockLife(f fixture) {
	ctx, scope := context.Background(), bot.Scope{Service: "api", Environment: "production"}
	made := f.setLock(holdBy("anna", scope))
	if !made.Changed || made.Before != nil || made.Lock.At.IsZero() || !made.Lock.Until.IsZero() || made.Lock.Reason != `"so" be it` {
		f.Errorf("made: %+v", made)
	}
	if diff := cmp.Diff([]bot.Lock{made.Lock}, f.locks()); diff != "" {
		f.Errorf("locks (-want +got):\n%s", diff)
	}
	states, err := f.Targets(ctx, []bot.Target{bot.Target(scope), {Service: "web", Environment: "production"}})
	if err != nil || len(states[0].Locks) != 1 || states[0].Locks[0] != made.Lock || len(states[1].Locks) != 0 {
		f.Errorf("the targets' locks: %+v, %v", states, err)
	}
	refused := f.setLock(holdBy("ben", scope))
	if refused.Changed || refused.Before == nil || refused.Before.By.Name != "anna" {
		f.Errorf("ben was let in: %+v", refused)
	}
	if left, err := f.EndLock(ctx, bot.UnlockWish{Kind: bot.Hold, Scope: scope, By: bot.Person{ID: "Uben"}}); err != nil || left.Changed || left.Before == nil {
		f.Errorf("ben ended it: %+v, %v", left, err)
	}
	taking := holdBy("ben", scope)
	taking.Force, taking.For = true, time.Hour
	taken := f.setLock(taking)
	if !taken.Changed || taken.Before.By.Name != "anna" || taken.Lock.Until.Sub(taken.Lock.At) != time.Hour {
		f.Errorf("taken over: %+v", taken)
	}
	if again := f.setLock(holdBy("ben", scope)); !again.Changed || !again.Lock.Until.IsZero() {
		f.Errorf("one's own, anew: %+v", again)
	}
	ended, err := f.EndLock(ctx, bot.UnlockWish{Kind: bot.Hold, Scope: scope, By: bot.Person{ID: "Uanna"}, Force: true})
	if err != nil || !ended.Changed || ended.Before.By.Name != "ben" || len(f.locks()) != 0 {
		f.Errorf("ended: %+v, %v, left %v", ended, err, f.locks())
	}
	if none, err := f.EndLock(ctx, bot.UnlockWish{Kind: bot.Hold, Scope: scope}); err != nil || none.Changed || none.Before != nil {
		f.Errorf("ended twice: %+v, %v", none, err)
	}
}

func lockRunsOut(f fixture) {
	scope := bot.Scope{Service: "api"}
	short := holdBy("anna", scope)
	short.For = 50 * time.Millisecond
	f.setLock(short)
	eventually(f, "the lock runs out", func() bool { return len(f.locks()) == 0 })
	if made := f.setLock(holdBy("ben", scope)); !made.Changed || made.Before != nil {
		f.Errorf("one that has run out is in the way: %+v", made)
	}
}

func lockInThePast(f fixture) {
	w := holdBy("anna", bot.Scope{})
	w.Lock.Until = time.Now().Add(-time.Hour)
	_, err := f.SetLock(context.Background(), w)
	wantKind(f, "SetLock until an hour ago", err, bot.Invalid)
	if got := f.locks(); len(got) != 0 {
		f.Errorf("locks %v", got)
	}
}

func locksDiffer(f fixture) {
	scopes := []bot.Scope{{}, {Service: "api"}, {Environment: "production"}, {Service: "api", Environment: "production"}}
	for _, scope := range scopes {
		for _, kind := range []bot.LockKind{bot.Hold, bot.Freeze} {
			w := holdBy("anna", scope)
			w.Lock.Kind = kind
			f.setLock(w)
		}
	}
	locks := f.locks()
	if len(locks) != 8 {
		f.Errorf("%d locks, want 8", len(locks))
	}
	for target, want := range map[bot.Target]int{
		{Service: "api", Environment: "production"}: 8, {Service: "api", Environment: "staging"}: 4,
		{Service: "web", Environment: "production"}: 4, {Service: "web", Environment: "staging"}: 2,
	} {
		if got := len(bot.Covering(locks, target)); got != want {
			f.Errorf("%d locks cover %s, want %d", got, target, want)
		}
	}
}

func lockForgotten(f fixture) {
	forgotten, ends := holdBy("anna", bot.Scope{Service: "api"}), holdBy("ben", bot.Scope{Service: "web"})
	ends.For = time.Hour
	f.setLock(ends)
	made := f.setLock(forgotten).Lock
	stale := func(age time.Duration) []bot.Lock {
		locks, err := f.StaleLocks(context.Background(), age)
		if err != nil {
			f.Fatal(err)
		}
		return locks
	}
	if locks := stale(time.Hour); len(locks) != 0 {
		f.Errorf("after no time: %+v", locks)
	}
	const age = time.Millisecond
	eventually(f, "a forgotten lock is not told of", func() bool {
		told := stale(age)
		return len(told) == 1 && told[0] == made
	})
	f.setLock(bot.LockWish{Lock: forgotten.Lock}) // made again: it begins again
	if told := stale(time.Hour); len(told) != 0 {
		f.Errorf("told of at once: %+v", told)
	}
	ctx, key := context.Background(), f.findKey("*locks*")
	for name, text := range f.Client().HGetAll(ctx, key).Val() {
		aged := regexp.MustCompile(`"at_ms":\d+`).ReplaceAllString(text, `"at_ms":1`)
		if err := f.Client().HSet(ctx, key, name, aged).Err(); err != nil {
			f.Fatal(err)
		}
	}
	if told := stale(time.Hour); len(told) != 1 {
		f.Errorf("after long: %+v", told)
	}
	if told := stale(time.Hour); len(told) != 0 {
		f.Errorf("told of twice: %+v", told)
	}
}

// locksBounded: the last of too many is refused, and one that is there can be
// made again all the same.
func locksBounded(f fixture) {
	ctx := context.Background()
	f.setLock(holdBy("anna", bot.Scope{Service: "api"}))
	key := f.findKey("*locks*")
	pipe := f.Client().Pipeline()
	for i := range 499 {
		pipe.HSet(ctx, key, "hold s"+keyOf(i)+" ", `{"at_ms":1,"kind":"hold","service":"s","by":{"id":"U1"}}`)
	}
	if _, err := pipe.Exec(ctx); err != nil {
		f.Fatal(err)
	}
	_, err := f.SetLock(ctx, holdBy("anna", bot.Scope{Service: "web"}))
	wantKind(f, "one lock too many", err, bot.Limited)
	if again := f.setLock(holdBy("anna", bot.Scope{Service: "api"})); !again.Changed {
		f.Errorf("one that is there: %+v", again)
	}
	// What has run out goes, and counts no more; what cannot be read stops nothing.
	for i, text := range []string{`{"at_ms":1,"until_ms":2,"kind":"hold","service":"s","by":{"id":"U1"}}`, `{"at_ms":1,"until_ms":2`, `"odd"`} {
		if err := f.Client().HSet(ctx, key, "hold s"+keyOf(i)+" ", text).Err(); err != nil {
			f.Fatal(err)
		}
	}
	if made := f.setLock(holdBy("anna", bot.Scope{Service: "web"})); !made.Changed {
		f.Errorf("in the place of one that has run out: %+v", made)
	}
	if n := f.Client().HLen(ctx, key).Val(); n != 500 {
		f.Errorf("there are %d locks", n)
	}
	if err := f.Client().HSet(ctx, key, "hold s"+keyOf(3)+" ", `{"at_ms":1,"until_ms":2,"kind":"hold","service":"s","by":{"id":"U1"}}`).Err(); err != nil {
		f.Fatal(err)
	}
	if ended, err := f.EndLock(ctx, bot.UnlockWish{Kind: bot.Hold, Scope: bot.Scope{Service: "web"}, By: bot.Person{ID: "Uanna"}}); err != nil || !ended.Changed {
		f.Errorf("ended: %+v, %v", ended, err)
	}
	if n := f.Client().HLen(ctx, key).Val(); n != 498 {
		f.Errorf("after one was ended and one ran out there are %d locks", n)
	}
}
