package state_test

import (
	"context"
	"fmt"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/slipwayhq/slipway/bot"
)

func ledgerCases() map[string]func(fixture) {
	return map[string]func(fixture){
		"verdicts are kept":               ledgerKept,
		"verdicts outlive their releases": ledgerOutlives,
		"verdicts of one moment":          ledgerOfAMoment,
		"the oldest verdicts are let go":  ledgerBounded,
		"a ledger that is none":           ledgerOdd,
	}
}

// judged takes a release to an end at which its watch came to a verdict.
func (f fixture) judged(key string, phase bot.Phase, v bot.Verdict) bot.Claim {
	f.Helper()
	c := f.release(draft("api", key), bot.Running, bot.Verifying)
	c.Release.Verdict = v
	c.Release.Plan.Settings.Health.OnUnhealthy = bot.OnUnhealthyShadow
	c.Release.Watch.Evidence = []bot.Evidence{{Probe: "up", Verdict: v, Says: "6 of 6 answers were bad"}}
	f.enter(&c, phase)
	return c
}

func (f fixture) ledger() []bot.LedgerEntry {
	f.Helper()
	entries, err := f.Ledger(context.Background(), "api")
	if err != nil {
		f.Fatal(err)
	}
	return entries
}

// ledgerKept: with what people say of them, the newest first, and nothing of a release
// that has no verdict.
func ledgerKept(f fixture) {
	if entries := f.ledger(); entries != nil {
		f.Errorf("at first there is %+v", entries)
	}
	first := f.judged("1", bot.Unhealthy, bot.NotHealthy)
	f.judged("2", bot.Succeeded, bot.NotWatched)
	second := f.judged("3", bot.Succeeded, bot.Healthy)
	anna := bot.Person{ID: "U1", Name: "anna"}
	first.Release.Opinions = []bot.Opinion{{By: anna, Says: bot.FalseAlarm, At: first.Now.Add(time.Minute)}}
	f.handBack(first, time.Time{})
	if err := f.TakeBack(context.Background(), second.Release.ID, "api-9", first.Now); err != nil {
		f.Fatal(err)
	}
	entry := func(c bot.Claim, v bot.Verdict) bot.LedgerEntry {
		return bot.LedgerEntry{
			Release: c.Release.ID, Target: c.Release.Target, At: c.Release.Since().UTC(), Verdict: v, Reaction: bot.OnUnhealthyShadow,
			Probes: []bot.ProbeVerdict{{Probe: "up", Verdict: v}}, Opinions: c.Release.Opinions,
		}
	}
	want := []bot.LedgerEntry{entry(second, bot.Healthy), entry(first, bot.NotHealthy)}
	want[0].TakenBackBy = "api-9"
	if diff := cmp.Diff(want, f.ledger()); diff != "" {
		f.Errorf("(-want +got):\n%s", diff)
	}
	if entries, err := f.Ledger(context.Background(), "web"); entries != nil || err != nil {
		f.Errorf("of another service there is %+v, %v", entries, err)
	}
}

func ledgerOutlives(f fixture) {
	f.options.KeepHistory = 1
	f.Store = f.open(f)
	old := f.judged("1", bot.Unhealthy, bot.NotHealthy)
	f.handBack(old, time.Time{})
	f.handBack(f.judged("2", bot.Succeeded, bot.Healthy), time.Time{})
	f.claim(f.create(draft("api", "next")).ID) // claims sweep
	_, err := f.Release(context.Background(), old.Release.ID)
	wantKind(f, "Release of a forgotten one", err, bot.NotFound)
	if entries := f.ledger(); len(entries) != 2 || entries[1].Release != old.Release.ID || entries[1].Verdict != bot.NotHealthy {
		f.Errorf("left are %+v", entries)
	}
}

// ledgerOfAMoment: what was judged within one millisecond keeps the order of the releases.
func ledgerOfAMoment(f fixture) {
	f.judged("1", bot.Succeeded, bot.Healthy)
	key := f.findKey("*ledger:api")
	for n := range 40 {
		entry := `{"environment":"production","at":"2026-01-01T00:00:00Z","verdict":"healthy"}`
		if err := f.Client().HSet(context.Background(), key, fmt.Sprintf("api-%d", n+3), entry).Err(); err != nil {
			f.Fatal(err)
		}
	}
	for i, e := range f.ledger()[1:] { // the first is the one that was judged now
		if want := fmt.Sprintf("api-%d", 42-i); e.Release != want {
			f.Fatalf("in place %d is %s, want %s", i+1, e.Release, want)
		}
	}
}

func ledgerBounded(f fixture) {
	f.judged("1", bot.Succeeded, bot.Healthy)
	key := f.findKey("*ledger:api")
	pipe := f.Client().Pipeline()
	for n := range 510 { // api-1 is the oldest, by its number and not by its letters
		pipe.HSet(context.Background(), key, fmt.Sprintf("api-%d", 1000+n), `{"environment":"production","at":"2026-01-01T00:00:00Z","verdict":"healthy"}`)
	}
	if _, err := pipe.Exec(context.Background()); err != nil {
		f.Fatal(err)
	}
	last := f.judged("2", bot.Succeeded, bot.Healthy) // api-2: older than all that are there
	left := map[string]bool{}
	for _, e := range f.ledger() {
		left[e.Release] = true
	}
	if len(left) != 500 || left["api-1"] || left[last.Release.ID] || left["api-1009"] || !left["api-1010"] || !left["api-1509"] {
		f.Errorf("%d are left", len(left))
	}
}

// ledgerOdd: a key of another type keeps no release from going on, and one entry that
// cannot be read hides no other.
func ledgerOdd(f fixture) {
	ctx := context.Background()
	f.judged("1", bot.Succeeded, bot.Healthy)
	key := f.findKey("*ledger:api")
	if err := f.Client().HSet(ctx, key, "api-7", "{").Err(); err != nil {
		f.Fatal(err)
	}
	if entries := f.ledger(); len(entries) != 1 || entries[0].Release != "api-1" {
		f.Errorf("beside a broken one there is %+v", entries)
	}
	if err := f.Client().Del(ctx, key).Err(); err != nil {
		f.Fatal(err)
	}
	if err := f.Client().Set(ctx, key, "text", 0).Err(); err != nil {
		f.Fatal(err)
	}
	c := f.judged("2", bot.Succeeded, bot.Healthy)
	if r, err := f.Release(ctx, c.Release.ID); err != nil || r.Phase != bot.Succeeded {
		f.Errorf("the release is %+v, %v", r, err)
	}
	_, err := f.Ledger(ctx, "api")
	wantKind(f, "Ledger that is none", err, bot.Internal)
}
