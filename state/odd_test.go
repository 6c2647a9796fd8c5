package state_test

import (
	"context"
	"errors"
	"strings"
	"time"

	"github.com/redis/go-redis/v9"

	"github.com/slipwayhq/slipway/bot"
)

// One bad item stops nothing else: each case plants one among good ones, and
// everything that goes over all items must still give the good ones.
func oddCases() map[string]func(fixture) {
	cases := map[string]func(fixture){
		"promise 6: an odd fence stops no other release":  oddFence,
		"promise 2: an odd lease loses no letter":         oddLease,
		"a counter that leads to no id is set right":      counterSetRight,
		"made-up numbers are not counted on from":         numbersWithinReason,
		"an id that is taken is not given again":          idsAreNotGivenTwice,
		"a release without a card is found out":           unshownFound,
		"what is shown, or needs no card, is not watched": unshownOver,
		"a release that stumbles is put aside":            stumbles,
		"promise 11: what is closed is not known":         lockedForAll,
		"promise 11: what is held back is not known":      heldForAll,
	}
	for name, plant := range badItems() {
		cases["promise 6: "+name+" stops nothing else"] = func(f fixture) { oneAmongMany(f, plant) }
	}
	return cases
}

// badItems plant something in the store that slipway would not, beside the
// release api-1 or in its place.
func badItems() map[string]func(f fixture, c redis.UniversalClient, part string) error {
	ctx := context.Background()
	set := func(key, field string, value any) func(fixture, redis.UniversalClient, string) error {
		return func(_ fixture, c redis.UniversalClient, part string) error {
			return c.HSet(ctx, part+key, field, value).Err()
		}
	}
	other := func(key string) func(fixture, redis.UniversalClient, string) error {
		return func(_ fixture, c redis.UniversalClient, part string) error {
			return errors.Join(c.Del(ctx, part+key).Err(), c.Set(ctx, part+key, "mine", 0).Err())
		}
	}
	lock := func(name, text string) func(fixture, redis.UniversalClient, string) error {
		return func(f fixture, c redis.UniversalClient, _ string) error {
			return c.HSet(ctx, f.prefix()+"locks", name, text).Err()
		}
	}
	bad := map[string]func(f fixture, c redis.UniversalClient, part string) error{
		"unreadable JSON":             set("docs", "api-1", "{"),
		"a list for a release":        set("docs", "api-1", "[]"),
		"a number for a name":         set("docs", "api-1", `{"id":7}`),
		"an odd fence":                set("control", "api-1:fence", "seven"),
		"an odd lease":                set("control", "api-1:lease", "seven"),
		"an odd time of quiet":        set("control", "api-1:quiet", "seven"),
		"an unreadable past":          set("past", "api-1", "{"),
		"an unreadable place":         set("messages:api-1", "ref:card", "{"),
		"an unreadable note":          set("unshown", "api-1", "x {"),
		"an unreadable lock":          lock("lock api/production", "{"),
		"a lock that is a number":     lock("freeze api/", "7"),
		"a lock without a name":       lock("<!channel>", "{}"),
		"a lock under another's name": lock("lock api/production", `{"kind":"freeze","service":"web"}`),
		"an unreadable doubt": func(f fixture, c redis.UniversalClient, _ string) error {
			return c.HSet(ctx, f.prefix()+"doubts", "api/production x", "{").Err()
		},
		"a missing record": func(_ fixture, c redis.UniversalClient, part string) error {
			return c.HDel(ctx, part+"docs", "api-1").Err()
		},
		"a due time of no release": func(_ fixture, c redis.UniversalClient, part string) error {
			return c.ZAdd(ctx, part+"due", redis.Z{Score: 1, Member: "<!channel>"}, redis.Z{Score: 2, Member: "api-999"}).Err()
		},
	}
	for _, key := range []string{
		"due", "docs", "control", "inbox", "past", "trash", "slots", "current", "dirty:end", "dirty:progress", "unshown", "counters",
		"queue:api/production", "history:api/production", "needed:api/production", "besides:api/production", "quarantine:api/production", "messages:api-1",
	} {
		bad["a wrong type at "+key] = other(key)
	}
	return bad
}

// elsewhere are services of other partitions than api's, so that a whole
// partition that is broken leaves them.
var elsewhere = []string{"web", "shop"}

func oneAmongMany(f fixture, plant func(fixture, redis.UniversalClient, string) error) {
	ctx := context.Background()
	for _, service := range append([]string{"api"}, elsewhere...) { // each runs, and has a card to show
		c := f.carded(service, "before")
		c.Release.Run.ID, c.Release.Plan = 7, &bot.Plan{Target: c.Release.Target}
		f.enter(&c, bot.Running)
		f.handBack(c, time.Time{})
	}
	for _, service := range elsewhere {
		f.setLock(bot.LockWish{Lock: bot.Lock{Kind: bot.Hold, Scope: bot.Scope{Service: service}, By: bot.Person{ID: "U1"}}})
	}
	if err := f.Raise(ctx, bot.Doubt{Target: bot.Target{Service: "web", Environment: "staging"}, About: "other"}); err != nil {
		f.Fatal(err)
	}
	f.create(draft("api", "due"))
	if err := plant(f, f.Client(), f.partOf("api")); err != nil {
		f.Fatal(err)
	}

	due := map[string]bool{}
	for _, service := range elsewhere {
		due[f.create(draft(service, "after")).ID] = true
	}
	for range 3 { // whatever is tried first
		for _, c := range f.claimAll(lease) {
			delete(due, c.Release.ID)
		}
	}
	if len(due) > 0 {
		f.Errorf("not claimed: %v", due)
	}
	shown := map[string]bool{}
	for range 3 {
		cards, _, err := f.DirtyCards(ctx, lease, 10)
		if err != nil {
			f.Errorf("the cards: %v", err)
		}
		for _, c := range cards {
			shown[c.Release.ID] = true
		}
	}
	unfinished, err := f.Unfinished(ctx)
	if err != nil {
		f.Errorf("what is unfinished: %v", err)
	}
	for _, service := range elsewhere {
		if !shown[service+"-1"] || !strings.Contains(strings.Join(unfinished, " "), service+"-2") {
			f.Errorf("of %s are shown %v, unfinished %v", service, shown, unfinished)
		}
		if past, err := f.History(ctx, bot.Target{Service: service, Environment: "production"}, 5); err != nil || len(past) != 1 {
			f.Errorf("the history of %s: %+v, %v", service, past, err)
		}
	}
	f.looksRound()
}

// looksRound reads what is read of all services at once.
func (f fixture) looksRound() {
	f.Helper()
	ctx := context.Background()
	targets := []bot.Target{{Service: "api", Environment: "production"}}
	for _, service := range elsewhere {
		targets = append(targets, bot.Target{Service: service, Environment: "production"})
	}
	states, err := f.Targets(ctx, targets)
	if err != nil {
		f.Fatalf("the board: %v", err)
	}
	for _, s := range states[1:] {
		if s.Current == nil || s.Unread != "" || len(s.Locks) != 1 {
			f.Errorf("of %s the board tells %+v", s.Target, s)
		}
	}
	locks, err := f.Locks(ctx)
	if err != nil || len(locks) < len(elsewhere) {
		f.Errorf("the locks are %+v, %v", locks, err)
	}
	if stale, err := f.StaleLocks(ctx, time.Nanosecond); err != nil || len(stale) != len(elsewhere) {
		f.Errorf("the forgotten locks are %+v, %v", stale, err)
	}
	if _, err := f.Unshown(ctx, 0); err != nil {
		f.Errorf("what has no card: %v", err)
	}
	if doubts, err := f.Doubts(ctx); err != nil || len(doubts) != 1 {
		f.Errorf("what is not understood: %+v, %v", doubts, err)
	}
}

// lockedForAll: where the one key of all locks holds something else, nobody can know what
// is closed. That holds everything, and says which key it is.
func lockedForAll(f fixture) {
	ctx := context.Background()
	if err := f.Client().Set(ctx, f.prefix()+"locks", "mine", 0).Err(); err != nil {
		f.Fatal(err)
	}
	_, locks := f.Locks(ctx)
	_, states := f.Targets(ctx, []bot.Target{draft("api", "1").Target})
	for _, err := range []error{locks, states} {
		if says, _ := bot.ForPeople(err); bot.KindOf(err) != bot.Unavailable || !strings.Contains(says, "did not put there") || !strings.Contains(err.Error(), f.prefix()+"locks") {
			f.Errorf("%q, %v", says, err)
		}
	}
}

// heldForAll: the same of what is not understood; the board says that it is not the
// whole truth.
func heldForAll(f fixture) {
	ctx := context.Background()
	if err := f.Client().Set(ctx, f.prefix()+"doubts", "mine", 0).Err(); err != nil {
		f.Fatal(err)
	}
	if _, err := f.Doubts(ctx); bot.KindOf(err) != bot.Unavailable || !strings.Contains(err.Error(), f.prefix()+"doubts") {
		f.Errorf("read %v", err)
	}
	states, err := f.Targets(ctx, []bot.Target{draft("api", "1").Target})
	if err != nil || states[0].Unread == "" {
		f.Errorf("the board tells %+v, %v", states, err)
	}
}

// oddFence: of several releases of one service, one cannot be claimed.
func oddFence(f fixture) {
	first, second := f.create(draft("api", "1")), f.create(draft("api", "2"))
	if err := f.Client().HSet(context.Background(), f.partOf("api")+"control", first.ID+":fence", "many").Err(); err != nil {
		f.Fatal(err)
	}
	if claims := f.claimAll(lease); len(claims) != 1 || claims[0].Release.ID != second.ID {
		f.Errorf("claimed: %+v", claims)
	}
}

func oddLease(f fixture) {
	made := f.create(draft("api", "1"))
	if err := f.Client().HSet(context.Background(), f.partOf("api")+"control", made.ID+":lease", "many").Err(); err != nil {
		f.Fatal(err)
	}
	if posted := f.post(made.ID, bot.Hinted{}, "k"); posted != bot.PostStored {
		f.Errorf("the letter was %s", posted)
	}
}

// partOf is how the keys of a service's partition begin.
func (f fixture) partOf(service string) string {
	f.Helper()
	ctx := context.Background()
	for _, name := range f.Client().Keys(ctx, f.prefix()+"*counters").Val() {
		if f.Client().HExists(ctx, name, service+":").Val() {
			return strings.TrimSuffix(name, "counters")
		}
	}
	return ""
}

func (f fixture) unshown() map[string]bot.Unshown {
	f.Helper()
	found, err := f.Unshown(context.Background(), 0)
	if err != nil {
		f.Fatal(err)
	}
	all := map[string]bot.Unshown{}
	for _, u := range found {
		all[u.Release] = u
	}
	return all
}

// unshownFound: what was promised a card and cannot be claimed, read or shown is
// told of, with who was promised it.
func unshownFound(f fixture) {
	ctx := context.Background()
	for service, spoil := range map[string]func(part, id string) error{
		"api":  func(part, id string) error { return f.Client().HSet(ctx, part+"docs", id, "{").Err() },
		"web":  func(part, id string) error { return f.Client().HDel(ctx, part+"docs", id).Err() },
		"shop": func(part, id string) error { return f.Client().ZRem(ctx, part+"due", id).Err() },
		"blog": func(part, id string) error { return f.Client().HSet(ctx, part+"control", id+":fence", "x").Err() },
	} {
		made := f.create(draft(service, service))
		if err := spoil(f.partOf(service), made.ID); err != nil {
			f.Fatal(err)
		}
	}
	shy := f.release(draft("docs", "docs"))
	shy.Release.Carded = true
	f.enter(&shy, bot.Queued)
	f.claimAll(lease)
	all := f.unshown()
	for id, says := range map[string]string{
		"api-1": "cannot read", "web-1": "missing", "shop-1": "cannot be claimed", "blog-1": "cannot be claimed", "docs-1": "has not appeared",
	} {
		u := all[id]
		if !strings.Contains(u.Says, says) || u.To.To != (bot.Person{ID: "U1", Name: "anna"}) || u.To.Channel != "C1" || u.To.Thread != "1.2" {
			f.Errorf("of %s it is told %+v, want that it %s", id, u, says)
		}
		if err := f.Unwatch(ctx, id); err != nil {
			f.Error(err)
		}
	}
	if left := f.unshown(); len(left) > 0 {
		f.Errorf("still watched: %v", left)
	}
}

func unshownOver(f fixture) {
	ctx := context.Background()
	preview := draft("api", "p")
	preview.Kind = bot.Preview
	f.create(preview)
	f.create(draft("web", "young"))
	if young, err := f.Unshown(ctx, time.Hour); err != nil || len(young) > 0 {
		f.Errorf("what is young: %+v, %v", young, err)
	}
	shown, told := f.release(draft("shop", "s")), f.release(draft("blog", "b"))
	shown.Release.Carded = true
	f.enter(&shown, bot.Queued)
	if err := f.MessagePosted(ctx, bot.MessageKey{Release: shown.Release.ID, Kind: bot.CardKind}, bot.MessageRef{Channel: "C", ID: "1"}); err != nil {
		f.Fatal(err)
	}
	f.enter(&told, bot.Rejected)
	busy := f.release(draft("docs", "d"))
	f.handBack(busy, busy.Now.Add(time.Hour)) // its plan is being worked out
	all := f.unshown()
	for _, id := range []string{"api-p1", shown.Release.ID, told.Release.ID, busy.Release.ID} {
		if u, found := all[id]; found {
			f.Errorf("of %s it is told %+v", id, u)
		}
	}
}

// stumbles: a release that met a panic comes again later and later, rests from
// the third in a row on, and is due again when somebody says so.
func stumbles(f fixture) {
	ctx := context.Background()
	f.create(draft("api", "k"))
	for want := 1; want <= 3; want++ {
		c := f.claim("api-1")
		times, err := f.Stumble(ctx, "api-1", c.Fence, time.Millisecond, 3)
		if err != nil || times != want {
			f.Fatalf("Stumble = %d, %v, want %d", times, err, want)
		}
		_, err = f.Stumble(ctx, "api-1", c.Fence-1, time.Millisecond, 3)
		wantKind(f, "Stumble with an old fence", err, bot.Stale)
	}
	if claims := f.claimAll(lease); len(claims) > 0 {
		f.Errorf("put aside, and claimed: %+v", claims)
	}
	if err := f.Resume(ctx, "api-1"); err != nil {
		f.Fatal(err)
	}
	for range 2 { // one that is given back in order ends the row
		c := f.claim("api-1")
		if times, err := f.Stumble(ctx, "api-1", c.Fence, time.Millisecond, 3); err != nil || times != 1 {
			f.Errorf("after one that went well: %d, %v", times, err)
		}
		c = f.claim("api-1")
		f.handBack(c, c.Now)
	}
}
