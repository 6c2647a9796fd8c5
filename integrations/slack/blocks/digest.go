package blocks

import (
	"strconv"

	"github.com/slack-go/slack"

	"github.com/slipwayhq/slipway/bot"
)

// digestTotal is how much text a digest has beside its title.
const digestTotal = maxTotal - 500

// digest is many notes in one message, each with the button that it calls for most.
// All of them are named: where not all have room in full, those that matter least have
// their names alone.
func digest(d bot.Digest, workspace string) Message {
	title := markup("🔔 *" + count(len(d.Notes), "release") + " at once*, what is worst first")
	parts := []slack.Block{section(title)}
	rest := 0
	for _, n := range d.Notes {
		rest += length(string(digestedShort(n))) + 1
	}
	var short []markup
	used := 0
	for _, n := range d.Notes {
		full := digested(n, workspace)
		brief := digestedShort(n)
		rest -= length(string(brief)) + 1
		if size := textOf(full); len(short) == 0 && used+size+rest <= digestTotal {
			used += size
			parts = append(parts, full)
			continue
		}
		short = append(short, brief)
	}
	if len(short) > 0 {
		parts = append(parts, paragraphs(short)...)
	}
	return message(digestText(d.Notes), parts...)
}

// digestText is a digest in one line, with as many names as there is room for.
func digestText(notes []bot.Note) markup {
	text := markup("🔔 " + count(len(notes), "release") + " at once: ")
	for i, n := range notes {
		next := noteFallback(n)
		if i > 0 {
			next = " · " + next
		}
		if len(text)+len(next) > maxFallback-len(" · and 40 more") {
			return text + " · and " + markup(strconv.Itoa(len(notes)-i)) + " more"
		}
		text += next
	}
	return text
}

// digested is one of them, in a line or two.
func digested(n bot.Note, workspace string) *slack.SectionBlock {
	r := n.Release
	sign, says := digestedWords(n)
	line := section(
		join(" ", sign, bold(servicesName(r)), code(r.ID, nameMax)+":", says),
		join("  ·  ", askedByName(r), linkOnly(r.Run.URL, "workflow run"), linkOnly(permalink(workspace, n.Card), "card")),
	)
	if line == nil {
		return nil
	}
	for _, a := range noteOffers(n) {
		if b := button(a, r); b != nil {
			line.Accessory = slack.NewAccessory(b)
			return line
		}
	}
	return line
}

// digestedShort names one of them.
func digestedShort(n bot.Note) markup {
	sign, _ := digestedWords(n)
	return join(" ", sign, servicesName(n.Release), code(n.Release.ID, nameMax))
}

// digestedWords are what one of them says: what else there is to say than how the
// release stands, or that.
func digestedWords(n bot.Note) (sign, says markup) {
	r := n.Release
	switch news := n.News.(type) {
	case bot.NoteUndelivered:
		return "🔕", join(" ", "a webhook was not told of it.", sentence(news.Says))
	case bot.NoteYours:
		return mark(r), join(" ", "with a change of yours.", outcome(r, named))
	case bot.NoteMismatch:
		return "⛔", "its run used a workflow file that is not the approved one."
	case bot.NoteRerun:
		return "🔁", "somebody ran it again at GitHub, past slipway."
	case bot.NoteEmergency:
		return "🚨", "an emergency, to be looked at afterwards."
	case bot.NoteReview:
		return "🚨", "nobody has signed this emergency off yet."
	case bot.NoteReminder:
		return mark(r), join(" ", "nobody has answered yet.", state(r, asked{}))
	case bot.NoteBatch:
		return mark(r), batchState(r)
	default:
		return mark(r), join(" ", or(outcome(r, named), state(r, asked{})), toLog(r.Run))
	}
}
