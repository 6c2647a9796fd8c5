package blocks

import (
	"slices"
	"strings"
	"time"

	"github.com/slipwayhq/slipway/bot"
)

// ending says it all about a release that is over: what it came to, who did
// it and why, how long it took, and what would help.
func ending(r bot.Release) markup {
	return join("\n",
		join(" ", outcome(r, mention), notCancelled(r), afterAll(r)),
		reasonLine(r.Ending.Reason),
		sentence(r.Ending.Mend),
		left(r),
		rerunState(r),
		tookAway(r),
		takenBack(r))
}

// outcome is the first sentence of an ending; by names who ended it.
func outcome(r bot.Release, by func(bot.Person) markup) markup {
	if r.Beside.Happened() {
		return besideDone(r.Beside) + ", past slipway."
	}
	switch {
	case r.Phase.EndedWell():
		return success(r)
	case r.Phase.RanWell():
		return or(sentence(r.Ending.Cause), "Deployed, and not healthy.")
	case r.Ended():
		return because(markup(capital(string(phaseWord(r.Phase)))), r.Ending, by)
	}
	return sentence(r.Ending.Cause)
}

func or(text, otherwise markup) markup {
	if text == "" {
		return otherwise
	}
	return text
}

// because says the word, who did it and the cause, in one sentence where the
// cause begins with the word ("Cancelled by @ben while the workflow ran").
func because(word markup, e bot.Ending, by func(bot.Person) markup) markup {
	cause, done := sentence(e.Cause), word
	if e.By != (bot.Person{}) {
		done += " by " + by(e.By)
	}
	if rest, ok := strings.CutPrefix(string(cause), string(word)); ok {
		return done + markup(rest)
	}
	return join(" ", done+".", cause)
}

func success(r bot.Release) markup { return join(" ", live(r), besideIt(r)) }

// besideIt says which job of a run that went well failed without failing it.
func besideIt(r bot.Release) markup {
	j, failed := r.Run.FailedJob()
	if !failed || r.Run.Conclusion != bot.ConclusionSuccess {
		return ""
	}
	return "The job " + bold(esc(j.Name, nameMax)) + " failed, and the workflow went on without it (continue-on-error)."
}

// skipped names the jobs that a run which went well left out, unless the one that
// deploys is named: it may be one of them.
func skipped(r bot.Release) markup {
	const limit = 5
	names := r.Run.SkippedJobs()
	if len(names) == 0 || r.Plan == nil || r.Plan.Settings.DeployJob != "" || r.Run.Conclusion != bot.ConclusionSuccess {
		return ""
	}
	all := make([]markup, 0, len(names))
	for _, name := range names {
		all = append(all, esc(name, nameMax))
	}
	return "(skipped: " + list(all, limit) + ")"
}

// live says what a release that went well came to.
func live(r bot.Release) markup {
	cause := sentence(r.Ending.Cause)
	switch {
	case r.CountsDown():
		return countdown(r)
	case r.WatchesOn():
		return join(" ", "Live. Watching its health for longer", until(r.Watch.EndsAt)) + "."
	case r.Verdict == bot.NotHealthy:
		return join(" ", "Live.", or(cause, "It is not healthy."))
	case r.Kind == bot.Adopt:
		return join(" ", cause, vouched(r))
	case r.Verdict == bot.Healthy:
		return join(" ", "Live and healthy.", unsigned(r))
	case r.Verdict == bot.Inconclusive && r.Well():
		return join(" ", "Live. Its health could not be measured.", vouched(r))
	case r.Verdict == bot.Inconclusive:
		return join(" ", "Live.", cause, vouched(r))
	}
	return join(" ", "Live. Its health is not watched.", cause, unsigned(r))
}

// unsigned says what an emergency does not count for yet.
func unsigned(r bot.Release) markup {
	if !r.ReviewOpen() {
		return ""
	}
	return "A rollback may come back to it once it is signed off."
}

// vouched says who found that a release looks good, or that somebody may.
func vouched(r bot.Release) markup {
	by := r.Vouched
	if by.ID == "" && r.Kind != bot.Adopt {
		by = r.Ending.By // as earlier versions kept it
	}
	switch {
	case by.ID != "":
		return named(by) + " says that it looks good."
	case r.Unclear():
		return join(" ", "Look at it, and press _Looks Good_ if it does: only then may a rollback come back to it.", watchOn(r))
	}
	return ""
}

// watchOn says that there is another way than to look oneself.
func watchOn(r bot.Release) markup {
	if !r.MayWatchOn() {
		return ""
	}
	return "_Watch Longer_ has slipway look for another window."
}

func reasonLine(reason string) markup {
	if q := quoted(reason); q != "" {
		return "Reason: " + q
	}
	return ""
}

// afterAll says how long it took from the request to the end, where something ran
// and it took any time that a person would notice.
func afterAll(r bot.Release) markup {
	d := r.Since().Sub(r.RequestedAt)
	ran := r.Started() || r.Kind == bot.Batch && slices.ContainsFunc(r.Members, func(m bot.BatchMember) bool { return m.Started })
	if !ran || r.RequestedAt.IsZero() || d < time.Second || r.Kind == bot.Adopt {
		return ""
	}
	return "Took " + took(d) + "."
}

func takenBack(r bot.Release) markup {
	if r.TakenBackBy == "" {
		return ""
	}
	revert := markup("")
	if r.Plan != nil {
		revert = openRevert(r.Plan.Commit)
	}
	return join("\n", join(" ", "Taken back by "+code(r.TakenBackBy, nameMax)+".", revert), quarantineEnded(r))
}

// openRevert leads to where the code host offers to revert a commit: the pull
// request that brought it has the button. Of another one it shows the commit.
func openRevert(c bot.Commit) markup {
	address := c.URL
	if c.PR > 0 {
		address = pullURL(c)
	}
	if linkOnly(address, "revert") == "" {
		return ""
	}
	return "It stays in the repository until it is reverted: " + link(address, "Open a Revert") + "."
}

// tookAway says of a rollback that went well where what it took away can be
// reverted.
func tookAway(r bot.Release) markup {
	p := r.Plan
	if r.Kind != bot.Rollback || !r.Phase.EndedWell() || p == nil || p.Current == nil || p.Changes.Direction != bot.Backward || len(p.Changes.Commits) == 0 {
		return ""
	}
	if newest := p.Changes.Commits[0]; newest.SHA == p.Current.SHA {
		return join(" ", "What it took away was", sha(newest)+".", openRevert(newest))
	}
	return ""
}

// quarantineEnded says who let a commit come back that was taken back, and why.
func quarantineEnded(r bot.Release) markup {
	if r.QuarantineEnd.At.IsZero() {
		return ""
	}
	return "Its commit may come back: " + named(r.QuarantineEnd.By) + " ended the quarantine: " + quoted(r.QuarantineEnd.Reason)
}
