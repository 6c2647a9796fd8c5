package blocks

import (
	"strconv"

	"github.com/slipwayhq/slipway/bot"
)

// rerunState says how far a run is that somebody started again after its release
// was over, and what that means for what is live; empty: none was.
func rerunState(r bot.Release) markup {
	if r.Rerun.ID == 0 {
		return ""
	}
	says := join(" ", link(r.Run.URL, "The run"), "was started again at GitHub, past slipway (attempt "+markup(strconv.Itoa(r.Rerun.Attempt))+")")
	switch {
	case r.RerunGoes():
		return says + ", and goes on. Nothing is started on " + targetName(r.Target) + " until it is over."
	case r.RanAgain() == bot.Again{}:
		return says + ". None of its jobs began, so it changed nothing."
	case r.Arrival() == bot.Arrived:
		return join(" ", says+", and went well:", pastSHA(r.SHA()), "is live. Its health was not watched.")
	}
	return join(" ", says+", and ended as "+conclusionWord(r.Rerun.Conclusion)+": whether", pastSHA(r.SHA()), "is live is uncertain.")
}

// startedAgain says of a release that was how it is live once more, or may be.
func startedAgain(p bot.Past) markup {
	a := p.Again
	if a.Attempt == 0 {
		return ""
	}
	how := markup("and goes on")
	switch {
	case a.Over() && p.Came() == bot.Arrived:
		how = "and went well"
	case a.Over():
		how = "and ended as " + conclusionWord(a.Conclusion)
	}
	return "run again at GitHub (attempt " + markup(strconv.Itoa(a.Attempt)) + ") " + how
}
