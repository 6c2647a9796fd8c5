package lifecycle

import (
	"testing"
	"time"

	"github.com/slipwayhq/slipway/bot"
)

// TestRunningIsNotRecordedAfterTheEnd: a record of the running release that
// GitHub did not take in time would reopen the record of one that has ended,
// or make a second one.
func TestRunningIsNotRecordedAfterTheEnd(t *testing.T) {
	t.Parallel()
	running := bot.RecordDeployment{State: bot.DeploymentRunning}
	for _, phase := range bot.Phases() {
		if got := Wanted(bot.Release{Phase: phase}, running); got == phase.Ended() {
			t.Errorf("Wanted in %s = %v", phase, got)
		}
		if !Wanted(bot.Release{Phase: phase}, bot.RecordDeployment{State: bot.DeploymentSuccess}) {
			t.Errorf("the outcome is not recorded in %s", phase)
		}
	}
}

// TestMomentsAreBounded: a release that is asked about for ever keeps how it
// began and where it stands.
func TestMomentsAreBounded(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 11, 24, 9, 0, 0, 0, time.UTC)
	s := &step{r: bot.Release{}, now: now}
	for n := range 5 * bot.MaxMoments {
		s.now = now.Add(time.Duration(n) * time.Minute)
		s.enter(bot.Dispatching)
		s.enter(bot.Unknown)
	}
	if n := len(s.r.Moments); n != bot.MaxMoments {
		t.Errorf("%d moments are kept", n)
	}
	if first := s.r.Moments[0]; !first.At.Equal(now) || !s.r.Since().Equal(s.now) {
		t.Errorf("it began at %s and stands since %s", first.At, s.r.Since())
	}
}

// TestRemindersBecomeRare: each reminder is a message, so that a release that
// nobody cares for must not make 48 of them every day, nor any for ever; the last one
// says that it is the last.
func TestRemindersBecomeRare(t *testing.T) {
	t.Parallel()
	began := time.Date(2026, 11, 24, 9, 0, 0, 0, time.UTC)
	r := bot.Release{Phase: bot.Unknown, Plan: &bot.Plan{}, Moments: []bot.Moment{{Phase: bot.Unknown, At: began}}}
	said, last := map[string]bool{}, map[string]bool{}
	for now := began; now.Before(began.Add(30 * 24 * time.Hour)); now = now.Add(5 * time.Minute) {
		next, effects := Next(r, bot.Ticked{}, now)
		for _, effect := range effects {
			if alert, is := effect.(bot.Alert); is {
				said[bot.EffectKey(effect)] = true
				if reminder, is := alert.News.(bot.NoteReminder); is && reminder.Last {
					last[bot.EffectKey(effect)] = true
				}
			}
		}
		r = next
	}
	if n := len(said); n != 48+13 || len(last) != 1 {
		t.Errorf("%d reminders in 30 days, of which %d are the last", n, len(last))
	}
}
