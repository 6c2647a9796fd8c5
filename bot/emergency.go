package bot

import (
	"slices"
	"time"
)

// Emergency is how a deploy stands that passes rules which stand in its way: it
// may do so because the operator named its requester, and somebody else signs
// it off afterwards. The zero value is every other release.
type Emergency struct {
	Asked bool
	// ReviewBy is until when it is to be signed off; zero as long as no rule
	// and no approval was passed.
	ReviewBy  time.Time
	SignedOff Person
	SignedAt  time.Time
	// Reminders is how often it was said that nobody has signed it off.
	Reminders int
}

// ReviewOpen says whether somebody is still to sign the release off as an
// emergency. One of which nothing was started needs nobody's word.
func (r Release) ReviewOpen() bool {
	e := r.Emergency
	return e.Asked && !e.ReviewBy.IsZero() && e.SignedAt.IsZero() && (r.Started() || !r.Ended())
}

// MaySignOff says whether somebody may sign an emergency off: not who asked for
// it, but anybody else of those who may ask for one or approve.
func (r Release) MaySignOff(who Person, standing Standing) bool {
	if r.Plan == nil || who.ID == "" || r.IsRequester(who) || standing.Gone {
		return false
	}
	return slices.ContainsFunc(r.Reviewers(), func(g string) bool { return slices.Contains(standing.Groups, g) })
}

// Reviewers are the groups whose members may sign an emergency off.
func (r Release) Reviewers() []string {
	if r.Plan == nil {
		return nil
	}
	groups := slices.Clone(r.Plan.Settings.Rules.Emergency)
	for _, group := range r.Approvers().Groups() {
		if !slices.Contains(groups, group) {
			groups = append(groups, group)
		}
	}
	return groups
}

// Passed names the rules that an emergency passed.
func (d Decision) Passed() []string {
	var names []string
	for _, g := range d.Gates {
		if g.Emergency && !slices.Contains(names, g.Name) {
			names = append(names, g.Name)
		}
	}
	return names
}
