package lifecycle

import "github.com/slipwayhq/slipway/bot"

// maxEarly is how many samples from before the start are kept: enough to tell what
// failed already.
const maxEarly = 200

// lookEarly asks the probes before the release is started, if their past cannot be
// asked for later: when the plan is shown, and about once a minute while the release
// waits.
func (s *step) lookEarly() {
	starts := s.r.Kind == bot.Deploy || s.r.Kind == bot.Rollback
	if starts && s.r.Plan != nil && len(s.r.Plan.Settings.Health.Probes) > 0 && len(s.r.Watch.Samples) < maxEarly {
		s.do(bot.AskProbes{})
	}
}

func (s *step) sampledEarly(ev bot.Sampled) {
	s.r.Watch.Samples = append(s.r.Watch.Samples, ev.Samples...)
}
