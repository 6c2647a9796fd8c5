package bot

import "slices"

// MaxBatch is how many releases may go together.
const MaxBatch = 10

// Part is what a release knows of the batch that it goes with; the zero value
// means that it goes alone.
type Part struct {
	// Batch is the batch's id.
	Batch string
	// After are the services of the batch that go before it.
	After  []string
	Awaits Await
	// Stopped says that the batch ended it, since another of its releases did
	// not go well.
	Stopped bool
}

// Await is for which word of its batch a release waits.
type Await string

// What a release of a batch waits for, one after the other.
const (
	// AwaitAsk: it is worked out and asks nobody yet, since another of the batch
	// may still be refused.
	AwaitAsk Await = "ask"
	// AwaitGo: it asks for what approval it needs, and does not take its turn.
	AwaitGo Await = "go"
	// AwaitNone: it goes by itself.
	AwaitNone Await = ""
)

// BatchMember is one release of a batch, as the batch last saw it.
type BatchMember struct {
	Target Target
	// After are the services of the batch that go before it.
	After []string
	// Back is, in a batch of rollbacks, the release that it takes back.
	Back string
	// Release is its id, empty until it is made.
	Release string

	Phase     Phase
	Awaits    Await
	Stopped   bool
	Started   bool
	Healthy   bool // it has gone well
	TakenBack bool
	Cause     string // why it ended as it did
}

// Saw is the member after a look at its release.
func (m BatchMember) Saw(r Release) BatchMember {
	m.Release, m.Phase, m.Awaits, m.Stopped = r.ID, r.Phase, r.Part.Awaits, r.Part.Stopped
	m.Started = r.Started() && (!r.Ended() || r.Arrival() != NeverCame) // what changed nothing is not to be taken back
	m.Healthy, m.TakenBack, m.Cause = r.Well(), r.TakenBackBy != "", r.Ending.Cause
	return m
}

// BeforeStart says that nothing of the member was started yet.
func (m BatchMember) BeforeStart() bool {
	return m.Phase == "" || m.Phase.BeforeStart()
}

// Broke says that the member ended otherwise than well.
func (m BatchMember) Broke() bool { return m.Phase.EndedBadly() }

// Well says that the member has gone well.
func (m BatchMember) Well() bool { return m.Phase.EndedWell() && m.Healthy }

// Unclear says that nobody can tell whether it has gone well.
func (m BatchMember) Unclear() bool { return m.Phase.EndedWell() && !m.Healthy }

// WaitsToAsk says that no rule refuses the member, so that approvers may be asked.
func (m BatchMember) WaitsToAsk() bool { return m.Phase.InQueue() && m.Awaits == AwaitAsk }

// WaitsToGo says that nothing of its own holds the member, only its turn.
func (m BatchMember) WaitsToGo() bool { return m.Phase.InQueue() && m.Awaits == AwaitGo }

// Services are the services that a release is about: its target's, or all that
// go together.
func (r Release) Services() []string {
	if r.Kind != Batch {
		return []string{r.Target.Service}
	}
	var services []string
	for _, m := range r.Members {
		services = append(services, m.Target.Service)
	}
	return services
}

// Undoes says that a batch takes another batch back.
func (r Release) Undoes() bool { return r.Kind == Batch && r.Reversal.Back != "" }

// Broken is the member for which a batch stops: the first that did not go well
// by itself.
func (r Release) Broken() (BatchMember, bool) {
	i := slices.IndexFunc(r.Members, func(m BatchMember) bool { return m.Broke() && !m.Stopped })
	if i < 0 {
		i = slices.IndexFunc(r.Members, BatchMember.Broke)
	}
	if i < 0 {
		return BatchMember{}, false
	}
	return r.Members[i], true
}

// ToTakeBack are the members of a batch that may have changed something and were
// not taken back since, the last first: what needs another goes before it.
func (r Release) ToTakeBack() []BatchMember {
	var went []BatchMember
	for _, m := range slices.Backward(r.Members) {
		if m.Started && !m.TakenBack {
			went = append(went, m)
		}
	}
	return went
}
