package blocks

import "github.com/slipwayhq/slipway/bot"

// mark is the one sign that shows a release's state at a glance.
func mark(r bot.Release) markup {
	if r.TakenBackBy != "" {
		return "↩️"
	}
	if r.Unclear() {
		return "🟡"
	}
	if r.CountsDown() || r.Phase.EndedWell() && r.Verdict == bot.NotHealthy {
		return phaseMark(bot.Unhealthy)
	}
	return phaseMark(r.Phase)
}

func phaseMark(p bot.Phase) markup {
	switch p {
	case bot.Requested:
		return "🔎"
	case bot.AwaitingApproval:
		return "✋"
	case bot.Queued:
		return "🚦"
	case bot.Dispatching:
		return "🚀"
	case bot.Running:
		return "⚙️"
	case bot.Verifying:
		return "🩺"
	case bot.Unknown:
		return "❓"
	case bot.Succeeded:
		return "✅"
	case bot.Failed:
		return "❌"
	case bot.Unhealthy:
		return "🚑"
	case bot.Cancelled:
		return "🛑"
	case bot.Rejected:
		return "⛔"
	case bot.Expired:
		return "⌛"
	case bot.Superseded:
		return "⏭️"
	}
	return "❓"
}

// phaseWord names a phase in a row of them.
func phaseWord(p bot.Phase) markup {
	switch p {
	case bot.Requested:
		return "asked"
	case bot.AwaitingApproval:
		return "waits for approval"
	case bot.Queued:
		return "queued"
	case bot.Dispatching:
		return "starting"
	case bot.Running:
		return "running"
	case bot.Verifying:
		return "health watched"
	case bot.Unknown:
		return "unknown"
	case bot.Succeeded:
		return "live"
	case bot.Failed:
		return "failed"
	case bot.Unhealthy:
		return "unhealthy"
	case bot.Cancelled:
		return "cancelled"
	case bot.Rejected:
		return "rejected"
	case bot.Expired:
		return "expired"
	case bot.Superseded:
		return "superseded"
	}
	return "unknown"
}

// standsAt is the word for where a release stands. One whose run waits is not
// running.
func standsAt(r bot.Release) markup {
	switch wait, _ := r.RunWaits(); wait.For {
	case bot.RunWaiting:
		return "waits for a runner"
	case bot.RunHeld:
		return "waits for a review at GitHub"
	case bot.RunPending:
		return "waits for another run"
	case bot.RunInProgress, bot.RunCompleted:
	}
	return phaseWord(r.Phase)
}

// kindWord names what a release is for.
func kindWord(k bot.Kind) markup {
	switch k {
	case bot.Deploy:
		return "deploy"
	case bot.Rollback:
		return "rollback"
	case bot.Adopt:
		return "adopted"
	case bot.Preview:
		return "preview"
	case bot.Batch:
		return "together"
	}
	return "release"
}

// targetName is a target as a card's title has it.
func targetName(t bot.Target) markup {
	return esc(t.Service, nameMax) + " → " + esc(t.Environment, nameMax)
}

// targetNames names the first of some targets.
func targetNames(targets []bot.Target) markup {
	var names []markup
	for _, t := range targets {
		names = append(names, targetName(t))
	}
	return list(names, 5)
}

// sha shows a commit, with its link if there is one.
func sha(c bot.Commit) markup { return link(c.URL, code(bot.ShortSHA(c.SHA), nameMax)) }

// pastSHA shows a commit of which no link is kept.
func pastSHA(s string) markup { return code(bot.ShortSHA(s), nameMax) }
