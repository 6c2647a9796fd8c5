package bot

import (
	"slices"
	"time"
)

// Verdict is what a watch came to.
type Verdict string

// The verdicts.
const (
	// NotWatched: the target has no probes.
	NotWatched Verdict = "not_watched"
	// Watching: the window is still open.
	Watching Verdict = "watching"
	// Healthy: nothing speaks against the service.
	Healthy Verdict = "healthy"
	// NotHealthy: it became worse, or is beyond its bounds.
	NotHealthy Verdict = "unhealthy"
	// Inconclusive: too little was seen to tell, or it may be chance.
	Inconclusive Verdict = "inconclusive"
)

// HealthRule is how a target is watched after a successful run. Without
// probes it is not watched.
type HealthRule struct {
	Window      time.Duration
	Every       time.Duration // how often it is looked
	Delay       time.Duration // after the run, before the first look
	Before      time.Duration // how much of the time before is compared with; 0: DefaultBefore
	OnUnhealthy OnUnhealthy
	Countdown   time.Duration // before a rollback that goes by itself
	Probes      []Probe
}

// DefaultBefore is how much of the time before a release is compared with where the
// operator did not say.
const DefaultBefore = time.Hour

// OnUnhealthy is what follows an unhealthy verdict.
type OnUnhealthy string

// What follows an unhealthy verdict.
const (
	OnUnhealthyAsk      OnUnhealthy = "ask"      // say it out loud and offer the way back
	OnUnhealthyTell     OnUnhealthy = "tell"     // say it out loud
	OnUnhealthyRollback OnUnhealthy = "rollback" // go back, after a countdown
	OnUnhealthyShadow   OnUnhealthy = "shadow"   // say in the thread what rollback would have done
)

// Probe is one question that is asked of a service again and again.
type Probe struct {
	Name string
	// Source is the kind of question, and Settings what its source needs to know to
	// ask it, in an order of the source's own. What is secret is not among them.
	Source     string
	Settings   []Setting
	Kind       SampleKind
	Conditions Conditions
	Delay      time.Duration // after the run, before its first look, beside that of the rule
	Every      time.Duration // 0: as often as the rule says
	Timeout    time.Duration // how long an answer may take
}

// Tick is how often it is looked at all: a probe may have a shorter beat than the others.
func (h HealthRule) Tick() time.Duration {
	tick := h.Every
	for _, p := range h.Probes {
		if p.Every > 0 && (tick <= 0 || p.Every < tick) {
			tick = p.Every
		}
	}
	return tick
}

// GoesBack says that an unhealthy release is to be taken back by itself, or that it is
// to be said what that would have done.
func (h HealthRule) GoesBack() bool {
	return h.OnUnhealthy == OnUnhealthyRollback || h.OnUnhealthy == OnUnhealthyShadow
}

// Setting is one thing that a probe's source needs to know.
type Setting struct{ Key, Value string }

// FirstSource is what asks a probe that names no source: records of the time before
// there was a choice name none.
const FirstSource = "http"

// Setting gives the value of a setting, empty if there is none.
func (p Probe) Setting(key string) string {
	i := slices.IndexFunc(p.Settings, func(s Setting) bool { return s.Key == key })
	if i < 0 {
		return ""
	}
	return p.Settings[i].Value
}

// SettingStarts is the setting under which a probe of a source that starts workflows names
// the file.
const SettingStarts = "workflow"

// Starts is the workflow file that is started to answer the probe; empty: none is. How its
// jobs end says how the service is, and not whether the commit is good.
func (p Probe) Starts() string { return p.Setting(SettingStarts) }

// SampleKind is what the answers to a probe are.
type SampleKind string

// The kinds of answers.
const (
	Answers SampleKind = "answers" // good or bad, and how long it took
	Values  SampleKind = "values"  // a number each: a latency, a queue's length
	Counts  SampleKind = "counts"  // bad ones among so many
	// Verdicts: good or bad as somebody else has judged, so that one is enough.
	Verdicts SampleKind = "verdicts"
)

// Worse says which direction is bad.
type Worse string

// The directions. None is Higher.
const (
	Higher Worse = "higher"
	Lower  Worse = "lower"
	Either Worse = "either"
)

// Conditions are what the operator asked for, nil or zero where nothing. Without
// any, what is seen is compared with what was before by a test that needs no tuning.
type Conditions struct {
	Worse       Worse
	Max, Min    *float64      // of values, or of the share of bad ones among counts
	MaxIncrease *float64      // over the median before, as a share: 0.2 is 20 %
	MaxLatency  time.Duration // of answers
}

// SampleOutcome is what one answer says.
type SampleOutcome string

// What one answer says.
const (
	// Good: it is as it should be, or a number was had.
	Good SampleOutcome = "good"
	Bad  SampleOutcome = "bad"
	// NoAnswer: our own fault, such as a name that our resolver cannot look
	// up, or nothing was measured; it speaks neither for nor against the service.
	NoAnswer SampleOutcome = "none"
	// NotYet: what answers is not the release that is watched.
	NotYet SampleOutcome = "not_yet"
)

// Sample is one answer to a probe.
type Sample struct {
	Probe   string
	At      time.Time
	Outcome SampleOutcome
	Latency time.Duration // 0: not measured
	// Value is that of a probe that gives values, Bad and Total those of one that
	// gives counts.
	Value      float64
	Bad, Total float64
	// Control is what the same question found where the release did not go; nil: not
	// asked, or not had.
	Control *float64
	// Says is what was wrong with it, short: "status 503", "took 812 ms".
	Says string
	// Link is where a person can see for themselves; may be empty.
	Link string
	// Start is what is known of it, where asking was to start something.
	Start Start
}

// Start is what is known of what a probe was to start; empty: nothing was to be started,
// or the record is of a time in which this was not kept.
type Start string

// What is known of a start.
const (
	// NotStarted: it is certain that nothing was, so that it may be tried again.
	NotStarted Start = "not"
	// MayHaveStarted: the answer was lost.
	MayHaveStarted Start = "maybe"
	HasStarted     Start = "yes"
)

// Question is a probe as it is asked for one release.
type Question struct {
	Probe   Probe
	Target  Target
	SHA     string // the released commit
	Release string
	RunKey  string
	Plan    *Plan
	Began   time.Time // when the release was started; zero: not known
	Since   time.Time // when the watch began
	Asked   bool      // since then, before; what is certain to have started nothing is no asking
	Now     time.Time
	// Started says that asking has started what it was to start, and Doubts are when it may
	// have, the answer being lost.
	Started bool
	Doubts  []time.Time
	// Early says that the release has not been started yet: what is asked is how the
	// service was before.
	Early bool
	For   Purpose
}

// Reading is what one look at a service showed. Which fields count is for the
// kind to say.
type Reading struct {
	At      time.Time
	Missing bool // asked for, and not had: it speaks neither for nor against

	Value float64

	Bad, Total float64

	OK      bool
	Latency time.Duration // 0: not measured

	// Control is what the probe's control gave at that time; nil: nothing.
	Control *float64
}

// Period is a time that is asked about, and how far apart.
type Period struct {
	From, To time.Time
	Step     time.Duration
}

// Watch is a release's health window. It is stored at each tick, so that a
// restart goes on where it stood.
type Watch struct {
	StartedAt time.Time
	EndsAt    time.Time
	NextAt    time.Time // when the probes are asked next
	// Samples are in the order of time, at most MaxSamples, see Keep; those from before
	// StartedAt were taken before the release.
	Samples []Sample
	// Before is what was found out afterwards of the time before, a course a probe and
	// day.
	Before   []Baseline
	Evidence []Evidence // of the last look, in the order of the probes
	// Fresh is from when on samples count; zero: from the beginning of the watch.
	Fresh     time.Time
	Countdown Countdown
	// Gaps are the times in which nobody looked, at most MaxGaps: slipway was away.
	Gaps []Gap
}

// Countdown is a rollback that goes by itself unless somebody stops it, or the service
// recovers.
type Countdown struct {
	Since, At time.Time // from when, and when it goes; zero: there is none
	To        string    // the release that it goes back to
	Stopped   Person    // who stopped it
	// Recovered says that the service was well again once, and the watch began again.
	Recovered bool
}

// Runs says whether there is one.
func (c Countdown) Runs() bool { return !c.At.IsZero() && c.Stopped == (Person{}) }

// WatchesOn says of a release that is over that somebody wanted its service to be watched
// for longer, since the watch had come to nothing. It stays as it ended; only its verdict
// is open again.
func (r Release) WatchesOn() bool {
	return r.Phase.EndedWell() && r.TakenBackBy == "" && (r.Verdict == Watching || r.Verdict == NotHealthy && r.Watch.Countdown.Runs())
}

// MayWatchOn says that its service can be watched for longer: its watch came to nothing,
// and nobody has said that it looks good.
func (r Release) MayWatchOn() bool {
	return r.Unclear() && r.Verdict == Inconclusive && r.Plan != nil && len(r.Plan.Settings.Health.Probes) > 0
}

// Back is whether an unhealthy release may be taken back by itself.
type Back struct {
	To string // the release that it would go back to
	// Hindrance is why it must not go by itself, in a sentence; empty: it may.
	Hindrance string
}

// After are the samples of the release itself.
func (w Watch) After() []Sample {
	if w.StartedAt.IsZero() {
		return nil
	}
	i := slices.IndexFunc(w.Samples, func(s Sample) bool { return !s.At.Before(w.StartedAt) })
	if i < 0 {
		return nil
	}
	return w.Samples[i:]
}

// Baseline is what a probe would have been answered before a release: right before it,
// or, with Days, at the same hours so many days earlier.
type Baseline struct {
	Probe    string
	Days     int
	Readings []Reading
}

// Evidence is why a probe's verdict is what it is.
type Evidence struct {
	Probe   string
	Verdict Verdict
	Says    string // in a sentence
	Sees    string // what could have been seen, in a sentence; empty: nothing
	// Kind is that of the readings by which it was judged, and Before and After are what
	// these came to. Before this was kept, there is none.
	Kind          SampleKind
	Before, After Side
	Chance        float64 // that so much comes about although nothing has changed
	// Excused says that what speaks against the release happened where it did not go too.
	Excused bool
}

// Side is what a probe showed on one side of a release: before it, or after.
type Side struct {
	Readings, Missing int
	// Median is that of the values, or of the milliseconds of good answers; 95 of 100 do
	// not exceed P95, and Low and High are those of all but a tenth.
	Median, P95, Low, High float64
	Bad, Total             float64 // of counts and answers
	// Gap is the longest time between two readings that were had.
	Gap time.Duration
}

// Judgement is what a watch comes to at a moment.
type Judgement struct {
	Verdict  Verdict
	Evidence []Evidence
	EndsAt   time.Time // when the window is over; zero: as it was
}

// Because is what the probe says that decided; empty where none did.
func (j Judgement) Because() string {
	i := slices.IndexFunc(j.Evidence, func(e Evidence) bool { return e.Verdict == j.Verdict })
	if i < 0 {
		return ""
	}
	return j.Evidence[i].Probe + ": " + j.Evidence[i].Says
}
