package lifecycle

import (
	"time"

	"github.com/slipwayhq/slipway/bot"
)

// watchedOn handles a release that ended after an inconclusive watch and whose service
// somebody wants watched for longer. It stays ended and holds no slot; the next release
// on the target ends the watch.
func (s *step) watchedOn(ev bot.Event) {
	switch ev := ev.(type) {
	case bot.WatchLonger:
		s.watchLonger(ev)
	case bot.CountdownStopped:
		counted := s.r.CountsDown()
		if s.countdownStopped(ev); counted && !s.r.CountsDown() {
			s.asks(bot.Sampled{Judgement: bot.Judgement{Verdict: bot.NotHealthy, Evidence: s.r.Watch.Evidence}}, "")
		}
	case bot.Sampled:
		if s.r.WatchesOn() {
			s.sampled(ev)
		}
	case bot.Displaced:
		s.displaced(ev)
	default:
	}
}

// lookOn asks the probes when it is time.
func (s *step) lookOn() {
	if at := watchOnWake(s.r); !at.IsZero() && !s.now.Before(at) {
		s.do(bot.AskProbes{})
	}
}

// displaced: another release is live now, so this one cannot be judged any more.
func (s *step) displaced(ev bot.Displaced) {
	if !s.r.WatchesOn() {
		return
	}
	if s.r.Verdict == bot.Watching {
		s.r.Verdict = bot.Inconclusive
	}
	s.r.Watch.Countdown.At = time.Time{}
	s.say(bot.NoteDisplaced{By: ev.By, At: s.now})
}

// watched: the watch is over, and nothing was found against the release.
func (s *step) watched(cause string) {
	s.sayHealth()
	if !s.r.Ended() {
		s.succeeded(cause)
		return
	}
	s.r.Ending.Cause = cause
	s.do(bot.RecordDeployment{State: bot.DeploymentSuccess})
	s.proven()
}

// sayHealth reports the verdict: once, and again after a longer watch.
func (s *step) sayHealth() {
	if s.r.Ended() {
		s.say(bot.NoteHealth{At: s.now})
		return
	}
	s.say(bot.NoteHealth{})
}
