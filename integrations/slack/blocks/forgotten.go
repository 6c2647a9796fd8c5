package blocks

import (
	"strconv"

	"github.com/slipwayhq/slipway/bot"
)

// maxForgotten is how many releases are named; the newest matter.
const maxForgotten = 10

// forgotten says which releases slipway's store has lost.
func forgotten(f bot.Forgotten) Message {
	if len(f.Runs) == 0 {
		return oddRuns(f)
	}
	lines := []markup{forgottenHead(f)}
	for i, run := range forgottenRuns(f) {
		if i == maxForgotten {
			lines = append(lines, markup("• and "+strconv.Itoa(len(f.Runs)-i)+" older ones"))
			break
		}
		lines = append(lines, "• "+run)
	}
	return message(lines[0], section(lines...), section(forgottenSays), section(oddLine(f)))
}

// forgottenSays is what follows from releases that were forgotten.
const forgottenSays = markup("None of them is started again, and their numbers are not given again. While one of the runs goes on, nothing else of this service is started. What is live may be newer than what slipway shows: `slipway recover` reads it from GitHub.")

// forgottenHead says of which service releases were forgotten.
func forgottenHead(f bot.Forgotten) markup {
	if len(f.Runs) == 0 {
		return join(" ", "🧠 *Redis was restarted, and its releases of*", code(f.Service, nameMax), "*were compared with the runs at GitHub.*")
	}
	return join(" ", "🧠 *Redis came back without these releases of*", code(f.Service, nameMax)+".", "Their runs are at GitHub:")
}

// forgottenRuns are the runs of those that were forgotten.
func forgottenRuns(f bot.Forgotten) []markup {
	runs := make([]markup, 0, len(f.Runs))
	for _, listed := range f.Runs {
		id, _ := bot.ReleaseIDOf(listed.RunKey)
		runs = append(runs, join(" ", code(id, nameMax), link(listed.Run.URL, "workflow run")+",", runOutcome(listed.Run)))
	}
	return runs
}

// oddRuns says alone which runs are passed over.
func oddRuns(f bot.Forgotten) Message {
	says := forgottenHead(f)
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
