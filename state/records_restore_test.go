package state_test

import (
	"context"
	"fmt"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/slipwayhq/slipway/bot"
	"github.com/slipwayhq/slipway/state"
)

func restoreCases() map[string]func(fixture) {
	return map[string]func(fixture){
		"an emptied store is filled again":            restoreAll,
		"what is missing goes to its place":           restoreBetween,
		"what is under way holds the slot and is due": restoreUnfinished,
		"what the store knows stays":                  restoreKnown,
		"new ids begin above those that were found":   skipIDs,
	}
}

// lostRelease is a release as the code host tells it.
func lostRelease(n int, phase bot.Phase) bot.Release {
	at := time.Date(2026, 11, 1, 10, 0, n, 0, time.UTC)
	id := fmt.Sprintf("api-%d", n)
	t := draft("api", "").Target
	return bot.Release{
		ID: id, RunKey: id + ".aaaaaaaa", Kind: bot.Deploy, Target: t, Phase: phase, RequestedAt: at,
		Requester: bot.Person{ID: "U1", Name: "anna"}, Reason: "why", Run: bot.Run{ID: int64(9000 + n)},
		Plan:    &bot.Plan{Target: t, Repo: "acme/api", Commit: bot.Commit{SHA: fmt.Sprintf("sha-%d", n)}},
		Verdict: bot.Healthy, Healthy: true,
		Moments: []bot.Moment{{Phase: bot.Running, At: at}, {Phase: phase, At: at.Add(time.Second)}},
	}
}

func (f fixture) restore(r bot.Release, before string, want state.Restored) {
	f.Helper()
	if got, err := f.Restore(context.Background(), r, before); err != nil || got != want {
		f.Fatalf("Restore(%s after %q) = %q, %v, want %q", r.ID, before, got, err, want)
	}
}

func (f fixture) historyIDs() []string {
	f.Helper()
	past, err := f.History(context.Background(), draft("api", "").Target, 2000)
	if err != nil {
		f.Fatal(err)
	}
	ids := make([]string, len(past))
	for i, p := range past {
		ids[i] = p.Release
	}
	return ids
}

func restoreAll(f fixture) {
	ctx := context.Background()
	before := ""
	for n := 1; n <= 5; n++ {
		for range 2 { // a client that lost the answer asks again
			if _, err := f.Restore(ctx, lostRelease(n, bot.Succeeded), before); err != nil {
				f.Fatal(err)
			}
		}
		before = fmt.Sprintf("api-%d", n)
	}
	if diff := cmp.Diff([]string{"api-5", "api-4", "api-3", "api-2", "api-1"}, f.historyIDs()); diff != "" {
		f.Error(diff)
	}
	states, err := f.Targets(ctx, []bot.Target{draft("api", "").Target})
	if err != nil || states[0].Current == nil || states[0].Under != nil {
		f.Fatalf("%+v, %v", states, err)
	}
	if diff := cmp.Diff(lostRelease(5, bot.Succeeded), *states[0].Current); diff != "" {
		f.Errorf("what is live (-want +got):\n%s", diff)
	}
	if open, err := f.Unfinished(ctx); err != nil || len(open) != 0 {
		f.Errorf("unfinished %v, %v", open, err)
	}
	if next := f.create(draft("api", "next")); next.ID != "api-6" {
		f.Errorf("the next release is %s", next.ID)
	}
	// What starts now is newer than all that was put back.
	if c := f.deployed("newer"); f.historyIDs()[0] != c.Release.ID {
		f.Errorf("history %v", f.historyIDs())
	}
}

func restoreBetween(f fixture) {
	f.restore(lostRelease(1, bot.Succeeded), "", state.WasRestored)
	f.restore(lostRelease(500, bot.Succeeded), "api-1", state.WasRestored)
	before := "api-1"
	for n := 2; n <= 120; n++ { // a long row, each right behind the one before
		f.restore(lostRelease(n, bot.Succeeded), before, state.WasRestored)
		before = fmt.Sprintf("api-%d", n)
	}
	f.restore(lostRelease(0, bot.Failed), "", state.WasRestored)
	var want []string
	want = append(want, "api-500")
	for n := 120; n >= 0; n-- {
		want = append(want, fmt.Sprintf("api-%d", n))
	}
	if diff := cmp.Diff(want, f.historyIDs()); diff != "" {
		f.Error(diff)
	}
	states, err := f.Targets(context.Background(), []bot.Target{draft("api", "").Target})
	if err != nil || states[0].Current.ID != "api-500" {
		f.Errorf("what is live changed: %v", err)
	}
}

func restoreUnfinished(f fixture) {
	r := lostRelease(7, bot.Running)
	f.restore(r, "", state.WasRestored)
	states, err := f.Targets(context.Background(), []bot.Target{r.Target})
	if err != nil || states[0].Under == nil || states[0].Under.ID != r.ID {
		f.Fatalf("%+v, %v", states, err)
	}
	c := f.claim(r.ID)
	f.enter(&c, bot.Verifying)
	f.enter(&c, bot.Succeeded)
	f.handBack(c, time.Time{})
	if ids := f.historyIDs(); len(ids) != 1 {
		f.Errorf("history %v", ids)
	}
}

func restoreKnown(f fixture) {
	c := f.deployed("1")
	other := lostRelease(1, bot.Failed)
	f.restore(other, "", state.WasAnother)
	other.RunKey = c.Release.RunKey
	f.restore(other, "", state.WasKnown)
	if r, err := f.Release(context.Background(), "api-1"); err != nil || r.Phase != bot.Succeeded {
		f.Errorf("%s, %v", r.Phase, err)
	}
	_, err := f.Restore(context.Background(), bot.Release{ID: "api-9", Target: c.Release.Target, Phase: bot.Rejected}, "")
	wantKind(f, "Restore of one that never started", err, bot.Invalid)
}

func skipIDs(f fixture) {
	ctx := context.Background()
	for range 2 {
		if last, err := f.SkipIDs(ctx, "api-41"); err != nil || last != 141 {
			f.Errorf("SkipIDs = %d, %v", last, err)
		}
	}
	if r := f.create(draft("api", "next")); r.ID != "api-142" {
		f.Errorf("the next is %s", r.ID)
	}
	if last, err := f.SkipIDs(ctx, "api-100"); err != nil || last != 142 {
		f.Errorf("SkipIDs of a lower one = %d, %v", last, err)
	}
	_, err := f.SkipIDs(ctx, "api-p3")
	wantKind(f, "SkipIDs of a preview", err, bot.Invalid)
}
