package blocks

import (
	"strconv"

	"github.com/slipwayhq/slipway/bot"
)

// What a report lists at most.
const (
	shownScores = 20
	shownOdd    = 5
)

// reportView shows how right the verdicts on a service were.
func reportView(v bot.ReportView) Message {
	of := esc(v.Of, 2*nameMax)
	if v.Watched == 0 {
		return plainly("📒 No watch over the health of " + of + " has come to an end yet, so no verdict could have been right or wrong.")
	}
	title := "How right the verdicts on " + of + " were"
	lines := []markup{
		join(" ", "📒", bold(title)+", as far as people said:", markup(count(v.Watched, "verdict")), "since", at(v.Since)+"."),
		"• " + bold("All in all") + ": " + scores(v.Service),
	}
	for i, s := range v.Probes {
		if i == shownScores {
			lines = append(lines, markup("… and "+count(len(v.Probes)-i, "more probe")))
			break
		}
		lines = append(lines, "• "+esc(s.Name, nameMax)+": "+scores(s))
	}
	parts := append(paragraphs(filled(append(lines, askedSomebody(v), inShadow(v)))),
		section(trust(v.Service)),
		section(disagreed(v), unsaid(v), goneLater(v)),
		context("Precision: how many of the alarms that people judged were right. Recall: how many of the times when people say that the service was not well were noticed. "+
			"What nobody speaks of counts for neither."),
		context("As of "+at(v.Now)))
	return message(title, parts...)
}

// scores are the numbers of a probe, or of all of them.
func scores(s bot.Scores) markup {
	if s.Alarms == 0 && s.Bad() == 0 {
		return "no alarm, and nothing missed that anybody told of"
	}
	return join(", ", markup(count(s.Alarms, "alarm")), share("precision", s.Right, s.Judged()), share("recall", s.Right, s.Bad()))
}

// share is a part of a whole, in numbers that can be looked up: a share of few is soon
// another one.
func share(what string, of, all int) markup {
	if all == 0 {
		return markup(what + " unknown")
	}
	return markup(what + " " + strconv.Itoa(100*of/all) + "% (" + strconv.Itoa(of) + " of " + strconv.Itoa(all) + ")")
}

// trust says whether a rollback may go by itself on these verdicts.
func trust(s bot.Scores) markup {
	rollback := code("on_unhealthy: rollback", nameMax)
	judged := markup(strconv.Itoa(s.Judged()))
	switch s.Trust() {
	case bot.Trusted:
		return join(" ", "✅", rollback, "can be trusted here: of", judged, "alarms that people judged,", falseOnes(s.False)+".")
	case bot.NotTrusted:
		return join(" ", "⚠️ Do not trust", rollback, "here yet: of", judged, "alarms that people judged,", falseOnes(s.False)+
			", and each would have rolled back what was well. At most one in", markup(strconv.Itoa(bot.MaxFalse)), "may be.")
	case bot.TooFew:
	}
	return join(" ", "Too few alarms were judged to say whether", rollback, "can be trusted here:", judged, "of the", markup(strconv.Itoa(bot.EnoughJudged)),
		"that it takes. Until then, "+code("on_unhealthy: shadow", nameMax), "shows what it would do.")
}

func falseOnes(n int) markup {
	switch n {
	case 0:
		return "none was false"
	case 1:
		return "1 was false"
	}
	return markup(strconv.Itoa(n) + " were false")
}

// askedSomebody is about the verdicts that asked a person. They raised no alarm.
func askedSomebody(v bot.ReportView) markup {
	if v.Inconclusive == 0 {
		return ""
	}
	says := []markup{}
	for _, h := range []bot.Hindsight{bot.WasRight, bot.FalseAlarm, bot.Missed} {
		if n := v.Asked[h]; n > 0 {
			says = append(says, markup(strconv.Itoa(n))+" "+askedAndWas(h))
		}
	}
	if len(says) == 0 {
		says = append(says, "nobody said whether that was right")
	}
	return "• Inconclusive, so that somebody was asked: " + markup(strconv.Itoa(v.Inconclusive)) + ", of these " + series(says, len(says))
}

// askedAndWas is what came of a verdict that asked somebody.
func askedAndWas(h bot.Hindsight) markup {
	switch h {
	case bot.WasRight:
		return "rightly"
	case bot.FalseAlarm:
		return "while the service was well"
	case bot.Missed:
		return "while it was not well"
	}
	return "otherwise"
}

func inShadow(v bot.ReportView) markup {
	if v.Shadow == 0 {
		return ""
	}
	return "• In shadow, where nothing is rolled back: " + markup(strconv.Itoa(v.Shadow)) + " of the alarms"
}

// disagreed names the releases on which people do not agree.
func disagreed(v bot.ReportView) markup {
	if len(v.Disputed) == 0 {
		return ""
	}
	return join(" ", "People do not agree on", list(codes(v.Disputed), shownOdd)+", so it counts neither way.")
}

// unsaid names the verdicts of which nobody spoke.
func unsaid(v bot.ReportView) markup {
	if len(v.Unsaid) == 0 {
		return ""
	}
	return join(" ", "Nobody has spoken on", list(codes(v.Unsaid), shownOdd)+":", code(v.Say+" "+v.Unsaid[0]+" right", subjectMax)+", or false.")
}

// goneLater names what was called healthy and taken back later.
func goneLater(v bot.ReportView) markup {
	if len(v.TakenBack) == 0 {
		return ""
	}
	return join(" ", "Called healthy, and taken back later:", list(codes(v.TakenBack), shownOdd)+". If the service was not well:",
		code(v.Say+" "+v.TakenBack[0]+" missed", subjectMax))
}
