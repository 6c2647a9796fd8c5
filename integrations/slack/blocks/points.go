package blocks

import (
	"strings"

	"github.com/slack-go/slack"

	"github.com/slipwayhq/slipway/bot"
)

// maxPoints is how many points can be ticked off at once; the next ones follow
// when these are.
const maxOpenPoints = 10

// points are the buttons by which approvers tick off what must be seen to before
// anybody can approve. Each stands in a row of its own, as on a list.
func points(r bot.Release) []slack.Block {
	if !r.AsksApproval() {
		return nil
	}
	open := r.OpenPoints()
	rows := make([]slack.Block, 0, maxOpenPoints)
	for _, p := range open[:min(len(open), maxOpenPoints)] {
		rows = append(rows, actionRow(press(bot.ActAcknowledge, r, p.ID, "✓ "+pointName(p))))
	}
	return rows
}

// pointName names a point on its button, without what its line says about it.
func pointName(p bot.Point) string {
	what, _, _ := strings.Cut(p.Says, ":")
	return strings.TrimSuffix(strings.TrimPrefix(what, "new setting "), " could not be read")
}

// box is the mark of a line of the report that is ticked off, and by whom it
// was. It says false for one that is not.
func box(all []bot.Point, says string) (mark, by markup, found bool) {
	for _, p := range all {
		switch {
		case p.Says != says:
		case p.Acknowledged():
			return "☑️", "(" + named(p.By) + ")", true
		default:
			return "⬜", "", true
		}
	}
	return "", "", false
}
