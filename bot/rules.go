package bot

import (
	"strconv"
	"time"
)

// Rules decide who may deploy to a target, and from where. The zero value asks
// for nothing.
type Rules struct {
	Deployers []string // the groups that may deploy; empty: every full member
	Channels  []string // the channels in which its commands are taken; empty: all
	// Branches are names and globs of branches; a commit must be on one of
	// them. Empty: the default branch.
	Branches []string
	Freeze   []FreezeWindow
	// World is what must be well outside before a deploy, each looked at once. What has
	// the source OwnHealth stands for the target's own probes.
	World []Probe
	// After is the environment in which a commit must have been healthy for
	// Soak before it may come here; empty: none.
	After string
	Soak  time.Duration
	// MaxCommits is how many commits may go at once.
	MaxCommits CommitLimit
	// VerifiedCommits says that each commit that goes must bear a signature that the
	// code host found good.
	VerifiedCommits bool
	// Reviews says how each commit that goes must have been looked at.
	Reviews ReviewRule
	// Emergency are the groups that may pass rules in an emergency; empty:
	// nobody. Somebody else is to sign it off within Review.
	Emergency []string
	Review    time.Duration
}

// CommitLimit is how many commits may go at once: with more than Warn it is
// said, with more than Refuse it is refused. Zero: any number.
type CommitLimit struct {
	Warn, Refuse int
}

// FreezeWindow is a time in which a target is closed: weekly, on the days that
// begin it, or once, from a first to a last date.
type FreezeWindow struct {
	Days []time.Weekday // empty for a dated one
	// First and Last are dates, both included, as 2026-12-20; empty for a weekly
	// one.
	First, Last string
	// From and To are times of day, counted from midnight as the clocks there
	// show them. To is at most 24h; a weekly one whose To is not after From ends
	// on the day after.
	From, To time.Duration
	Zone     string // as package time names it
	Reason   string
}

// digested are the parts of a plan's digest. A rule that is not set has none,
// so that the digest of a plan that knows nothing of a rule stays what it was
// before there was such a rule.
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
