package policy

import (
	"fmt"
	"slices"

	"github.com/slipwayhq/slipway/bot"
)

// GateApprover judges people who approve; no release is asked about it.
const GateApprover = "approver"

// Approver is somebody whose approval is checked.
type Approver struct {
	Person bot.Person
	Guest  bool // not a full member of the team
	// Standing is what was found out of them now.
	Standing bot.Standing
}

// MayApprove says whether somebody's approval (or rejection) of a release counts: they
// must be a full member for whom there is a set of approvals.
func MayApprove(r bot.Release, who Approver) bot.Gate {
	if r.Plan == nil {
		return refuse(GateApprover, fmt.Sprintf("%s has no plan yet that could be approved.", r.ID), "Wait until its card shows the plan.")
	}
	rule := r.Approvers()
	asks := "Ask " + whom(rule) + "."
	switch {
	case who.Guest || who.Person.ID == "":
		return refuse(GateApprover, "Guests cannot approve.", asks)
	case len(r.CountsFor(who.Person, who.Standing)) > 0:
		return pass(GateApprover, fmt.Sprintf("%s may approve.", who.Person))
	case r.IsRequester(who.Person) && !slices.ContainsFunc(rule.Sets, func(s bot.ApprovalSet) bool { return s.Self }):
		return refuse(GateApprover, fmt.Sprintf("%s is your own release, and nobody approves their own.", r.ID), asks)
	case belongs(rule, who.Standing) && !r.IsRequester(who.Person):
		return wrote(r, who.Standing.Login, asks)
	default:
		return refuse(GateApprover, fmt.Sprintf("Releases to %s are approved by %s, and you are not known to be one of them.",
			r.Target, whom(rule)), asks)
	}
}

// belongs says whether somebody is among those who are asked.
func belongs(rule bot.ApprovalRule, standing bot.Standing) bool {
	return rule.Anybody() || slices.ContainsFunc(rule.Groups(), func(g string) bool { return slices.Contains(standing.Groups, g) })
}

// wrote refuses the approval of somebody who wrote, or may have written, some of the
// changes, where that does not count.
func wrote(r bot.Release, login, asks string) bot.Gate {
	const other = " Who wrote none of the changes may approve."
	switch {
	case r.Plan.Wrote(login) == bot.WroteSome:
		return refuse(GateApprover, fmt.Sprintf("You wrote some of the changes in %s, and their authors do not approve them.", r.ID), asks+other)
	case login == "":
		return refuse(GateApprover, fmt.Sprintf("Authors of the changes in %s do not approve them, and it is not known which account at GitHub is yours.", r.ID),
			"Have it put under people in slipway.yaml, or let somebody else approve.")
	default:
		return refuse(GateApprover, fmt.Sprintf("Authors of the changes in %s do not approve them, and not all authors are known at GitHub.", r.ID),
			"Deploy fewer commits at once, and have their authors link their email address to their GitHub account; then ask again.")
	}
}

func whom(rule bot.ApprovalRule) string {
	if groups := rule.Groups(); len(groups) > 0 && !rule.Anybody() {
		return memberOf(groups)
	}
	return "another full member of the team"
}
