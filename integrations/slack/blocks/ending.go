package blocks

import (
	"github.com/slipwayhq/slipway/bot"
)

// ending says it all about a release that is over: what it came to, who did
// it and why, how long it took, and what would help.
func ending(r bot.Release) markup {
	e := r.Ending
	says := outcome(r)
	if who := endedBy(r); who != "" {
		says = join(" ", says, who)
	}
	lines := join("\n",
		join(" ", says, afterAll(r)),
		reasonLine(e.Reason),
		sentence(e.Mend),
		takenBack(r))
	return lines
}

// outcome is the first sentence of an ending.
func outcome(r bot.Release) markup {
	cause := sentence(r.Ending.Cause)
	switch r.Phase {
	case bot.Succeeded:
		return success(r)
	case bot.Failed:
		return because("Failed.", cause)
	case bot.Unhealthy:
		return or(cause, "Deployed, and not healthy.")
	case bot.Cancelled:
		return because("Cancelled.", cause)
	case bot.Rejected:
		return because("Rejected.", cause)
	case bot.Expired:
		return because("Expired.", cause)
	case bot.Superseded:
		return because("Superseded.", cause)
	case bot.Requested, bot.AwaitingApproval, bot.Queued, bot.Dispatching, bot.Running, bot.Verifying, bot.Unknown:
	}
	return cause
}

func or(text, otherwise markup) markup {
	if text == "" {
		return otherwise
	}
	return text
}

// because leaves the word out where the cause begins with it.
func because(word, cause markup) markup {
	n := len(word) - 1
	if len(cause) > n && cause[:n] == word[:n] {
		return cause
	}
	return join(" ", word, cause)
}

func success(r bot.Release) markup {
	cause := sentence(r.Ending.Cause)
	switch {
	case r.Kind == bot.Adopt:
		return cause
	case r.Verdict == bot.Healthy:
		return "Live and healthy."
	case r.Verdict == bot.Inconclusive && r.Healthy:
		return "Live. Its health could not be measured; " + named(r.Ending.By) + " says that it looks good."
	case r.Verdict == bot.Inconclusive:
		return join(" ", "Live.", cause, "Look at it, and say whether it looks good: only then may a rollback come back to it.")
	}
	return join(" ", "Live. Its health is not watched.", cause)
}

// endedBy names the person who ended it.
func endedBy(r bot.Release) markup {
	by := r.Ending.By
	if by == (bot.Person{}) || r.Phase == bot.Succeeded {
		return ""
	}
	return "By " + mention(by) + "."
}

func reasonLine(reason string) markup {
	if q := quoted(reason); q != "" {
		return "Reason: " + q
	}
	return ""
}

// afterAll says how long it took from the request to the end.
func afterAll(r bot.Release) markup {
	d := r.Since().Sub(r.RequestedAt)
	if r.RequestedAt.IsZero() || d <= 0 || r.Kind == bot.Adopt {
		return ""
	}
	return "Took " + markup(took(d)) + "."
}

func takenBack(r bot.Release) markup {
	if r.TakenBackBy == "" {
		return ""
	}
	return join("\n", "Taken back by "+code(r.TakenBackBy, nameMax)+".", pardoned(r))
}

// pardoned says who let a commit come back that was taken back, and why.
func pardoned(r bot.Release) markup {
	if r.Pardon.At.IsZero() {
		return ""
	}
	return "Its commit may come back: " + named(r.Pardon.By) + " ended the quarantine: " + quoted(r.Pardon.Reason)
}
