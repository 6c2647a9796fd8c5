package policy

import (
	"fmt"
	"slices"
	"strings"

	"github.com/slipwayhq/slipway/bot"
)

// anybody is whose word counts where nobody is named.
const anybody = "a full member of the team"

// MayNot says why somebody's word on a release does not count, and who could
// say it instead. The grants are those of the release's targets.
func MayNot(w bot.Who, r bot.Release, grants []bot.Grants, who Approver) (says, mend string) {
	not := func(what string) (string, string) { return what, "Ask " + Could(w, r, grants) + "." }
	switch w {
	case bot.TheApprover:
		gate := MayApprove(r, who)
		return gate.Reason, gate.Mend
	case bot.TheRequester:
		return not(fmt.Sprintf("Only %s, who asked for %s, can do that.", r.Requester, r.ID))
	case bot.OwnYes:
		return not(fmt.Sprintf("No approval of yours counts for %s now.", r.ID))
	case bot.TheDeployer:
		return not(fmt.Sprintf("Only who may deploy to %s can do that, and you are not known to be one.", placesOf(r)))
	case bot.TheCloser:
		return not(fmt.Sprintf("That is for those to do who may deploy to all of it, and you are not known to be one: %s.", listed(names(r.Targets()))))
	case bot.TheStopper:
		return not(fmt.Sprintf("%s is not yours to cancel.", r.ID))
	case bot.TheSettler:
		return not(fmt.Sprintf("What became of %s is for those to say who approve it or may deploy to %s, and you are not known to be one.", r.ID, placesOf(r)))
	case bot.TheJudge:
		if who.Person.ID == r.Requester.ID {
			return not(fmt.Sprintf("%s is your own release, and somebody else says that it looks good.", r.ID))
		}
		return not(fmt.Sprintf("Whether %s looks good is not yours to say.", r.ID))
	case bot.TheLooker:
		return not(fmt.Sprintf("Whether what happened on %s may be gone past is not yours to say.", placesOf(r)))
	case bot.TheReviewer:
		if who.Person.ID == r.Requester.ID {
			return not(fmt.Sprintf("%s is your own emergency, and somebody else signs it off.", r.ID))
		}
		return not(fmt.Sprintf("Emergencies on %s are signed off by %s, and you are not known to be one.", r.Target, Could(w, r, grants)))
	case bot.AnyMember:
	}
	return not("Only full members of the team can do that.")
}

// Could says whose word would count, within a sentence.
func Could(w bot.Who, r bot.Release, grants []bot.Grants) string {
	switch w {
	case bot.TheRequester:
		return r.Requester.String()
	case bot.OwnYes:
		return "whoever approved it"
	case bot.TheApprover:
		return whom(r.Approvers())
	case bot.TheReviewer:
		return memberOf(r.Reviewers())
	case bot.TheDeployer:
		return deployersOf(grants)
	case bot.TheJudge, bot.TheLooker:
		return judges(grants)
	case bot.TheSettler:
		return settlers(r, grants)
	case bot.TheCloser:
		return either(deployersOf(grants), emergencyOf(grants))
	case bot.TheStopper:
		return either(r.Requester.String(), deployersOf(grants), approversOf(r), emergencyOf(grants))
	case bot.AnyMember:
	}
	return anybody
}

func names(targets []bot.Target) []string {
	var all []string
	for _, t := range targets {
		all = append(all, t.String())
	}
	return all
}

// settlers leaves out that anybody may deploy, where approvers have the say.
func settlers(r bot.Release, grants []bot.Grants) string {
	approvers, deployers := approversOf(r), deployersOf(grants)
	if approvers != "" && deployers == anybody {
		return approvers
	}
	return either(approvers, deployers)
}

// either names several of whom each will do, each once.
func either(who ...string) string {
	var named []string
	for _, w := range who {
		if w != "" && !slices.Contains(named, w) {
			named = append(named, w)
		}
	}
	return strings.Join(named, " or ")
}

func memberOf(groups []string) string { return "a member of " + strings.Join(groups, " or ") }

func approversOf(r bot.Release) string {
	if rule := r.Approvers(); rule.Asked() {
		return whom(rule)
	}
	return ""
}

// deployersOf are those who may deploy to a target, or to all of several.
func deployersOf(grants []bot.Grants) string {
	var sets []string
	for _, g := range grants {
		if set := memberOf(g.Deployers); len(g.Deployers) > 0 && !slices.Contains(sets, set) {
			sets = append(sets, set)
		}
	}
	if len(sets) == 0 {
		return anybody
	}
	return strings.Join(sets, " who is also ")
}

// emergencyOf are those who may pass rules on a target in an emergency, or on all
// of several.
func emergencyOf(grants []bot.Grants) string {
	var sets []string
	for _, g := range grants {
		if len(g.Emergency) == 0 {
			return ""
		}
		if set := memberOf(g.Emergency); !slices.Contains(sets, set) {
			sets = append(sets, set)
		}
	}
	return strings.Join(sets, " who is also ")
}

func judges(grants []bot.Grants) string {
	for _, g := range grants {
		if g.Approvals.Asked() {
			return whom(g.Approvals)
		}
	}
	if who := deployersOf(grants); who != anybody {
		return who
	}
	return "another full member of the team"
}

func placesOf(r bot.Release) string {
	targets := r.Targets()
	if len(targets) == 1 {
		return targets[0].String()
	}
	return "all of " + r.ID
}
