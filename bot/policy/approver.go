package policy

import (
	"fmt"
	"slices"
	"strings"

	"github.com/slipwayhq/slipway/bot"
)

// Approver is somebody whose yes is weighed.
type Approver struct {
	Person bot.Person
	Guest  bool // not a full member of the team
	// InGroup says whether the person is in a group now. What could not be
	// found out MUST be false.
	InGroup func(group string) bool
}

// MayApprove says whether somebody's yes (or no) to a release counts: that of a
// full member, who did not ask for it unless the target allows that, and who is
// in one of the named groups if any are named.
func MayApprove(r bot.Release, who Approver) bot.Gate {
	if r.Plan == nil {
		return refuse(GateApprover, fmt.Sprintf("%s has no plan yet that could be approved.", r.ID), "Wait until its card shows the plan.")
	}
	rule := r.Plan.Settings.Approvals
	asks := "Ask " + whom(rule.From) + "."
	switch {
	case who.Guest || who.Person.ID == "":
		return refuse(GateApprover, "Guests cannot approve.", asks)
	case who.Person.ID == r.Requester.ID && !rule.Self:
		return refuse(GateApprover, fmt.Sprintf("%s is your own release, and nobody approves their own.", r.ID), asks)
	case len(rule.From) > 0 && !slices.ContainsFunc(rule.From, who.InGroup):
		return refuse(GateApprover, fmt.Sprintf("Releases to %s are approved by %s, and you are not known to be one of them.",
			r.Target, whom(rule.From)), asks)
	default:
		return pass(GateApprover, fmt.Sprintf("%s may approve.", who.Person))
	}
}

func whom(groups []string) string {
	if len(groups) == 0 {
		return "another full member of the team"
	}
	return "a member of " + strings.Join(groups, " or ")
}
