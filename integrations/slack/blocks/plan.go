package blocks

import (
	"github.com/slack-go/slack"

	"github.com/slipwayhq/slipway/bot"
)

// planView shows one person all that a release will do, with the button that
// they may press.
func planView(v bot.PlanView) Message {
	r := v.Release
	if r.Kind == bot.Batch {
		return batchCard(r)
	}
	var offered []slack.BlockElement
	for _, a := range offersBeside(v.Offer) {
		if b := button(a, r); b != nil {
			offered = append(offered, b)
		}
	}
	title := headline(r)
	if r.Kind == bot.Preview {
		title = join(" ", "🔎", bold(targetName(r.Target)), "(nothing is started)")
	}
	return message(join(" ", mark(r), "The plan for", targetName(r.Target)),
		section(title, standing(v), intent(r), wouldWait(r)),
		section(commitLine(r), askedBy(r)),
		section(voided(r)...),
		section(changes(r, nil)...),
		section(append(readiness(r, reportOnPlan), sameNeeds(r))...),
		section(gates(r.Decision)...),
		section(terms(r)...),
		actionRow(offered...),
	)
}

// offersBeside are the buttons of a plan: the one that is offered, and what can
// be done instead.
func offersBeside(offer bot.Action) []bot.Action {
	if offer == "" {
		return nil
	}
	if offer == bot.ActConfirm {
		return []bot.Action{bot.ActConfirm, bot.ActChoose}
	}
	return []bot.Action{offer}
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
	if r.Takes.Back != "" {
		says = "Takes " + code(r.Takes.Back, nameMax) + " back: goes back"
	}
	says = join(" ", says, "to", pastSHA(r.Plan.Commit.SHA))
	if r.Takes.To != "" {
		says += " (" + code(r.Takes.To, nameMax) + ")"
	}
	if age := age(r.Plan); age != "" {
		says += ", a commit that is " + age + " old"
	}
	return says + "."
}

// age is how old the commit was when the plan was made.
func age(p *bot.Plan) markup { return howOld(p.Commit.At, p.ResolvedAt) }

// gates are all rules with their outcome; those that refuse come first.
func gates(d bot.Decision) []markup {
	var refuse, warn, pass []markup
	for _, g := range d.Gates {
		if g.Outcome != bot.Refuse && saidByChanges(g) {
			continue
		}
		switch g.Outcome {
		case bot.Refuse:
			refuse = append(refuse, gateLine(g))
		case bot.Warn:
			warn = append(warn, gateLine(g))
		case bot.Pass:
			pass = append(pass, gateLine(g))
		}
	}
	return append(append(refuse, warn...), pass...)
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
	lines := []markup{
		join(" ", "Runs", code(p.Workflow, nameMax), "of", esc(p.Repo, subjectMax), on(p.WorkflowRef)) + ".",
		calledTerms(p.Called),
		elsewhereTerms(p.Called),
		approvalTerms(p.Settings.Approvals),
		watchTerms(p.Settings.Health),
	}
	if r.Kind != bot.Rollback {
		lines = append(lines, backTerms(p))
	}
	return lines
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

func backTerms(p *bot.Plan) markup {
	if p.RollbackTo == nil {
		return "There is no healthy release to go back to."
	}
	to := *p.RollbackTo
	old := markup("")
	if a := howOld(to.At, p.ResolvedAt); a != "" {
		old = ", " + a + " old"
	}
	return join(" ", "The way back is", code(to.Release, nameMax), pastSHA(to.SHA)+old+".", markup(undone(p)))
}

// undone says what a rollback would leave as it is, in plain words.
func undone(p *bot.Plan) string {
	u := p.Undone
	switch {
	case u == nil:
		return ""
	case u.Migrations == 0 && u.Unread:
		return "Whether migrations lie between could not be found out."
	case u.Migrations == 0:
		return "No migrations lie between."
	}
	says := count(u.Migrations, "migration") + " lie between: a rollback will not undo them."
	if u.Migrations == 1 {
		says = "1 migration lies between: a rollback will not undo it."
	}
	if u.Unread {
		return "At least " + says
	}
	return says
}
