package blocks

import "github.com/slipwayhq/slipway/bot"

// historyView lists the releases of a target, newest first.
func historyView(v bot.HistoryView) Message {
	title := bold(targetName(v.Target))
	if len(v.Past) == 0 {
		return plainly("Nothing has gone to " + title + " yet.")
	}
	parts := paragraphs(append([]markup{title}, pastLines(v.Past)...))
	return message("History of "+targetName(v.Target), append(parts, context("As of "+at(v.Now)))...)
}

func pastLines(past []bot.Past) []markup {
	shown := past[:min(len(past), bot.HistoryShown)]
	lines := make([]markup, 0, len(shown)+1)
	for _, p := range shown {
		lines = append(lines, pastLine(p))
	}
	if more := len(past) - len(shown); more > 0 {
		lines = append(lines, markup("… and "+count(more, "older release")))
	}
	return lines
}

// pastLine is one release that was: what it came to, when and by whom.
func pastLine(p bot.Past) markup {
	if p.Beside.Happened() {
		return join(" ", "🔀", code(p.Release, nameMax), pastOutcome(p)+",", at(p.Beside.At))
	}
	m := phaseMark(p.Phase)
	if p.TakenBackBy != "" {
		m = "↩️"
	}
	return join(" ", m, code(p.Release, nameMax), pastSHA(p.SHA), pastOutcome(p)+",", at(p.At)+",", asker(p.Requester), quoted(p.Reason))
}

func pastOutcome(p bot.Past) markup {
	if p.Beside.Happened() {
		return besideLine(p.Beside)
	}
	says := phaseWord(p.Phase)
	switch live := p.Phase.EndedWell(); {
	case live && p.Healthy && p.Watched:
		says = "healthy"
	case live && p.Healthy:
		says = "live, not watched"
	case live:
		says = "live, health not clear"
	}
	if p.Phase.Ended() && p.Came() == bot.NeverCame {
		says += ", changed nothing"
	}
	if again := startedAgain(p); again != "" {
		says += ", " + again
	}
	if p.Kind != bot.Deploy && p.Kind != "" {
		says = kindWord(p.Kind) + " " + says
	}
	if p.TakenBackBy != "" {
		says += ", taken back by " + code(p.TakenBackBy, nameMax)
	}
	if p.Quarantined {
		says += ", quarantined"
	}
	return says
}

// asker is who asked for a release, and from which shell or by which rule.
func asker(a bot.Actor) markup {
	if p, inChat := a.(bot.Person); inChat {
		return named(p)
	}
	return askedAs(a, named)
}
