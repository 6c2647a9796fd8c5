package blocks

import (
	"strings"

	"github.com/slipwayhq/slipway/bot"
)

// planView shows one person all that a release will do, with the button that
// they may press.
func planView(v bot.PlanView) Message {
	r := v.Release
	if r.Kind == bot.Batch {
		return batchCard(r)
	}
	title, sign := headline(r), mark(r)
	if r.Kind == bot.Preview {
		sign = "🔎"
		title = join(" ", sign, bold(targetName(r.Target)), "(nothing is started)")
	}
	return message(join(" ", sign, "The plan for", targetName(r.Target)),
		section(asksBeside(v)),
		section(title, standing(v), intent(r), wouldWait(r)),
		section(commitLine(r), askedBy(r)),
		unfolded(voided(r)...),
		unfolded(append(gates(r.Decision, bot.Refuse, bot.Warn), backOnPlan(r))...),
		unfolded(append(readiness(r, reportOnPlan), sameNeeds(r))...),
		section(changes(r, nil)...),
		section(gates(r.Decision, bot.Pass)...),
		section(terms(r)...),
		row(r, offersBeside(v), nil),
	)
}

// offersBeside are the buttons of a plan: the one that is offered, and what can
// be done instead.
func offersBeside(v bot.PlanView) []bot.Action {
	switch {
	case v.Offer == "":
		return nil
	case v.Offer == bot.ActConfirm && !v.Release.Asked:
		return []bot.Action{bot.ActConfirm, bot.ActChoose}
	}
	return []bot.Action{v.Offer}
}

// standing says where a release stands, to whoever asked why it does. The plan
// of one that offers a button needs no other sentence, and a preview stands
// nowhere.
func standing(v bot.PlanView) markup {
	if v.Offer != "" || v.Release.Kind == bot.Preview {
		return ""
	}
	return state(v.Release, asked{})
}

// intent is the first sentence of a plan.
func intent(r bot.Release) markup {
	if r.Kind != bot.Rollback || r.Plan == nil {
		return ""
	}
	says := markup("Goes back")
	if r.Reversal.Back != "" {
		says = "Takes " + code(r.Reversal.Back, nameMax) + " back: goes back"
	}
	says = join(" ", says, "to", pastSHA(r.Plan.Commit.SHA))
	if r.Reversal.To != "" {
		says += " (" + code(r.Reversal.To, nameMax) + ")"
	}
	if age := age(r.Plan); age != "" {
		says += ", a commit that is " + age + " old"
	}
	return says + "."
}

// age is how old the commit was when the plan was made.
func age(p *bot.Plan) markup { return howOld(p.Commit.At, p.ResolvedAt) }

// gates are the rules with one of the outcomes, in the order of these.
func gates(d bot.Decision, outcomes ...bot.Outcome) []markup {
	var lines []markup
	for _, outcome := range outcomes {
		for _, g := range d.Gates {
			if g.Outcome == outcome && (outcome == bot.Refuse || !saidByChanges(g)) {
				lines = append(lines, gateLine(g))
			}
		}
	}
	return lines
}

// terms are how it is carried out and what guards it.
func terms(r bot.Release) []markup {
	p := r.Plan
	if p == nil {
		return nil
	}
	if r.Kind == bot.Adopt {
		return []markup{"It is only recorded; nothing is started.", approvalTerms(p.Settings.Approvals)}
	}
	return []markup{
		join(" ", "Runs", code(p.Workflow, nameMax), "of", esc(p.Repo, subjectMax), on(p.WorkflowRef)) + ".",
		calledTerms(p.Called),
		elsewhereTerms(p.Called),
		approvalTerms(p.Settings.Approvals),
		watchTerms(p.Settings.Health),
	}
}

// shownCalls is how many called files a plan names.
const shownCalls = 8

// calledTerms names what belongs to the plan beside the workflow's own file.
func calledTerms(c bot.Called) markup {
	if len(c.Files) == 0 {
		return ""
	}
	paths := make([]markup, len(c.Files))
	for i, f := range c.Files {
		paths[i] = code(f.Path, subjectMax)
	}
	are := markup("are")
	if len(paths) == 1 {
		are = "is"
	}
	return "It calls " + list(paths, shownCalls) + ", which " + are + " part of this plan."
}

// elsewhereTerms names what nobody can say yes to.
func elsewhereTerms(c bot.Called) markup {
	if len(c.Elsewhere) == 0 {
		return ""
	}
	names := make([]markup, len(c.Elsewhere))
	for i, name := range c.Elsewhere {
		names[i] = code(name, subjectMax)
	}
	return "Not covered by this plan, since it lies elsewhere and may change at any time: " + list(names, shownCalls) + "."
}

func on(ref string) markup {
	if ref == "" {
		return ""
	}
	return "as it is on " + code(ref, nameMax)
}

func watchTerms(h bot.HealthRule) markup {
	if len(h.Probes) == 0 {
		return "Its health is not watched afterwards."
	}
	return "Its health is watched for " + markup(bot.Span(h.Window)) + " afterwards."
}

// backOnPlan names the way back, which only a deploy needs.
func backOnPlan(r bot.Release) markup {
	if r.Plan == nil || r.Kind == bot.Rollback || r.Kind == bot.Adopt {
		return ""
	}
	return backTerms(r.Plan)
}

// backTerms say where a rollback would go, and what it would leave as it is.
func backTerms(p *bot.Plan) markup {
	if p.RollbackTo == nil {
		return "Rollback target: none, no earlier release was healthy."
	}
	to := *p.RollbackTo
	old := markup("")
	if a := howOld(to.At, p.ResolvedAt); a != "" {
		old = "(" + a + " old)"
	}
	return join(" ", join(" ", "Rollback target:", code(to.Release, nameMax), old)+".", undoneMarked(p))
}

// undone says what a rollback would leave as it is, in plain words.
func undone(p *bot.Plan) string {
	u := p.Undone
	switch {
	case u == nil:
		return ""
	case u.Migrations+u.Marked == 0 && u.Unread:
		return "Whether migrations would stay could not be found out."
	case u.Migrations+u.Marked == 0:
		return "No migrations in between."
	}
	var stays []string
	if u.Migrations > 0 {
		stays = append(stays, count(u.Migrations, "migration"))
	}
	if u.Marked > 0 {
		stays = append(stays, count(u.Marked, "change")+" marked as irreversible")
	}
	says := strings.Join(stays, " and ") + " would stay."
	if u.Unread {
		return "At least " + says
	}
	return says
}

// undoneMarked is undone with a mark where it is something to think of.
func undoneMarked(p *bot.Plan) markup {
	says := markup(undone(p))
	if p.Undone != nil && *p.Undone != (bot.Undone{}) {
		says = "⚠️ " + says
	}
	return says
}
