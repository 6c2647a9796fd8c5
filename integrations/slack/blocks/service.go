package blocks

import (
	"strconv"
	"time"

	"github.com/slack-go/slack"

	"github.com/slipwayhq/slipway/bot"
)

// serviceView shows one service in full: each of its targets, and what went
// before.
func serviceView(v bot.ServiceView) Message {
	if len(v.Rows) == 0 {
		return plainly("Nothing is known of this service.")
	}
	parts := make([]slack.Block, 0, len(v.Rows)+2)
	for _, row := range v.Rows {
		parts = append(parts, section(rowInFull(row, v.Now)...))
	}
	for _, h := range v.Past {
		if len(h.Past) == 0 {
			continue
		}
		title := markup("*Before*")
		if len(v.Rows) > 1 {
			title = "*Before on " + esc(h.Target.Environment, nameMax) + "*"
		}
		parts = append(parts, section(append([]markup{title}, pastLines(h.Past)...)...))
	}
	parts = append(parts, section(unreadHistory(v.Unread)), context("As of "+at(v.Now), links(v.Links), beingAsked(v.Asks)))
	return message("Status of "+esc(v.Rows[0].State.Target.Service, nameMax), parts...)
}

func rowInFull(row bot.BoardRow, now time.Time) []markup {
	s := row.State
	lines := []markup{rowLine(row, now)}
	if row.Failing != "" || s.Current == nil {
		return lines
	}
	r := *s.Current
	if r.Beside.Happened() {
		return lines
	}
	if r.Plan != nil {
		lines = append(lines, esc(r.Plan.Commit.Subject, subjectMax))
	}
	lines = append(lines, askedByName(r), state(r, asked{}), back(r))
	return append(lines, runsOn(r)...)
}

// beingAsked says that the health of a service is being looked at.
func beingAsked(probes int) markup {
	switch probes {
	case 0:
		return ""
	case 1:
		return "Its probe is being asked how it is now; the answer follows."
	}
	return "Its " + markup(strconv.Itoa(probes)) + " probes are being asked how it is now; the answer follows."
}

// shownRuns is how many lines the facts of what a service runs on take.
const shownRuns = 6

// runsOn are the versions, images, ports and the start that what is live brought, as the
// report of its plan found them.
func runsOn(r bot.Release) []markup {
	if r.Plan == nil {
		return nil
	}
	var lines []markup
	for _, f := range r.Plan.Readiness.Findings {
		switch f.Kind {
		case bot.FindRuntime, bot.FindImage, bot.FindPort, bot.FindStart:
			lines = append(lines, "• "+esc(f.Says, findingMax))
		case bot.FindDependencies, bot.FindSetting, bot.FindMigration, bot.FindIrreversible:
		}
	}
	if len(lines) == 0 {
		return nil
	}
	if more := len(lines) - shownRuns; more > 0 {
		lines = append(lines[:shownRuns:shownRuns], "… and "+markup(count(more, "more line")))
	}
	return append([]markup{"What it runs on changed with " + code(r.ID, nameMax) + ":"}, lines...)
}

func askedByName(r bot.Release) markup {
	who := "Asked " + askedAs(r.Requester, named)
	if why := quoted(r.Reason); why != "" {
		return who + ": " + why
	}
	return who
}

// back says where a rollback of what is live would go.
func back(r bot.Release) markup {
	if r.Ended() && r.Arrival() == bot.Arrived && r.TakenBackBy == "" && r.Plan != nil && r.Plan.RollbackTo != nil {
		return wayBack(r)
	}
	return ""
}
