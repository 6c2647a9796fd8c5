package blocks

import (
	"strconv"
	"strings"

	"github.com/slipwayhq/slipway/bot"
)

// shownJobs is how many jobs of a run a message shows.
const shownJobs = 12

// run shows the workflow run with its jobs.
func run(r bot.Release) []markup {
	if r.Run.ID == 0 {
		return nil
	}
	lines := []markup{join(" ", link(r.Run.URL, "Workflow run"), attempts(r.Run))}
	jobs := r.Run.Jobs
	for i, j := range jobs {
		if i == shownJobs {
			lines = append(lines, markup("… and "+count(len(jobs)-i, "more job")))
			break
		}
		lines = append(lines, jobLine(j))
	}
	return lines
}

func attempts(r bot.Run) markup {
	if r.Attempt < 2 {
		return ""
	}
	return markup("(attempt " + strconv.Itoa(r.Attempt) + ": somebody ran it again at GitHub)")
}

func jobLine(j bot.Job) markup {
	return join(" ", jobMark(j), link(j.URL, esc(j.Name, nameMax)), jobTook(j), jobOutcome(j))
}

// jobTook is how long a job was at work; one that never began was not.
func jobTook(j bot.Job) markup {
	if j.NeverBegan {
		return ""
	}
	return elapsed(j.StartedAt, j.CompletedAt)
}

// jobOutcome says how a job ended, where its mark does not say it all.
func jobOutcome(j bot.Job) markup {
	at := markup("")
	if j.FailedStep != "" {
		at = "at " + bold(esc(j.FailedStep, nameMax))
	}
	switch j.Conclusion {
	case bot.ConclusionNone, bot.ConclusionSuccess, bot.ConclusionSkipped:
		return ""
	case bot.ConclusionFailure:
		if j.NeverBegan {
			return "never began"
		}
		if at == "" {
			return ""
		}
		return join(" ", "failed", at)
	case bot.ConclusionCancelled:
		if at == "" {
			return ""
		}
		return join(" ", "stopped", at)
	case bot.ConclusionTimedOut, bot.ConclusionActionRequired, bot.ConclusionNeutral, bot.ConclusionStale, bot.ConclusionStartupFailure:
	}
	return join(" ", conclusionWord(j.Conclusion), at)
}

// conclusionWord is GitHub's word for an end, as people read it.
func conclusionWord(c bot.Conclusion) markup {
	return esc(strings.ReplaceAll(string(c), "_", " "), nameMax)
}

func jobMark(j bot.Job) markup {
	switch j.Status {
	case bot.RunWaiting, bot.RunPending:
		return "▫️"
	case bot.RunHeld:
		return "✋"
	case bot.RunInProgress:
		return "⏳"
	case bot.RunCompleted:
	}
	switch j.Conclusion {
	case bot.ConclusionSuccess:
		return "✔️"
	case bot.ConclusionFailure, bot.ConclusionTimedOut, bot.ConclusionActionRequired, bot.ConclusionStale, bot.ConclusionStartupFailure:
		return "✖️"
	case bot.ConclusionNeutral:
		return "▫️"
	case bot.ConclusionCancelled:
		return "⏹️"
	case bot.ConclusionSkipped:
		return "⏭️"
	case bot.ConclusionNone:
		return "▫️"
	}
	return "✖️" // a word that is not known counts as failure
}
