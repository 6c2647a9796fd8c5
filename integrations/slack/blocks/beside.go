package blocks

import (
	"strings"
	"time"

	"github.com/slipwayhq/slipway/bot"
)

// What was done past slipway: on the board, in the history, out loud, and in the
// question whether a deploy may go all the same.

// notTold says that it may concern another target.
const notTold = "GitHub does not tell with which inputs, so it may concern another target"

// besideLine is what was done, with its link and without its time.
func besideLine(b bot.Beside) markup {
	who := bold(esc(b.Who, nameMax))
	if who == "" {
		who = "somebody"
	}
	what := link(b.URL, "ran "+code(b.Of, nameMax))
	if b.SHA != "" {
		what = join(" ", what, "("+code(bot.ShortSHA(b.SHA), nameMax)+")")
	}
	says := join(" ", who, what)
	switch {
	case b.Came == bot.NeverCame:
		return says + " past slipway, before what came after it"
	case b.Unsure:
		return says + " past slipway, perhaps for another target"
	}
	return says + " past slipway"
}

// besideCurrent is what is live, as far as can be told, after something was done past
// slipway.
func besideCurrent(s bot.TargetState, now time.Time) markup {
	b := s.Current.Beside
	age := howOld(b.At, now)
	if age == "" {
		age = "just now"
	} else {
		age += " ago"
	}
	says := join(" ", code(s.Current.ID, nameMax), besideLine(b)+",", age)
	if b.Came != bot.Arrived {
		says += ": *what is live is uncertain*"
		if s.Sure != nil {
			says += ", it or " + join(" ", pastSHA(s.Sure.SHA), "("+code(s.Sure.Release, nameMax)+")")
		}
	}
	return says
}

// besideHeld says out loud what was done past slipway, and who asks or says what.
func besideHeld(h bot.Held, still []bot.Doubt, lines []markup) Message {
	b := still[0].Beside
	var names []markup
	for _, d := range still {
		names = append(names, code(d.Target.String(), 2*nameMax))
	}
	head := join(" ", "🔀", besideDone(b)+", past slipway.")
	concerns := join(" ", "It concerns", list(names, maxHeld)+".")
	if b.Unsure {
		concerns = join(" ", notTold+":", "slipway takes it for each of", list(names, maxHeld)+".")
	}
	who := markup("Whoever may deploy there")
	if len(h.Who) > 0 {
		who = join(" ", "A member of", esc(strings.Join(h.Who, " or "), subjectMax))
	}
	next := join(" ", "What it did is no proof of health. The next deploy there asks its requester first.", who,
		"can say beforehand that it may go on: with the button, or with", code(h.Typed, subjectMax)+". Rollbacks are not held.")
	return message(head, section(head), section(concerns, next), section(lines...), actionRow(lookedButton(still[0])))
}

// besideDone is what was done, with its link and time.
func besideDone(b bot.Beside) markup {
	who := bold(esc(b.Who, nameMax))
	if who == "" {
		who = "Somebody"
	}
	says := join(" ", who, link(b.URL, "ran "+code(b.Of, nameMax)))
	if when := clock(b.At); when != "" {
		says = join(" ", says, "at", when)
	}
	if b.SHA != "" {
		says = join(" ", says, "("+code(bot.ShortSHA(b.SHA), nameMax)+")")
	}
	return says
}

// asksBeside asks the requester of a deploy whether it may go all the same.
func asksBeside(v bot.PlanView) markup {
	r := v.Release
	if v.Offer != bot.ActConfirm || !r.Asked || r.Plan == nil {
		return ""
	}
	return join(" ", "🔀", sentence(bot.BesideSince(r.Plan.Since, r.Plan.Beside)), "*Go on?*")
}
