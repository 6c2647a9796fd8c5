package bot

import "time"

// Rerun is the run of an ended release that somebody started again at the code host and
// that is still going: it deploys old code once more, past every rule.
type Rerun struct {
	Release string
	Run     int64
	Attempt int
	URL     string
}

// SeenRerun is a run that was started again after its release was over, as the code
// host lists it.
type SeenRerun struct {
	Of  Release
	Run Run
}

// Goes says whether it is still going.
func (s SeenRerun) Goes() bool { return s.Run.Status != RunCompleted }

// News says whether its release does not know of it yet.
func (s SeenRerun) News() bool {
	known := s.Of.LastAttempt()
	return s.Run.Attempt > known || s.Run.Attempt == known && s.Of.RerunGoes() && !s.Goes()
}

// Rerun is the part of it that a plan keeps.
func (s SeenRerun) Rerun() Rerun {
	return Rerun{Release: s.Of.ID, Run: s.Run.ID, Attempt: s.Run.Attempt, URL: s.Run.URL}
}

// Again is what history records of a run that was started again after its release was
// over. The zero value: there was none, or it changed nothing.
type Again struct {
	Attempt    int
	At         time.Time  // when it ended or, until then, when it began
	Conclusion Conclusion // empty: it may still be going
}

// Over says whether it is over.
func (a Again) Over() bool { return a.Conclusion != ConclusionNone }

// LastAttempt is the last attempt of the release's run that slipway knows.
func (r Release) LastAttempt() int { return max(1, r.Run.Attempt, r.Rerun.Attempt) }

// RerunGoes says whether a run of the release that was started again is still going, as
// far as is known.
func (r Release) RerunGoes() bool { return r.Rerun.ID != 0 && r.Rerun.Status != RunCompleted }

// RanAgain is what history records of the release's run that was started again.
func (r Release) RanAgain() Again {
	if !r.Ended() || r.Rerun.ID == 0 || r.rerunDidNothing() {
		return Again{}
	}
	again := Again{Attempt: r.Rerun.Attempt, At: r.Rerun.StartedAt, Conclusion: r.Rerun.Conclusion}
	if again.Over() {
		again.At = r.Rerun.UpdatedAt
	}
	return again
}

// rerunCame says whether the commit went live, given the run that was started again,
// and what was known before it.
func (r Release) rerunCame(before Arrival) Arrival {
	switch {
	case r.RerunGoes():
		return MayHaveCome
	case r.rerunDidNothing():
		return before
	case r.asRun().Deployed() == DeployedWell:
		return Arrived
	}
	return MayHaveCome
}

// rerunDidNothing says whether nothing of the rerun was carried out. Only the last
// attempt's jobs are known, so it must have been the only one.
func (r Release) rerunDidNothing() bool {
	again := r.Rerun
	if again.Status != RunCompleted || again.Attempt != max(1, r.Run.Attempt)+1 || !again.Listed {
		return false
	}
	again.Attempt = 1
	return again.DidNothing() || idle(r.asRun().DeployJobs())
}

// asRun is the release with the rerun in place of its own run.
func (r Release) asRun() Release {
	r.Run, r.Rerun, r.Cancel = r.Rerun, Run{}, Cancel{}
	return r
}
