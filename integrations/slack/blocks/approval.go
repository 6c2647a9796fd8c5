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

// awaiting says whose yes is there, whose is missing and until when it is
// waited for.
func awaiting(r bot.Release, whom asked) markup {
	if r.Kind == bot.Rollback && !r.Confirmed {
		return "Waits for " + mention(r.Requester) + " to say yes."
	}
	if r.Plan == nil {
		return "Waits for approval."
	}
	so := "Waits for approval: " + sofar(r)
	if len(r.Approvals) > 0 {
		so += ", " + list(approvedBy(r.Approvals), 5)
	}
	return join("\n", so+".", takenBackBy(r), join(" ", mayApprove(r, whom), until(r.ApprovalEnds()))+".")
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
		of := markup(strconv.Itoa(r.YesesFor(i)) + " of " + strconv.Itoa(set.Count))
		if len(sets) > 1 {
			of += " of " + groupsOf(set, "any full member", bold)
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
		if !said && (takesOwn(r.Approvers().Sets) || p.ID != r.Requester.ID) {
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
	return ", but not the requester,"
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

// dueNote reminds those who are asked, with the buttons of the card as it is.
func dueNote(n bot.Note, workspace string) Message {
	r := n.Release
	if r.Phase != bot.AwaitingApproval || r.Plan == nil {
		return said(n, workspace, state(r, asked{}))
	}
	return said(n, workspace, "⏰ Still waits for approval: "+sofar(r)+".\n"+
		join(" ", mayApprove(r, asked{n.Approvers, n.ApproverGroups}), until(r.ApprovalEnds()))+".")
}

// escalatedNote asks further people, since those who were asked first did not
// answer.
func escalatedNote(n bot.Note, workspace string) Message {
	r := n.Release
	i, err := strconv.Atoi(strings.TrimPrefix(n.Text, bot.NoteEscalated))
	if r.Phase != bot.AwaitingApproval || r.Plan == nil || err != nil || i < 0 || i >= len(r.Plan.Settings.Approvals.Sets) {
		return said(n, workspace, state(r, asked{}))
	}
	set := r.Plan.Settings.Approvals.Sets[i]
	anew := bot.ApprovalSet{From: set.EscalateTo}
	says := "📣 Has waited " + markup(bot.Span(set.EscalateAfter)) + " for " + groupsOf(set, "an approver", bold) + ". " +
		groupsOf(anew, "Others", bold) + " may approve now too"
	if who := callable(r, asked{n.Approvers, n.ApproverGroups}); len(who) > 0 {
		says += ": " + list(who, 8)
	}
	return said(n, workspace, join(" ", says, until(r.ApprovalEnds()))+".")
}
