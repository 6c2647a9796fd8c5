package engine

import (
	"context"
	"errors"
	"log/slog"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/slipwayhq/slipway/bot"
	"github.com/slipwayhq/slipway/bot/bottest"
	"github.com/slipwayhq/slipway/bot/catalog"
)

var claimedAt = time.Date(2026, 11, 24, 9, 0, 0, 0, time.UTC)

func running() bot.Release {
	return bot.Release{
		ID: "api-1", Phase: bot.Running, Pace: bot.Pace{Settle: 90 * time.Second, Poll: 15 * time.Second},
		Plan: &bot.Plan{Settings: bot.Settings{Timeout: 30 * time.Minute}},
		Run:  bot.Run{ID: 7, Attempt: 1, Status: bot.RunInProgress, ReadAt: claimedAt.Add(-time.Minute)},
		Moments: []bot.Moment{
			{Phase: bot.Running, At: claimedAt.Add(-2 * time.Minute)},
		},
	}
}

func kinds(pending []bot.Pending) []string {
	var list []string
	for _, p := range pending {
		list = append(list, bot.EffectKey(p.Effect))
	}
	return list
}

// TestAFailingReadDoesNotMakeTheReleaseDueAtOnce shows that a timer which has
// come does not spin the motor while the effect it asked for waits to be tried
// again.
func TestAFailingReadDoesNotMakeTheReleaseDueAtOnce(t *testing.T) {
	t.Parallel()
	h := hold(bot.Claim{Release: running(), Now: claimedAt}, time.Now())
	due := h.due()
	if len(due) != 1 || due[0].Effect != (bot.PollRun{}) {
		t.Fatalf("due() = %v, want a read of the run", kinds(due))
	}
	h.finish(due[0], nil, &bot.Error{Kind: bot.Unavailable, Says: "GitHub does not answer"})
	if wait := h.wake().Sub(h.now()); wait < backoffFirst/2 {
		t.Errorf("the release is due again in %s, want about %s", wait, backoffFirst)
	}
}

// TestABurstOfHintsSharesOneRead shows that hints right after a read wait for
// the pause to be over and ask for one read.
func TestABurstOfHintsSharesOneRead(t *testing.T) {
	t.Parallel()
	r := running()
	r.Run.ReadAt = claimedAt.Add(-time.Second)
	h := hold(bot.Claim{Release: r, Now: claimedAt, Inbox: []bot.Event{bot.Hinted{}, bot.Hinted{}, bot.Hinted{}}}, time.Now())
	if due := h.due(); len(due) != 0 {
		t.Errorf("due() = %v right after a read, want nothing yet", kinds(due))
	}
	if got := kinds(h.r.Outbox); len(got) != 1 || got[0] != "read_run" {
		t.Errorf("the outbox holds %v, want one read", got)
	}
	if h.consumed != 3 {
		t.Errorf("%d hints were consumed, want 3", h.consumed)
	}
}

// TestHintsWaitForNoMoreThanAPoll: who has a run read more often than a burst of hints
// would read it has it read so after a hint, too.
func TestHintsWaitForNoMoreThanAPoll(t *testing.T) {
	t.Parallel()
	for poll, want := range map[time.Duration]time.Duration{100 * time.Millisecond: 100 * time.Millisecond, 15 * time.Second: maxReadPause} {
		r := running()
		r.Pace.Poll, r.Run.ReadAt = poll, claimedAt
		h := hold(bot.Claim{Release: r, Now: claimedAt, Inbox: []bot.Event{bot.Hinted{}}}, time.Now())
		if got := h.r.Outbox; len(got) != 1 || !got[0].Due.Equal(claimedAt.Add(want)) {
			t.Errorf("polled every %s it is read by %+v, want at %s", poll, got, claimedAt.Add(want))
		}
	}
}

// TestPromise1_ADispatchOfAnotherHolderIsNotSent shows that whoever finds a
// stored intent looks for the run and sends nothing.
func TestPromise1_ADispatchOfAnotherHolderIsNotSent(t *testing.T) {
	t.Parallel()
	r := running()
	r.Phase, r.Run = bot.Dispatching, bot.Run{}
	r.Dispatch = bot.Dispatch{State: bot.Sending, Attempt: 1, At: claimedAt.Add(-10 * time.Second)}
	r.Outbox = []bot.Pending{{Effect: bot.SendDispatch{}, Due: claimedAt.Add(-10 * time.Second)}}
	h := hold(bot.Claim{Release: r, Now: claimedAt}, time.Now())
	if got := kinds(h.r.Outbox); len(got) != 1 || got[0] != "find_run" {
		t.Errorf("the outbox holds %v, want only a search for the run", got)
	}
	if h.r.Dispatch.State != bot.Searching || !h.r.Dispatch.Interrupted {
		t.Errorf("the dispatch is %+v, want it interrupted and searched for", h.r.Dispatch)
	}
}

// TestADispatchGoesAlone shows that nothing is carried out between the intent
// to dispatch and the request.
func TestADispatchGoesAlone(t *testing.T) {
	t.Parallel()
	r := running()
	r.Phase, r.Run, r.Dispatch = bot.Dispatching, bot.Run{}, bot.Dispatch{}
	r.Outbox = []bot.Pending{{Effect: bot.Say{News: bot.NoteEnded{}}, Due: claimedAt}}
	h := hold(bot.Claim{Release: r, Now: claimedAt}, time.Now())
	h.apply(bot.Rechecked{Plan: *r.Plan})
	if got := kinds(h.due()); len(got) != 1 || got[0] != "send_dispatch" {
		t.Errorf("due() = %v, want the dispatch alone", got)
	}
}

func TestBackoff(t *testing.T) {
	t.Parallel()
	h := hold(bot.Claim{Release: running(), Now: claimedAt}, time.Now())
	read := bot.PollRun{}
	var waits []time.Duration
	for range 8 {
		h.postpone(read, 0, maxBackoff)
		waits = append(waits, h.r.Outbox[0].Due.Sub(h.now()).Round(time.Second))
	}
	want := []time.Duration{
		time.Second, 2 * time.Second, 4 * time.Second, 8 * time.Second, 16 * time.Second,
		30 * time.Second, 30 * time.Second, 30 * time.Second,
	}
	if diff := cmp.Diff(want, waits); diff != "" {
		t.Errorf("the pauses between tries differ (-want +got):\n%s", diff)
	}
	h.postpone(read, 90*time.Second, maxBackoff)
	if wait := h.r.Outbox[0].Due.Sub(h.now()).Round(time.Second); wait != 90*time.Second {
		t.Errorf("the pause is %s, want the 90s that were asked for", wait)
	}
}

// TestWhatFailedForNowIsTriedAgain shows that no effect is given up because of a
// fault that may pass: it stays in the outbox, and is due again when the other side
// asked, or else soon.
func TestWhatFailedForNowIsTriedAgain(t *testing.T) {
	t.Parallel()
	passing := map[string]struct {
		err  error
		wait time.Duration
	}{
		"no answer":       {&bot.Error{Kind: bot.Unavailable}, backoffFirst},
		"a limit":         {&bot.Error{Kind: bot.Limited, RetryAfter: time.Minute}, time.Minute},
		"not sent":        {&bot.Error{Kind: bot.NeverSent}, backoffFirst},
		"somebody else's": {&bot.Error{Kind: bot.Stale}, backoffFirst},
		"anything":        {errors.New("anything"), backoffFirst},
	}
	for name, tt := range passing {
		for _, effect := range []bot.Effect{
			bot.ReadRun{}, bot.PollRun{}, bot.CancelRun{}, bot.RecordDeployment{}, bot.RetireDeployment{}, bot.CompareWorkflow{}, bot.Tell{}, bot.Say{}, bot.Alert{},
		} {
			t.Run(name+" to "+bot.EffectKey(effect), func(t *testing.T) {
				t.Parallel()
				r := running()
				r.Run.ReadAt = claimedAt
				p := bot.Pending{Effect: effect, Since: claimedAt, Due: claimedAt}
				r.Outbox = []bot.Pending{p}
				h := hold(bot.Claim{Release: r, Now: claimedAt}, time.Now())
				h.finish(p, nil, tt.err)
				if len(h.r.Outbox) != 1 || h.r.Outbox[0].Effect != p.Effect || h.r.Outbox[0].Tries != 1 {
					t.Fatalf("the outbox holds %+v, want the effect with one try", h.r.Outbox)
				}
				if wait := h.r.Outbox[0].Due.Sub(h.now()).Round(time.Second); wait != tt.wait {
					t.Errorf("it is tried again in %s, want %s", wait, tt.wait)
				}
			})
		}
	}
}

// TestAnEffectThatIsRefusedIsDropped shows which effects are tried on when the
// other side refuses.
func TestAnEffectThatIsRefusedIsDropped(t *testing.T) {
	t.Parallel()
	refused := &bot.Error{Kind: bot.Denied, Says: "no"}
	for effect, kept := range map[bot.Effect]bool{bot.RecordDeployment{}: false, bot.Tell{}: false, bot.CompareWorkflow{}: true, bot.Alert{}: true, bot.Say{}: true} {
		r := running()
		r.Run.ReadAt = claimedAt
		p := bot.Pending{Effect: effect, Since: claimedAt, Due: claimedAt}
		r.Outbox = []bot.Pending{p}
		h := hold(bot.Claim{Release: r, Now: claimedAt}, time.Now())
		h.finish(p, nil, refused)
		if got := len(h.r.Outbox) == 1; got != kept {
			t.Errorf("%s is tried again: %v, want %v", bot.EffectKey(effect), got, kept)
		}
	}
	if bot.Final(errors.New("anything")) {
		t.Error("an error of unknown kind is taken for final")
	}
}

// TestAnEffectThatNobodyTried: only one that came up in the very hands that carry it
// out, for the first time, is known not to have been tried.
func TestAnEffectThatNobodyTried(t *testing.T) {
	t.Parallel()
	record := bot.RecordDeployment{State: bot.DeploymentRunning}
	left := bottest.Starting()
	left.Phase, left.Run = bot.Running, bot.Run{ID: 7, HeadSHA: "head", Status: bot.RunInProgress, ReadAt: noon}
	left.Outbox = []bot.Pending{{Effect: record, Since: noon, Due: noon}}
	h := hold(bot.Claim{Release: left, Fence: 2, Now: noon}, time.Now())
	if h.enqueue(record); h.never(h.r.Outbox[0]) {
		t.Error("what somebody else left behind counts as never tried")
	}
	h.drop(record)
	h.enqueue(record)
	at := slices.IndexFunc(h.r.Outbox, func(p bot.Pending) bool { return p.Effect == record })
	if at < 0 || !h.never(h.r.Outbox[at]) {
		t.Fatalf("what has just come up counts as tried: %+v", h.r.Outbox)
	}
	h.postpone(record, 0, 0)
	if h.never(h.r.Outbox[at]) {
		t.Error("what was tried counts as never tried")
	}
}

// movedAt is a store that takes every move and says when it did.
type movedAt struct {
	Work
	at time.Time
}

func (m movedAt) Move(context.Context, bot.Move) (time.Time, error) { return m.at, nil }

// TestTimeGoesOnlyForward: an answer of the store that took long makes the time run
// ahead; the next answer, and the next claim, do not set it back.
func TestTimeGoesOnlyForward(t *testing.T) {
	t.Parallel()
	const took = 3 * time.Second
	r := bottest.Starting()
	h := hold(bot.Claim{Release: r, Now: noon}, time.Now().Add(-took))
	ahead := h.now()
	if ahead.Before(noon.Add(took)) {
		t.Fatalf("after an answer that took %s its time is %s", took, ahead)
	}
	e := New(&catalog.Catalog{}, Ports{Work: movedAt{at: noon.Add(time.Millisecond)}}, Options{}, slog.New(slog.DiscardHandler))
	if err := e.save(t.Context(), h, bot.Move{Keep: true}); err != nil {
		t.Fatal(err)
	}
	if now := h.now(); now.Before(ahead) {
		t.Errorf("a move set the time back by %s", ahead.Sub(now))
	}

	r.Moments = []bot.Moment{{Phase: r.Phase, At: ahead}}
	for name, tt := range map[string]struct{ now, want time.Time }{
		"the next claim":                       {now: noon.Add(time.Millisecond), want: ahead},
		"a claim after the clock was set back": {now: noon.Add(-time.Hour), want: noon.Add(-time.Hour)},
		"a claim long afterwards":              {now: noon.Add(time.Hour), want: noon.Add(time.Hour)},
	} {
		next := hold(bot.Claim{Release: r, Now: tt.now}, time.Now())
		if now := next.now(); now.Before(tt.want) || now.After(tt.want.Add(time.Minute)) {
			t.Errorf("%s: its time is %s, want %s", name, now, tt.want)
		}
	}
}
