package blocks

import (
	"time"

	"github.com/slack-go/slack"

	"github.com/slipwayhq/slipway/bot"
)

// card shows a release: what goes where and who asked for it, where it stands
// and what can be done next.
func card(c bot.Card) Message {
	r := c.Release
	if r.Kind == bot.Batch {
		return replacing(c, batchCard(r))
	}
	parts := []slack.Block{
		unfolded(headline(r), state(r, asked{c.Approvers, c.ApproverGroups})),
		section(what(r)...),
		unfolded(voided(r)...),
		unfolded(append(warnings(r), backOnCard(r), movedOn(r))...),
		unfolded(report(r)...),
		unfolded(refused(r)...),
		section(run(r)...),
		section(health(r)...),
		section(opinions(r)),
		section(changes(r, c.Authors)...),
		context(moments(r), links(c.Links)),
	}
	parts = append(append(parts, points(r)...), buttons(r))
	return replacing(c, message(fallback(r), parts...))
}

// replacing says of a card that replaces another one why it does: it calls
// people a second time.
func replacing(c bot.Card, m Message) Message {
	if c.Lost == "" {
		return m
	}
	says := join(" ", "🗑️ The card of", code(c.Release.ID, nameMax), "before this one", esc(c.Lost, subjectMax)+"; this is a new one.")
	return message(join(" ", "New card, since the one before", esc(c.Lost, subjectMax)+":", markup(m.Text)), append([]slack.Block{section(says)}, m.Blocks...)...)
}

// fallback is a card in one line, as a notification has it: of one that waits for
// an answer, what is asked.
func fallback(r bot.Release) markup {
	switch {
	case r.AsksApproval() && !r.Unconfirmed():
		return "Approval needed: " + wanted(r)
	case r.Uncertain():
		return join(" ", "Answer needed: did the workflow of", esc(r.ID, nameMax), "run?", servicesName(r))
	}
	if r.Beside.Happened() {
		return join(" ", "🔀", servicesName(r), "("+esc(r.ID, nameMax)+"): done past slipway")
	}
	return join(" ", mark(r), servicesName(r), "("+esc(r.ID, nameMax)+"):", standsAt(r), skipped(r))
}

// wanted is what a release wants a yes to, in one line.
func wanted(r bot.Release) markup {
	what := servicesName(r)
	if kind := kindOf(r); kind != "" {
		what += " " + kind
	}
	return join(", ", what, esc(r.Plan.Commit.Subject, subjectMax), "asked by "+actor(r.Requester), until(r.ApprovalEnds()))
}

// what says what goes out, who asked for it and why.
func what(r bot.Release) []markup {
	asks := askedBy(r)
	if r.AsksApproval() && !r.Unconfirmed() {
		asks = "" // the first line says it
	}
	return []markup{commitLine(r), rollbackLine(r), offBranch(r), asks, partLine(r), emergencyLine(r), approvedLine(r)}
}

func commitLine(r bot.Release) markup {
	if r.Plan == nil {
		if r.Ref == "" {
			return "The default branch"
		}
		return code(r.Ref, subjectMax)
	}
	c := r.Plan.Commit
	from := markup("")
	if r.Plan.Branch != "" {
		from = "from " + code(r.Plan.Branch, subjectMax)
	}
	return join(" ", sha(c), esc(c.Subject, subjectMax), from)
}

func rollbackLine(r bot.Release) markup {
	t := r.Reversal
	if r.Kind != bot.Rollback || (t.Back == "" && t.To == "") {
		return ""
	}
	back := markup("")
	if t.Back != "" {
		back = "Takes " + code(t.Back, nameMax) + " back"
	}
	to := markup("")
	if t.To != "" {
		to = "goes to " + code(t.To, nameMax)
	}
	return join(", ", back, to)
}

// offBranch says of what somebody says is live that it is on no allowed branch.
func offBranch(r bot.Release) markup {
	for _, g := range r.Decision.Gates {
		if r.Kind == bot.Adopt && g.Name == branchGate && g.Outcome != bot.Pass {
			return bold(sentence(g.Reason))
		}
	}
	return ""
}

// branchGate is the name of the rule about branches.
const branchGate = "branch"

func askedBy(r bot.Release) markup {
	who := "Asked " + askedAs(r.Requester, mention)
	if r.Kind == bot.Adopt {
		who = join(" ", calling(r.Requester), through(r.Requester)) + " says that " + pastSHA(r.SHA()) + " is live on " + esc(r.Target.Environment, nameMax)
	}
	if why := quoted(r.Reason); why != "" {
		return who + ": " + why
	}
	return who
}

// approvedLine says who said yes, once nobody is waited for any more.
func approvedLine(r bot.Release) markup {
	if len(r.Approvals) == 0 || r.AsksApproval() {
		return ""
	}
	return "Approved by " + series(approvedBy(r.Approvals), 5)
}

// voided says what changed since people said yes.
func voided(r bot.Release) []markup {
	if len(r.Delta) == 0 {
		return nil
	}
	title := markup("Changed since it was planned:")
	if r.AsksApproval() {
		title = "⚠️ *Earlier approvals do not count any more:* the plan changed."
	}
	return append([]markup{title}, bullets(r.Delta)...)
}

func bullets(lines []string) []markup {
	out := make([]markup, 0, len(lines))
	for _, l := range lines {
		out = append(out, "• "+esc(l, reasonMax))
	}
	return out
}

// warnings are the gates that pass and are worth reading, as long as there is
// something to decide.
func warnings(r bot.Release) []markup {
	if r.Ended() {
		return nil
	}
	var out []markup
	for _, g := range r.Decision.Gates {
		if said := saidByChanges(g) || r.Kind == bot.Adopt && g.Name == branchGate; g.Outcome == bot.Warn && !said {
			out = append(out, gateLine(g))
		}
	}
	return out
}

// backOnCard names the way back before there is need of it, as long as there is
// something to decide or to look out for.
func backOnCard(r bot.Release) markup {
	if r.Plan == nil || r.Kind != bot.Deploy || r.Ended() {
		return ""
	}
	return backTerms(r.Plan)
}

// moments are the phases with their times; only the first carries the day.
func moments(r bot.Release) markup {
	const shown = 8
	var out []markup
	all := r.Moments
	if len(all) > shown {
		all = all[len(all)-shown:]
	}
	if r.RequestedAt.IsZero() {
		return ""
	}
	out = append(out, "asked "+at(r.RequestedAt))
	for _, m := range all {
		if m.Phase.BeingPlanned() {
			continue
		}
		out = append(out, join(" ", phaseWord(m.Phase), clock(m.At)))
	}
	return join(" · ", out...)
}

func links(all []bot.Link) markup {
	var shown []markup
	for _, l := range all {
		shown = append(shown, linkOnly(l.URL, esc(l.Name, nameMax)))
	}
	return join(" · ", shown...)
}

// linkOnly is nothing where there is nothing to lead to.
func linkOnly(address string, label markup) markup {
	if _, ok := safeURL(address); !ok {
		return ""
	}
	return link(address, label)
}

// elapsed is how long something took, empty where it is not known.
func elapsed(from, to time.Time) markup {
	if from.IsZero() || to.IsZero() || to.Before(from) {
		return ""
	}
	return took(to.Sub(from))
}

// howOld is elapsed for what is older than a minute; of what is newer nobody
// asks.
func howOld(from, to time.Time) markup {
	if to.Sub(from) < time.Minute {
		return ""
	}
	return elapsed(from, to)
}
