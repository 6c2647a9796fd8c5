package state_test

import (
	"bytes"
	"context"
	"log/slog"
	"strings"
	"time"

	"github.com/slipwayhq/slipway/bot"
)

func strangerCases() map[string]func(fixture) {
	return map[string]func(fixture){
		"a release in an unknown phase is left alone": func(f fixture) { unknownWord(f, `"phase":"requested"`, `"phase":"baking"`) },
		"a release of an unknown kind is left alone":  func(f fixture) { unknownWord(f, `"kind":"deploy"`, `"kind":"baking"`) },
		"fields of a newer version survive":           unknownFields,
		"nested fields of a newer version survive":    nestedFields,
		"an unknown event waits for a newer version":  unknownEvent,
		"a damaged release blocks nothing else":       damagedRelease,
	}
}

// watched is the fixture with its log.
func (f fixture) watched() (fixture, *bytes.Buffer) {
	f.Helper()
	var log bytes.Buffer
	f.Store = f.openLogged(f, slog.New(slog.NewTextHandler(&log, nil)))
	return f, &log
}

// rewrite changes a stored text of a release.
func (f fixture) rewrite(key, id string, change func(string) string) {
	f.Helper()
	ctx := context.Background()
	name := f.findKey(key)
	text := f.Client().HGet(ctx, name, id).Val()
	if err := f.Client().HSet(ctx, name, id, change(text)).Err(); err != nil {
		f.Fatal(err)
	}
}

// unknownWord has a release say something that this version does not know.
func unknownWord(f fixture, known, unknown string) {
	f, log := f.watched()
	r := f.create(draft("api", "k"))
	f.rewrite("*docs", r.ID, func(doc string) string { return strings.Replace(doc, known, unknown, 1) })
	before := f.Client().HGet(context.Background(), f.findKey("*docs"), r.ID).Val()
	for range 3 {
		if claims := f.claimAll(5 * time.Millisecond); len(claims) != 0 {
			f.Errorf("handed out: %+v", claims)
		}
	}
	eventually(f, "it was claimed more than once", func() bool {
		f.claimAll(5 * time.Millisecond)
		return f.Client().HGet(context.Background(), f.findKey("*control"), r.ID+":fence").Val() >= "2"
	})
	if n := strings.Count(log.String(), "baking"); n != 1 {
		f.Errorf("reported %d times:\n%s", n, log)
	}
	f.spokenOf(r.ID, "baking")
	after := f.Client().HGet(context.Background(), f.findKey("*docs"), r.ID).Val()
	if after != before || !strings.Contains(after, unknown) {
		f.Errorf("changed from %s to %s", before, after)
	}
	if got, err := f.Release(context.Background(), r.ID); err != nil || got.Phase.Known() && got.Kind.Known() {
		f.Errorf("Release = %s %s, %v", got.Kind, got.Phase, err)
	}
}

func unknownFields(f fixture) {
	f, log := f.watched()
	other := f.create(draft("api", "other"))
	f.rewrite("*docs", other.ID, func(doc string) string { return strings.TrimSuffix(doc, "}") + `,"weather":1,"wind":2}` })
	r := f.create(draft("api", "k"))
	f.rewrite("*docs", r.ID, func(doc string) string {
		return strings.TrimSuffix(doc, "}") + `,"weather":{"sun":[1,2]},"wind":"n"}`
	})
	c := f.claim(r.ID)
	f.enter(&c, bot.AwaitingApproval) // keeps it
	f.enter(&c, bot.Rejected)
	f.handBack(c, time.Time{})
	doc := f.Client().HGet(context.Background(), f.findKey("*docs"), r.ID).Val()
	if !strings.Contains(doc, `"weather":{"sun":[1,2]}`) || !strings.Contains(doc, `"wind":"n"`) || !strings.Contains(doc, "rejected") {
		f.Errorf("the fields are gone: %s", doc)
	}
	// Two releases have them, and it is said once.
	if n := strings.Count(log.String(), "weather, wind"); n != 1 {
		f.Errorf("reported %d times:\n%s", n, log)
	}
	f.spokenOf("api-", "weather, wind")
}

func nestedFields(f fixture) {
	r := f.create(draft("api", "k"))
	c := f.claim(r.ID)
	c.Release.Run = bot.Run{ID: 7, Status: bot.RunInProgress, Jobs: []bot.Job{{Name: "build"}, {Name: "test"}}}
	f.enter(&c, bot.AwaitingApproval)
	f.handBack(c, time.Time{})
	f.rewrite("*docs", r.ID, func(doc string) string {
		return strings.NewReplacer(
			`"run":{`, `"run":{"colour":{"of":"run"},`, `"name":"build"`, `"name":"build","colour":"blue"`,
			`"name":"test"`, `"name":"test","colour":"teal"`,
		).Replace(doc)
	})
	f.post(r.ID, bot.Hinted{}, "1")
	c = f.claim(r.ID)
	jobs := c.Release.Run.Jobs
	jobs[0].Status = bot.RunCompleted
	c.Release.Run.Jobs = []bot.Job{jobs[1], jobs[0], {Name: "deploy"}}
	f.enter(&c, bot.Rejected)
	f.handBack(c, time.Time{})

	doc := f.Client().HGet(context.Background(), f.findKey("*docs"), r.ID).Val()
	for _, kept := range []string{`"colour":{"of":"run"}`, `{"colour":"teal","name":"test"}`, `{"name":"build","status":"completed"}`, `"rejected"`} {
		if !strings.Contains(doc, kept) {
			f.Errorf("%s is missing in %s", kept, doc)
		}
	}
}

// spokenOf checks that exactly one stranger is to be spoken of, by exactly one
// of several processes.
func (f fixture) spokenOf(release, what string) {
	f.Helper()
	select {
	case of := <-f.Unrecognised():
		if !strings.HasPrefix(of.Release, release) || !strings.Contains(of.Says, what) {
			f.Errorf("to be spoken of: %+v", of)
		}
		said := 0
		for range 3 { // replicas, or the same one after a restart
			if may, err := f.open(f).MaySay(context.Background(), of); err != nil {
				f.Error(err)
			} else if may {
				said++
			}
		}
		if said != 1 {
			f.Errorf("spoken of %d times", said)
		}
	default:
		f.Error("nobody would hear of it")
	}
	if len(f.Unrecognised()) != 0 {
		f.Errorf("there is more: %+v", <-f.Unrecognised())
	}
}

func unknownEvent(f fixture) {
	f, log := f.watched()
	r := f.create(draft("api", "k"))
	f.post(r.ID, bot.Declined{Reason: "1"}, "1")
	f.rewrite("*inbox", r.ID, func(box string) string { return box + `{"type":"sung","data":{"song":"x"}}` + "\n" })
	f.post(r.ID, bot.Declined{Reason: "2"}, "2")
	c := f.claim(r.ID)
	if len(c.Inbox) != 1 {
		f.Fatalf("inbox %v", c.Inbox)
	}
	f.handBack(c, time.Time{})
	if claims, next, err := f.Claim(context.Background(), lease, 10); len(claims) != 0 || err != nil || next > time.Minute || next < 30*time.Second {
		f.Errorf("it is not left alone for a while: %v, next in %v, %v", claims, next, err)
	}
	box := f.Client().HGet(context.Background(), f.findKey("*inbox"), r.ID).Val()
	if lines := strings.Split(box, "\n"); len(lines) != 3 || !strings.Contains(lines[0], "sung") {
		f.Errorf("inbox %q", box)
	}
	f.post(r.ID, bot.Hinted{}, "3") // whatever comes makes it due
	c = f.claim(r.ID)
	f.handBack(c, time.Time{})
	if n := strings.Count(log.String(), "sung"); n != 1 {
		f.Errorf("reported %d times", n)
	}
}

func damagedRelease(f fixture) {
	bad := f.create(draft("api", "1"))
	good := f.create(draft("api", "2"))
	f.rewrite("*docs", bad.ID, func(string) string { return `{"id":` })
	if claims := f.claimAll(lease); len(claims) != 1 || claims[0].Release.ID != good.ID {
		f.Errorf("claimed %+v", claims)
	}
	_, err := f.Release(context.Background(), bad.ID)
	wantKind(f, "Release of a damaged one", err, bot.Internal)
}
