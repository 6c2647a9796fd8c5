package blocks

import (
	"slices"
	"strconv"
	"strings"

	"github.com/slack-go/slack"

	"github.com/slipwayhq/slipway/bot"
)

// note renders a line or two in the card's thread, or out loud. Of what it does not
// know it says where the release stands.
func note(n bot.Note, workspace string) Message {
	r := n.Release
	switch news := n.News.(type) {
	case bot.NoteFailed:
		return failedNote(n, workspace)
	case bot.NoteUnhealthy:
		return unhealthyNote(n, workspace)
	case bot.NoteHealth:
		return healthNote(n)
	case bot.NoteCountdown:
		return countdownNote(n, workspace)
	case bot.NoteEnded:
		if r.Ended() {
			return endedNote(r)
		}
	case bot.NoteUnknown, bot.NoteBlind:
		return said(n, workspace, state(r, asked{}))
	case bot.NoteReminder:
		return reminderNote(n, news, workspace)
	case bot.NoteMismatch:
		return mismatchNote(n, workspace)
	case bot.NoteBatch:
		return said(n, workspace, batchState(r), section(members(r)...))
	case bot.NotePlan:
		return planNote(n)
	case bot.NoteRerun:
		return rerunNote(n, workspace)
	case bot.NoteApprovalDue:
		return dueNote(n, workspace)
	case bot.NoteEscalated:
		return escalatedNote(n, news.Set, workspace)
	case bot.NoteEmergency:
		return emergencyNote(n, workspace)
	case bot.NoteReview:
		return reviewNote(n, workspace)
	default:
		if m, is := beside(n, workspace); is {
			return m
		}
		if line := inALine(n); line != "" {
			return plainly(line)
		}
	}
	return message(fallback(r), section(headline(r), state(r, asked{})))
}

// inALine is a note that needs no more than a line, most often what a person
// did; empty for the others.
func inALine(n bot.Note) markup {
	r := n.Release
	id := code(r.ID, nameMax)
	switch news := n.News.(type) {
	case bot.NoteRerunOver:
		return join(" ", "🔁", rerunState(r))
	case bot.NoteRecovered, bot.NoteShadow, bot.NoteCountdownStopped, bot.NoteWatchLonger, bot.NoteDisplaced:
		return countdownLine(r, news)
	case bot.NoteSignedOff:
		return join(" ", "🚨 The emergency", id, "was signed off by", named(r.Emergency.SignedOff)+".")
	case bot.NoteLost:
		return lostNote(n, news)
	case bot.NoteWithdrawn:
		return join(" ", "↩️", named(news.By), "took their approval of", id, "back.")
	case bot.NoteItRan:
		return join(" ", "❓", named(news.By), "says that the workflow of", id, "was started.")
	case bot.NoteSendAgain:
		return join(" ", "❓", named(news.By), "says that the workflow of", id, "was not started, and had it sent again unless its run is found.")
	case bot.NoteNeverRan:
		return join(" ", "❓", named(news.By), "says that the workflow of", id, "was not started.")
	case bot.NoteRanAfterAll:
		return join(" ", "🔎", link(r.Run.URL, "The run"), "of", id, "was found after all, so it is not started a second time.")
	case bot.NoteQuarantineEnded:
		return join(" ", "🔓", pastSHA(r.SHA()), "may come back to", targetName(r.Target)+":",
			named(r.QuarantineEnd.By), "ended its quarantine:", quoted(r.QuarantineEnd.Reason))
	default: // note knows the others
		return ""
	}
}

// lostNote says why somebody's yes does not count any more, and calls those whose
// yes is missing by that.
func lostNote(n bot.Note, news bot.NoteLost) markup {
	for _, w := range slices.Backward(n.Release.Withdrawn) {
		if w.By.ID == news.By.ID && w.Why != "" {
			return join("\n", lostYes(w), askedAnew(n))
		}
	}
	return ""
}

// askedAnew calls those whose yes is missing again, where one is.
func askedAnew(n bot.Note) markup {
	if !n.Release.AsksApproval() {
		return ""
	}
	return join(" ", code(n.Release.ID, nameMax), "was not started.", mayApprove(n.Release, asked{n.Approvers, n.ApproverGroups})+", on its card.")
}

// said is a note's first lines, its details and its links, with the buttons of
// its purpose alone: everything else that can be done stands on the card.
func said(n bot.Note, workspace string, says markup, more ...slack.Block) Message {
	return message(noteFallback(n), append(unpressed(n, workspace, says, more...), row(n.Release, noteOffers(n), nil))...)
}

// noteOffers are the actions that a note calls for, as far as they still fit the
// release.
func noteOffers(n bot.Note) []bot.Action {
	r := n.Release
	switch n.News.(type) {
	case bot.NoteFailed, bot.NoteUnhealthy:
		return []bot.Action{bot.ActRollback, bot.ActChoose}
	case bot.NoteCountdown:
		if r.CountsDown() {
			return countdownOffers()
		}
	case bot.NoteHealth:
		if r.Verdict == bot.Inconclusive {
			return unclearOffers()
		}
	case bot.NoteUnknown, bot.NoteReminder:
		if r.Phase.NeedsAnswer() {
			return unknownOffers(r)
		}
	case bot.NoteBatch:
		return batchOffers(r)
	case bot.NoteApprovalDue, bot.NoteEscalated:
		if r.AsksApproval() {
			return []bot.Action{bot.ActApprove, bot.ActReject}
		}
	case bot.NoteEmergency, bot.NoteReview:
		return []bot.Action{bot.ActSignOff}
	default:
	}
	return nil
}

// endedNote says in a line how a release ended, to who asked for it. Who ended it is
// named only: they know.
func endedNote(r bot.Release) Message {
	how := outcome(r, named)
	if r.Kind == bot.Batch {
		how = batchOutcome(r, named)
	}
	how = join(" ", "–", how, afterAll(r))
	says := join(" ", mark(r), requester(r)+":", code(r.ID, nameMax), kindOf(r), how)
	return message(join(" ", mark(r), servicesName(r), esc(r.ID, nameMax), how), section(says, reasonLine(r.Ending.Reason), sentence(r.Ending.Mend)))
}

// requester is called when a release is over, but not for what they ended themselves,
// nor for each of several releases that went together.
func requester(r bot.Release) markup {
	if r.IsRequester(r.Ending.By) || r.Part.Batch != "" && r.Kind != bot.Batch {
		return actor(r.Requester)
	}
	return calling(r.Requester)
}

// unpressed is said without buttons.
func unpressed(n bot.Note, workspace string, says markup, more ...slack.Block) []slack.Block {
	parts := append([]slack.Block{unfolded(headline(n.Release), says, background(n))}, more...)
	return append(parts, context(
		linkOnly(n.Release.Run.URL, "workflow run"), links(n.Links),
		linkOnly(permalink(workspace, n.Card), "card")))
}

// background says what a note is about, who asked for it and who said yes: it stands
// where the card does not. A note that asks for a yes says so itself.
func background(n bot.Note) markup {
	switch n.News.(type) {
	case bot.NoteApprovalDue, bot.NoteEscalated:
		return ""
	default:
	}
	r := n.Release
	what := markup("")
	if r.Plan != nil {
		what = join(" ", sha(r.Plan.Commit), esc(r.Plan.Commit.Subject, subjectMax))
	}
	yes := markup("")
	if len(r.Approvals) > 0 {
		yes = "approved by " + series(approvedBy(r.Approvals), 5)
	}
	return join("\n", what, join(", ", askedBy(r), yes))
}

// noteFallback is a note in one line, as a notification has it: what is asked,
// where something is.
func noteFallback(n bot.Note) markup {
	r := n.Release
	switch n.News.(type) {
	case bot.NoteApprovalDue:
		if r.AsksApproval() {
			return "Approval still needed: " + wanted(r)
		}
	case bot.NoteReview:
		if r.ReviewOpen() {
			return join(" ", "Sign-off needed: emergency", esc(r.ID, nameMax)+",", servicesName(r)+", asked by", actor(r.Requester))
		}
	case bot.NoteEmergency:
		return join(" ", "🚨 Emergency:", servicesName(r), "("+esc(r.ID, nameMax)+"), asked by", actor(r.Requester))
	case bot.NoteMismatch:
		return join(" ", "⛔ The run is not what was approved:", servicesName(r), "("+esc(r.ID, nameMax)+")")
	case bot.NoteRerun:
		return join(" ", "🔁 Run again at GitHub:", servicesName(r), "("+esc(r.ID, nameMax)+")")
	default:
	}
	return fallback(r)
}

func failedNote(n bot.Note, workspace string) Message {
	r := n.Release
	return said(n, workspace,
		join("\n", join(" ", outcome(r, named), toLog(r.Run)), sentence(r.Ending.Mend)),
		section(callAuthors(r, n.Authors)), section(wayBack(r)))
}

// toLog leads to the log of what made a run fail, or in which it was stopped.
func toLog(run bot.Run) markup {
	j, found := run.FailedJob()
	if !found {
		j, found = run.StoppedJob()
	}
	if !found || j.NeverBegan || linkOnly(j.URL, "log") == "" {
		return ""
	}
	return "See the " + link(j.URL, "log of the job "+esc(j.Name, nameMax)) + "."
}

// unhealthyNote offers the way back, unless the operator only wants to be told.
func unhealthyNote(n bot.Note, workspace string) Message {
	r := n.Release
	says := join(" ", or(sentence(r.Ending.Cause), "Deployed, and not healthy."), sentence(r.Ending.Mend))
	how, authors := section(summary(r)...), section(callAuthors(r, n.Authors))
	parts := unpressed(n, workspace, says, how, authors)
	if r.Plan == nil || r.Plan.Settings.Health.OnUnhealthy != bot.OnUnhealthyTell {
		parts = append(unpressed(n, workspace, says, how, authors, section(wayBack(r))), row(r, noteOffers(n), nil))
	}
	return message(noteFallback(n), append(parts, wasThisRight(r)...)...)
}

// wayBack says where a rollback would go, or that there is nowhere.
func wayBack(r bot.Release) markup {
	switch {
	case r.Kind == bot.Rollback && r.ByItself() && !r.Started():
		return join(" ", code(r.Reversal.Back, nameMax), "is still live, and not healthy: roll it back by hand, or deploy a fix.")
	case r.Plan == nil || !r.Started():
		return "Nothing was started, so what was live before still is."
	case r.Kind == bot.Rollback && r.Plan.RollbackTo != nil && r.TakenBackBy == "":
		return join(" ", left(r), tryAgain(r))
	case r.Arrival() == bot.NeverCame:
		return left(r)
	case r.TakenBackBy != "":
		return takenBack(r)
	case r.Plan.RollbackTo == nil:
		return join("\n", left(r), "Rollback target: none, no earlier release was healthy. Deploy a fix.")
	}
	to := *r.Plan.RollbackTo
	return join("\n", left(r), join(" ", "Rollback target:", code(to.Release, nameMax), pastSHA(to.SHA)+", of", at(to.At)+".", undoneMarked(r.Plan)))
}

// rerunNote: on the code host's page a run can be started again for a month,
// with the old commit and nobody's yes.
func rerunNote(n bot.Note, workspace string) Message {
	r := n.Release
	says := join(" ", "🔁 Somebody ran the", link(r.Run.URL, "workflow run"), "of", code(r.ID, nameMax),
		"again at GitHub, past slipway: attempt "+markup(strconv.Itoa(r.LastAttempt()))+".")
	if r.Phase.Runs() {
		return plainly(join(" ", says, "How it ends counts for", code(r.ID, nameMax)+"."))
	}
	return said(n, workspace,
		join(" ", says, "It puts", code(bot.ShortSHA(r.SHA()), nameMax), "on", targetName(r.Target), "again, without approval, lock or health watch."),
		section("slipway no longer knows what is live there. If it was a mistake, cancel the run at GitHub, then deploy what should be live."))
}

// reminderNote says for how long nobody could say whether it was started.
func reminderNote(n bot.Note, news bot.NoteReminder, workspace string) Message {
	says := state(n.Release, asked{})
	if d := elapsed(n.Release.Since(), n.Now); d != "" {
		says = "Nobody has answered for " + d + ". " + says
	}
	if news.Last {
		says += " This is the last reminder; it stays on the board."
	}
	return said(n, workspace, says)
}

func mismatchNote(n bot.Note, workspace string) Message {
	does := markup("It is being cancelled.")
	if n.Release.Phase.RunIsOver() {
		does = "It was over before this was found."
	}
	return said(n, workspace,
		join(" ", "⛔ The run used a workflow file that is not the approved one.", does, "Look at what it did before you go on."))
}

func planNote(n bot.Note) Message {
	r := n.Release
	lines := append([]markup{"✋ *Earlier approvals do not count any more:* the plan changed before it was started."}, bullets(r.Delta)...)
	if r.AsksApproval() && !r.Unconfirmed() {
		lines = append(lines, mayApprove(r, asked{n.Approvers, n.ApproverGroups})+", on the card.")
	}
	return message(fallback(r), section(lines...))
}

// permalink is where a message stands in the workspace; empty if that cannot
// be told.
func permalink(workspace string, ref bot.MessageRef) string {
	if workspace == "" || ref.Channel == "" || ref.ID == "" {
		return ""
	}
	return strings.TrimRight(workspace, "/") + "/archives/" + ref.Channel + "/p" + strings.ReplaceAll(ref.ID, ".", "")
}
