package blocks

import (
	"slices"
	"strconv"
	"strings"

	"github.com/slack-go/slack"

	"github.com/slipwayhq/slipway/bot"
)

// note renders a line or two in the card's thread, or out loud. It also holds
// for what a later version may call its notes: then it says where the release
// stands.
func note(n bot.Note, workspace string) Message {
	r := n.Release
	switch {
	case n.Text == bot.NoteFailed:
		return failedNote(n, workspace)
	case n.Text == bot.NoteUnhealthy:
		return unhealthyNote(n, workspace)
	case n.Text == bot.NoteHealth:
		return healthNote(r)
	case n.Text == bot.NoteUnknown, strings.HasPrefix(n.Text, bot.NoteReminder):
		return unknownNote(n, workspace)
	case n.Text == bot.NoteMismatch:
		return mismatchNote(n, workspace)
	case n.Text == bot.NoteBatch:
		return said(n, workspace, batchState(r), section(members(r)...))
	case n.Text == bot.NotePlan:
		return planNote(r)
	case n.Text == bot.NoteRerun:
		return rerunNote(n, workspace)
	case n.Text == bot.NoteRerunOver:
		return plainly(join(" ", "🔁", rerunState(r)))
	case n.Text == bot.NoteBlind:
		return said(n, workspace, state(r, asked{}))
	case n.Text == bot.NoteApprovalDue:
		return dueNote(n, workspace)
	case strings.HasPrefix(n.Text, bot.NoteEscalated):
		return escalatedNote(n, workspace)
	case strings.HasPrefix(n.Text, bot.NoteEmergency):
		return emergencyNote(n, workspace)
	case n.Text == bot.NoteSignedOff:
		return signedOffNote(r)
	case strings.HasPrefix(n.Text, bot.NoteReview):
		return reviewNote(n, workspace)
	}
	if line := inALine(n); line != "" {
		return plainly(line)
	}
	return message(fallback(r), section(headline(r), state(r, asked{})))
}

// inALine is a note that needs no more than a line, most often what a person
// did; empty for the others.
func inALine(n bot.Note) markup {
	r := n.Release
	id := code(r.ID, nameMax)
	switch {
	case strings.HasPrefix(n.Text, bot.NoteLost):
		for _, w := range slices.Backward(r.Withdrawn) {
			if w.By.ID == n.By.ID && w.Why != "" {
				return join("\n", lostYes(w), askedAnew(n))
			}
		}
	case strings.HasPrefix(n.Text, bot.NoteWithdrawn):
		return join(" ", "↩️", named(n.By), "took their approval of", id, "back.")
	case strings.HasPrefix(n.Text, bot.NoteItRan):
		return join(" ", "❓", named(n.By), "says that the workflow of", id, "was started.")
	case strings.HasPrefix(n.Text, bot.NoteSendAgain):
		return join(" ", "❓", named(n.By), "says that the workflow of", id, "was not started, and had it sent again unless its run is found.")
	case strings.HasPrefix(n.Text, bot.NoteRanAfterAll):
		return join(" ", "🔎", link(r.Run.URL, "The run"), "of", id, "was found after all, so it is not started a second time.")
	case strings.HasPrefix(n.Text, bot.NoteNeverRan):
		return join(" ", "❓", named(n.By), "says that the workflow of", id, "was not started.")
	case n.Text == bot.NotePardoned:
		return join(" ", "🔓", pastSHA(r.SHA()), "may come back to", targetName(r.Target)+":",
			named(r.Pardon.By), "ended its quarantine:", quoted(r.Pardon.Reason))
	}
	return ""
}

// askedAnew calls those whose yes is missing again, where one is.
func askedAnew(n bot.Note) markup {
	if n.Release.Phase != bot.AwaitingApproval || n.Release.Plan == nil {
		return ""
	}
	return join(" ", code(n.Release.ID, nameMax), "was not started.", mayApprove(n.Release, asked{n.Approvers, n.ApproverGroups}), "on its card.")
}

// said is a note's first lines, its details and its links, with the buttons
// that fit it.
func said(n bot.Note, workspace string, says markup, more ...slack.Block) Message {
	return message(fallback(n.Release), append(unpressed(n, workspace, says, more...), buttons(n.Release))...)
}

// unpressed is said without buttons.
func unpressed(n bot.Note, workspace string, says markup, more ...slack.Block) []slack.Block {
	asked := markup("")
	if n.Release.Origin.Shell != "" { // else the card says it
		asked = askedBy(n.Release)
	}
	parts := append([]slack.Block{section(headline(n.Release), says, asked)}, more...)
	return append(parts, context(
		linkOnly(n.Release.Run.URL, "workflow run"), links(n.Links),
		linkOnly(permalink(workspace, n.Card), "card")))
}

func failedNote(n bot.Note, workspace string) Message {
	r := n.Release
	return said(n, workspace,
		join("\n", join(" ", outcome(r), toLog(r.Run)), sentence(r.Ending.Mend)),
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
	if r.Plan != nil && r.Plan.Settings.Health.OnUnhealthy == bot.OnUnhealthyTell {
		return message(fallback(r), unpressed(n, workspace, says, how, authors)...)
	}
	return said(n, workspace, says, how, authors, section(wayBack(r)))
}

// wayBack says where a rollback would go, or that there is nowhere.
func wayBack(r bot.Release) markup {
	switch {
	case r.Plan == nil || !r.Started():
		return "Nothing was started, so what was live before still is."
	case r.Kind == bot.Rollback && r.Plan.RollbackTo != nil && r.TakenBackBy == "":
		return join(" ", left(r), tryAgain(r))
	case r.Arrival() == bot.NeverCame:
		return left(r)
	case r.TakenBackBy != "":
		return takenBack(r)
	case r.Plan.RollbackTo == nil:
		return join("\n", left(r), "There is no healthy release to go back to: fix forward.")
	}
	to := *r.Plan.RollbackTo
	return join("\n", left(r), join(" ", "The way back is", code(to.Release, nameMax), pastSHA(to.SHA)+", of", at(to.At)+".", markup(undone(r.Plan))))
}

func healthNote(r bot.Release) Message {
	return message(fallback(r), section(append([]markup{verdict(r)}, summary(r)...)...))
}

// verdict is what a watch came to, in one sentence.
func verdict(r bot.Release) markup {
	span := markup("")
	if n := len(r.Watch.Samples); n > 0 {
		span = "over " + elapsed(r.Watch.StartedAt, r.Watch.Samples[n-1].At)
	}
	switch r.Verdict {
	case bot.Healthy:
		return join(" ", "🩺 *Healthy*", span)
	case bot.NotHealthy:
		return join(" ", "🚑 *Not healthy*", span)
	case bot.Inconclusive:
		return join(" ", "🟡 *Inconclusive*: too few answers could be had", span)
	case bot.Watching:
		return join(" ", "🩺 *Watched*", until(r.Watch.EndsAt))
	case bot.NotWatched:
		return "Its health is not watched."
	}
	return "🩺 *Health*"
}

// rerunNote: on the code host's page a run can be started again for a month,
// with the old commit and nobody's yes.
func rerunNote(n bot.Note, workspace string) Message {
	r := n.Release
	says := join(" ", "🔁 Somebody ran the", link(r.Run.URL, "workflow run"), "of", code(r.ID, nameMax),
		"again at GitHub, past slipway: attempt "+markup(strconv.Itoa(r.LastAttempt()))+".")
	if r.Phase == bot.Running {
		return plainly(join(" ", says, "Its outcome counts for", code(r.ID, nameMax)+"."))
	}
	return said(n, workspace,
		join(" ", says, "It puts", code(bot.ShortSHA(r.SHA()), nameMax), "on", targetName(r.Target), "again, without approval, lock or health watch."),
		section("slipway cannot tell any more what is live there. Cancel the run at GitHub if it was a mistake, then deploy what should be live."))
}

func unknownNote(n bot.Note, workspace string) Message {
	r := n.Release
	says := state(r, asked{})
	if d := elapsed(r.Since(), n.Now); d != "" && strings.HasPrefix(n.Text, bot.NoteReminder) {
		says = "Still not known, for " + d + ". " + says
	}
	return said(n, workspace, says)
}

func mismatchNote(n bot.Note, workspace string) Message {
	does := markup("It is being cancelled")
	if n.Release.Phase == bot.Verifying || n.Release.Ended() {
		does = "It was over before that could be found out"
	}
	return said(n, workspace,
		"The run was made with a workflow file that is not the approved one. "+does+"; look at what it did before you go on.")
}

func planNote(r bot.Release) Message {
	lines := append([]markup{"✋ *Earlier approvals do not count any more:* the plan changed before it was started."}, bullets(r.Delta)...)
	if r.Plan != nil {
		lines = append(lines, mayApprove(r, asked{})+" on the card.")
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
