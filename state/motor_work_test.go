package state_test

import (
	"context"
	"strconv"
	"sync"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/slipwayhq/slipway/bot"
)

func itoa(n int64) string { return strconv.FormatInt(n, 10) }

func (f fixture) findKey(pattern string) string {
	f.Helper()
	keys, err := f.Client().Keys(context.Background(), f.prefix()+pattern).Result()
	if err != nil || len(keys) != 1 {
		f.Fatalf("keys like %s: %v, %v", pattern, keys, err)
	}
	return keys[0]
}

func workCases() map[string]func(fixture) {
	return map[string]func(fixture){
		"a stale holder changes nothing":             staleHolder,
		"a lease that ran out is claimed by another": leaseRunsOut,
		"a letter does not shorten a lease":          letterWhileLeased,
		"keep renews the lease":                      keepRenews,
		"a holder may renew its lease":               renews,
		"due times are kept":                         dueTimes,
		"a release is saved whole":                   savedWhole,
		"the limit holds over all partitions":        limitHolds,
		"many claimers, each step once":              manyClaimers,
		"wake-ups reach every replica":               wakeUps,
		"few round trips":                            roundTrips,
		"changes of phase are in the stream":         phasesStreamed,
		"what a person said is in the stream":        wordsStreamed,
	}
}

func staleHolder(f fixture) {
	ctx := context.Background()
	r := f.create(draft("api", "k"))
	old := f.claimAll(time.Millisecond)[0]
	c := f.claim(r.ID)
	if c.Fence != old.Fence+1 {
		f.Errorf("fence %d after %d", c.Fence, old.Fence)
	}
	old.Release.Reason = "overwritten"
	_, err := f.Move(ctx, bot.Move{Release: old.Release, From: old.Release.Phase, Fence: old.Fence})
	wantKind(f, "Move with an old fence", err, bot.Stale)
	_, err = f.Move(ctx, bot.Move{Release: c.Release, From: bot.Queued, Fence: c.Fence})
	wantKind(f, "Move from another phase", err, bot.Stale)
	gone := c.Release
	gone.ID = "api-99"
	_, err = f.Move(ctx, bot.Move{Release: gone, From: gone.Phase, Fence: c.Fence})
	wantKind(f, "Move of nobody", err, bot.Stale)
	gone.ID = "web-1"
	_, err = f.Move(ctx, bot.Move{Release: gone, From: gone.Phase, Fence: c.Fence})
	wantKind(f, "Move into another target", err, bot.Invalid)
	if now, err := f.Release(ctx, r.ID); err != nil || now.Reason != r.Reason {
		f.Errorf("a stale move was saved: %q, %v", now.Reason, err)
	}
	f.handBack(c, time.Time{})
}

func leaseRunsOut(f fixture) {
	r := f.create(draft("api", "k"))
	f.post(r.ID, bot.Hinted{}, "h")
	first := f.claimAll(20 * time.Millisecond)
	second := f.claim(r.ID)
	if len(first) != 1 || second.Fence != first[0].Fence+1 || len(second.Inbox) != 1 {
		f.Errorf("claims %+v, then %+v", first, second)
	}
}

func letterWhileLeased(f fixture) {
	r := f.create(draft("api", "k"))
	c := f.claim(r.ID)
	f.post(r.ID, bot.CancelAsked{}, "x")
	if claims, next, err := f.Claim(context.Background(), lease, 10); len(claims) != 0 || err != nil || next < lease/2 || next > lease {
		f.Errorf("a letter shortened a lease: %v, next in %v, %v", claims, next, err)
	}
	f.handBack(c, c.Now.Add(time.Hour)) // it had seen no letter
	again := f.claimAll(lease)
	if len(again) != 1 || len(again[0].Inbox) != 1 {
		f.Fatalf("the letter waits: %+v", again)
	}
	f.handBack(again[0], time.Time{})
	if more := f.claimAll(lease); len(more) != 0 {
		f.Errorf("due without reason: %+v", more)
	}
}

func keepRenews(f fixture) {
	r := f.create(draft("api", "k"))
	f.claimAll(200 * time.Millisecond)
	c := f.claim(r.ID)
	now := f.move(bot.Move{Release: c.Release, From: c.Release.Phase, Fence: c.Fence, Keep: true, Due: c.Now})
	if now.Before(c.Now) {
		f.Errorf("moved at %v, claimed at %v", now, c.Now)
	}
	if claims, next, err := f.Claim(context.Background(), lease, 10); len(claims) != 0 || err != nil || next > lease || next < lease-10*time.Second {
		f.Errorf("kept, and claimed by another: %v, next in %v, %v", claims, next, err)
	}
	f.handBack(c, time.Time{})
}

func renews(f fixture) {
	ctx := context.Background()
	r := f.create(draft("api", "k"))
	old := f.claimAll(time.Millisecond)[0]
	c := f.claim(r.ID)
	renew := func(leases ...bot.Lease) []bot.Lease {
		f.Helper()
		lost, err := f.Renew(ctx, leases, time.Hour)
		if err != nil {
			f.Error(err)
		}
		return lost
	}
	mine, before, forgotten, bad := bot.Lease{Release: r.ID, Fence: c.Fence}, bot.Lease{Release: r.ID, Fence: old.Fence},
		bot.Lease{Release: "web-99", Fence: 1}, bot.Lease{Release: "api", Fence: 1}
	byName := cmpopts.SortSlices(func(a, b bot.Lease) bool { return a.Release < b.Release })
	if diff := cmp.Diff([]bot.Lease{bad, before, forgotten}, renew(bad, before, forgotten), byName); diff != "" {
		f.Errorf("lost (-want +got):\n%s", diff)
	}
	if _, next, err := f.Claim(ctx, lease, 10); err != nil || next > lease {
		f.Errorf("nothing was renewed, and next in %v, %v", next, err)
	}
	if diff := cmp.Diff([]bot.Lease{forgotten}, renew(forgotten, mine)); diff != "" {
		f.Errorf("lost beside what is held (-want +got):\n%s", diff)
	}
	if _, next, err := f.Claim(ctx, lease, 10); err != nil || next > time.Hour || next < 59*time.Minute {
		f.Errorf("renewed, and next in %v, %v", next, err)
	}
	f.handBack(c, time.Time{})
	if diff := cmp.Diff([]bot.Lease{mine}, renew(mine)); diff != "" {
		f.Errorf("lost of what was handed back (-want +got):\n%s", diff)
	}
}

func dueTimes(f fixture) {
	ctx := context.Background()
	if claims, next, err := f.Claim(ctx, lease, 10); len(claims) != 0 || next != bot.NoneDue || err != nil {
		f.Errorf("an empty store: %v, %v, %v", claims, next, err)
	}
	r := f.create(draft("api", "k"))
	c := f.claim(r.ID)
	f.handBack(c, c.Now.Add(time.Hour))
	if _, next, err := f.Claim(ctx, lease, 10); err != nil || next > time.Hour || next < 59*time.Minute {
		f.Errorf("next in %v, %v", next, err)
	}
	f.post(r.ID, bot.Hinted{}, "h")
	c = f.claim(r.ID)
	f.handBack(c, time.Time{})
	if _, next, err := f.Claim(ctx, lease, 10); err != nil || next != bot.NoneDue {
		f.Errorf("never due, next in %v, %v", next, err)
	}
	if ids, err := f.Unfinished(ctx); err != nil || !cmp.Equal(ids, []string{r.ID}) {
		f.Errorf("unfinished %v, %v", ids, err)
	}
	f.post(r.ID, bot.Hinted{}, "h2")
	c = f.claim(r.ID)
	f.enter(&c, bot.Rejected)
	f.handBack(c, c.Now.Add(-time.Second))
	c = f.claim(r.ID)
	f.handBack(c, time.Time{})
	if ids, err := f.Unfinished(ctx); err != nil || len(ids) != 0 {
		f.Errorf("unfinished %v, %v", ids, err)
	}
}

func savedWhole(f fixture) {
	c := f.claim(f.create(draft("api", "k")).ID)
	c.Release.Plan = &bot.Plan{
		Target: c.Release.Target, Inputs: map[string]string{"a": "1", "b": "{}"}, Commit: bot.Commit{SHA: "s", At: c.Now},
		Current: &bot.Past{Release: "api-0", Requester: bot.Person{ID: "U1"}, At: c.Now},
	}
	c.Release.Approvals = []bot.Approval{{By: bot.Person{ID: "U2"}, Digest: "d", At: c.Now}}
	c.Release.Outbox = []bot.Pending{{Effect: bot.Tell{To: bot.Person{ID: "U"}, Why: "n"}, Due: c.Now}}
	c.Release.Watch.Samples = []bot.Sample{{Probe: "up", At: c.Now, Outcome: bot.Bad, Latency: 5 * time.Millisecond, Says: "é <!channel> \u2028"}}
	c.Release.WakeAt = c.Now.Add(time.Minute)
	f.enter(&c, bot.AwaitingApproval)
	got, err := f.Release(context.Background(), c.Release.ID)
	if err != nil {
		f.Fatal(err)
	}
	if diff := cmp.Diff(c.Release, got, cmpopts.EquateEmpty()); diff != "" {
		f.Errorf("saved (-want +got):\n%s", diff)
	}
}

func limitHolds(f fixture) {
	for i := range 40 {
		f.create(draft("service-"+strconv.Itoa(i%20), keyOf(i)))
	}
	seen := map[string]bool{}
	for len(seen) < 40 {
		claims, next, err := f.Claim(context.Background(), lease, 7)
		if err != nil || len(claims) > 7 || len(claims) == 0 {
			f.Fatalf("%d claims after %d, %v", len(claims), len(seen), err)
		}
		for _, c := range claims {
			if seen[c.Release.ID] {
				f.Errorf("%s was claimed twice", c.Release.ID)
			}
			seen[c.Release.ID] = true
		}
		if len(seen) < 40 && next != 0 {
			f.Errorf("more is due, and next is in %v", next)
		}
	}
}

// manyClaimers lets many replicas take the same releases through many steps,
// with a lease so short that some are overtaken.
func manyClaimers(f fixture) {
	const releases, steps, replicas = 6, 8, 8
	ctx := context.Background()
	for i := range releases {
		f.create(draft("service-"+strconv.Itoa(i), keyOf(i)))
	}
	var mu sync.Mutex
	done := map[string]int{} // moves that were accepted
	left := func() bool {
		mu.Lock()
		defer mu.Unlock()
		return len(done) < releases*steps
	}
	var g sync.WaitGroup
	deadline := time.Now().Add(time.Minute)
	for range replicas {
		g.Go(func() {
			for left() && time.Now().Before(deadline) {
				claims, _, err := f.Claim(ctx, 30*time.Millisecond, 2)
				if err != nil {
					f.Error(err)
					return
				}
				for _, c := range claims {
					step := len(c.Release.Delta)
					if step == steps {
						continue
					}
					c.Release.Delta = append(c.Release.Delta, "step")
					_, err := f.Move(ctx, bot.Move{Release: c.Release, From: c.Release.Phase, Fence: c.Fence, Due: c.Now})
					if err != nil && bot.KindOf(err) != bot.Stale {
						f.Error(err)
						return
					}
					if err == nil {
						mu.Lock()
						done[c.Release.ID+"/"+strconv.Itoa(step)]++
						mu.Unlock()
					}
				}
			}
		})
	}
	g.Wait()
	if len(done) != releases*steps {
		f.Errorf("%d steps of %d", len(done), releases*steps)
	}
	for step, times := range done {
		if times != 1 {
			f.Errorf("%s was done %d times", step, times)
		}
	}
}

func wakeUps(f fixture) {
	ctx := context.Background()
	other := f.open(f)
	here, there := f.Woken(ctx), other.Woken(ctx)
	waitFor := func(what string, woken <-chan struct{}) {
		f.Helper()
		select {
		case <-woken:
		case <-time.After(time.Minute):
			f.Errorf("no wake-up: %s", what)
		}
	}
	waitFor("there, on subscribing", there)
	waitFor("here, on subscribing", here)
	r := f.create(draft("api", "k"))
	waitFor("there", there)
	waitFor("here", here)
	for i := range 200 { // nobody listens, nobody is held up
		f.post(r.ID, bot.Hinted{}, keyOf(i))
	}
	waitFor("here, after many", here)
}

func roundTrips(f fixture) {
	ctx := context.Background()
	warm := f.claim(f.create(draft("api", "0")).ID) // the server knows the scripts now
	f.post(warm.Release.ID, bot.Hinted{}, "h")
	f.handBack(warm, time.Time{})
	f.claimAll(lease)
	count := &trips{}
	f.Client().AddHook(count)
	step := func(what string, limit int64, do func()) {
		before := count.n.Load()
		do()
		if n := count.n.Load() - before; n > limit {
			f.Errorf("%s took %d round trips, at most %d", what, n, limit)
		}
	}
	var c bot.Claim
	step("Create", 1, func() { f.create(draft("api", "1")) })
	step("Post", 1, func() { f.post("api-2", bot.Hinted{}, "h") })
	step("Claim", 2, func() { c = f.claimAll(lease)[0] })
	step("Move", 1, func() { f.handBack(c, time.Time{}) })
	step("Claim of nothing", 1, func() { f.claimAll(lease) })
	step("Release", 1, func() { _, _ = f.Release(ctx, "api-1") })
	targets := make([]bot.Target, 50)
	for i := range targets {
		targets[i] = bot.Target{Service: "s" + strconv.Itoa(i), Environment: "production"}
	}
	step("Targets", 2, func() { _, _ = f.Targets(ctx, targets) })
	step("History", 2, func() { _, _ = f.History(ctx, targets[0], 10) })
}

func wordsStreamed(f fixture) {
	c := f.release(draft("api", "k"), bot.Queued)
	for _, ev := range []bot.Event{bot.Hinted{}, bot.NeverRanAsserted{By: bot.Person{ID: "U02BEN"}}} {
		if _, err := f.Post(context.Background(), bot.InboxEvent{Release: c.Release.ID, Event: ev}); err != nil {
			f.Fatal(err)
		}
	}
	entries, err := f.Client().XRevRangeN(context.Background(), f.findKey("*events"), "+", "-", 2).Result()
	if err != nil || len(entries) != 2 {
		f.Fatalf("%v, %v", entries, err)
	}
	if v := entries[0].Values; v["release"] != c.Release.ID || v["said"] != "never_ran_asserted" || v["by"] != "U02BEN" {
		f.Errorf("entry %v", v)
	}
	if v := entries[1].Values; v["said"] != nil {
		f.Errorf("a hint is nobody's word, entry %v", v)
	}
}

func phasesStreamed(f fixture) {
	c := f.release(draft("api", "k"), bot.AwaitingApproval, bot.Rejected)
	entries, err := f.Client().XRange(context.Background(), f.findKey("*events"), "-", "+").Result()
	if err != nil || len(entries) != 2 {
		f.Fatalf("%v, %v", entries, err)
	}
	if v := entries[1].Values; v["release"] != c.Release.ID || v["from"] != string(bot.AwaitingApproval) || v["to"] != string(bot.Rejected) {
		f.Errorf("entry %v", v)
	}
}
