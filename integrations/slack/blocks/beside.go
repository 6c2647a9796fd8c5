package blocks

import (
	"strings"
	"time"

	"github.com/slipwayhq/slipway/bot"
)

// What was done past slipway: on the board, in the history, out loud, and in the
// question whether a deploy may go all the same.

// besideLine is what was done, with its link and without its time.
func besideLine(b bot.Beside) markup {
	says := join(" ", besideWhat(b, "somebody"), besideVersion(b))
	switch {
	case b.Came == bot.NeverCame && b.What == bot.BesideVersion:
		return says + " past slipway, and is not there any more"
	case b.Came == bot.NeverCame:
		return says + " past slipway, before what came after it"
	case b.Unsure:
		return says + " past slipway, perhaps for another target"
	}
	return says + " past slipway"
}

// besideWhat is who did what, with its link.
func besideWhat(b bot.Beside, somebody markup) markup {
	who := bold(esc(b.Who, nameMax))
	if who == "" {
		who = somebody
	}
	switch b.What {
	case bot.BesideVersion:
		return "another version was seen live"
	case bot.BesideDeployment:
		return join(" ", who, link(b.URL, "deployed to "+code(b.Of, nameMax)))
	case bot.BesideRun:
	}
	return join(" ", who, link(b.URL, "ran "+code(b.Of, nameMax)))
}

// besideVersion is the commit or the version that it names.
func besideVersion(b bot.Beside) markup {
	if b.Version() == "" {
		return ""
	}
	return "(" + code(b.Version(), nameMax) + ")"
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
	switch {
	case b.What == bot.BesideVersion:
		if s.Sure != nil {
			says += ", instead of " + join(" ", pastSHA(s.Sure.SHA), "("+code(s.Sure.Release, nameMax)+")")
		}
	case b.Came != bot.Arrived:
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
	switch {
	case b.What == bot.BesideVersion:
		concerns = join(" ", "It is not what is recorded as live for", list(names, maxHeld)+", and nobody tells who did it.")
	case b.Unsure:
		concerns = join(" ", esc(b.Untold(), subjectMax)+", so it may concern another target:", "slipway takes it for each of", list(names, maxHeld)+".")
	}
	who := markup("Whoever may deploy there")
	if len(h.Who) > 0 {
		who = join(" ", "A member of", esc(strings.Join(h.Who, " or "), subjectMax))
	}
	next := join(" ", "What it did is no proof of health. The next deploy there asks its requester first.", who,
		"can say beforehand that it may go on: with the button, or with", code(h.Typed, subjectMax)+". Rollbacks are not held.")
	return message(head, section(head), section(concerns, next), section(lines...), actionRow(lookedButton(still[0])))
}

// besideDone is what was done, with its link and when.
func besideDone(b bot.Beside) markup {
	says := besideWhat(b, "Somebody")
	if b.What == bot.BesideVersion {
		says = "Another version was seen live"
	}
	if when := clockOn(b.At); when != "" {
		says = join(" ", says, "at", when)
	}
	return join(" ", says, besideVersion(b))
}

// besideNote says what was done past slipway to those who are told beside a channel.
func besideNote(n bot.Note) Message {
	b := n.Release.Beside
	head := join(" ", "🔀", bold(targetName(n.Release.Target)), code(n.Release.ID, nameMax)+":", besideTold(b))
	return message(head, section(head), section(besideMeans(b)), context(links(n.Links)))
}

// besideTold is what was done, as a sentence.
func besideTold(b bot.Beside) markup { return besideDone(b) + ", past slipway." }

// besideMeans says what follows from it for who reads of one target alone.
func besideMeans(b bot.Beside) markup {
	if b.Came == bot.NeverCame {
		return "What slipway released came after it."
	}
	unsure := markup("")
	if b.Unsure {
		unsure = esc(b.Untold(), subjectMax) + ", so it may concern another target."
	}
	return join(" ", unsure, "What it did is no proof of health. The next deploy there asks its requester first.")
}

// asksBeside asks the requester of a deploy whether it may go all the same.
func asksBeside(v bot.PlanView) markup {
	r := v.Release
	if v.Offer != bot.ActConfirm || !r.Asked || r.Plan == nil {
		return ""
	}
	return join(" ", "🔀", sentence(bot.BesideSince(r.Plan.Since, r.Plan.Beside, r.Since())), "*Go on?*")
}
