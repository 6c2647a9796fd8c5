package lifecycle

import (
	"time"

	"github.com/slipwayhq/slipway/bot"
)

// verifying: the run succeeded and the service's health is watched.
func (s *step) verifying(ev bot.Event) {
	switch ev := ev.(type) {
	case bot.Ticked:
		if !s.now.Before(s.r.Watch.NextAt) {
			s.do(bot.AskProbes{})
		}
	case bot.Sampled:
		s.sampled(ev)
	case bot.CountdownStopped:
		s.countdownStopped(ev)
	case bot.WatchLonger:
		s.watchLonger(ev)
	case bot.Hinted:
		s.hintedLate(ev)
	case bot.RunSeen:
		s.ranAgain(ev.Run)
	case bot.WorkflowChanged:
		s.alert(bot.NoteMismatch{})
	case bot.YieldAsked:
		s.superseded(bot.Cancel{By: ev.By, For: ev.For})
	case bot.CancelAsked:
		s.tell(ev.By, bot.TellTooLate)
	default:
		s.late(ev)
	}
}

func (s *step) sampled(ev bot.Sampled) {
	w := &s.r.Watch
	w.Miss(ev.Gap)
	w.Keep(ev.Samples)
	w.Before = append(w.Before, ev.Before...)
	w.Evidence = ev.Evidence
	if !ev.EndsAt.IsZero() {
		w.EndsAt = ev.EndsAt
	}
	w.NextAt = nextSample(*w, s.r.Plan.Settings.Health.Tick(), s.now)
	s.r.Verdict = ev.Verdict
	switch ev.Verdict {
	case bot.Watching:
	case bot.NotHealthy:
		s.notHealthy(ev)
	case bot.Inconclusive:
		s.watched(because("its health could not be told", ev))
	case bot.Healthy, bot.NotWatched:
		s.watched("")
	}
}

// because names the probe that spoke, and what it says.
func because(says string, ev bot.Sampled) string {
	if why := ev.Because(); why != "" {
		return says + ": " + why
	}
	return says
}

// nextSample is when the probes are asked next: at the regular interval, even after a
// restart, and once more at the end of the window.
func nextSample(w bot.Watch, every time.Duration, now time.Time) time.Time {
	if every <= 0 {
		return w.EndsAt
	}
	next := w.StartedAt.Add(now.Sub(w.StartedAt).Truncate(every) + every)
	if next.After(w.EndsAt) && now.Before(w.EndsAt) {
		return w.EndsAt
	}
	return next
}
