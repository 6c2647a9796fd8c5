package bot

import (
	"slices"
	"time"
)

// Hindsight is what somebody says of a verdict afterwards, when they know better.
type Hindsight string

// What can be said of a verdict.
const (
	// WasRight: it was as the verdict says.
	WasRight Hindsight = "right"
	// FalseAlarm: the service was well.
	FalseAlarm Hindsight = "false"
	// Missed: the service was not well, and the verdict does not say so.
	Missed Hindsight = "missed"
)

// Opinion is one person's word on the verdict of a release.
type Opinion struct {
	By   Person
	Says Hindsight
	At   time.Time
}

// MaxOpinions is how many people's words on a verdict are kept.
const MaxOpinions = 50

// HindsightSaid means: By says what the verdict on an ended release was worth.
type HindsightSaid struct {
	By       Person
	Says     Hindsight
	Standing Standing
}

func (HindsightSaid) event() {}

// Allows says whether a word can be said of the verdict. Of one that raised no alarm
// nobody can say that it was a false one, and one that did has missed nothing.
func (v Verdict) Allows(h Hindsight) bool {
	switch v {
	case NotHealthy:
		return h == WasRight || h == FalseAlarm
	case Healthy:
		return h == WasRight || h == Missed
	case Inconclusive:
		return h == WasRight || h == FalseAlarm || h == Missed
	case NotWatched, Watching:
	}
	return false
}

// HasVerdict says that the release's watch is over and came to something.
func (r Release) HasVerdict() bool { return r.Ended() && r.Verdict.Allows(WasRight) }

// WithOpinion is what people say once one of them has spoken: the last word of each
// counts.
func WithOpinion(all []Opinion, o Opinion) []Opinion {
	kept := slices.DeleteFunc(slices.Clone(all), func(before Opinion) bool { return before.By.ID == o.By.ID })
	return append(kept[max(0, len(kept)+1-MaxOpinions):], o)
}

// LedgerEntry is what is kept of a verdict, and for longer than of the release itself.
type LedgerEntry struct {
	Release  string
	Target   Target
	At       time.Time // when the watch was over
	Verdict  Verdict
	Reaction OnUnhealthy // what follows an unhealthy one there
	Probes   []ProbeVerdict
	Opinions []Opinion
	// TakenBackBy is the rollback that took it back later, as far as that is still
	// known.
	TakenBackBy string
}

// ProbeVerdict is what one probe came to.
type ProbeVerdict struct {
	Probe   string
	Verdict Verdict
}

// Agreed is what all who spoke say of the verdict, and false where nobody did or they
// do not agree.
func (e LedgerEntry) Agreed() (Hindsight, bool) {
	if len(e.Opinions) == 0 || e.Disputed() {
		return "", false
	}
	return e.Opinions[0].Says, true
}

// Disputed says that people do not agree.
func (e LedgerEntry) Disputed() bool {
	return slices.ContainsFunc(e.Opinions, func(o Opinion) bool { return o.Says != e.Opinions[0].Says })
}

// Ledger is the entry of a release; false where it has no verdict.
func (r Release) Ledger() (LedgerEntry, bool) {
	if !r.HasVerdict() {
		return LedgerEntry{}, false
	}
	e := LedgerEntry{Release: r.ID, Target: r.Target, At: r.Since(), Verdict: r.Verdict, Opinions: r.Opinions, TakenBackBy: r.TakenBackBy}
	if r.Plan != nil {
		e.Reaction = r.Plan.Settings.Health.OnUnhealthy
	}
	for _, v := range r.Watch.Evidence {
		e.Probes = append(e.Probes, ProbeVerdict{v.Probe, v.Verdict})
	}
	return e, true
}

// Scores is how right verdicts were, of a probe or of a service as a whole, as far as
// people said.
type Scores struct {
	Name string // of the probe; empty for the service
	// Alarms are its unhealthy verdicts, Right and False those that people say were
	// right, or false alarms. Of the others nobody spoke, or people do not agree.
	Alarms, Right, False int
	// Missed is how often it said nothing where people say that the service was not
	// well.
	Missed int
}

// Judged is how many of its alarms people judged.
func (s Scores) Judged() int { return s.Right + s.False }

// Bad is how often people say that the service was not well.
func (s Scores) Bad() int { return s.Right + s.Missed }

// Trust is whether a rollback may go by itself on such verdicts.
type Trust string

// How far they can be trusted.
const (
	TooFew     Trust = "too_few" // to say
	Trusted    Trust = "trusted"
	NotTrusted Trust = "not_trusted"
)

const (
	// EnoughJudged is how many alarms people must have judged before it is said that
	// they can be trusted.
	EnoughJudged = 10
	// MaxFalse is the one in how many that may be a false alarm.
	MaxFalse = 10
)

// Trust is whether they can be trusted. So many false alarms that no number of right
// ones up to EnoughJudged would make up for them speak at once.
func (s Scores) Trust() Trust {
	switch judged := s.Judged(); {
	case s.False*MaxFalse > max(judged, EnoughJudged):
		return NotTrusted
	case judged < EnoughJudged:
		return TooFew
	}
	return Trusted
}

// ReportView shows how right the verdicts on a service were.
type ReportView struct {
	Now time.Time
	// Of is the service, or one of its targets.
	Of string
	// Watched is how many verdicts there are, and Since how old the oldest of them is.
	Watched int
	Since   time.Time
	Service Scores
	Probes  []Scores // in the order of their names
	// Inconclusive is how many asked a person, and Asked what people say of those.
	Inconclusive int
	Asked        map[Hindsight]int
	// Shadow is how many of the alarms came where a rollback was only thought of.
	Shadow int
	// Disputed are the releases on which people do not agree, and Unsaid the unhealthy
	// and inconclusive ones of which nobody spoke; the newest first.
	Disputed, Unsaid []string
	// TakenBack are those that were called healthy and taken back later, of which
	// nobody said whether that was missed.
	TakenBack []string
	// Say is how a verdict is judged, as it is typed, without the release and the word.
	Say string
}

func (ReportView) answer() {}
