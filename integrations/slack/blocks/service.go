package blocks

import (
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
	if len(v.Past) > 0 {
		parts = append(parts, section(append([]markup{"*Before*"}, pastLines(v.Past)...)...))
	}
	parts = append(parts, context("As of "+at(v.Now), links(v.Links)))
	return message("Status of "+esc(v.Rows[0].State.Target.Service, nameMax), parts...)
}

func rowInFull(row bot.BoardRow, now time.Time) []markup {
	s := row.State
	lines := []markup{rowLine(row, now)}
	if row.Failing != "" || s.Current == nil {
		return lines
	}
	r := *s.Current
	if r.Plan != nil {
		lines = append(lines, esc(r.Plan.Commit.Subject, subjectMax))
	}
	return append(lines, askedByName(r), state(r, asked{}), back(r))
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
