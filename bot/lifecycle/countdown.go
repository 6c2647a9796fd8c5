package lifecycle

import (
	"time"

	"github.com/slipwayhq/slipway/bot"
)

// notHealthy: the watch found the service unhealthy. If slipway.yaml says so the
// release is rolled back automatically, once, after a countdown that people can stop.
// Otherwise, or if something prevents that, people are asked in an alert.
func (s *step) notHealthy(ev bot.Sampled) {
	rule, c := s.r.Plan.Settings.Health, &s.r.Watch.Countdown
	goes := rule.OnUnhealthy == bot.OnUnhealthyRollback && ev.Back.Hindrance == "" && c.Stopped == (bot.Person{})
	switch {
	case goes && c.Runs() && ev.Recovered && !c.Recovered:
		s.recovered()
	case goes && c.Runs() && s.now.Before(c.At):
		s.r.Watch.NextAt = bot.EarlierOf(s.r.Watch.NextAt, c.At)
	case goes && c.At.IsZero() && rule.Countdown > 0:
		*c = bot.Countdown{Since: s.now, At: s.now.Add(rule.Countdown), To: ev.Back.To, Recovered: c.Recovered}
		s.r.Watch.NextAt = bot.EarlierOf(s.r.Watch.NextAt, c.At)
		s.alert(bot.NoteCountdown{At: c.At})
	case goes:
		s.do(bot.RollBack{})
		s.sayHealth()
		s.endUnhealthy(ev, "it is taken back by itself, to "+ev.Back.To)
	default:
		if rule.OnUnhealthy == bot.OnUnhealthyShadow {
			s.say(bot.NoteShadow{Hindrance: ev.Back.Hindrance})
		}
		mend := ""
		if rule.OnUnhealthy == bot.OnUnhealthyRollback && ev.Back.Hindrance != "" {
			mend = "It is not taken back by itself: " + ev.Back.Hindrance
		}
		s.asks(ev, mend)
	}
}

// asks ends the release as unhealthy and alerts: a person decides what to do.
func (s *step) asks(ev bot.Sampled, mend string) {
	s.sayHealth()
	s.alert(bot.NoteUnhealthy{})
	s.endUnhealthy(ev, mend)
}

// endUnhealthy ends the release. If it had ended already and was being watched for
// longer it stays as it ended, and only its verdict becomes unhealthy.
func (s *step) endUnhealthy(ev bot.Sampled, mend string) {
	s.do(bot.RecordDeployment{State: bot.DeploymentFailure})
	ending := bot.Ending{Cause: because("the service was not healthy after the run", ev), Mend: mend}
	if s.r.Ended() {
		s.r.Ending, s.r.Watch.Countdown.At = ending, time.Time{}
		return
	}
	s.end(bot.Unhealthy, ending)
}

// notRolledBack: the automatic rollback could not even be requested.
func (s *step) notRolledBack(ev bot.EffectFailed) {
	if bot.IsA[bot.RollBack](ev.Effect) && (ev.Final || ev.Next.IsZero()) {
		s.r.Ending.Mend = "It could not be taken back by itself: " + ev.Says
		s.alert(bot.NoteUnhealthy{})
	}
}

// recovered starts the watch over, since the service is as well as it was before. It
// does so once only: a service that keeps failing and recovering is rolled back in the
// end.
func (s *step) recovered() {
	s.anew()
	s.r.Watch.Countdown = bot.Countdown{Recovered: true}
	s.say(bot.NoteRecovered{At: s.now})
}

// anew opens another window, judged by what is seen from now on. What people said about
// the earlier verdict does not apply to it.
func (s *step) anew() {
	rule := s.r.Plan.Settings.Health
	w := &s.r.Watch
	w.Fresh, w.EndsAt = s.now, s.now.Add(rule.Window)
	w.NextAt = nextSample(*w, rule.Tick(), s.now)
	s.r.Verdict, s.r.Opinions = bot.Watching, nil
}

// countdownStopped: somebody stopped the automatic rollback. The release ends as it
// would have without one.
func (s *step) countdownStopped(ev bot.CountdownStopped) {
	switch {
	case !ev.Standing.May:
		s.doesNotCount(ev.By, ev.Standing, bot.TellMayNotCancel)
	case !s.r.CountsDown():
		s.tell(ev.By, bot.TellTooLate)
	default:
		s.r.Watch.Countdown.Stopped = ev.By
		s.say(bot.NoteCountdownStopped{By: ev.By, At: s.now})
		s.r.Watch.NextAt = s.now
	}
}

// watchLonger: somebody wants to see more before anything is done, or after an
// inconclusive watch.
func (s *step) watchLonger(ev bot.WatchLonger) {
	switch {
	case !ev.Standing.May:
		s.doesNotCount(ev.By, ev.Standing, bot.TellMayNotCancel)
	case !s.r.CountsDown() && !s.r.MayWatchOn():
		s.tell(ev.By, bot.TellTooLate)
	default:
		s.anew()
		s.r.Watch.Countdown = bot.Countdown{Recovered: s.r.Watch.Countdown.Recovered}
		s.say(bot.NoteWatchLonger{By: ev.By, At: s.now})
	}
}
