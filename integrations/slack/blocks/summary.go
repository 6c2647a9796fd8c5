package blocks

import (
	"slices"
	"strconv"
	"time"

	"github.com/slack-go/slack"

	"github.com/slipwayhq/slipway/bot"
)

// healthNote is the summary of a watch, by which the release is over: the verdict in a
// line that names the target, then each probe before and after, and its course. It is
// short where all is well. Unless that is to be quiet, it calls who asked for it.
func healthNote(n bot.Note) Message {
	r := n.Release
	who := markup("")
	if !n.Quiet {
		who = requester(r) + ":"
	}
	parts := []slack.Block{unfolded(verdict(r, who)), unfolded(spokenFor(r)...), section(next(r)...)}
	all := measured(r)
	if len(all) == 0 {
		parts = append(parts, section(probes(r, tallies(r.Watch.After()), (*tally).full)...))
	} else {
		parts = append(parts, table(all))
	}
	courses := charts(r, all)
	for _, c := range courses {
		parts = append(parts, c.block())
	}
	parts = append(parts, section(leftOut(r, all)...), section(besides(n)...),
		context(linkOnly(r.Run.URL, "workflow run"), links(n.Links), alsoTold(n.Told)))
	parts = append(parts, row(r, noteOffers(n), nil))
	m := message(verdict(r, ""), append(parts, wasThisRight(r)...)...)
	m.Charts = courses
	return m
}

// verdict is what a watch came to, in one sentence, to who may be called by it.
func verdict(r bot.Release, who markup) markup {
	live := join(" ", who, esc(r.Target.Service, nameMax), pastSHA(r.SHA()), "is live in", esc(r.Target.Environment, nameMax))
	watched := markup("")
	if after := r.Watch.After(); len(after) > 0 {
		watched = behind("watched for", elapsed(r.Watch.StartedAt, after[len(after)-1].At))
	}
	watched = join(" ", watched, "("+code(r.ID, nameMax)+").")
	switch r.Verdict {
	case bot.Healthy:
		return join(" ", "🩺", live, "and well:", watched)
	case bot.NotHealthy:
		return join(" ", "🚑", live, "and *not well*:", watched)
	case bot.Inconclusive:
		return join(" ", "🟡", live+", and it cannot be told whether it is well:", watched)
	case bot.Watching, bot.NotWatched:
	}
	return join(" ", "🩺", live+":", watched)
}

// behind puts a word before a text that may be empty.
func behind(word, text markup) markup {
	if text == "" {
		return ""
	}
	return word + " " + text
}

// spokenFor is what the probes say that do not call the release well.
func spokenFor(r bot.Release) []markup {
	var lines []markup
	for _, e := range r.Watch.Evidence {
		says := esc(e.Says, evidenceMax)
		switch {
		case against(e) > 1 || len(lines) == shownProbes:
			continue
		case e.Verdict == bot.Inconclusive:
			says = join("; ", says, esc(e.Sees, evidenceMax))
		}
		lines = append(lines, "• "+bold(esc(e.Probe, nameMax))+": "+says)
	}
	return lines
}

// next is what happens next, or what can be done by whom, where all is not well.
func next(r bot.Release) []markup {
	switch {
	case r.Verdict == bot.Inconclusive:
		return []markup{join(" ", "Whoever sees that it works presses _Looks Good_.", watchOn(r))}
	case r.Verdict != bot.NotHealthy:
		return nil
	case r.Ending.Mend != "":
		return []markup{sentence(r.Ending.Mend)}
	}
	return []markup{wayBack(r)}
}

// measured are the probes of which it is kept what they showed, those that speak
// against the release first.
func measured(r bot.Release) []bot.Evidence {
	var all []bot.Evidence
	for _, e := range r.Watch.Evidence {
		if e.Before.Readings+e.After.Readings > 0 {
			all = append(all, e)
		}
	}
	slices.SortStableFunc(all, func(a, b bot.Evidence) int { return against(a) - against(b) })
	return all
}

// against orders verdicts by how much they speak against a release.
func against(e bot.Evidence) int {
	switch e.Verdict {
	case bot.NotHealthy:
		return 0
	case bot.Inconclusive:
		return 1
	case bot.Healthy, bot.Watching, bot.NotWatched:
	}
	return 2
}

// leftOut says what does not count in the verdict, and why.
func leftOut(r bot.Release, shown []bot.Evidence) []markup {
	counted := map[string]tally{}
	for _, t := range tallies(r.Watch.After()) {
		counted[t.name] = t
	}
	var lines []markup
	for _, e := range r.Watch.Evidence {
		beat := beatOf(r, e.Probe)
		if len(r.Watch.Gaps) > 0 {
			beat = 0 // it is said for all of them
		}
		for _, what := range leftOutOf(e, counted[e.Probe], beat) {
			lines = append(lines, "• "+esc(e.Probe, nameMax)+": "+what)
		}
	}
	if more := len(shown) - shownRows; more > 0 {
		lines = append(lines, "• "+markup(count(more, "more probe")))
	}
	if delay := rule(r).Delay; delay > 0 {
		lines = append(lines, "• the first "+took(delay)+" after the run, as slipway.yaml says")
	}
	lines = append(lines, gaps(r.Watch)...)
	if len(lines) == 0 {
		return nil
	}
	if more := len(lines) - shownProbes; more > 0 {
		lines = append(lines[:shownProbes], markup("… and "+count(more, "more line")))
	}
	return append([]markup{"*Left out*"}, lines...)
}

// leftOutOf is what of a probe does not count. Its beat is how often it is asked; 0: of
// the times without a reading nothing is to be said.
func leftOutOf(e bot.Evidence, t tally, beat time.Duration) []markup {
	var says []markup
	if e.Excused {
		says = append(says, "excused, since "+esc(e.Says, evidenceMax))
	}
	if n := e.After.Missing; n > 0 {
		says = append(says, markup(strconv.Itoa(n)+" of "+count(e.After.Readings+n, "reading")+" could not be had")+t.because())
	}
	if t.other > 0 {
		says = append(says, markup(count(t.other, "answer"))+" of another version")
	}
	if e.Before.Readings == 0 && e.After.Readings > 0 && e.Kind != bot.Verdicts {
		says = append(says, "nothing is known from before the release")
	}
	if beat > 0 && e.After.Gap > 3*beat {
		says = append(says, "no reading for "+took(e.After.Gap))
	}
	return says
}

// rule is that by which a release is watched.
func rule(r bot.Release) bot.HealthRule {
	if r.Plan == nil {
		return bot.HealthRule{}
	}
	return r.Plan.Settings.Health
}

// beatOf is how often a probe is asked.
func beatOf(r bot.Release, probe string) time.Duration {
	watched := rule(r)
	for _, p := range watched.Probes {
		if p.Name == probe && p.Every > 0 {
			return p.Every
		}
	}
	return watched.Every
}

// besides are the releases of other services in the same time.
func besides(n bot.Note) []markup {
	const limit = 5
	var lines []markup
	changes := n.Beside.Changes
	for _, c := range changes[:min(len(changes), limit)] {
		shares := markup("")
		if slices.Contains(c.Shares, n.Release.ID) {
			shares = "of the *same code*"
		}
		lines = append(lines, "• "+join(", ", join(" ", targetName(c.Target), code(c.Past.Release, nameMax), pastSHA(c.Past.SHA)), pastOutcome(c.Past), shares))
	}
	if more := len(changes) - limit; more > 0 {
		lines = append(lines, "… and "+markup(count(more, "other")))
	}
	if len(lines) > 0 {
		lines = append([]markup{"*Released in the same time*"}, lines...)
	}
	return append(lines, unreadHistory(n.Beside.Unread))
}

// alsoTold says who else is told of it. People are counted: to name them would call them.
func alsoTold(to []bot.Recipient) markup {
	var named []markup
	counts := map[bot.RecipientKind]int{}
	for _, t := range to {
		switch t.Kind {
		case bot.ToChannel:
			named = append(named, channel(t.ID))
		case bot.ToGroup:
			named = append(named, "@"+esc(t.ID, nameMax))
		case bot.ToPerson, bot.ToWebhook, bot.ToAuthor:
			counts[t.Kind]++
		}
	}
	for _, k := range []struct {
		kind bot.RecipientKind
		noun string
	}{{bot.ToPerson, "person"}, {bot.ToAuthor, "author"}, {bot.ToWebhook, "webhook"}} {
		if c := counts[k.kind]; c > 0 {
			named = append(named, markup(count(c, k.noun)))
		}
	}
	return behind("told:", list(named, shownProbes))
}
