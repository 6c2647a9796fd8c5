package state_test

import (
	"context"
	"time"

	"github.com/slipwayhq/slipway/bot"
)

func budgetKept(f fixture) {
	ctx := context.Background()
	spend := func(u bot.Urgency) (n int, wait time.Duration) {
		for ; n < 100; n++ {
			wait, err := f.EditBudget(ctx, u)
			if err != nil {
				f.Fatal(err)
			}
			if wait > 0 {
				return n, wait
			}
		}
		return n, 0
	}
	// One edit comes back every 1.6 s, so a slow run may see a few more.
	if n, wait := spend(bot.UrgencyProgress); n < 7 || n > 10 || wait > 1700*time.Millisecond {
		f.Errorf("%d edits, then wait %v", n, wait)
	}
	if n, wait := spend(bot.UrgencyEnd); n < 1 || n > 4 || wait > 1700*time.Millisecond {
		f.Errorf("%d ends, then wait %v", n, wait)
	}
	if wait, err := f.EditBudget(ctx, bot.UrgencyProgress); err != nil || wait < 2*time.Second || wait > 5*time.Second {
		f.Errorf("then wait %v, %v", wait, err)
	}
}

func budgetFills(f fixture) {
	ctx := context.Background()
	if _, err := f.EditBudget(ctx, bot.UrgencyEnd); err != nil {
		f.Fatal(err)
	}
	key := f.findKey("edits")
	if err := f.Client().HSet(ctx, key, "left", "0", "at", time.Now().Add(-20*time.Second).UnixMilli()).Err(); err != nil {
		f.Fatal(err)
	}
	for range 7 { // 20 s are more edits than the bucket holds, and one is kept for ends
		if wait, err := f.EditBudget(ctx, bot.UrgencyProgress); err != nil || wait != 0 {
			f.Errorf("wait %v, %v", wait, err)
		}
	}
	if wait, err := f.EditBudget(ctx, bot.UrgencyProgress); err != nil || wait == 0 {
		f.Errorf("wait %v, %v", wait, err)
	}
}

// budgetAnyMinute spends all there is, as soon as there is some, for a minute
// that begins with a full bucket. That minute passes by moving the bucket's own
// time back, so that the test need not wait for it.
func budgetAnyMinute(f fixture) {
	ctx := context.Background()
	began, passed, edits := time.Now(), time.Duration(0), 0
	for passed+time.Since(began) < time.Minute {
		wait, err := f.EditBudget(ctx, bot.UrgencyEnd)
		if err != nil {
			f.Fatal(err)
		}
		if wait == 0 {
			edits++
			continue
		}
		passed += wait
		f.passInBudget(wait)
	}
	if edits < 40 || edits > 46 {
		f.Errorf("%d edits in a minute, want all of 46 and no more", edits)
	}
}

// passInBudget lets time pass for the budget.
func (f fixture) passInBudget(d time.Duration) { f.passInAll("edits", d) }

// spared: eight messages are heard one by one, and one each ten seconds afterwards; what is
// said all the same is owed, by no more than that.
func spared(f fixture) {
	ctx := context.Background()
	speak := func(channel string) time.Duration {
		f.Helper()
		wait, err := f.Spoke(ctx, channel)
		if err != nil {
			f.Fatal(err)
		}
		return wait
	}
	about := func(what string, got, want time.Duration) {
		f.Helper()
		if got > want || got < want-2*time.Second {
			f.Errorf("%s: it is spared for %s, want about %s", what, got, want)
		}
	}
	for range 7 {
		about("a few", speak("C1"), 0)
	}
	about("the eighth", speak("C1"), 10*time.Second)
	about("another channel", speak("C2"), 0)
	about("said all the same", speak("C1"), 20*time.Second)
	for range 50 {
		speak("C1")
	}
	about("much owed", speak("C1"), 90*time.Second)
	f.passInAll("said:*", 2*time.Minute)
	about("two minutes later", speak("C1"), 0)
}

// passInAll lets time pass for all buckets of a pattern.
func (f fixture) passInAll(pattern string, d time.Duration) {
	f.Helper()
	ctx := context.Background()
	keys, err := f.Client().Keys(ctx, f.prefix()+pattern).Result()
	if err != nil || len(keys) == 0 {
		f.Fatalf("%v, %v", keys, err)
	}
	for _, key := range keys {
		if err := f.Client().HIncrBy(ctx, key, "at", -d.Milliseconds()).Err(); err != nil {
			f.Fatal(err)
		}
	}
}
