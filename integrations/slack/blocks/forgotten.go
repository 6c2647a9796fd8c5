package blocks

import (
	"strconv"

	"github.com/slipwayhq/slipway/bot"
)

// maxForgotten is how many releases are named; the newest matter.
const maxForgotten = 10

// forgotten says which releases slipway's store has lost.
func forgotten(f bot.Forgotten) Message {
	lines := []markup{join(" ", "🧠 *Redis came back without these releases of*", code(f.Service, nameMax)+".", "Their runs are at GitHub:")}
	for i, listed := range f.Runs {
		if i == maxForgotten {
			lines = append(lines, markup("• and "+strconv.Itoa(len(f.Runs)-i)+" older ones"))
			break
		}
		id, _ := bot.ReleaseIDOf(listed.RunKey)
		lines = append(lines, join(" ", "•", code(id, nameMax), link(listed.Run.URL, "workflow run")+",", runOutcome(listed.Run)))
	}
	if len(f.Runs) == 0 {
		return oddRuns(f)
	}
	says := markup("None of them is started again, and their numbers are not given again. While one of the runs goes on, nothing else of this service is started. What is live may be newer than what slipway shows: `slipway recover` reads it from GitHub.")
	return message(lines[0], section(lines...), section(says), section(oddLine(f)))
}

// oddRuns says alone which runs are passed over.
func oddRuns(f bot.Forgotten) Message {
	says := join(" ", "🧠 *Redis was restarted, and its releases of*", code(f.Service, nameMax), "*were compared with the runs at GitHub.*")
	return message(says, section(says), section(oddLine(f)))
}

// oddLine says which runs bear ids that slipway never gave.
func oddLine(f bot.Forgotten) markup {
	if len(f.Odd) == 0 {
		return ""
	}
	var runs []markup
	for _, listed := range f.Odd {
		id, _ := bot.ReleaseIDOf(listed.RunKey)
		runs = append(runs, join(" ", code(id, nameMax), "("+link(listed.Run.URL, "workflow run")+")"))
	}
	return join(" ", "⚠️ These runs bear numbers that slipway never gave, so somebody named them by hand. They are passed over, and their numbers are not counted from:",
		list(runs, maxForgotten)+".")
}

func runOutcome(r bot.Run) markup {
	switch {
	case r.Status != bot.RunCompleted:
		return "still going"
	case r.Conclusion == bot.ConclusionSuccess:
		return "successful"
	case r.Conclusion == bot.ConclusionFailure:
		return "failed"
	}
	return conclusionWord(r.Conclusion)
}
