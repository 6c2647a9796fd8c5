package bot

import "slices"

// Arrival is whether a release's commit came to its target. Only a run that
// succeeded says so, or a person who records what is live; a run that broke off
// may have changed anything, or nothing.
type Arrival string

// Whether a release's commit came to its target.
const (
	Arrived     Arrival = "yes"
	MayHaveCome Arrival = "perhaps" // some of its run was carried out
	NeverCame   Arrival = "no"      // nothing of its run was carried out
)

// Arrival says whether the release's commit came to its target. What cannot be
// told of a run counts as carried out in part.
func (r Release) Arrival() Arrival {
	switch {
	case r.Beside.Happened():
		return r.Beside.Came
	case !r.Started():
		return NeverCame
	case r.Ended() && r.Rerun.ID != 0:
		first := r
		first.Rerun = Run{}
		return r.rerunCame(first.Arrival())
	case r.Kind == Adopt, r.Phase.RanWell():
		return Arrived
	case r.Cancel.Cause == ByMismatch && r.Run.Conclusion == ConclusionSuccess: // what another workflow file did is not known
		return MayHaveCome
	case r.Ended() && r.Run.DidNothing():
		return NeverCame
	case r.Cancel.Cause == ByMismatch:
		return MayHaveCome
	}
	switch r.Deployed() {
	case DeployedNothing:
		if r.Ended() {
			return NeverCame
		}
	case DeployedWell:
		return Arrived
	case DeployedPerhaps:
	}
	return MayHaveCome
}

// Deployed is what a run that is over did to its target, as far as its jobs tell.
type Deployed string

// What a run did to its target.
const (
	DeployedWell    Deployed = "well"
	DeployedPerhaps Deployed = "perhaps"
	DeployedNothing Deployed = "nothing"
)

// Deployed says what the release's run did to its target: the job that the
// operator named says so and, where none was named, the run as a whole.
func (r Release) Deployed() Deployed {
	switch jobs := r.DeployJobs(); {
	case r.Run.DidNothing():
		return DeployedNothing
	case r.deployJob() == "":
		if r.Run.Conclusion == ConclusionSuccess && !idle(r.Run.Jobs) {
			return DeployedWell
		}
	case r.Run.known() && idle(jobs):
		return DeployedNothing
	case r.Run.Conclusion == ConclusionSuccess && went(jobs):
		return DeployedWell
	}
	return DeployedPerhaps
}

// idle says that there are jobs, and that nothing of them was carried out.
func idle(jobs []Job) bool {
	return len(jobs) > 0 && !slices.ContainsFunc(jobs, func(j Job) bool { return !j.idle() })
}

// went says that one of the jobs went well, and none of them otherwise. What was
// skipped of them was not to be done.
func went(jobs []Job) bool {
	well := false
	for _, j := range jobs {
		switch {
		case j.Conclusion == ConclusionSuccess:
			well = true
		case j.Conclusion != ConclusionSkipped:
			return false
		}
	}
	return well
}

// DeployJobs are the jobs of the release's run that the operator named as those
// that deploy.
func (r Release) DeployJobs() []Job {
	if r.deployJob() == "" {
		return nil
	}
	return r.Run.JobsNamed(r.deployJob())
}

func (r Release) deployJob() string {
	if r.Plan == nil {
		return ""
	}
	return r.Plan.Settings.DeployJob
}

// Came is the release's Arrival. What was recorded before there was such a mark
// is judged by how the release ended.
func (p Past) Came() Arrival {
	switch {
	case p.Arrival != "": // that of a run that was started again, where one was
		return p.Arrival
	case p.Healthy, p.Phase.RanWell():
		return Arrived
	default:
		return MayHaveCome
	}
}

// Live is what is live on a target, as far as its history tells.
type Live struct {
	// Newest is the last release that changed the target, or may have; nil: none.
	Newest *Past
	// Sure is the last one whose commit came for certain; nil: none.
	Sure *Past
}

// LiveOf reads what is live from the history of a target, newest first.
func LiveOf(history []Past) Live {
	var l Live
	for i, p := range history {
		if p.Came() == NeverCame {
			continue
		}
		if l.Newest == nil {
			l.Newest = &history[i]
		}
		if p.Came() == Arrived {
			l.Sure = &history[i]
			break
		}
	}
	return l
}

// Uncertain says that it cannot be told which of several commits is live.
func (l Live) Uncertain() bool { return l.Newest != nil && l.Newest != l.Sure }

// Base is what a deploy is compared with: what was live for certain, so that
// nothing that goes out with it is left out. Nil: nothing is known.
func (l Live) Base() *Past {
	if l.Sure != nil {
		return l.Sure
	}
	return l.Newest
}

// Holds says whether the commit is live, or may be.
func (l Live) Holds(sha string) bool {
	for _, end := range []*Past{l.Newest, l.Sure} {
		if end != nil && sha != "" && end.SHA == sha {
			return true
		}
	}
	return false
}

// ToTakeBack is the release that a rollback takes back, nil if there is none:
// what is live or came last. A rollback that did not end well has not taken
// anything away, so that what it was to take back is still to be.
func ToTakeBack(history []Past) *Past {
	newest := LiveOf(history).Newest
	for i, p := range history {
		if p.Came() != NeverCame && !p.brokeOff() {
			return &history[i]
		}
	}
	return newest
}

// brokeOff says of a rollback that it is over and did not bring its commit for
// certain.
func (p Past) brokeOff() bool { return p.Kind == Rollback && p.Phase.Ended() && p.Came() != Arrived }

// AwayFrom are the commits that a rollback is to get away from when it takes the
// named release back: that release's, and where it is a rollback under way, that
// of what this one takes back.
func AwayFrom(history []Past, back string) []string {
	for i, p := range history {
		if p.Release != back {
			continue
		}
		away := []string{p.SHA}
		if p.Kind == Rollback && !p.Phase.Ended() {
			if before := ToTakeBack(history[i+1:]); before != nil {
				away = append(away, before.SHA)
			}
		}
		return away
	}
	return nil
}
