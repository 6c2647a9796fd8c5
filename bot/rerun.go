package bot

import "time"

// Rerun is a run of a release that is over which somebody started again at the
// code host, and which goes on: old code goes out once more, past every rule.
type Rerun struct {
	Release string
	Run     int64
	Attempt int
	URL     string
}

// SeenRerun is a run that was started again after its release was over, as the
// code host lists it.
type SeenRerun struct {
	Of  Release
	Run Run
}

// Goes says that it goes on.
func (s SeenRerun) Goes() bool { return s.Run.Status != RunCompleted }

// News says that its release does not know of it yet.
func (s SeenRerun) News() bool {
	known := s.Of.LastAttempt()
	return s.Run.Attempt > known || s.Run.Attempt == known && s.Of.RerunGoes() && !s.Goes()
}

// Rerun is what a plan keeps of it.
func (s SeenRerun) Rerun() Rerun {
	return Rerun{Release: s.Of.ID, Run: s.Run.ID, Attempt: s.Run.Attempt, URL: s.Run.URL}
}

// Again is what history keeps of a run that was started again after its release
// was over. The zero value: none was, or it changed nothing.
type Again struct {
	Attempt    int
	At         time.Time  // when it was over, or else when it began
	Conclusion Conclusion // empty: it is not known to be over
}

// Over says whether it is over.
func (a Again) Over() bool { return a.Conclusion != ConclusionNone }

// LastAttempt is the last attempt of the release's run that slipway knows of.
func (r Release) LastAttempt() int { return max(1, r.Run.Attempt, r.Rerun.Attempt) }

// RerunGoes says that a run of the release that was started again goes on, as
// far as it is known.
func (r Release) RerunGoes() bool { return r.Rerun.ID != 0 && r.Rerun.Status != RunCompleted }

// RanAgain is what history keeps of the release's run that was started again.
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

// rerunCame is what a run that was started again after the release was over did
// to its target; before is what the release had done until then.
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

// rerunDidNothing says that nothing of it was carried out. Only the last
// attempt's jobs are known, so there must have been but one.
func (r Release) rerunDidNothing() bool {
	again := r.Rerun
	if again.Status != RunCompleted || again.Attempt != max(1, r.Run.Attempt)+1 || !again.Listed {
		return false
	}
	again.Attempt = 1
	return again.DidNothing() || idle(r.asRun().DeployJobs())
}

// asRun is the release with the run that was started again in place of its own.
func (r Release) asRun() Release {
	r.Run, r.Rerun, r.Cancel = r.Rerun, Run{}, Cancel{}
	return r
}
