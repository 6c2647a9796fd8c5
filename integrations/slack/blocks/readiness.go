package blocks

import "github.com/slipwayhq/slipway/bot"

// How many lines of the report a message shows. A plan is read once and
// closely; the card stands in the channel for good.
const (
	reportOnPlan = 30
	reportOnCard = 8
	// findingMax is longer than a name and a path; what is longer is a list.
	findingMax = 260
)

// readiness is what changes in what the service needs to run, with a mark for
// how much each line asks of the reader.
func readiness(r bot.Release, limit int) []markup {
	if r.Plan == nil {
		return nil
	}
	report := r.Plan.Readiness
	lines := make([]markup, 0, len(report.Findings)+len(report.Unread))
	ticked := r.Points()
	line := func(mark markup, says string) {
		boxed, by, found := box(ticked, says)
		if found {
			mark = boxed
		}
		lines = append(lines, join(" ", mark, esc(says, findingMax), by))
	}
	for _, f := range report.Findings {
		line(weightMark(f.Weight), f.Says)
	}
	for _, unread := range report.Unread {
		line("❔", unread)
	}
	if len(lines) == 0 {
		return nil
	}
	if more := len(lines) - limit; more > 0 {
		lines = append(lines[:limit:limit], "… and "+markup(count(more, "more line")))
	}
	title := markup("*Changes to what the service needs:*")
	if len(r.OpenPoints()) > 0 && r.AsksApproval() {
		title = "*Changes to what the service needs.* An approver ticks every box off; then it can be approved:"
	}
	return append([]markup{title}, lines...)
}

// sameNeeds says on a plan that the comparison was made and found nothing.
func sameNeeds(r bot.Release) markup {
	if r.Plan == nil || !r.Plan.Readiness.Compared || len(r.Plan.Readiness.Findings)+len(r.Plan.Readiness.Unread) > 0 {
		return ""
	}
	return "No changes found to what the service needs."
}

func weightMark(w bot.Weight) markup {
	switch w {
	case bot.WeightIrreversible:
		return "⛔"
	case bot.WeightLook:
		return "👀"
	case bot.WeightNote:
	}
	return "•"
}

// report is the report on a card, as long as there is something to decide or
// to look out for.
func report(r bot.Release) []markup {
	if r.Ended() {
		return nil
	}
	return readiness(r, reportOnCard)
}
