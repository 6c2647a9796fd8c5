package health

import (
	"cmp"
	"slices"

	"github.com/slipwayhq/slipway/bot"
)

// Account counts how often verdicts were right, by what people said about them afterwards.
// An entry counts only if those people agree. An alarm is then right or false; where the
// service was unhealthy and a verdict raised no alarm, it missed it. An inconclusive
// verdict is no alarm: it would not have started a rollback.
func Account(ledger []bot.LedgerEntry) bot.ReportView {
	entries := slices.Clone(ledger)
	slices.SortStableFunc(entries, func(a, b bot.LedgerEntry) int { return b.At.Compare(a.At) })
	view := bot.ReportView{Watched: len(entries), Asked: map[bot.Hindsight]int{}}
	probes := map[string]*bot.Scores{}
	for _, e := range entries {
		view.Since = e.At
		note(&view, e)
		score(&view.Service, e, e.Verdict)
		for _, p := range e.Probes {
			if probes[p.Probe] == nil {
				probes[p.Probe] = &bot.Scores{Name: p.Probe}
			}
			score(probes[p.Probe], e, p.Verdict)
		}
	}
	for _, s := range probes {
		view.Probes = append(view.Probes, *s)
	}
	slices.SortFunc(view.Probes, func(a, b bot.Scores) int { return cmp.Compare(a.Name, b.Name) })
	return view
}

// score counts one verdict: that on the release, or that of one probe.
func score(s *bot.Scores, e bot.LedgerEntry, said bot.Verdict) {
	word, agreed := e.Agreed()
	alarm := said == bot.NotHealthy
	wasBad := word == bot.Missed || word == bot.WasRight && e.Verdict == bot.NotHealthy
	wasWell := e.Verdict == bot.NotHealthy && word == bot.FalseAlarm
	if alarm {
		s.Alarms++
	}
	switch {
	case !agreed:
	case alarm && wasBad:
		s.Right++
	case alarm && wasWell:
		s.False++
	case wasBad:
		s.Missed++
	}
}

// note collects what the report lists beside the scores.
func note(view *bot.ReportView, e bot.LedgerEntry) {
	word, agreed := e.Agreed()
	if e.Verdict == bot.NotHealthy && e.Reaction == bot.OnUnhealthyShadow {
		view.Shadow++
	}
	if e.Verdict == bot.Inconclusive {
		view.Inconclusive++
		if agreed {
			view.Asked[word]++
		}
	}
	switch {
	case e.Disputed():
		view.Disputed = append(view.Disputed, e.Release)
	case agreed:
	case e.Verdict != bot.Healthy:
		view.Unsaid = append(view.Unsaid, e.Release)
	case e.TakenBackBy != "":
		view.TakenBack = append(view.TakenBack, e.Release)
	}
}
