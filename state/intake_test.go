package state_test

import (
	"context"
	"strings"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/slipwayhq/slipway/bot"
)

func intakeCases() map[string]func(fixture) {
	return map[string]func(fixture){
		"a draft becomes a release that is due":        draftBecomesRelease,
		"a repeated request gets the first release":    requestRepeated,
		"an identical request gets the release":        requestIdentical,
		"previews have numbers of their own":           previewNumbers,
		"names that are none are refused":              namesRefused,
		"letters arrive once and in order":             lettersArrive,
		"letters to the ended are refused, mostly":     lettersToEnded,
		"hints collapse and never fill an inbox":       hintsCollapse,
		"events that are not for an inbox are refused": outcomesRefused,
		"a reply is used four times":                   replyUses,
		"what is sent twice is done once":              sentTwice,
	}
}

func draftBecomesRelease(f fixture) {
	d := draft("api", "k")
	d.Confirmed, d.Reversal = true, bot.Reversal{Back: "api-9", To: "api-8", ToSHA: "abc"}
	made := f.create(d)
	if id, ok := bot.ReleaseIDOf(made.RunKey); !ok || id != "api-1" || made.ID != "api-1" {
		f.Errorf("id %q, run key %q", made.ID, made.RunKey)
	}
	want := bot.Release{
		ID: made.ID, RunKey: made.RunKey, Kind: d.Kind, Target: d.Target, Phase: bot.Requested, Requester: d.Requester,
		RequestedAt: made.RequestedAt, Ref: d.Ref, Reason: d.Reason, Origin: d.Origin, Pace: d.Pace, Reversal: d.Reversal, Confirmed: true,
	}
	if diff := cmp.Diff(want, made); diff != "" {
		f.Errorf("created (-want +got):\n%s", diff)
	}
	if age := time.Since(made.RequestedAt); age < -time.Second || age > time.Minute {
		f.Errorf("requested %v ago", age)
	}
	claims := f.claimAll(lease)
	if len(claims) != 1 || claims[0].Fence != 1 || len(claims[0].Inbox) != 0 || claims[0].Now.Before(made.RequestedAt) {
		f.Fatalf("claimed %+v", claims)
	}
	if diff := cmp.Diff(made, claims[0].Release); diff != "" {
		f.Errorf("claimed (-created +got):\n%s", diff)
	}
	if more := f.claimAll(lease); len(more) != 0 {
		f.Errorf("claimed again: %+v", more)
	}
}

func requestRepeated(f fixture) {
	first := f.create(draft("api", "k"))
	again, err := f.Create(context.Background(), draft("api", "k"))
	if err != nil || again.Existing {
		f.Fatalf("repeat: %+v, %v", again, err)
	}
	if diff := cmp.Diff(first, again.Release); diff != "" {
		f.Error(diff)
	}
	if next := f.create(draft("api", "other")); next.ID != "api-2" {
		f.Errorf("a repeat used up a number: %s", next.ID)
	}
	if other := f.create(draft("web", "k")); other.ID != "web-1" {
		f.Errorf("another service: %s", other.ID)
	}
}

func requestIdentical(f fixture) {
	ctx := context.Background()
	same := func(key string) bot.Created {
		d := draft("api", key)
		d.Sameness = "U1 deploys main"
		created, err := f.Create(ctx, d)
		if err != nil {
			f.Fatal(err)
		}
		return created
	}
	first := same("1")
	if again := same("2"); !again.Existing || again.Release.ID != first.Release.ID || first.Existing {
		f.Errorf("identical and unfinished: %v %s", again.Existing, again.Release.ID)
	}
	if repeat := same("2"); !repeat.Existing || repeat.Release.ID != first.Release.ID {
		f.Errorf("its repeat: %v %s", repeat.Existing, repeat.Release.ID)
	}
	key := f.findKey("*same:*")
	grown := func() {
		old := itoa(time.Now().Add(-bot.SameFor-time.Minute).UnixMilli()) + " api-1"
		if err := f.Client().Set(ctx, key, old, time.Hour).Err(); err != nil {
			f.Fatal(err)
		}
	}
	made := f.Client().Get(ctx, key).Val()
	grown()
	if old := same("old"); !old.Existing {
		f.Error("an old one that is unfinished did not answer")
	}
	if err := f.Client().Set(ctx, key, made, time.Hour).Err(); err != nil {
		f.Fatal(err)
	}
	c := f.claim(first.Release.ID)
	f.enter(&c, bot.Succeeded)
	if young := same("3"); !young.Existing {
		f.Error("one that is young and went well did not answer")
	}
	grown()
	fresh := same("4")
	if fresh.Existing || fresh.Release.ID != "api-2" {
		f.Errorf("an ended one that is old answered: %+v", fresh.Release.ID)
	}
	c = f.claim(fresh.Release.ID)
	f.enter(&c, bot.Failed)
	if again := same("5"); again.Existing || again.Release.ID != "api-3" {
		f.Errorf("one that failed answered whoever asked again: %+v", again.Release.ID)
	}
	for _, key := range []string{"2", "3"} { // sent again, after whom it answered had ended
		if repeat := same(key); !repeat.Existing || repeat.Release.ID != first.Release.ID {
			f.Errorf("a late repeat of request %s: %v %s", key, repeat.Existing, repeat.Release.ID)
		}
	}
}

func previewNumbers(f fixture) {
	d := draft("api", "p")
	d.Kind = bot.Preview
	if p := f.create(d); p.ID != "api-p1" {
		f.Errorf("preview %s", p.ID)
	}
	if r := f.create(draft("api", "r")); r.ID != "api-1" {
		f.Errorf("release %s", r.ID)
	}
	if r, err := f.Release(context.Background(), "api-p1"); err != nil || r.Kind != bot.Preview {
		f.Errorf("Release = %+v, %v", r.ID, err)
	}
}

func namesRefused(f fixture) {
	ctx := context.Background()
	for _, target := range []bot.Target{{}, {Service: "a}b", Environment: "x"}, {Service: "api", Environment: "x{y"}} {
		_, err := f.Create(ctx, bot.Draft{Target: target, Kind: bot.Deploy})
		wantKind(f, "Create", err, bot.Invalid)
	}
	long := draft("api", "long")
	long.Reason = strings.Repeat("x", 40<<10)
	_, err := f.Create(ctx, long)
	wantKind(f, "Create with a long reason", err, bot.Invalid)
	for _, id := range []string{"", "api", "}-1", "api-x"} {
		if posted, err := f.Post(ctx, bot.InboxEvent{Release: id, Event: bot.Hinted{}}); posted != bot.PostUnknown || err != nil {
			f.Errorf("Post(%q) = %v, %v", id, posted, err)
		}
		_, err := f.Release(ctx, id)
		wantKind(f, "Release", err, bot.NotFound)
	}
}

func lettersArrive(f fixture) {
	r := f.create(draft("api", "k"))
	anna := bot.Person{ID: "U1", Name: "anna"}
	events := []bot.Event{
		bot.Confirmed{By: anna},
		bot.Approved{By: anna, Digest: "d"},
		bot.Declined{By: anna, Reason: "a\nb"},
		bot.Withdrawn{By: anna},
		bot.PointAcknowledged{By: anna, Point: "0a1b"},
		bot.CancelAsked{By: anna, Reason: "r"},
		bot.YieldAsked{For: "api-7", By: anna},
		bot.Replaced{For: "api-8", By: anna},
		bot.Hinted{},
		bot.VersionSeen{},
		bot.VersionSeen{Gone: true},
		bot.RanAsserted{By: anna, RunID: 9},
		bot.NeverRanAsserted{By: anna},
		bot.LooksGood{By: anna},
		bot.CountdownStopped{By: anna},
		bot.WatchLonger{By: anna},
		bot.HindsightSaid{By: anna, Says: bot.FalseAlarm},
		bot.EndQuarantineAsked{By: anna, Reason: "mended"},
		bot.RunFound{Run: bot.Run{ID: 4, Status: bot.RunWaiting, Jobs: []bot.Job{{Name: "build"}}}},
	}
	for i, ev := range events {
		if posted := f.post(r.ID, ev, keyOf(i)); posted != bot.PostStored {
			f.Errorf("Post(%T) = %s", ev, posted)
		}
		if posted := f.post(r.ID, ev, keyOf(i)); posted != bot.PostRepeated {
			f.Errorf("Post(%T) again = %s", ev, posted)
		}
	}
	if posted := f.post("api-99", bot.Hinted{}, "x"); posted != bot.PostUnknown {
		f.Errorf("Post to nobody = %s", posted)
	}
	c := f.claim(r.ID)
	if diff := cmp.Diff(events, c.Inbox); diff != "" {
		f.Errorf("inbox (-want +got):\n%s", diff)
	}
	f.move(bot.Move{Release: c.Release, From: c.Release.Phase, Fence: c.Fence, Consumed: 4})
	c = f.claim(r.ID)
	if diff := cmp.Diff(events[4:], c.Inbox); diff != "" {
		f.Errorf("what was not consumed (-want +got):\n%s", diff)
	}
}

func lettersToEnded(f fixture) {
	c := f.claim(f.create(draft("api", "1")).ID)
	f.enter(&c, bot.Succeeded)
	f.handBack(c, time.Time{})
	if posted := f.post(c.Release.ID, bot.CancelAsked{}, "a"); posted != bot.PostEnded {
		f.Errorf("cancel of an ended one = %s", posted)
	}
	if claims := f.claimAll(lease); len(claims) != 0 {
		f.Errorf("an ended one is due: %+v", claims)
	}
	for attempt, want := range map[int]bot.Posted{0: bot.PostEnded, 1: bot.PostEnded, 2: bot.PostStored} {
		if posted := f.post(c.Release.ID, bot.Hinted{Attempt: attempt}, "hint"+itoa(int64(attempt))); posted != want {
			f.Errorf("a hint of attempt %d = %s, want %s", attempt, posted, want)
		}
	}
	again := f.claim(c.Release.ID)
	if diff := cmp.Diff([]bot.Event{bot.Hinted{Attempt: 2}}, again.Inbox); diff != "" {
		f.Errorf("inbox after a re-run (-want +got):\n%s", diff)
	}
	f.move(bot.Move{Release: again.Release, From: again.Release.Phase, Fence: again.Fence, Consumed: 1})
	if posted := f.post(c.Release.ID, bot.LooksGood{}, "b"); posted != bot.PostStored {
		f.Errorf("looks good = %s", posted)
	}
	if c := f.claim(c.Release.ID); len(c.Inbox) != 1 {
		f.Errorf("inbox %v", c.Inbox)
	}
	failed := f.claim(f.create(draft("api", "2")).ID)
	f.enter(&failed, bot.Failed)
	if posted := f.post(failed.Release.ID, bot.LooksGood{}, "c"); posted != bot.PostEnded {
		f.Errorf("looks good of a failed one = %s", posted)
	}
	for i, ev := range []bot.Event{bot.EndQuarantineAsked{}, bot.HindsightSaid{Says: bot.WasRight}} {
		if posted := f.post(failed.Release.ID, ev, "late"+itoa(int64(i))); posted != bot.PostStored {
			f.Errorf("%T to a failed one = %s", ev, posted)
		}
	}
}

func hintsCollapse(f fixture) {
	ctx := context.Background()
	r := f.create(draft("api", "k"))
	for i := range 5 {
		f.post(r.ID, bot.Hinted{}, keyOf(i))
	}
	for i := range 198 {
		f.post(r.ID, bot.Declined{}, keyOf(100+i))
	}
	f.post(r.ID, bot.Hinted{}, "h1")
	for key, hint := range map[string]bot.Hinted{"h2": {}, "h3": {Attempt: 2}} {
		if posted := f.post(r.ID, hint, key); posted != bot.PostStored {
			f.Errorf("a hint into a full inbox = %s", posted)
		}
	}
	_, err := f.Post(ctx, bot.InboxEvent{Release: r.ID, Event: bot.Declined{}, Key: "over"})
	wantKind(f, "Post into a full inbox", err, bot.Limited)
	total := 0
	for {
		c := f.claim(r.ID)
		if total += len(c.Inbox); len(c.Inbox) > 64 {
			f.Errorf("%d events at once", len(c.Inbox))
		}
		f.handBack(c, time.Time{})
		if len(c.Inbox) < 64 {
			break
		}
	}
	if total != 200 { // a hint, 198 others, and one more hint
		f.Errorf("%d events", total)
	}
	if posted := f.post(r.ID, bot.Declined{}, "over"); posted != bot.PostStored {
		f.Errorf("what was refused, again = %s", posted)
	}
	_, err = f.Post(ctx, bot.InboxEvent{Release: r.ID, Event: bot.Declined{Reason: strings.Repeat("x", 70<<10)}})
	wantKind(f, "Post of a long text", err, bot.Invalid)
}

func outcomesRefused(f fixture) {
	r := f.create(draft("api", "k"))
	for _, ev := range []bot.Event{nil, bot.Ticked{}, bot.SlotTaken{}, bot.EffectFailed{}} {
		_, err := f.Post(context.Background(), bot.InboxEvent{Release: r.ID, Event: ev})
		wantKind(f, "Post of an outcome", err, bot.Invalid)
	}
}

func replyUses(f fixture) {
	ctx := context.Background()
	d := draft("api", "k")
	d.Reply = bot.Reply{To: bot.PersonOf(d.Requester), Channel: "C1", Thread: "1.2", URL: "https://hooks.example.com/secret"}
	r := f.create(d)
	for range 4 {
		if got, err := f.TakeReply(ctx, r.ID); err != nil || got != d.Reply {
			f.Fatalf("TakeReply = %+v, %v", got, err)
		}
	}
	for range 2 {
		want := d.Reply
		want.URL = ""
		if got, err := f.TakeReply(ctx, r.ID); err != nil || got != want {
			f.Errorf("TakeReply of a used one = %+v, %v", got, err)
		}
	}
	d = draft("api", "k2")
	d.Reply = bot.Reply{URL: "https://hooks.example.com/secret"}
	r = f.create(d)
	key := f.findKey("*reply:*")
	if ttl := f.Client().PTTL(ctx, key).Val(); ttl <= 0 || ttl > 30*time.Minute {
		f.Errorf("the reply is kept for %v", ttl)
	}
	if err := f.Client().HSet(ctx, key, "until", time.Now().UnixMilli()-1).Err(); err != nil {
		f.Fatal(err)
	}
	if got, err := f.TakeReply(ctx, r.ID); err != nil || got.URL != "" || got.To != d.Requester {
		f.Errorf("TakeReply of an old one = %+v, %v", got, err)
	}
	_, err := f.TakeReply(ctx, "api-77")
	wantKind(f, "TakeReply of nobody", err, bot.NotFound)
}

func sentTwice(f fixture) {
	f.Client().AddHook(twice{})
	r := f.create(draft("api", "k"))
	if next := f.create(draft("api", "k2")); r.ID != "api-1" || next.ID != "api-2" {
		f.Errorf("created %s and %s", r.ID, next.ID)
	}
	f.post(r.ID, bot.Declined{Reason: "1"}, "1")
	f.post(r.ID, bot.Declined{Reason: "2"}, "2")
	// The second half of a doubled claim finds nothing, so it is made by another.
	one := f
	one.Store = f.open(f)
	c := one.claim(r.ID)
	f.move(bot.Move{Release: c.Release, From: c.Release.Phase, Fence: c.Fence, Consumed: 1})
	if c = one.claim(r.ID); len(c.Inbox) != 1 || !cmp.Equal(c.Inbox[0], bot.Event(bot.Declined{Reason: "2"})) {
		f.Errorf("a doubled move consumed %v", c.Inbox)
	}
	f.enter(&c, bot.AwaitingApproval) // is told that it was moved, and not that it came too late
}
