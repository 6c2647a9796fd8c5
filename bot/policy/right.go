package policy

import (
	"fmt"
	"slices"
	"strings"

	"github.com/slipwayhq/slipway/bot"
)

// anybody says who may, where nobody is named.
const anybody = "a full member of the team"

// MayNot says why somebody may not do something with a release, and who may. The grants
// are those of the release's targets.
func MayNot(w bot.Who, r bot.Release, grants []bot.Grants, who Approver) (says, mend string) {
	not := func(what string) (string, string) { return what, "Ask " + Could(w, r, grants) + "." }
	switch w {
	case bot.TheApprover:
		gate := MayApprove(r, who)
		return gate.Reason, gate.Mend
	case bot.TheRequester:
		return not(fmt.Sprintf("Only %s, who asked for %s, can do that.", bot.ActorName(r.Requester), r.ID))
	case bot.OwnYes:
		return not(fmt.Sprintf("No approval of yours counts for %s now.", r.ID))
	case bot.TheDeployer:
		return not(fmt.Sprintf("Only who may deploy to %s can do that, and you are not known to be one.", placesOf(r)))
	case bot.TheCloser:
		return not(fmt.Sprintf("That is for those to do who may deploy to all of it, and you are not known to be one: %s.", listed(names(r.Targets()))))
	case bot.TheStopper:
		return not(fmt.Sprintf("You have no say in %s.", r.ID))
	case bot.TheAsserter:
		return not(fmt.Sprintf("What became of %s is for those to say who approve it or may deploy to %s, and you are not known to be one.", r.ID, placesOf(r)))
	case bot.TheJudge:
		if r.IsRequester(who.Person) {
			return not(fmt.Sprintf("%s is your own release, and somebody else says that it looks good.", r.ID))
		}
		return not(fmt.Sprintf("Whether %s looks good is not yours to say.", r.ID))
	case bot.TheLooker:
		return not(fmt.Sprintf("Whether what happened on %s may be gone past is not yours to say.", placesOf(r)))
	case bot.TheReviewer:
		if r.IsRequester(who.Person) {
			return not(fmt.Sprintf("%s is your own emergency, and somebody else signs it off.", r.ID))
		}
		return not(fmt.Sprintf("Emergencies on %s are signed off by %s, and you are not known to be one.", r.Target, Could(w, r, grants)))
	case bot.AnyMember:
	}
	return not("Only full members of the team can do that.")
}

// Could says, as part of a sentence, who may.
func Could(w bot.Who, r bot.Release, grants []bot.Grants) string {
	switch w {
	case bot.TheRequester:
		return bot.ActorName(r.Requester)
	case bot.OwnYes:
		return "whoever approved it"
	case bot.TheApprover:
		return whom(r.Approvers())
	case bot.TheReviewer:
		return memberOf(r.Reviewers())
	case bot.TheDeployer:
		return either(deployersOf(grants))
	case bot.TheJudge, bot.TheLooker:
		return judges(grants)
	case bot.TheAsserter:
		return asserters(r, grants)
	case bot.TheCloser:
		return either(deployersOf(grants), emergencyOf(grants))
	case bot.TheStopper:
		return either(folk{says: r.Asker().String()}, deployersOf(grants), approversOf(r), emergencyOf(grants))
	case bot.AnyMember:
	}
	return anybody
}

// folk are people any one of whom will do: the members of groups, or somebody described
// in words.
type folk struct {
	groups []string
	says   string
}

func (f folk) none() bool { return len(f.groups) == 0 && f.says == "" }

func names(targets []bot.Target) []string {
	var all []string
	for _, t := range targets {
		all = append(all, t.String())
	}
	return all
}

// asserters leaves out that anybody may deploy, if there are approvers.
func asserters(r bot.Release, grants []bot.Grants) string {
	approvers, deployers := approversOf(r), deployersOf(grants)
	if !approvers.none() && deployers.says == anybody {
		return either(approvers)
	}
	return either(approvers, deployers)
}

// either lists people any one of whom will do: every description and every group once,
// the groups together in place of the first of them.
func either(who ...folk) string {
	var words, groups []string
	at := 0
	for _, f := range who {
		if f.says != "" && !slices.Contains(words, f.says) {
			words = append(words, f.says)
		}
		if len(groups) == 0 {
			at = len(words)
		}
		for _, group := range f.groups {
			if !slices.Contains(groups, group) {
				groups = append(groups, group)
			}
		}
	}
	switch {
	case slices.Contains(words, anybody):
		return anybody // which includes all the others
	case len(groups) > 0:
		words = slices.Insert(words, at, memberOf(groups))
	}
	return strings.Join(words, " or ")
}

func memberOf(groups []string) string { return "a member of " + choice(groups) }

// choice lists alternatives: "a, b or c".
func choice(things []string) string {
	if n := len(things); n > 2 {
		return strings.Join(things[:n-1], ", ") + " or " + things[n-1]
	}
	return strings.Join(things, " or ")
}

func approversOf(r bot.Release) folk {
	rule := r.Approvers()
	switch groups := rule.Groups(); {
	case !rule.Asked():
		return folk{}
	case len(groups) > 0 && !rule.Anybody():
		return folk{groups: groups}
	}
	return folk{says: whom(rule)}
}

// deployersOf are the people who may deploy to a target, or to all of several.
func deployersOf(grants []bot.Grants) folk {
	named := everyOf(grants, func(g bot.Grants) []string { return g.Deployers })
	if named.none() {
		return folk{says: anybody}
	}
	return named
}

// emergencyOf are the people who may pass rules on a target, or on all of several, in
// an emergency.
func emergencyOf(grants []bot.Grants) folk {
	if slices.ContainsFunc(grants, func(g bot.Grants) bool { return len(g.Emergency) == 0 }) {
		return folk{}
	}
	return everyOf(grants, func(g bot.Grants) []string { return g.Emergency })
}

// everyOf are the people who belong to one of the groups of every grant that names
// some.
func everyOf(grants []bot.Grants, groupsOf func(bot.Grants) []string) folk {
	var sets []string
	var last []string
	for _, g := range grants {
		groups := groupsOf(g)
		if set := memberOf(groups); len(groups) > 0 && !slices.Contains(sets, set) {
			sets, last = append(sets, set), groups
		}
	}
	if len(sets) < 2 {
		return folk{groups: last}
	}
	return folk{says: strings.Join(sets, " who is also ")}
}

func judges(grants []bot.Grants) string {
	for _, g := range grants {
		if g.Approvals.Asked() {
			return whom(g.Approvals)
		}
	}
	if who := deployersOf(grants); who.says != anybody {
		return either(who)
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
