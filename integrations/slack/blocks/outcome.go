package blocks

import (
	"slices"

	"github.com/slipwayhq/slipway/bot"
)

// beside is what those are told who are told beside a release's channel; false for all
// other news.
func beside(n bot.Note, workspace string) (m Message, is bool) {
	switch news := n.News.(type) {
	case bot.NoteOutcome:
		return outcomeNote(n, workspace), true
	case bot.NoteYours:
		return yoursNote(n, news, workspace), true
	case bot.NoteUndelivered:
		return undeliveredNote(n, news), true
	default:
		return Message{}, false
	}
}

// outcomeNote says what came of a release to those who are told beside its channel.
func outcomeNote(n bot.Note, workspace string) Message {
	r := n.Release
	if r.Beside.Happened() {
		return besideNote(n)
	}
	return message(fallback(r), unpressed(n, workspace, outcome(r, named), section(sentence(r.Ending.Mend)))...)
}

// yoursNote tells somebody what became of their own changes.
func yoursNote(n bot.Note, is bot.NoteYours, workspace string) Message {
	r := n.Release
	mine := slices.DeleteFunc(slices.Clone(r.Changed()), func(c bot.Commit) bool { return n.Authors[c.Login].ID != is.Whose })
	what := markup("Your change")
	if len(mine) > 1 {
		what = "Your " + markup(count(len(mine), "change"))
	}
	says := join(" ", mark(r), what, fate(is.Outcome, r, len(mine)), bold(targetName(r.Target)), "("+code(r.ID, nameMax)+").")
	lines := []markup{says}
	const shown = 5
	for _, c := range mine[:min(len(mine), shown)] {
		lines = append(lines, join(" ", "•", sha(c), esc(c.Subject, subjectMax)))
	}
	if more := len(mine) - shown; more > 0 {
		lines = append(lines, "… and "+markup(count(more, "other")))
	}
	return message(says, section(lines...), context(linkOnly(r.Run.URL, "workflow run"), links(n.Links), linkOnly(permalink(workspace, n.Card), "card")))
}

// fate is what became of changes, up to where.
func fate(o bot.ReleaseOutcome, r bot.Release, changes int) markup {
	be := markup("is")
	if changes > 1 {
		be = "are"
	}
	switch {
	case o == bot.OutcomeRolledBack, r.Plan != nil && r.Plan.Changes.Direction == bot.Backward:
		if changes > 1 {
			return "were taken back from"
		}
		return "was taken back from"
	case o == bot.OutcomeUnhealthy:
		return be + " live and the service is *not healthy* on"
	case o == bot.OutcomeInconclusive:
		return be + " live, and its health could not be told, on"
	}
	return be + " live on"
}

// undeliveredNote says which program has not heard of it.
func undeliveredNote(n bot.Note, is bot.NoteUndelivered) Message {
	return plainly(join(" ", "🔕", "A webhook was not told that", code(n.Release.ID, nameMax), outcomeWord(is.Outcome)+":",
		sentence(is.Says), "slipway tried for a day. Whoever looks after slipway sees to the receiver, or takes it out of `notify` in slipway.yaml."))
}

func outcomeWord(o bot.ReleaseOutcome) markup {
	switch o {
	case bot.OutcomeSucceeded:
		return "went well"
	case bot.OutcomeUnhealthy:
		return "is not healthy"
	case bot.OutcomeInconclusive:
		return "is live, its health unknown"
	case bot.OutcomeUnknown:
		return "may have been started"
	case bot.OutcomeRolledBack:
		return "rolled back"
	case bot.OutcomeOutOfBand:
		return "came about past slipway"
	case bot.OutcomeCancelled, bot.OutcomeRejected, bot.OutcomeSuperseded:
		return "was " + esc(string(o), nameMax)
	case bot.OutcomeFailed, bot.OutcomeExpired:
	}
	return esc(string(o), nameMax)
}
