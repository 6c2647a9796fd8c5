package bot

import "time"

// Verdict is what a watch came to.
type Verdict string

// The verdicts.
const (
	// NotWatched: the target has no probes.
	NotWatched Verdict = "not_watched"
	// Watching: the window is still open.
	Watching Verdict = "watching"
	// Healthy: the answers were good.
	Healthy Verdict = "healthy"
	// NotHealthy: the answers were bad.
	NotHealthy Verdict = "unhealthy"
	// Inconclusive: too few answers could be had, by our own fault.
	Inconclusive Verdict = "inconclusive"
)

// Probe is one question that is asked of a service again and again.
type Probe struct {
	Name       string
	URL        string        // GET
	Status     int           // the status that is good
	MaxLatency time.Duration // 0: any
	// Version is the dot path in the JSON answer that must equal the released
	// SHA; empty: not asked.
	Version string
	Timeout time.Duration
}

// SampleOutcome is what one answer says.
type SampleOutcome string

// What one answer says.
const (
	Good SampleOutcome = "good"
	Bad  SampleOutcome = "bad"
	// NoAnswer: our own fault, such as a name that our resolver cannot look
	// up; it speaks neither for nor against the service.
	NoAnswer SampleOutcome = "none"
)

// Sample is one answer to a probe.
type Sample struct {
	Probe   string
	At      time.Time
	Outcome SampleOutcome
	Latency time.Duration
	// Says is what was wrong with it, short: "status 503", "took 812ms".
	Says string
}

// Watch is a release's health window. It is stored at each tick, so that a
// restart goes on where it stood.
type Watch struct {
	StartedAt time.Time
	EndsAt    time.Time
	NextAt    time.Time // when the probes are asked next
	Samples   []Sample  // in the order of time, at most MaxSamples
}

// MaxSamples is how many samples of a watch are kept; the catalog refuses a
// window that would need more.
const MaxSamples = 1000
