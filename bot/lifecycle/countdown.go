package lifecycle

import "github.com/slipwayhq/slipway/bot"

// notHealthy: the watch speaks against the release. Where slipway.yaml says so it is
// taken back by itself, once, after a countdown that people can stop; else, or where
// something hinders that, people are asked out loud.
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
		s.say(bot.NoteHealth{})
		s.endUnhealthy(ev, "it is taken back by itself, to "+ev.Back.To)
	default:
		if rule.OnUnhealthy == bot.OnUnhealthyShadow {
			s.say(bot.NoteShadow{Hindrance: ev.Back.Hindrance})
		}
		mend := ""
		if rule.OnUnhealthy == bot.OnUnhealthyRollback && ev.Back.Hindrance != "" {
			mend = "It is not taken back by itself: " + ev.Back.Hindrance
		}
		s.say(bot.NoteHealth{})
		s.alert(bot.NoteUnhealthy{})
		s.endUnhealthy(ev, mend)
	}
}

func (s *step) endUnhealthy(ev bot.Sampled, mend string) {
	s.do(bot.RecordDeployment{State: bot.DeploymentFailure})
	s.end(bot.Unhealthy, bot.Ending{Cause: because("the service was not healthy after the run", ev), Mend: mend})
}

// recovered begins the watch anew: the service is as well as before again. That counts
// once, so that a service which comes and goes is taken back in the end.
func (s *step) recovered() {
	s.anew()
	s.r.Watch.Countdown = bot.Countdown{Recovered: true}
	s.say(bot.NoteRecovered{At: s.now})
}

// anew begins another window with what is seen from now on.
func (s *step) anew() {
	rule := s.r.Plan.Settings.Health
	w := &s.r.Watch
	w.Fresh, w.EndsAt = s.now, s.now.Add(rule.Window)
	w.NextAt = nextSample(*w, rule.Tick(), s.now)
	s.r.Verdict = bot.Watching
}

// countdownStopped: somebody wants no rollback to go by itself. The release ends as it
// would have ended without.
func (s *step) countdownStopped(ev bot.CountdownStopped) {
	switch {
	case !ev.Standing.May:
		s.doesNotCount(ev.By, ev.Standing, bot.TellMayNotCancel)
	case !s.r.Watch.Countdown.Runs():
		s.tell(ev.By, bot.TellTooLate)
	default:
		s.r.Watch.Countdown.Stopped = ev.By
		s.say(bot.NoteCountdownStopped{By: ev.By, At: s.now})
		s.r.Watch.NextAt = s.now
	}
}

// watchLonger: somebody wants to see more before anything is done.
func (s *step) watchLonger(ev bot.WatchLonger) {
	switch {
	case !ev.Standing.May:
		s.doesNotCount(ev.By, ev.Standing, bot.TellMayNotCancel)
	case !s.r.Watch.Countdown.Runs():
		s.tell(ev.By, bot.TellTooLate)
	default:
		s.anew()
		s.r.Watch.Countdown = bot.Countdown{Recovered: s.r.Watch.Countdown.Recovered}
		s.say(bot.NoteWatchLonger{By: ev.By, At: s.now})
	}
}
