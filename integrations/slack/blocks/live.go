package blocks

import "github.com/slipwayhq/slipway/bot"

// left says of a release that broke off what it left live, which stays true
// however late it is read.
func left(r bot.Release) markup {
	if !r.Ended() || !r.Started() || r.TakenBackBy != "" || r.Phase == bot.Superseded || r.Rerun.ID != 0 {
		return ""
	}
	switch r.Arrival() {
	case bot.NeverCame:
		if !r.Run.DidNothing() {
			return "The job that deploys never began, so it changed nothing: what was live before still is."
		}
		return "No job of its run began, so it changed nothing: what was live before still is."
	case bot.MayHaveCome:
		return join(" ", "*What it left live is uncertain:*", pastSHA(r.SHA())+orBefore(before(r))+".")
	case bot.Arrived:
	}
	return ""
}

// before is what was live when a release was planned; nil: that is not known.
func before(r bot.Release) *bot.Past {
	if r.Plan == nil {
		return nil
	}
	return r.Plan.Current
}

// orBefore names what may be live instead of a release that broke off.
func orBefore(before *bot.Past) markup {
	if before == nil {
		return ", or what was there before"
	}
	return join(" ", ", or", pastSHA(before.SHA), "as before", "("+code(before.Release, nameMax)+")")
}

// perhaps says that something came, or may have come, after what a plan is
// compared with.
func perhaps(p *bot.Plan) markup {
	if p.Perhaps == nil {
		return ""
	}
	if p.Perhaps.Beside.Happened() {
		return join(" ", "⚠️ *What is live is uncertain:*", code(p.Perhaps.Release, nameMax)+",", besideLine(p.Perhaps.Beside)+".")
	}
	id := join(" ", code(p.Perhaps.Release, nameMax), pastSHA(p.Perhaps.SHA))
	if again := startedAgain(*p.Perhaps); again != "" {
		return join(" ", "⚠️ *What is live is uncertain:*", id, "was", again+", so it may be live instead.")
	}
	if !p.Perhaps.Phase.Ended() {
		return id + " is under way there, and is live when this goes if it goes well."
	}
	return join(" ", "⚠️ *What is live is uncertain:*", id, phaseWord(p.Perhaps.Phase)+", so it may be live instead.")
}

// tryAgain says how to go on with a rollback that is over and did not bring what
// it was to.
func tryAgain(r bot.Release) markup {
	if r.Arrival() == bot.Arrived {
		return "To go back to something else, press _Roll Back to Another…_"
	}
	to := *r.Plan.RollbackTo
	return join(" ", code(r.Reversal.Back, nameMax), "is not taken back. Going back to", code(to.Release, nameMax), pastSHA(to.SHA), "can be tried again.")
}

// likeADeploy says in the dialog that a rollback needs the approvals of a deploy,
// as far as that can be told before its plan is worked out.
func likeADeploy(to bot.Past) string {
	switch {
	case to.Kind == bot.Adopt:
		return " It was adopted and never seen to run, so it needs the approvals of a deploy."
	case to.Recovered:
		return " It was recovered from GitHub's deployments, so it needs the approvals of a deploy."
	case to.Emergency && to.SignedOff.ID == "":
		return " It was an emergency that is not signed off, so it needs the approvals of a deploy."
	}
	return ""
}
