package engine

import (
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/slipwayhq/slipway/bot"
)

// TestAnOutboxHoldsWhatIsWantedStill: what the release has no use for any more is
// dropped with the next event, whatever it is.
func TestAnOutboxHoldsWhatIsWantedStill(t *testing.T) {
	t.Parallel()
	r := running()
	r.Phase, r.Moments = bot.Succeeded, []bot.Moment{{Phase: bot.Succeeded, At: claimedAt}}
	kept := bot.Pending{Effect: bot.RecordDeployment{State: bot.DeploymentSuccess}, Due: claimedAt.Add(time.Hour)}
	r.Outbox = []bot.Pending{{Effect: bot.RecordDeployment{State: bot.DeploymentRunning}}, kept}
	if diff := cmp.Diff([]bot.Pending{kept}, hold(bot.Claim{Release: r, Now: claimedAt}, time.Now()).r.Outbox); diff != "" {
		t.Errorf("in the outbox (-want +got):\n%s", diff)
	}
}

// TestHowLongAnEffectIsTried: a day, and no longer; what else waits beside it is let
// alone.
func TestHowLongAnEffectIsTried(t *testing.T) {
	t.Parallel()
	for since, kept := range map[time.Duration]bool{0: true, 24 * time.Hour: true, 24*time.Hour + 1: false} {
		synctest.Test(t, func(t *testing.T) {
			r := running()
			r.Phase, r.Moments = bot.Succeeded, []bot.Moment{{Phase: bot.Succeeded, At: claimedAt}}
			tried := bot.Pending{Effect: bot.Alert{News: bot.NoteFailed{}}, Since: claimedAt.Add(-since), Due: claimedAt}
			other := bot.Pending{Effect: bot.Alert{News: bot.NoteUnhealthy{}}, Since: claimedAt, Due: claimedAt.Add(time.Minute)}
			r.Outbox = []bot.Pending{other, tried}
			h := hold(bot.Claim{Release: r, Now: claimedAt}, time.Now())
			h.finish(tried, nil, &bot.Error{Kind: bot.Unavailable})
			want := []bot.Pending{other}
			if kept {
				tried.Tries, tried.Due = 1, claimedAt.Add(time.Second)
				want = append(want, tried)
			}
			if diff := cmp.Diff(want, h.r.Outbox); diff != "" {
				t.Errorf("tried for %s (-want +got):\n%s", since, diff)
			}
		})
	}
}

// TestPromise6_ASearchThatWillBeTooLateEndsNow: where the next look for a run would
// come after the time for it, a person is asked at once.
func TestPromise6_ASearchThatWillBeTooLateEndsNow(t *testing.T) {
	t.Parallel()
	const bound = 90*time.Second + 10*time.Minute
	for wait, want := range map[time.Duration]bot.Phase{10 * time.Second: bot.Dispatching, 20 * time.Second: bot.Unknown} {
		synctest.Test(t, func(t *testing.T) {
			r := running()
			r.Phase, r.Run = bot.Dispatching, bot.Run{}
			r.Dispatch = bot.Dispatch{State: bot.Searching, Attempt: 1, At: claimedAt.Add(20*time.Second - bound)}
			find := bot.Pending{Effect: bot.FindRun{}, Since: claimedAt, Due: claimedAt}
			r.WakeAt = claimedAt.Add(time.Hour)
			r.Outbox = []bot.Pending{{Effect: bot.Alert{News: bot.NoteMismatch{}}, Since: claimedAt, Due: claimedAt.Add(time.Second)}, find}
			h := hold(bot.Claim{Release: r, Now: claimedAt}, time.Now())
			h.finish(find, nil, &bot.Error{Kind: bot.Limited, RetryAfter: wait})
			if h.r.Phase != want {
				t.Errorf("with the next look in %s it is %s, want %s", wait, h.r.Phase, want)
			}
		})
	}
}

// TestWhenAReleaseFallsDue: at the earliest of its own timer and of what waits in its
// outbox. A timer that had its say already waits a little, and where there is neither
// the release never falls due by itself.
func TestWhenAReleaseFallsDue(t *testing.T) {
	t.Parallel()
	in := func(d time.Duration) time.Time { return claimedAt.Add(d) }
	for name, tt := range map[string]struct {
		timer  time.Time
		outbox []time.Time
		want   time.Time
	}{
		"never":                          {},
		"its timer":                      {timer: in(time.Minute), want: in(time.Minute)},
		"a moment after it was ticked":   {timer: in(1), want: in(1)},
		"its timer had its say":          {timer: in(0), want: in(5 * time.Second)},
		"long ago":                       {timer: in(-time.Hour), want: in(5 * time.Second)},
		"what waits, the earliest":       {outbox: []time.Time{in(time.Hour), in(time.Minute), in(time.Hour)}, want: in(time.Minute)},
		"what waits is before":           {timer: in(time.Hour), outbox: []time.Time{in(time.Minute)}, want: in(time.Minute)},
		"what waits is after":            {timer: in(time.Minute), outbox: []time.Time{in(time.Hour)}, want: in(time.Minute)},
		"what waits is before the pause": {timer: in(0), outbox: []time.Time{in(time.Second)}, want: in(time.Second)},
	} {
		synctest.Test(t, func(t *testing.T) {
			h := &held{r: bot.Release{WakeAt: tt.timer}, claimed: claimedAt, began: time.Now(), ticked: claimedAt}
			for _, due := range tt.outbox {
				h.r.Outbox = append(h.r.Outbox, bot.Pending{Due: due})
			}
			if got := h.wake(); !got.Equal(tt.want) {
				t.Errorf("%s: %s, want %s", name, got, tt.want)
			}
		})
	}
}

// TestHowOftenAWebhookIsTried: ever more seldom, or later where its receiver asks for
// that; that it asks for more tries is not heard. Who found no room comes again when there
// may be some.
func TestHowOftenAWebhookIsTried(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		tries int
		err   bot.Error
		want  time.Duration
	}{
		"at first":                      {0, bot.Error{Kind: bot.Unavailable}, time.Second},
		"after some":                    {5, bot.Error{Kind: bot.Unavailable}, 32 * time.Second},
		"after many":                    {100, bot.Error{Kind: bot.Unavailable}, 10 * time.Minute},
		"asked for more time":           {0, bot.Error{Kind: bot.Unavailable, RetryAfter: time.Hour}, time.Hour},
		"asked for more tries":          {100, bot.Error{Kind: bot.Unavailable, RetryAfter: time.Second}, 10 * time.Minute},
		"there was no room for another": {100, bot.Error{Kind: bot.Limited, RetryAfter: 4 * time.Second}, 4 * time.Second},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				r := running()
				r.Phase, r.Moments = bot.Failed, []bot.Moment{{Phase: bot.Failed, At: claimedAt}}
				tried := bot.Pending{Effect: bot.Deliver{Outcome: bot.OutcomeFailed, At: claimedAt, To: bot.Recipient{Kind: bot.ToWebhook, ID: "ab"}}, Since: claimedAt, Due: claimedAt, Tries: tt.tries}
				r.Outbox = []bot.Pending{tried}
				h := hold(bot.Claim{Release: r, Now: claimedAt}, time.Now())
				h.finish(tried, nil, &tt.err)
				if len(h.r.Outbox) != 1 || h.r.Outbox[0].Due.Sub(claimedAt) != tt.want || h.r.Outbox[0].Tries != tt.tries+1 {
					t.Errorf("in the outbox: %+v", h.r.Outbox)
				}
			})
		})
	}
}
