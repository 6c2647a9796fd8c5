package state_test

import (
	"context"
	"strconv"
	"time"

	"github.com/redis/go-redis/v9"

	"github.com/slipwayhq/slipway/bot"
)

func redisZ(score float64, member string) redis.Z { return redis.Z{Score: score, Member: member} }

func cardCases() map[string]func(fixture) {
	return map[string]func(fixture){
		"a change makes the card dirty":        cardDirty,
		"ends go first":                        endsFirst,
		"a card that is shown rests":           cardRests,
		"a message is begun once":              messageOnce,
		"what was posted first stays":          messageStays,
		"the budget is kept, ends have more":   budgetKept,
		"the budget fills up again with time":  budgetFills,
		"no minute has more than 46 edits":     budgetAnyMinute,
		"a channel that hears much is spared":  spared,
		"being taken back is shown on a card":  takenBackShown,
		"a card is edited by one at a time":    cardLeased,
		"without a card nothing becomes dirty": noCard,
	}
}

func (f fixture) dirty(lease time.Duration, limit int) ([]bot.DirtyCard, time.Duration) {
	f.Helper()
	cards, next, err := f.DirtyCards(context.Background(), lease, limit)
	if err != nil {
		f.Fatal(err)
	}
	return cards, next
}

func (f fixture) carded(service, key string) bot.Claim {
	f.Helper()
	c := f.claim(f.create(draft(service, key)).ID)
	c.Release.Carded = true
	f.enter(&c, bot.AwaitingApproval)
	return c
}

func cardDirty(f fixture) {
	ctx := context.Background()
	c := f.carded("api", "k")
	cards, _ := f.dirty(lease, 10)
	if len(cards) != 1 || cards[0].Revision != 1 || cards[0].Ref != (bot.MessageRef{}) || cards[0].Release.Phase != bot.AwaitingApproval {
		f.Fatalf("%+v", cards)
	}
	ref := bot.MessageRef{Channel: "C", ID: "1.2"}
	if err := f.MessagePosted(ctx, bot.MessageKey{Release: c.Release.ID, Kind: bot.CardKind}, ref); err != nil {
		f.Fatal(err)
	}
	// It changes while it is shown: it stays dirty, with what is true now.
	f.enter(&c, bot.Queued)
	if err := f.Shown(ctx, cards[0], 0); err != nil {
		f.Fatal(err)
	}
	cards, _ = f.dirty(lease, 10)
	if len(cards) != 1 || cards[0].Revision != 2 || cards[0].Ref != ref || cards[0].Release.Phase != bot.Queued {
		f.Fatalf("%+v", cards)
	}
	if err := f.Shown(ctx, cards[0], 0); err != nil {
		f.Fatal(err)
	}
	if cards, next := f.dirty(lease, 10); len(cards) != 0 || next != bot.NoneDue {
		f.Errorf("clean: %+v, next in %v", cards, next)
	}
	f.move(bot.Move{Release: c.Release, From: c.Release.Phase, Fence: c.Fence, Keep: true}) // nothing changed
	if cards, _ := f.dirty(lease, 10); len(cards) != 0 {
		f.Errorf("nothing changed, and it is dirty: %+v", cards)
	}
	// Its run was looked at again, and goes on as before.
	c.Release.Run.ReadAt, c.Release.WakeAt = c.Now, c.Now.Add(time.Minute)
	c.Release.Outbox = []bot.Pending{{Effect: bot.ReadRun{}}}
	f.move(bot.Move{Release: c.Release, From: c.Release.Phase, Fence: c.Fence, Keep: true})
	if cards, _ := f.dirty(lease, 10); len(cards) != 0 {
		f.Errorf("nothing changed that a card shows, and it is dirty: %+v", cards)
	}
	c.Release.Run.Status = bot.RunInProgress
	f.move(bot.Move{Release: c.Release, From: c.Release.Phase, Fence: c.Fence, Keep: true})
	if cards, _ := f.dirty(lease, 10); len(cards) != 1 || cards[0].Revision != 3 {
		f.Errorf("its run went on, and it is not dirty: %+v", cards)
	}
}

func endsFirst(f fixture) {
	var ended bot.Claim
	for i := range 6 {
		ended = f.carded("service-"+strconv.Itoa(i), keyOf(i))
	}
	f.enter(&ended, bot.Rejected)
	cards, next := f.dirty(lease, 1)
	if len(cards) != 1 || cards[0].Release.ID != ended.Release.ID || next != 0 {
		f.Errorf("%+v, next in %v", cards, next)
	}
	if cards, _ := f.dirty(lease, 10); len(cards) != 5 {
		f.Errorf("%d others", len(cards))
	}
}

func cardRests(f fixture) {
	c := f.carded("api", "k")
	cards, _ := f.dirty(lease, 10)
	if err := f.Shown(context.Background(), cards[0], time.Hour); err != nil {
		f.Fatal(err)
	}
	f.enter(&c, bot.Queued)
	cards, next := f.dirty(lease, 10)
	if len(cards) != 0 || next > time.Hour || next < 59*time.Minute {
		f.Errorf("%+v, next in %v", cards, next)
	}
}

func cardLeased(f fixture) {
	c := f.carded("api", "k")
	f.dirty(lease, 10)
	f.enter(&c, bot.Queued) // does not shorten it
	f.enter(&c, bot.Rejected)
	if cards, next := f.dirty(lease, 10); len(cards) != 0 || next > lease {
		f.Errorf("%+v, next in %v", cards, next)
	}
	if cards, _ := f.dirty(lease, 10); len(cards) != 0 {
		f.Errorf("a card in somebody's hands was handed out: %+v", cards)
	}
	c.Release.Healthy = true
	f.enter(&c, bot.Rejected) // an end is not shortened either
	if cards, _ := f.dirty(lease, 10); len(cards) != 0 {
		f.Errorf("an ended card in somebody's hands was handed out: %+v", cards)
	}
	other := f.carded("web", "k")
	f.dirty(5*time.Millisecond, 10)
	eventually(f, "a lost card falls due again", func() bool {
		cards, _ := f.dirty(lease, 10)
		return len(cards) == 1 && cards[0].Release.ID == other.Release.ID
	})
}

func noCard(f fixture) {
	f.release(draft("api", "k"), bot.AwaitingApproval, bot.Rejected)
	if cards, _ := f.dirty(lease, 10); len(cards) != 0 {
		f.Errorf("%+v", cards)
	}
}

func takenBackShown(f fixture) {
	ctx := context.Background()
	c := f.carded("api", "k")
	f.enter(&c, bot.Failed)
	cards, _ := f.dirty(lease, 10)
	if err := f.Shown(ctx, cards[0], 0); err != nil {
		f.Fatal(err)
	}
	if err := f.TakeBack(ctx, c.Release.ID, "api-9", c.Now); err != nil {
		f.Fatal(err)
	}
	if cards, _ := f.dirty(lease, 10); len(cards) != 1 || cards[0].Release.TakenBackBy != "api-9" {
		f.Errorf("%+v", cards)
	}
}

func messageOnce(f fixture) {
	ctx := context.Background()
	key := bot.MessageKey{Release: "api-1", Kind: "say:failed"}
	first, err := f.Message(ctx, key)
	if err != nil || first != (bot.MessageState{Intent: first.Intent}) || first.Intent.IsZero() {
		f.Fatalf("first: %+v, %v", first, err)
	}
	second, err := f.Message(ctx, key)
	if err != nil || !second.Busy || second.Begun.IsZero() {
		f.Errorf("second: %+v, %v", second, err)
	}
	for _, intent := range []time.Time{first.Intent.Add(-time.Millisecond), {}} { // somebody who was overtaken gives up
		if err := f.MessageFailed(ctx, key, intent); err != nil {
			f.Fatal(err)
		}
		if next, err := f.Message(ctx, key); err != nil || !next.Busy || !next.Intent.IsZero() {
			f.Errorf("the intent of another was taken back: %+v, %v", next, err)
		}
	}
	if err := f.MessageFailed(ctx, key, first.Intent); err != nil {
		f.Fatal(err)
	}
	if next, err := f.Message(ctx, key); err != nil || next.Busy || next.Begun.IsZero() {
		f.Errorf("after whoever posted it gave up, the next must look for it at once: %+v, %v", next, err)
	}
	other, err := f.Message(ctx, bot.MessageKey{Release: "api-1", Kind: bot.CardKind})
	if err != nil || other != (bot.MessageState{Intent: other.Intent}) {
		f.Errorf("another message: %+v, %v", other, err)
	}
	long := time.Now().Add(-time.Minute).UnixMilli()
	if err := f.Client().HSet(ctx, f.findKey("*messages:*"), "begun:say:failed", long, "tried:say:failed", long).Err(); err != nil {
		f.Fatal(err)
	}
	for _, busy := range []bool{false, true} { // one may look for it, the next waits for that one
		got, err := f.Message(ctx, key)
		if err != nil || got.Busy != busy || got.Begun.UnixMilli() != long || got.Ref != (bot.MessageRef{}) {
			f.Errorf("after a crash: %+v, %v", got, err)
		}
	}
	for _, bad := range []bot.MessageKey{{}, {Release: "x", Kind: "card"}, {Release: "api-1"}} {
		_, err := f.Message(ctx, bad)
		wantKind(f, "Message", err, bot.Invalid)
	}
}

func messageStays(f fixture) {
	ctx := context.Background()
	key := bot.MessageKey{Release: "api-1", Kind: bot.CardKind}
	first := bot.MessageRef{Channel: "C", ID: "1"}
	for _, ref := range []bot.MessageRef{first, {Channel: "C", ID: "2"}} {
		if err := f.MessagePosted(ctx, key, ref); err != nil {
			f.Fatal(err)
		}
	}
	if got, err := f.Message(ctx, key); err != nil || got != (bot.MessageState{Ref: first}) {
		f.Errorf("%+v, %v", got, err)
	}
}
