package blocks

import (
	"strconv"
	"strings"

	"github.com/slipwayhq/slipway/bot"
)

// emergencyLine says on the card what an emergency passed and who answers for
// it beside its requester.
func emergencyLine(r bot.Release) markup {
	if !r.Emergency.Asked || r.Emergency.ReviewBy.IsZero() {
		return ""
	}
	says := join(" ", "🚨 *Emergency:*", passes(r))
	switch {
	case !r.Emergency.SignedAt.IsZero():
		return join(" ", says, "Signed off by", named(r.Emergency.SignedOff)+".")
	case r.ReviewOpen():
		return join(" ", says, reviewers(r), "must sign it off by", at(r.Emergency.ReviewBy)+".")
	}
	return says
}

// passes says which rules were passed.
func passes(r bot.Release) markup {
	names := r.Decision.Passed()
	if r.Plan != nil && r.Plan.Settings.Approvals.Asked() && len(r.Approvals) == 0 {
		names = append(names, "approvals")
	}
	if len(names) == 0 {
		return "no rule stood in its way."
	}
	return "passes " + esc(strings.Join(names, ", "), reasonMax) + "."
}

// reviewers says who signs it off.
func reviewers(r bot.Release) markup {
	if r.Plan == nil {
		return "Somebody else"
	}
	return "Somebody else of " + esc(strings.Join(r.Reviewers(), " or "), reasonMax)
}

// emergencyNote says out loud that rules were passed.
func emergencyNote(n bot.Note, workspace string) Message {
	return said(n, workspace, emergencyLine(n.Release))
}

// reviewNote reminds that nobody has signed an emergency off.
func reviewNote(n bot.Note, workspace string) Message {
	r := n.Release
	says := join(" ", "Nobody has signed this emergency off yet.", reviewers(r), "must do so by", at(r.Emergency.ReviewBy)+".")
	if !n.Now.Before(r.Emergency.ReviewBy) {
		says = join(" ", "This emergency is overdue: it was to be signed off by", at(r.Emergency.ReviewBy)+".", reviewers(r), "can still do so.")
	}
	return said(n, workspace, says)
}

// emergencyView lists emergencies and counts those that nobody signed off.
func emergencyView(v bot.EmergencyView) Message {
	if len(v.Past) == 0 {
		none := join(" ", "No emergencies recorded", behind("for", ofWhat(v))) + "."
		return plainly(join(" ", none, unreadHistory(v.Unread)))
	}
	open := 0
	lines := make([]markup, 0, bot.HistoryShown)
	for i, e := range v.Past {
		signed := markup("signed off by ") + named(e.Past.SignedOff)
		if e.Past.SignedOff.ID == "" {
			signed = "*not signed off*"
			open++
		}
		if i < bot.HistoryShown {
			lines = append(lines, join(" ", pastLine(e.Past), "–", targetName(e.Target)+",", signed))
		}
	}
	if more := len(v.Past) - len(lines); more > 0 {
		lines = append(lines, markup("… and "+count(more, "older one")))
	}
	many := "1 emergency"
	if n := len(v.Past); n > 1 {
		many = strconv.Itoa(n) + " emergencies"
	}
	title := join(" ", "🚨", join(" ", bold(markup(many)), behind("of", ofWhat(v)))+",", markup(strconv.Itoa(open)), "not signed off")
	return message(title, append(paragraphs(append([]markup{title}, lines...)), section(unreadHistory(v.Unread)), context("As of "+at(v.Now)))...)
}

// ofWhat says of what emergencies are listed; nothing where it is of all there is.
func ofWhat(v bot.EmergencyView) markup {
	if v.Of == (bot.Scope{}).String() {
		return ""
	}
	return esc(v.Of, nameMax)
}

// unreadHistory says of which targets nothing could be read.
func unreadHistory(targets []bot.Target) markup {
	if len(targets) == 0 {
		return ""
	}
	return join(" ", "⚠️ The history of", targetNames(targets), "could not be read.")
}
