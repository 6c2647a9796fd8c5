package bot

import "slices"

// Who is a kind of person who may do something. A table in package commands says which
// verb and which click requires which.
type Who string

// The kinds.
const (
	// AnyMember: any full member of the team.
	AnyMember Who = "any full member"
	// TheRequester: the person who requested the release.
	TheRequester Who = "requester"
	// TheApprover: somebody whose approval of the release's plan counts.
	TheApprover Who = "approver"
	// OwnYes: somebody who has approved it.
	OwnYes Who = "own yes"
	// TheDeployer: somebody who may deploy to the target, according to slipway.yaml as
	// it is now; of several targets, to all of them.
	TheDeployer Who = "deployer"
	// TheStopper: the requester, somebody who may deploy there, an approver, or
	// somebody who may pass rules there in an emergency.
	TheStopper Who = "stopper"
	// TheAsserter: an approver, or a member of the target's deployers. If there are
	// neither deployers nor approvers, any full member.
	TheAsserter Who = "settler"
	// TheJudge: somebody who approves deploys to the target or, if none need approval,
	// may deploy there; never the requester.
	TheJudge Who = "judge"
	// TheCloser: somebody who may deploy to all of the targets that are closed or
	// opened, or may pass rules there in an emergency. Required for more than one
	// target, and for other people's locks.
	TheCloser Who = "closer"
	// TheLooker: somebody who approves deploys to the target or, if none need approval,
	// may deploy there. Required for what slipway does not understand.
	TheLooker Who = "looker"
	// TheReviewer: somebody who may sign an emergency off.
	TheReviewer Who = "reviewer"
)

// Grants are the groups that have rights on a target, according to slipway.yaml as it
// is now. In the zero value, for a target that is not declared, nobody has any.
type Grants struct {
	Declared  bool
	Deployers []string     // empty: every full member
	Approvals ApprovalRule // for a deploy
	Emergency []string     // empty: nobody
}

// deploys says whether a member of these groups may deploy.
func (g Grants) deploys(in []string) bool {
	return g.Declared && (len(g.Deployers) == 0 || overlap(g.Deployers, in))
}

// Lookers are the groups whose members examine what slipway does not understand; empty:
// any full member may.
func (g Grants) Lookers() []string {
	switch {
	case !g.Approvals.Asked():
		return g.Deployers
	case g.Approvals.Anybody():
		return nil
	}
	return g.Approvals.Groups()
}

// looks says whether a member of these groups may do that.
func (g Grants) looks(in []string) bool {
	lookers := g.Lookers()
	return g.Declared && (len(lookers) == 0 || overlap(lookers, in))
}

func overlap(a, b []string) bool {
	return slices.ContainsFunc(a, func(s string) bool { return slices.Contains(b, s) })
}

// Targets are the targets that a release is about: its own, or those of all its
// members.
func (r Release) Targets() []Target {
	if r.Kind != Batch {
		return []Target{r.Target}
	}
	var targets []Target
	for _, m := range r.Members {
		targets = append(targets, m.Target)
	}
	return targets
}

// Asks lists the groups that decide whether somebody is of a kind, each once. The
// grants are those of the release's targets.
func (r Release) Asks(w Who, grants []Grants) []string {
	var groups []string
	add := func(more []string) {
		for _, g := range more {
			if !slices.Contains(groups, g) {
				groups = append(groups, g)
			}
		}
	}
	switch w {
	case AnyMember, TheRequester, OwnYes:
	case TheApprover:
		add(r.Approvers().Groups())
	case TheReviewer:
		add(r.Reviewers())
	case TheDeployer, TheStopper, TheAsserter, TheJudge, TheCloser, TheLooker:
		for _, g := range grants {
			add(g.Deployers)
		}
	}
	switch w {
	case TheStopper, TheCloser:
		for _, g := range grants {
			add(g.Emergency)
		}
		add(r.Approvers().Groups())
	case TheAsserter:
		add(r.Approvers().Groups())
	case TheJudge, TheLooker:
		for _, g := range grants {
			add(g.Approvals.Groups())
		}
	case AnyMember, TheRequester, OwnYes, TheApprover, TheReviewer, TheDeployer:
	}
	return groups
}

// May says whether somebody has a right. The standing is what was found out about them
// in the groups that Asks lists; what could not be found out counts as no.
func (r Release) May(w Who, grants []Grants, who Person, standing Standing) bool {
	requester := r.IsRequester(who)
	approver := len(r.CountsFor(who, standing)) > 0
	deployer := allOf(grants, func(g Grants) bool { return g.deploys(standing.Groups) })
	closer := allOf(grants, func(g Grants) bool { return g.deploys(standing.Groups) || overlap(g.Emergency, standing.Groups) })
	switch {
	case who.ID == "" || standing.Gone:
		return false
	case w == AnyMember:
		return true
	case w == TheRequester:
		return requester
	case w == TheApprover:
		return approver
	case w == OwnYes:
		return slices.ContainsFunc(r.Approvals, func(a Approval) bool { return a.By.ID == who.ID })
	case w == TheDeployer:
		return deployer
	case w == TheStopper:
		return requester || approver || closer
	case w == TheCloser:
		return closer
	case w == TheAsserter:
		return approver || deployer && allOf(grants, func(g Grants) bool { return len(g.Deployers) > 0 || !r.Approvers().Asked() })
	case w == TheJudge:
		return !requester && allOf(grants, func(g Grants) bool { return r.judges(g, standing) })
	case w == TheLooker:
		return allOf(grants, func(g Grants) bool { return g.looks(standing.Groups) })
	case w == TheReviewer:
		return r.MaySignOff(who, standing)
	}
	return false
}

// allOf says whether there are any grants and all of them meet a condition.
func allOf(grants []Grants, do func(Grants) bool) bool {
	return len(grants) > 0 && !slices.ContainsFunc(grants, func(g Grants) bool { return !do(g) })
}

// judges says whether somebody approves deploys to a target or, if none need approval,
// may deploy there.
func (r Release) judges(g Grants, standing Standing) bool {
	if !g.Approvals.Asked() {
		return g.deploys(standing.Groups)
	}
	return g.Declared && slices.ContainsFunc(g.Approvals.Sets, func(s ApprovalSet) bool {
		belongs := len(s.From) == 0 || overlap(s.From, standing.Groups)
		return belongs && (!s.NotAuthors || r.Plan != nil && r.Plan.Wrote(standing.Login) == WroteNothing)
	})
}

// SpeakerOf returns who caused an event, and the right that this requires; false:
// nobody did, or the release itself decides who may.
func SpeakerOf(ev Event) (by Person, who Who, isWord bool) {
	switch ev := ev.(type) {
	case Approved:
		return ev.By, TheApprover, true
	case Declined:
		return ev.By, TheApprover, true
	case PointAcknowledged:
		return ev.By, TheApprover, true
	case CancelAsked:
		return ev.By, TheStopper, true
	case RanAsserted:
		return ev.By, TheAsserter, true
	case NeverRanAsserted:
		return ev.By, TheAsserter, true
	case SignedOff:
		return ev.By, TheReviewer, true
	case LooksGood:
		return ev.By, TheJudge, true
	case EndQuarantineAsked:
		return ev.By, TheDeployer, true
	case CountdownStopped:
		return ev.By, TheStopper, true
	case WatchLonger:
		return ev.By, TheStopper, true
	case HindsightSaid:
		return ev.By, TheStopper, true
	default:
		return Person{}, "", false
	}
}

// Weighed is the event with what was found out about the person who caused it, in place
// of whatever it contained.
func Weighed(ev Event, s Standing) Event {
	switch ev := ev.(type) {
	case Approved:
		ev.Standing = s
		return ev
	case Declined:
		ev.Standing = s
		return ev
	case PointAcknowledged:
		ev.Standing = s
		return ev
	case CancelAsked:
		ev.Standing = s
		return ev
	case RanAsserted:
		ev.Standing = s
		return ev
	case NeverRanAsserted:
		ev.Standing = s
		return ev
	case SignedOff:
		ev.Standing = s
		return ev
	case LooksGood:
		ev.Standing = s
		return ev
	case EndQuarantineAsked:
		ev.Standing = s
		return ev
	case CountdownStopped:
		ev.Standing = s
		return ev
	case WatchLonger:
		ev.Standing = s
		return ev
	case HindsightSaid:
		ev.Standing = s
		return ev
	default:
		return ev
	}
}
