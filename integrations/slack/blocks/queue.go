package blocks

import (
	"strconv"
	"time"

	"github.com/slipwayhq/slipway/bot"
)

// queued says where a release stands in the queue, and about how long it takes
// until its turn.
func queued(p bot.Place) markup {
	holder := markup("another release")
	if p.Holder != "" {
		holder = code(p.Holder, nameMax)
	}
	if p.Ahead > 0 {
		return inLine(p) + ": " + holder + " is under way and " + waitBefore(p.Ahead) + " before this one. It starts by itself."
	}
	return inLine(p) + ": starts by itself when " + holder + " is done."
}

// inLine is a place in the queue: "2nd in line, about 6 min".
func inLine(p bot.Place) markup {
	place := markup("Next in line")
	if p.Ahead > 0 {
		place = markup(ordinal(p.Ahead+1)) + " in line"
	}
	return join(", ", place, about(p.Wait))
}

// about is a time that nobody should set a clock by; empty where it is not
// known.
func about(d time.Duration) markup {
	switch {
	case d <= 0:
		return ""
	case d < 2*time.Hour:
		d = (d + time.Minute - 1).Truncate(time.Minute)
	default:
		d = d.Round(time.Hour)
	}
	return markup("about " + bot.Span(d))
}

func ordinal(n int) string {
	end := "th"
	if tens := n % 100; tens < 11 || tens > 13 {
		switch n % 10 {
		case 1:
			end = "st"
		case 2:
			end = "nd"
		case 3:
			end = "rd"
		}
	}
	return strconv.Itoa(n) + end
}

func waitBefore(n int) markup {
	if n == 1 {
		return "1 release waits"
	}
	return markup(strconv.Itoa(n)) + " releases wait"
}

// usually says how long a release of the target takes, to whoever watches one.
func usually(r bot.Release) markup {
	if r.Plan == nil || r.Plan.Usual == 0 || !r.Cancel.AskedAt.IsZero() {
		return ""
	}
	return "From start to end it usually takes " + about(r.Plan.Usual) + "."
}

// wouldWait says where a deploy would stand if it were asked for now.
func wouldWait(r bot.Release) markup {
	switch p := r.Place; {
	case r.Kind != bot.Preview || p.Holder == "":
		return ""
	default:
		return "It would have to wait for " + code(p.Holder, nameMax) + ": " + inLine(p) + "."
	}
}

// queueView shows who is under way on a target and who waits, in their order.
func queueView(v bot.QueueView) Message {
	lines := make([]markup, 0, len(v.Lines))
	for _, line := range v.Lines {
		title := bold(targetName(line.Target))
		if line.Under == nil && len(line.Waiting) == 0 {
			lines = append(lines, join(" ", "▫️", title, "is free, and nobody waits."))
			continue
		}
		lines = append(lines, title)
		if line.Under != nil {
			lines = append(lines, join(" ", mark(*line.Under), goes(*line.Under)+",", standsAt(*line.Under)))
		}
		for i, r := range line.Waiting {
			p := r.Place
			p.Ahead = i
			lines = append(lines, join(" ", mark(r), goes(r)+":", inLine(p)))
		}
		if line.More > 0 {
			lines = append(lines, "… and "+markup(count(line.More, "more release")))
		}
	}
	return message("Who waits for what", append(paragraphs(lines), context("As of "+at(v.Now)))...)
}

// goes is a release in a line: what it brings and who asked for it.
func goes(r bot.Release) markup {
	what := markup("")
	if r.Plan != nil {
		what = sha(r.Plan.Commit)
	}
	return join(" ", code(r.ID, nameMax), kindOf(r), what, "by", actor(r.Requester))
}
