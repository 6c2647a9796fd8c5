package state_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/redis/go-redis/v9"

	"github.com/slipwayhq/slipway/bot"
)

// What can grow has a bound; docs/operations.md lists them. The bounds of the
// inbox, of one event, of a draft, of a queue and of the history are tested where their
// parts are.
func boundCases() map[string]func(fixture) {
	return map[string]func(fixture){
		"the stream of events is capped":                boundedEvents,
		"of the quarantine the oldest is let go":        boundedQuarantine,
		"what is forgotten leaves nothing behind":       boundedMessages,
		"all that is kept for a while is given a while": boundedTimes,
	}
}

func boundedEvents(f fixture) {
	if f.kind == "memory" {
		f.Skip("SKIPPED: the server in memory trims a stream at another point")
	}
	ctx := context.Background()
	c := f.release(draft("api", "k"), bot.AwaitingApproval)
	events := f.findKey("*events")
	pipe := f.Client().Pipeline()
	for range 11_000 {
		pipe.XAdd(ctx, &redis.XAddArgs{Stream: events, Values: []string{"release", "api-0"}})
	}
	if _, err := pipe.Exec(ctx); err != nil {
		f.Fatal(err)
	}
	f.enter(&c, bot.Queued)
	if n := f.Client().XLen(ctx, events).Val(); n > 10_200 || n < 10_000 {
		f.Errorf("the stream holds %d events", n)
	}
}

func boundedQuarantine(f fixture) {
	ctx := context.Background()
	c := f.deployed("1")
	key := f.prefix() + "{p7}:quarantine:api/production"
	for n := range 1000 {
		text := fmt.Sprintf(`{"sha":"s%d","release":"api-0","by":"api-9","at":"2026-01-01T00:%02d:%02dZ"}`, n, n/60, n%60)
		if err := f.Client().HSet(ctx, key, fmt.Sprintf("s%d", n), text).Err(); err != nil {
			f.Fatal(err)
		}
	}
	if err := f.TakeBack(ctx, c.Release.ID, "api-2", time.Now()); err != nil {
		f.Fatal(err)
	}
	if n := f.Client().HLen(ctx, key).Val(); n != 1000 {
		f.Errorf("%d are kept", n)
	}
	for sha, want := range map[string]bool{"s0": false, "s1": true, c.Release.SHA(): true} {
		if q := f.quarantineOf(c.Release.Target, sha); (q != nil) != want {
			f.Errorf("the quarantine of %s = %v", sha, q)
		}
	}
}

func boundedMessages(f fixture) {
	ctx := context.Background()
	f.options.KeepHistory = 1
	f.Store = f.open(f)
	old := f.comes(1, brokeOff)
	key := bot.MessageKey{Release: old, Kind: bot.CardKind}
	if err := f.MessagePosted(ctx, key, bot.MessageRef{Channel: "C1", ID: "1.2"}); err != nil {
		f.Fatal(err)
	}
	f.deployed("2")
	f.claim(f.create(draft("api", "next")).ID) // claims sweep
	keys, err := f.Client().Keys(ctx, f.prefix()+"*").Result()
	if err != nil {
		f.Fatal(err)
	}
	for _, name := range keys {
		if strings.HasSuffix(name, "messages:"+old) {
			f.Errorf("it is still known where its messages stand: %s", name)
		}
	}
	_, err = f.Release(ctx, old)
	wantKind(f, "Release of a forgotten one", err, bot.NotFound)
}

// boundedTimes: a key of its own either belongs to the fixed set of a
// partition, or Redis forgets it by itself.
func boundedTimes(f fixture) {
	ctx := context.Background()
	d := draft("api", "k")
	d.Sameness, d.Reply = "same", bot.Reply{To: bot.PersonOf(d.Requester), URL: "https://hooks.slack.com/x"}
	c := f.release(d, bot.AwaitingApproval)
	f.post(c.Release.ID, bot.Hinted{}, "letter")
	if _, err := f.Message(ctx, bot.MessageKey{Release: c.Release.ID, Kind: bot.CardKind}); err != nil {
		f.Fatal(err)
	}
	if err := f.RememberRun(ctx, 42, c.Release.ID); err != nil {
		f.Fatal(err)
	}
	if _, err := f.EditBudget(ctx, bot.UrgencyEnd); err != nil {
		f.Fatal(err)
	}
	if _, err := f.Spoke(ctx, "C1"); err != nil {
		f.Fatal(err)
	}
	if _, err := f.MaySay(ctx, bot.Unrecognised{Release: c.Release.ID, Key: "k"}); err != nil {
		f.Fatal(err)
	}
	f.deployed("2")
	if err := errors.Join(f.NoteCompared(ctx, "acme/api deploy.yml", "life"), f.Raise(ctx, bot.Doubt{Target: d.Target, About: "runs"})); err != nil {
		f.Fatal(err)
	}
	stay := []string{
		"partitions", "epoch", ":due", ":docs", ":control", ":inbox", ":past", ":counters", ":events", ":trash", ":slots",
		":current", ":unshown", "doubts", ":dirty:progress", ":dirty:end", ":queue:api/production", ":history:api/production", ":needed:api/production", ":besides:api/production", ":ledger:api", ":quarantine:api/production",
	}
	keys, err := f.Client().Keys(ctx, f.prefix()+"*").Result()
	if err != nil {
		f.Fatal(err)
	}
	for _, name := range keys {
		left := f.Client().PTTL(ctx, name).Val()
		stays := false
		for _, end := range stay {
			stays = stays || strings.HasSuffix(name, end)
		}
		if !stays && left <= 0 {
			f.Errorf("%s is kept for ever", name)
		}
	}
}
