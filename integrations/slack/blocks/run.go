package blocks

import (
	"strconv"

	"github.com/slipwayhq/slipway/bot"
)

// shownJobs is how many jobs of a run a message shows.
const shownJobs = 12

// run shows the workflow run with its jobs.
func run(r bot.Release) []markup {
	if r.Run.ID == 0 {
		return nil
	}
	lines := []markup{join(" ", link(r.Run.URL, "Workflow run"), again(r.Run))}
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

func again(r bot.Run) markup {
	if r.Attempt < 2 {
		return ""
	}
	return markup("(attempt " + strconv.Itoa(r.Attempt) + ": somebody ran it again at GitHub)")
}

func jobLine(j bot.Job) markup {
	failed := markup("")
	if j.FailedStep != "" {
		failed = "failed at " + bold(esc(j.FailedStep, nameMax))
	}
	return join(" ", jobMark(j), link(j.URL, esc(j.Name, nameMax)), elapsed(j.StartedAt, j.CompletedAt), failed)
}

func jobMark(j bot.Job) markup {
	switch j.Status {
	case bot.RunWaiting:
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
	case bot.ConclusionFailure:
		return "✖️"
	case bot.ConclusionCancelled:
		return "⏹️"
	case bot.ConclusionSkipped:
		return "⏭️"
	case bot.ConclusionNone:
	}
	return "▫️"
}
