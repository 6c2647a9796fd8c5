package bot

import (
	"strconv"
	"time"
)

// Rules decide who may deploy to a target, and from where. The zero value restricts
// nothing.
type Rules struct {
	Deployers []string // the groups that may deploy; empty: every full member
	Channels  []string // the channels in which commands for it are accepted; empty: all
	// Branches are names and globs of branches; a commit must be on one of them. Empty:
	// the default branch.
	Branches []string
	Freeze   []FreezeWindow
	// World is what must be well outside before a deploy; each is looked at once. The
	// source OwnHealth stands for the target's own probes.
	World []Probe
	// After is the environment in which a commit must have been healthy for Soak before
	// it may come here; empty: none.
	After string
	Soak  time.Duration
	// MaxCommits is how many commits may go at once.
	MaxCommits CommitLimit
	// VerifiedCommits requires each commit that goes to have a signature that the code
	// host found valid.
	VerifiedCommits bool
	// Reviews says how each commit that goes must have been reviewed.
	Reviews ReviewRule
	// Emergency are the groups that may pass rules in an emergency; empty: nobody may.
	// A second person is to sign that off within Review.
	Emergency []string
	Review    time.Duration
}

// CommitLimit is how many commits may go at once: more than Warn causes a warning, more
// than Refuse a refusal. Zero: any number.
type CommitLimit struct {
	Warn, Refuse int
}

// FreezeWindow is a time in which a target is closed: weekly, from each of its days, or
// once, from a first to a last date.
type FreezeWindow struct {
	Days []time.Weekday // empty if it is dated
	// First and Last are dates such as 2026-12-20, both included; empty if it is
	// weekly.
	First, Last string
	// From and To are times of day, as a duration since midnight on the clocks there.
	// To is at most 24h; a weekly window whose To is not after From ends on the day
	// after.
	From, To time.Duration
	Zone     string // as package time names it
	Reason   string
}

// digested returns the rules' parts in a plan's digest. A rule that is not set has
// none, so that adding a rule to slipway did not change the digests of older plans.
func (r Rules) digested() []string {
	var parts []string
	parts = append(parts, listed("deployers", r.Deployers)...)
	parts = append(parts, listed("channels", r.Channels)...)
	parts = append(parts, listed("branches", r.Branches)...)
	if r.After != "" {
		parts = append(parts, "after", r.After, r.Soak.String())
	}
	if r.MaxCommits != (CommitLimit{}) {
		parts = append(parts, "most", strconv.Itoa(r.MaxCommits.Warn), strconv.Itoa(r.MaxCommits.Refuse))
	}
	if r.VerifiedCommits {
		parts = append(parts, "verified")
	}
	parts = append(parts, r.Reviews.digested()...)
	if len(r.Emergency) > 0 {
		parts = append(append(parts, listed("emergency", r.Emergency)...), r.Review.String())
	}
	for _, w := range r.Freeze {
		parts = append(parts, "freeze", w.First, w.Last, w.From.String(), w.To.String(), w.Zone, w.Reason)
		for _, day := range w.Days {
			parts = append(parts, day.String())
		}
	}
	if len(r.World) > 0 {
		parts = append(parts, "world", strconv.Itoa(len(r.World)))
	}
	for _, p := range r.World {
		whole := p.whole()
		parts = append(append(parts, strconv.Itoa(len(whole))), whole...)
	}
	return parts
}

func listed(name string, list []string) []string {
	if len(list) == 0 {
		return nil
	}
	return append([]string{name, strconv.Itoa(len(list))}, list...)
}
