package blocks

import (
	"github.com/slack-go/slack"

	"github.com/slipwayhq/slipway/bot"
)

// mine shows somebody what concerns them.
func mine(m bot.Mine) Message {
	says := markup("Nothing waits for you.")
	if n := len(m.Waiting) + m.MoreWaiting; n > 0 {
		says = markup(count(n, "release")) + " " + verbFor(n, "waits", "wait") + " for your yes."
	}
	return message(says, concerns(m)...)
}

func title(text string) slack.Block { return slack.NewHeaderBlock(plainText(text)) }

func verbFor(n int, one, more markup) markup {
	if n == 1 {
		return one
	}
	return more
}

// concerns is what concerns somebody: first what waits for them.
func concerns(m bot.Mine) []slack.Block {
	parts := []slack.Block{title("Waiting for you")}
	if len(m.Waiting) == 0 {
		parts = append(parts, section("Nothing waits for your yes."))
	}
	for _, r := range m.Waiting {
		parts = append(parts, unfolded(headline(r), brief(r), state(r, asked{people: []bot.Person{m.Who}})), row(r, yesTo(r), nil))
	}
	parts = append(parts, moreOf(m.MoreWaiting, verbFor(m.MoreWaiting, "waits for your yes, and follows", "wait for your yes, and follow")+" here as you decide."), title("You asked for"))
	if len(m.Asked) == 0 {
		parts = append(parts, section("Nothing of yours is under way."))
	}
	for _, r := range m.Asked {
		parts = append(parts, section(headline(r), brief(r), state(r, asked{})), row(r, mayStop(r), nil))
	}
	parts = append(parts, moreOf(m.MoreAsked, "of yours "+verbFor(m.MoreAsked, "is", "are")+" under way."))
	if closed := closedTargets(m.Board); len(closed) > 0 {
		parts = append(parts, title("Locked or frozen"), section(closed...))
	}
	return append(parts, liveFor(m)...)
}

// moreOf says how many releases are left out.
func moreOf(n int, which markup) *slack.ContextBlock {
	if n == 0 {
		return nil
	}
	return context(markup("… and "+count(n, "more release")) + " " + which)
}

// shownLive is how many targets somebody is shown whose services are not theirs, and
// how many whose are.
const shownLive = 40

// liveFor is what is live, one's own services first.
func liveFor(m bot.Mine) []slack.Block {
	own, others := m.Board, m.Board
	own.Rows, others.Rows = nil, nil
	for _, row := range m.Board.Rows {
		if isOwn(row.State, m.Who) {
			own.Rows = append(own.Rows, row)
		} else {
			others.Rows = append(others.Rows, row)
		}
	}
	if len(own.Rows) == 0 {
		return boardUnder("What is live", others, m.Names)
	}
	parts := boardUnder("Your services", own, m.Names)
	if others.Troubles = nil; len(others.Rows) > 0 {
		parts = append(parts, boardUnder("What else is live", others, m.Names)...)
	}
	return parts
}

// boardUnder is the beginning of a board under a title, and how to see the rest.
func boardUnder(heading string, b bot.Board, names bot.SlashNames) []slack.Block {
	left := len(b.Rows) - shownLive
	b.Rows = b.Rows[:min(len(b.Rows), shownLive)]
	parts := append([]slack.Block{title(heading)}, board(b).Blocks...)
	if left > 0 {
		parts = append(parts, context(markup("… and "+count(left, "more target"))+". "+code(names.Status, subjectMax)+" shows all, page by page."))
	}
	return parts
}

// isOwn says whether what is live on a target, or under way there, was asked for by
// somebody.
func isOwn(s bot.TargetState, who bot.Person) bool {
	return s.Current != nil && s.Current.IsRequester(who) || s.Under != nil && s.Under.IsRequester(who)
}

// shownClosed is how many closed targets somebody is shown.
const shownClosed = 10

// closedTargets are the targets that somebody closed, by whom and until when.
func closedTargets(b bot.Board) []markup {
	var lines []markup
	left := 0
	for _, row := range b.Rows {
		switch by := closedBy(row.State.Locks, b.Now); {
		case by == "":
		case len(lines) == shownClosed:
			left++
		default:
			lines = append(lines, join(" ", bold(targetName(row.State.Target)), by))
		}
	}
	if left > 0 {
		lines = append(lines, markup("… and "+count(left, "more target")))
	}
	return lines
}

// brief is what a release brings, in a line.
func brief(r bot.Release) markup {
	if r.Plan == nil {
		return ""
	}
	return join(" ", sha(r.Plan.Commit), esc(r.Plan.Commit.Subject, subjectMax))
}

// yesTo are the buttons of what waits for somebody.
func yesTo(r bot.Release) []bot.Action {
	if r.Unconfirmed() {
		return []bot.Action{bot.ActConfirm}
	}
	return []bot.Action{bot.ActApprove, bot.ActReject}
}

// mayStop are the buttons of what somebody asked for.
func mayStop(r bot.Release) []bot.Action {
	if r.Kind == bot.Batch {
		return nil
	}
	return []bot.Action{bot.ActCancel}
}
