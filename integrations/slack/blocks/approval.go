package blocks

import (
	"slices"
	"strconv"
	"strings"

	"github.com/slipwayhq/slipway/bot"
)

// asked are those who may be called by name to approve.
type asked struct {
	people []bot.Person
	groups []string // of the workspace, by their ids
}

// awaiting says in one line who is asked for what, and in the next how many yeses
// are there and until when the others are waited for.
func awaiting(r bot.Release, whom asked) markup {
	if r.Unconfirmed() {
		return "Waiting for " + calling(r.Requester) + " to confirm."
	}
	if r.Plan == nil {
		return "Waiting for approval."
	}
	return join("\n", join(" ", called(r, whom)+":", request(r)+"."), yesesSoFar(r), takenBackBy(r))
}

// request says who asks for what, and why.
func request(r bot.Release) markup {
	who := join(" ", calling(r.Requester), through(r.Requester))
	what := join(" ", "asks to deploy", pastSHA(r.SHA()), "to", bold(esc(r.Target.Environment, nameMax)))
	switch {
	case r.Kind == bot.Rollback && r.Reversal.Back != "":
		what = join(" ", "asks to take", code(r.Reversal.Back, nameMax), "back from", bold(esc(r.Target.Environment, nameMax)))
	case r.Kind == bot.Rollback:
		what = join(" ", "asks to go back to", pastSHA(r.SHA()), "on", bold(esc(r.Target.Environment, nameMax)))
	case r.Kind == bot.Adopt:
		what = join(" ", "says that", pastSHA(r.SHA()), "is live on", bold(esc(r.Target.Environment, nameMax)))
	}
	why := markup("")
	if quoted(r.Reason) != "" {
		why = "(" + esc(r.Reason, reasonMax) + ")"
	}
	return join(" ", who, what, why)
}

// yesesSoFar is how many yeses are there, whose, and until when others are waited
// for.
func yesesSoFar(r bot.Release) markup {
	by := markup("")
	if len(r.Approvals) > 0 {
		by = "(" + list(approvedBy(r.Approvals), 5) + ")"
	}
	return join(", ", join(" ", sofar(r), by), until(r.ApprovalEnds())) + "."
}

// takenBackBy says who took their yes back and has not said it again.
func takenBackBy(r bot.Release) markup {
	var who, lost []markup
	for i, w := range r.Withdrawn {
		again := slices.ContainsFunc(r.Approvals, func(a bot.Approval) bool { return a.By.ID == w.By.ID }) ||
			slices.ContainsFunc(r.Withdrawn[i+1:], func(later bot.Withdrawal) bool { return later.By.ID == w.By.ID })
		switch {
		case again:
		case w.Why != "":
			lost = append(lost, lostYes(w))
		default:
			who = append(who, join(" ", named(w.By), "at", clock(w.At)))
		}
	}
	if len(who) > 0 {
		lost = append([]markup{"Approval taken back: " + list(who, 5) + "."}, lost...)
	}
	return join("\n", lost...)
}

// lostYes says that somebody's yes does not count any more.
func lostYes(w bot.Withdrawal) markup {
	return join(" ", "⚠️ The approval of", named(w.By), "does not count any more:", named(w.By), esc(w.Why, reasonMax)) + "."
}

// sofar is how full the sets of approvals are. One that stands alone needs no
// name: who may approve is said beside it.
func sofar(r bot.Release) markup {
	sets := r.Approvers().Sets
	parts := make([]markup, 0, len(sets))
	for i, set := range sets {
		of := markup(strconv.Itoa(r.YesesFor(i)) + " of " + count(set.Count, "approval"))
		if len(sets) > 1 {
			of += " from " + groupsOf(set, "any full member", bold)
		}
		parts = append(parts, of)
	}
	return join(", ", parts...)
}

// groupsOf names the groups of a set, or says what holds where there is none.
func groupsOf(set bot.ApprovalSet, nobody markup, style func(markup) markup) markup {
	if len(set.From) == 0 {
		return nobody
	}
	names := make([]string, 0, len(set.From))
	for _, group := range set.From {
		names = append(names, string(style(esc(group, nameMax))))
	}
	return markup(strings.Join(names, " or "))
}

func approvedBy(approvals []bot.Approval) []markup {
	names := make([]markup, 0, len(approvals))
	for _, a := range approvals {
		names = append(names, named(a.By))
	}
	return names
}

// called are those whose yes is missing, by name where they are known by name.
func called(r bot.Release, whom asked) markup {
	if who := callable(r, whom); len(who) > 0 {
		return list(who, 8)
	}
	return mayApprove(r, whom)
}

// mayApprove says whose yes is missing. Those who said it already, and the
// requester where their own does not count, are left out.
func mayApprove(r bot.Release, whom asked) markup {
	var open []bot.ApprovalSet
	rule := r.Approvers()
	for _, i := range r.OpenSets() {
		open = append(open, rule.Sets[i])
	}
	who := callable(r, whom)
	missing := bot.ApprovalRule{Sets: open}
	switch {
	case len(who) > 0:
		return list(who, 8) + " may approve"
	case missing.Anybody() || len(open) == 0:
		return "Any full member of the team" + but(open) + " may approve"
	}
	var groups []markup
	for _, g := range missing.Groups() {
		groups = append(groups, bold(esc(g, nameMax)))
	}
	return "Somebody in " + list(groups, 5) + but(open) + " may approve"
}

// callable are those who have not said yes yet, and the requester only where
// their own counts.
func callable(r bot.Release, whom asked) []markup {
	var who []markup
	for _, p := range whom.people {
		said := slices.ContainsFunc(r.Approvals, func(a bot.Approval) bool { return a.By.ID == p.ID })
		if !said && (takesOwn(r.Approvers().Sets) || !r.IsRequester(p)) {
			who = append(who, mention(p))
		}
	}
	for _, group := range whom.groups {
		if validGroupID(group) {
			who = append(who, markup("<!subteam^"+group+">"))
		}
	}
	return who
}

// validGroupID says whether id has the shape of a user group of Slack's.
func validGroupID(id string) bool {
	return len(id) > 1 && len(id) <= 30 && id[0] == 'S' && !strings.ContainsFunc(id, func(c rune) bool {
		return (c < 'A' || c > 'Z') && (c < '0' || c > '9')
	})
}

// but leaves the requester out where no set takes their own yes.
func but(open []bot.ApprovalSet) markup {
	if takesOwn(open) {
		return ""
	}
	return " other than the requester"
}

func takesOwn(open []bot.ApprovalSet) bool {
	return slices.ContainsFunc(open, func(s bot.ApprovalSet) bool { return s.Self })
}

// approvalTerms are the approvals that a plan asks for.
func approvalTerms(rule bot.ApprovalRule) markup {
	if !rule.Asked() {
		return "No approval is asked for."
	}
	var terms []markup
	for _, set := range rule.Sets {
		of := join(" ", markup(count(set.Count, "approval")), "from", groupsOf(set, "any full member of the team", plainName))
		if set.NotAuthors {
			of += " who wrote none of the changes"
		}
		terms = append(terms, of)
	}
	within := markup("")
	if rule.Expires > 0 {
		within = markup("within " + bot.Span(rule.Expires))
	}
	return join(" ", "Asks for", join(" and ", terms...), within) + "."
}

func plainName(name markup) markup { return name }

// dueNote reminds those who are asked, with the buttons that answer.
func dueNote(n bot.Note, workspace string) Message {
	r := n.Release
	if !r.AsksApproval() {
		return said(n, workspace, state(r, asked{}))
	}
	return said(n, workspace, join("\n", join(" ", "⏰ Still waiting,", called(r, asked{n.Approvers, n.ApproverGroups})+":", request(r)+"."), yesesSoFar(r)))
}

// escalatedNote asks further people, since those who were asked first did not
// answer.
func escalatedNote(n bot.Note, i int, workspace string) Message {
	r := n.Release
	if !r.AsksApproval() || i < 0 || i >= len(r.Plan.Settings.Approvals.Sets) {
		return said(n, workspace, state(r, asked{}))
	}
	set := r.Plan.Settings.Approvals.Sets[i]
	whom := groupsOf(bot.ApprovalSet{From: set.EscalateTo}, "Others", bold)
	if who := callable(r, asked{n.Approvers, n.ApproverGroups}); len(who) > 0 {
		whom = list(who, 8) + " (" + whom + ")"
	}
	waited := join(" ", "📣 No answer from", groupsOf(set, "the approvers", bold), "for", markup(bot.Span(set.EscalateAfter))+", so", whom, "may approve now too:")
	return said(n, workspace, join("\n", join(" ", waited, request(r)+"."), yesesSoFar(r)))
}
