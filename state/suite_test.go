package state_test

import (
	"context"
	"fmt"
	"maps"
	"testing"
	"time"

	"github.com/slipwayhq/slipway/bot"
	"github.com/slipwayhq/slipway/bot/announcer"
	"github.com/slipwayhq/slipway/bot/engine"
	"github.com/slipwayhq/slipway/bot/planner"
	"github.com/slipwayhq/slipway/bot/reconciler"
	"github.com/slipwayhq/slipway/state"
)

var (
	_ engine.Intake = (*state.Store)(nil)
	_ engine.Work   = (*state.Store)(nil)
	_ engine.Slots  = (*state.Store)(nil)
	_ engine.Aside  = (*state.Store)(nil)
	_ engine.Owners = (*state.Store)(nil)

	_ reconciler.Epochs      = (*state.Store)(nil)
	_ reconciler.Comparisons = (*state.Store)(nil)
	_ reconciler.Numbers     = (*state.Store)(nil)
	_ reconciler.Doubts      = (*state.Store)(nil)
	_ reconciler.Aside       = (*state.Store)(nil)
	_ reconciler.Releases    = (*state.Store)(nil)
	_ reconciler.Owners      = (*state.Store)(nil)

	_ announcer.Cards    = (*state.Store)(nil)
	_ announcer.Messages = (*state.Store)(nil)
	_ announcer.Losses   = (*state.Store)(nil)
	_ announcer.Replies  = (*state.Store)(nil)
	_ announcer.Unshown  = (*state.Store)(nil)
	_ announcer.Troubles = (*state.Store)(nil)
	_ announcer.Locks    = (*state.Store)(nil)

	_ planner.Records     = (*state.Store)(nil)
	_ planner.Quarantines = (*state.Store)(nil)
	_ planner.Locks       = (*state.Store)(nil)
)

// TestStore runs every case on every kind of server.
func TestStore(t *testing.T) {
	t.Parallel()
	cases := map[string]func(fixture){}
	for _, more := range []map[string]func(fixture){
		intakeCases(), workCases(), strangerCases(), slotCases(), recordCases(), restoreCases(), versionCases(), boundCases(), cardCases(), otherCases(), lockCases(), motorCases(), oddCases(), doubtCases(), lossCases(), ledgerCases(), subscriptionCases(), keptCases(),
	} {
		maps.Copy(cases, more)
	}
	for _, kind := range []string{"memory", "redis", "cluster"} {
		t.Run(kind, func(t *testing.T) {
			t.Parallel()
			for name, run := range cases {
				t.Run(name, func(t *testing.T) {
					t.Parallel()
					p := placeIn(t, kind)
					run(fixture{T: t, place: p, Store: p.open(t), kind: kind})
				})
			}
		})
	}
}

// fixture is a test with a store, and the steps that most cases take.
type fixture struct {
	*testing.T
	place
	*state.Store
	kind string
}

const lease = time.Minute

func draft(service, key string) bot.Draft {
	return bot.Draft{
		Kind:      bot.Deploy,
		Target:    bot.Target{Service: service, Environment: "production"},
		Ref:       "main",
		Reason:    "because \"it\" is\ntime",
		Requester: bot.Person{ID: "U1", Name: "anna"},
		Origin:    bot.Origin{Channel: "C1", Thread: "1.2", Source: bot.FromCommand},
		Pace:      bot.Pace{Settle: 90 * time.Second, Poll: 15 * time.Second},
		Key:       key,
	}
}

func (f fixture) create(d bot.Draft) bot.Release {
	f.Helper()
	created, err := f.Create(context.Background(), d)
	if err != nil {
		f.Fatal(err)
	}
	return created.Release
}

func (f fixture) post(release string, ev bot.Event, key string) bot.Posted {
	f.Helper()
	posted, err := f.Post(context.Background(), bot.InboxEvent{Release: release, Event: ev, Key: key})
	if err != nil {
		f.Fatal(err)
	}
	return posted
}

func (f fixture) claimAll(lease time.Duration) []bot.Claim {
	f.Helper()
	claims, _, err := f.Claim(context.Background(), lease, 100)
	if err != nil {
		f.Fatal(err)
	}
	return claims
}

// claim waits until the release falls due and claims it.
func (f fixture) claim(id string) bot.Claim {
	f.Helper()
	var found bot.Claim
	eventually(f, id+" falls due", func() bool {
		for _, c := range f.claimAll(lease) {
			if c.Release.ID == id {
				found = c
			}
		}
		return found.Release.ID != ""
	})
	return found
}

func (f fixture) move(m bot.Move) time.Time {
	f.Helper()
	now, err := f.Move(context.Background(), m)
	if err != nil {
		f.Fatal(err)
	}
	return now
}

// enter moves a claimed release into a phase and keeps it.
func (f fixture) enter(c *bot.Claim, phase bot.Phase) {
	f.Helper()
	from := c.Release.Phase
	c.Release.Phase = phase
	c.Release.Moments = append(c.Release.Moments, bot.Moment{Phase: phase, At: c.Now})
	f.move(bot.Move{Release: c.Release, From: from, Fence: c.Fence, Keep: true})
}

// handBack saves a claimed release as it is.
func (f fixture) handBack(c bot.Claim, due time.Time) {
	f.Helper()
	f.move(bot.Move{Release: c.Release, From: c.Release.Phase, Fence: c.Fence, Consumed: len(c.Inbox), Due: due})
}

// release makes a release, claims it and takes it through the phases.
func (f fixture) release(d bot.Draft, phases ...bot.Phase) bot.Claim {
	f.Helper()
	c := f.claim(f.create(d).ID)
	c.Release.Plan = &bot.Plan{Target: d.Target, Commit: bot.Commit{SHA: "sha-" + c.Release.ID}}
	for _, phase := range phases {
		if phase == bot.Running {
			c.Release.Run = bot.Run{ID: int64(len(c.Release.ID)) + c.Fence, Status: bot.RunInProgress}
		}
		f.enter(&c, phase)
	}
	return c
}

func (f fixture) takeSlot(r bot.Release) (bool, bot.Place) {
	f.Helper()
	taken, place, err := f.TakeSlot(context.Background(), r)
	if err != nil {
		f.Fatal(err)
	}
	return taken, place
}

func eventually(tb testing.TB, what string, holds func() bool) {
	tb.Helper()
	for deadline := time.Now().Add(time.Minute); time.Now().Before(deadline); time.Sleep(2 * time.Millisecond) {
		if holds() {
			return
		}
	}
	tb.Fatalf("never came true: %s", what)
}

func wantKind(tb testing.TB, what string, err error, kind bot.ErrorKind) {
	tb.Helper()
	if err == nil || bot.KindOf(err) != kind {
		tb.Errorf("%s = %v, want an error of kind %s", what, err, kind)
	}
}

func keyOf(n int) string { return fmt.Sprintf("key-%d", n) }
