package blocks

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/slack-go/slack"

	"github.com/slipwayhq/slipway/bot"
)

// sectionLimit is where a long list goes on in the next paragraph, well below
// what one may hold, so that a phone can fold it.
const sectionLimit = 2400

// board shows what is live where, one line a target.
func board(b bot.Board) Message {
	if len(b.Rows) == 0 {
		return plainly("No services are configured yet.")
	}
	lines := make([]markup, 0, len(b.Rows))
	for _, row := range b.Rows {
		lines = append(lines, rowLine(row, b.Now))
	}
	var parts []slack.Block
	for _, t := range b.Troubles {
		parts = append(parts, section(trouble(t)))
	}
	parts = append(parts, paragraphs(lines)...)
	return message(markup("What is live: "+count(len(b.Rows), "target")), append(parts, context(page(b), counting(b), "As of "+at(b.Now)))...)
}

// page says which one this is, where there are several, and how to see the next.
func page(b bot.Board) markup {
	if b.Pages < 2 {
		return ""
	}
	says := markup(fmt.Sprintf("Page %d of %d", b.Page, b.Pages))
	if b.Further != "" {
		says += ", the next: " + code(b.Further, subjectMax)
	}
	return says
}

// paragraphs lays lines out in as many sections as they need.
func paragraphs(lines []markup) []slack.Block {
	var parts []slack.Block
	var page []markup
	size := 0
	for _, l := range lines {
		if size += length(string(l)) + 1; size > sectionLimit && len(page) > 0 {
			parts = append(parts, section(page...))
			page, size = nil, length(string(l))
		}
		page = append(page, l)
	}
	return append(parts, section(page...))
}

// rowLine is a target in one line.
func rowLine(row bot.BoardRow, now time.Time) markup {
	s := row.State
	if row.Failing != "" {
		return join("  ·  ", join(" ", "⚠️", bold(targetName(s.Target))+":", sentence(row.Failing)), closedBy(s.Locks, now), heldBack(s.Doubts))
	}
	line := "▫️ " + bold(targetName(s.Target)) + " nothing known yet"
	if s.Current != nil {
		sign := mark(*s.Current)
		switch {
		case s.Current.Beside.Happened():
			sign = "🔀"
		case s.Current.RanAgain() != bot.Again{}:
			sign = "🔁"
		}
		line = join(" ", sign, bold(targetName(s.Target)), current(s, now))
	}
	return join("  ·  ", line, lead(row), under(s), waiting(s), unrecorded(s), closedBy(s.Locks, now), heldBack(s.Doubts))
}

// lead says how far the environment before is ahead of what is live here.
func lead(row bot.BoardRow) markup {
	before, ahead, behind := esc(row.Before, nameMax), row.Apart.Ahead, row.Apart.Behind
	switch {
	case ahead > 0 && behind > 0:
		return before + " is " + markup(count(ahead, "commit")) + " ahead, and lacks " + markup(strconv.Itoa(behind))
	case ahead > 0:
		return before + " is " + markup(count(ahead, "commit")) + " ahead"
	case behind > 0:
		return before + " is " + markup(count(behind, "commit")) + " behind"
	}
	return ""
}

// counting says that what lies between environments is not all there yet.
func counting(b bot.Board) markup {
	if !b.Counting {
		return ""
	}
	return "The commits between environments are still being counted: look again in a moment."
}

// unrecorded says that GitHub does not remember what is live, so that nothing
// could bring it back if Redis forgot it.
func unrecorded(s bot.TargetState) markup {
	if s.Current == nil || s.Current.Unrecorded.Says == "" {
		return ""
	}
	why := s.Current.Unrecorded
	says := join(" ", "⚠️ not recorded at GitHub, so `slipway recover` could not bring it back:", sentence(why.Says))
	if why.Mend != "" {
		says = join(" ", says, sentence(why.Mend))
	}
	return says
}

// current is what is live, in a few words: the version, whether it is well, how old
// it is and who asked for it.
func current(s bot.TargetState, now time.Time) markup {
	r := *s.Current
	switch {
	case r.Beside.Happened():
		return besideCurrent(s, now)
	case r.Plan == nil:
		return code(r.ID, nameMax)
	}
	age := howOld(r.Since(), now)
	if age == "" {
		age = "just now"
	} else {
		age += " ago"
	}
	return join(" ", sha(r.Plan.Commit), "("+esc(r.ID, nameMax)+")", certainty(s)+",", age+",", actor(r.Requester))
}

// certainty says what is doubtful about the last release whose run started.
func certainty(s bot.TargetState) markup {
	r := *s.Current
	switch {
	case r.RanAgain() != bot.Again{}:
		return again(r, s)
	case r.TakenBackBy != "":
		return "taken back"
	case r.Phase.EndedWell():
		return healthInRow(r)
	case r.Ended() && r.Arrival() == bot.MayHaveCome:
		return phaseWord(r.Phase) + ", *uncertain*" + orBefore(s.Sure)
	}
	return standsAt(r)
}

// healthInRow says how well what is live is, as far as that was seen.
func healthInRow(r bot.Release) markup {
	switch {
	case r.Healthy && r.Verdict == bot.NotWatched:
		return "not watched"
	case r.Healthy:
		return "healthy"
	case r.WatchesOn():
		return "health watched for longer"
	case r.Verdict == bot.NotHealthy:
		return "*not healthy*"
	}
	return "health not clear"
}

// again says of what was run again at the code host whether it is live by that.
func again(r bot.Release, s bot.TargetState) markup {
	says := "run again at GitHub (attempt " + markup(strconv.Itoa(r.Rerun.Attempt)) + ")"
	switch {
	case r.Arrival() == bot.Arrived:
		return says + ", health not watched"
	case r.RerunGoes():
		return says + ", goes on, *uncertain*" + orBefore(s.Sure)
	}
	return says + ", ended as " + conclusionWord(r.Rerun.Conclusion) + ", *uncertain*" + orBefore(s.Sure)
}

// under is what is under way on a target.
func under(s bot.TargetState) markup {
	if s.Under == nil || (s.Current != nil && s.Current.ID == s.Under.ID) {
		return ""
	}
	return join(" ", phaseMark(s.Under.Phase), code(s.Under.ID, nameMax), standsAt(*s.Under))
}

func waiting(s bot.TargetState) markup {
	if len(s.Waiting) == 0 {
		return ""
	}
	return markup(count(len(s.Waiting), "release")) + " waiting: " + esc(strings.Join(s.Waiting, ", "), subjectMax)
}
