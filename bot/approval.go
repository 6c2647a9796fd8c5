package bot

import (
	"slices"
	"strconv"
	"strings"
	"time"
)

// ApprovalRule is whose yes a target asks for: all its sets must be full.
type ApprovalRule struct {
	Sets    []ApprovalSet // empty: nobody is asked
	Expires time.Duration // how long a release waits for them
	Remind  time.Duration // after how long those who are asked are reminded; 0: never
	// Confirm are the kinds of finding in the readiness report that an approver
	// must see to before anybody can approve.
	Confirm []FindingKind
}

// ApprovalSet is a number of people out of some groups. One person's yes counts
// for every set that it may count for.
type ApprovalSet struct {
	Count int
	From  []string // the groups they must belong to; empty: any full member
	Self  bool     // whether the requester's own yes counts
	// NotAuthors says that the yes of somebody who wrote one of the changes
	// does not count.
	NotAuthors bool
	// After EscalateAfter, if the set is not full by then, the members of
	// EscalateTo may fill it too; 0: never.
	EscalateAfter time.Duration
	EscalateTo    []string
}

// Asked says whether anybody's yes is asked for.
func (r ApprovalRule) Asked() bool { return len(r.Sets) > 0 }

// Groups lists all groups that are asked, each once.
func (r ApprovalRule) Groups() []string {
	var groups []string
	for _, set := range r.Sets {
		for _, group := range set.From {
			if !slices.Contains(groups, group) {
				groups = append(groups, group)
			}
		}
	}
	return groups
}

// Anybody says whether there is a set to which no group belongs, so that any
// full member may say yes.
func (r ApprovalRule) Anybody() bool {
	return slices.ContainsFunc(r.Sets, func(s ApprovalSet) bool { return len(s.From) == 0 })
}

// first gives what the digest covered before there were several sets.
func (r ApprovalRule) first() ApprovalSet {
	if len(r.Sets) == 0 {
		return ApprovalSet{}
	}
	return r.Sets[0]
}

// digested are the further parts of a plan's digest. What is not set has none,
// so that the digest of a plan with one plain set stays what it was before
// there was more to say.
func (r ApprovalRule) digested() []string {
	var parts []string
	if r.Remind > 0 {
		parts = append(parts, "remind", r.Remind.String())
	}
	for _, kind := range r.Confirm {
		parts = append(parts, "confirm", string(kind))
	}
	for i, set := range r.Sets {
		if i > 0 {
			parts = append(parts, "set", strconv.Itoa(set.Count), strings.Join(set.From, ","), strconv.FormatBool(set.Self))
		}
		if set.EscalateAfter > 0 {
			parts = append(parts, "escalate", strconv.Itoa(i), set.EscalateAfter.String(), strings.Join(set.EscalateTo, ","))
		}
		if set.NotAuthors {
			parts = append(parts, "not authors", strconv.Itoa(i))
		}
	}
	return parts
}

// Approval is a person's yes to one plan digest.
type Approval struct {
	By     Person
	Digest string
	At     time.Time
	// For are the sets that it counts for, by their place in the plan's rule.
	// Empty: it was given before there were several, and counts for the first.
	For []int
}

// Withdrawal is a yes that was taken back, or that does not count any more.
type Withdrawal struct {
	By Person
	At time.Time
	// Why it does not count any more; empty: they took it back.
	Why string
}

// MaxWithdrawals is how many withdrawals of a release are kept, the last ones.
const MaxWithdrawals = 10

// Sets are those that the yes counts for.
func (a Approval) Sets() []int {
	if len(a.For) == 0 {
		return []int{0}
	}
	return a.For
}

func (a Approval) counts(set int) bool { return slices.Contains(a.Sets(), set) }

// Standing is what was found out of somebody when their word was weighed. What
// could not be found out counts as no.
type Standing struct {
	Groups []string // the groups, of those that are asked, in which they are now
	Unread []string // those of which it could not be found out
	Login  string   // their account at the code host; empty: none is known
	// May says that their word counts, where that depends on more than whose
	// approval is asked for: see Release.May.
	May bool
	// Gone says that they are not, or not known to be, a full member of the team:
	// then nothing that they say counts.
	Gone bool
}

// Approvers is the plan's rule as it stands now: a set that was escalated is
// open to further groups.
func (r Release) Approvers() ApprovalRule {
	if r.Plan == nil {
		return ApprovalRule{}
	}
	rule := r.Plan.Settings.Approvals
	rule.Sets = slices.Clone(rule.Sets)
	for _, i := range r.Escalated {
		if i < len(rule.Sets) && len(rule.Sets[i].From) > 0 {
			rule.Sets[i].From = append(slices.Clone(rule.Sets[i].From), rule.Sets[i].EscalateTo...)
		}
	}
	return rule
}

// ApprovalEnds is until when the release waits for the yeses that are missing.
func (r Release) ApprovalEnds() time.Time {
	if r.Plan == nil {
		return time.Time{}
	}
	return r.Since().Add(r.Plan.Settings.Approvals.Expires)
}

// YesesFor counts the approvals of the plan as it is now that count for a set.
func (r Release) YesesFor(set int) int {
	digest, have := r.Plan.Digest(), 0
	for _, a := range r.Approvals {
		if a.Digest == digest && a.counts(set) {
			have++
		}
	}
	return have
}

// OpenSets are the sets that still lack a yes, by their place in the rule.
func (r Release) OpenSets() []int {
	if r.Plan == nil {
		return nil
	}
	var open []int
	for i, set := range r.Plan.Settings.Approvals.Sets {
		if r.YesesFor(i) < set.Count {
			open = append(open, i)
		}
	}
	return open
}

// CountsFor are the sets for which somebody's yes counts, full or not, by their
// place in the rule. Empty: it counts for none.
func (r Release) CountsFor(who Person, standing Standing) []int {
	if r.Plan == nil || who.ID == "" || standing.Gone {
		return nil
	}
	var sets []int
	for i, set := range r.Approvers().Sets {
		own := r.IsRequester(who) && !set.Self
		belongs := len(set.From) == 0 || slices.ContainsFunc(set.From, func(g string) bool { return slices.Contains(standing.Groups, g) })
		if belongs && !own && (!set.NotAuthors || r.Plan.Wrote(standing.Login) == WroteNothing) {
			sets = append(sets, i)
		}
	}
	return sets
}

// Authorship says whether somebody wrote one of a plan's changes.
type Authorship string

// Whether somebody wrote one of the changes.
const (
	WroteSome    Authorship = "some"
	WroteNothing Authorship = "nothing"
	// WroteUnknown: the account at the code host is not known, or not all
	// authors are.
	WroteUnknown Authorship = "unknown"
)

// Wrote says whether the account at the code host wrote one of the changes. The
// code host knows no case in accounts.
func (p Plan) Wrote(login string) Authorship {
	wrote := func(by string) bool { return by != "" && strings.EqualFold(by, login) }
	changes := p.Changes
	someUnknown := changes.Unnamed > 0 || changes.Direction == Unrelated
	if changes.Direction != Same {
		someUnknown = someUnknown || p.Commit.Login == ""
		if wrote(p.Commit.Login) {
			return WroteSome
		}
	}
	switch {
	case slices.ContainsFunc(changes.Authors, wrote):
		return WroteSome
	case login == "" || someUnknown:
		return WroteUnknown
	default:
		return WroteNothing
	}
}

// Outcome is what a gate says.
type Outcome string

// What a gate says.
const (
	Pass   Outcome = "pass"
	Refuse Outcome = "refuse"
	Warn   Outcome = "warn" // passes, and is worth reading
)

// Gate is one rule that must hold before a release may go on, with its outcome
// and the reason for it.
type Gate struct {
	Name    string
	Outcome Outcome
	Reason  string // one sentence
	Mend    string // what would make it pass; empty when it passes
	// Who could do something about it, as people or groups are called.
	Who []string
	// Where are the channels in which it would pass, for a rule about them.
	Where []string
	// Emergency says that it would refuse and that an emergency passes it.
	Emergency bool
}

// Decision is the outcome of all gates, in the order in which they are shown.
type Decision struct {
	Gates []Gate
}

// Allowed says that no gate refuses.
func (d Decision) Allowed() bool { return len(d.Refusals()) == 0 }

// Refusals are the gates that refuse.
func (d Decision) Refusals() []Gate {
	var refusals []Gate
	for _, g := range d.Gates {
		if g.Outcome == Refuse {
			refusals = append(refusals, g)
		}
	}
	return refusals
}
