package blocks

import "github.com/slipwayhq/slipway/bot"

// countdown says that a rollback goes by itself, when, why, and who keeps it from that.
func countdown(r bot.Release) markup {
	c := r.Watch.Countdown
	return join(" ", "Not healthy:", spoke(r), "slipway rolls it back to", code(c.To, nameMax), "at", clock(c.At)+", unless somebody presses _Stop_.")
}

// spoke is what the probe says that decided.
func spoke(r bot.Release) markup {
	because := bot.Judgement{Verdict: bot.NotHealthy, Evidence: r.Watch.Evidence}.Because()
	if because == "" {
		return ""
	}
	return esc(because, evidenceMax) + "."
}

// countdownNote calls those who can stop a rollback that goes by itself.
func countdownNote(n bot.Note, workspace string) Message {
	r := n.Release
	if !r.CountsDown() {
		return unhealthyNote(n, workspace)
	}
	return said(n, workspace, countdown(r), section(summary(r)...), section(callAuthors(r, n.Authors)))
}

// countdownLine says in a line what became of a rollback that would go by itself.
func countdownLine(r bot.Release, news bot.News) markup {
	id := code(r.ID, nameMax)
	switch news := news.(type) {
	case bot.NoteRecovered:
		return join(" ", "🩺", id, "is as well as before again, so it is not rolled back by itself. It is watched for another window.")
	case bot.NoteCountdownStopped:
		return join(" ", "✋", named(news.By), "stopped the rollback of", id+".")
	case bot.NoteWatchLonger:
		first := markup("")
		if !r.Ended() {
			first = " first"
		}
		return join(" ", "🩺", named(news.By), "wants", id, "to be watched for another window"+first+".")
	case bot.NoteDisplaced:
		return join(" ", "🩺", id, "is not watched any longer:", code(news.By, nameMax), "is what is live on", targetName(r.Target), "by now.")
	case bot.NoteShadow:
		if news.Hindrance != "" {
			return join(" ", "👤", "In earnest,", id, "would not have been rolled back by itself:", sentence(news.Hindrance))
		}
		return join(" ", "👤", "In earnest,", id, "would have been rolled back by itself.")
	default: // note knows the others
		return ""
	}
}
