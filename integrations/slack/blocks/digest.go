package blocks

import (
	"strconv"

	"github.com/slack-go/slack"

	"github.com/slipwayhq/slipway/bot"
)

// digestTotal is how much text a digest has beside its title and its end.
const digestTotal = maxTotal - 900

// digestFull is how many are said in full at most: each is a block, of which a message
// has fifty.
const digestFull = 40

// digestItem is one of those that go together: in full, and by its name alone.
type digestItem struct {
	full  *slack.SectionBlock
	brief markup
}

// digest is many notes in one message, each with the button that it calls for most.
// All of them are named: where not all have room in full, those that matter least have
// their names alone.
func digest(d bot.Digest, workspace string) Message {
	d.Others = heldTogether(d.Others)
	if h, is := onlyHeld(d); is {
		return heldNote(h)
	}
	items := make([]digestItem, 0, len(d.Notes)+len(d.Others))
	for _, n := range d.Notes {
		items = append(items, digestItem{digested(n, workspace), digestedShort(n)})
	}
	end := markup("")
	for _, o := range d.Others {
		items = append(items, digestedOther(o))
		if f, is := o.(bot.Forgotten); is && len(f.Runs) > 0 {
			end = forgottenSays
		}
	}
	if says := heldEnd(d.Others); says != "" {
		end = join(" ", end, says)
	}
	title := "🔔 *" + howMany(d) + " at once*, what is worst first"
	parts := append([]slack.Block{section(title)}, withinTotal(items)...)
	return message(digestText(d), append(parts, section(end))...)
}

// howMany says how many they are.
func howMany(d bot.Digest) markup {
	if len(d.Others) == 0 {
		return markup(count(len(d.Notes), "release"))
	}
	return markup(count(len(d.Notes)+len(d.Others), "alert"))
}

// withinTotal lays items out as far as there is room, the first in full.
func withinTotal(items []digestItem) []slack.Block {
	rest := 0
	for _, item := range items {
		rest += length(string(item.brief)) + 1
	}
	var parts []slack.Block
	var short []markup
	used := 0
	for _, item := range items {
		rest -= length(string(item.brief)) + 1
		if size := textOf(item.full); len(short) == 0 && len(parts) < digestFull && used+size+rest <= digestTotal {
			used += size
			parts = append(parts, item.full)
			continue
		}
		short = append(short, item.brief)
	}
	if len(short) > 0 {
		parts = append(parts, paragraphs(short)...)
	}
	return parts
}

// digestText is a digest in one line, with as many names as there is room for.
func digestText(d bot.Digest) markup {
	var names []markup
	for _, n := range d.Notes {
		names = append(names, noteFallback(n))
	}
	for _, o := range d.Others {
		names = append(names, digestedOther(o).brief)
	}
	text := "🔔 " + howMany(d) + " at once: "
	for i, next := range names {
		if i > 0 {
			next = " · " + next
		}
		if len(text)+len(next) > maxFallback-len(" · and 40 more") {
			return text + " · and " + markup(strconv.Itoa(len(names)-i)) + " more"
		}
		text += next
	}
	return text
}

// digestedOther is something about slipway itself among others.
func digestedOther(b bot.Body) digestItem {
	switch b := b.(type) {
	case bot.Forgotten:
		full := forgottenHead(b)
		if len(b.Runs) > 0 {
			full = join(" ", full, list(forgottenRuns(b), maxForgotten)+".")
		}
		return digestItem{section(full, oddLine(b)), join(" ", "🧠 forgotten:", code(b.Service, nameMax))}
	case bot.Notice:
		return digestItem{section(join(" ", "⚠️", sentence(b.Says), sentence(b.Mend))), join(" ", "⚠️", esc(b.Says, subjectMax))}
	case bot.Trouble:
		return digestItem{section(trouble(b)), join(" ", "⚠️", esc(b.Says, subjectMax))}
	case bot.Held:
		return heldItem(b)
	case bot.Card, bot.Note, bot.Digest: // they go alone
	}
	return digestItem{}
}

// digested is one of them, in a line or two.
func digested(n bot.Note, workspace string) *slack.SectionBlock {
	r := n.Release
	sign, says := digestedWords(n)
	line := section(
		join(" ", sign, bold(servicesName(r)), code(r.ID, nameMax)+":", says),
		join("  ·  ", digestedAsker(r), linkOnly(r.Run.URL, "workflow run"), linkOnly(permalink(workspace, n.Card), "card")),
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

// digestedAsker is who asked for one of them. What was done past slipway names who did it.
func digestedAsker(r bot.Release) markup {
	if r.Beside.Happened() {
		return ""
	}
	return askedByName(r)
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
		if r.Beside.Happened() {
			return "🔀", besideTold(r.Beside)
		}
		return mark(r), join(" ", or(outcome(r, named), state(r, asked{})), toLog(r.Run))
	}
}
