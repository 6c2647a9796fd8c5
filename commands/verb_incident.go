package commands

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/slipwayhq/slipway/bot"
	"github.com/slipwayhq/slipway/bot/catalog"
	"github.com/slipwayhq/slipway/bot/policy"
	"github.com/slipwayhq/slipway/commands/grammar"
)

const (
	// incidentSpan is how far back an incident is looked at if nobody says.
	incidentSpan = 30 * time.Minute
	// longestIncident bounds what may be asked for: more is a history.
	longestIncident = 7 * 24 * time.Hour
	// incidentDepth is how many releases of a target are looked at.
	incidentDepth = 50
)

func incidentVerb(c *Commands) verb {
	incident := c.slash("incident")
	return verb{run: c.incident, who: bot.AnyMember, bound: onlyShows, looks: true, help: bot.VerbHelp{
		Verb:     "incident",
		Usage:    []string{incident + " [30m]"},
		Summary:  "Lists what changed on all services in that time (30 min, if you name none), the most suspect first, with a button to roll each back.",
		Examples: []string{incident, incident + " 2h"},
	}}
}

func (c *Commands) incident(ctx context.Context, r request) (bot.Answer, error) {
	span, err := incidentTime(r)
	if err != nil {
		return nil, err
	}
	view := bot.IncidentView{Now: c.now()}
	view.Since, view.Further = view.Now.Add(-span), c.typed(r.Invocation, "incident", further(span))
	states, err := c.records.Targets(ctx, c.allTargets())
	if err != nil {
		return nil, err
	}
	var changes []bot.Change
	for _, state := range states {
		if state.Unread != "" {
			view.Unread = append(view.Unread, state.Target)
			continue
		}
		if !changedSince(state, view.Since) {
			continue
		}
		past, err := c.records.History(ctx, state.Target, incidentDepth)
		switch {
		case bot.KindOf(err) == bot.Unavailable:
			return nil, err
		case err != nil: // of this one alone
			view.Unread = append(view.Unread, state.Target)
			continue
		}
		changes = append(changes, changesOf(state, past, view)...)
	}
	c.shareCode(changes)
	view.Suspects = policy.Suspects(changes, view.Since, view.Now)
	return view, nil
}

// incidentTime reads how far back is looked.
func incidentTime(r request) (time.Duration, error) {
	line, err := r.text.Line()
	if err != nil {
		return 0, err
	}
	if err := line.Only(); err != nil {
		return 0, err
	}
	if len(line.Words) == 0 {
		return incidentSpan, nil
	}
	typed := strings.Join(line.Words, "")
	span, err := catalog.Duration(typed)
	if err != nil || span <= 0 || span > longestIncident {
		return 0, &grammar.UsageError{
			Says: fmt.Sprintf("`%s` is no time that can be looked back.", clip(strings.Join(line.Words, " "))),
			Mend: "Write it as 30m, 2h or 3d, at most 7d. Every service is looked at, so none is named.",
		}
	}
	return span, nil
}

// further is a longer time, as it is typed.
func further(span time.Duration) string {
	for _, longer := range []string{"2h", "1d"} {
		if d, err := catalog.Duration(longer); err == nil && d > span {
			return longer
		}
	}
	return "7d"
}

// changedSince says whether a target may have changed since then: what is live is
// what came last.
func changedSince(state bot.TargetState, since time.Time) bool {
	r := state.Current
	switch {
	case r == nil:
		return false
	case !r.Ended() || r.RerunGoes():
		return true
	}
	return !r.Since().Before(since) || !r.RanAgain().At.Before(since)
}

// changesOf are those of a target that were not over before the time that is looked
// at.
func changesOf(state bot.TargetState, past []bot.Past, view bot.IncidentView) []bot.Change {
	var changes []bot.Change
	for _, p := range past {
		c := bot.Change{Target: state.Target, Past: p}
		if state.Current.ID == p.Release {
			c.Last = state.Current
		}
		if p.Came() != bot.NeverCame && !c.Over(view.Now).Before(view.Since) {
			changes = append(changes, c)
		}
	}
	return changes
}

// shareCode notes of each change which others are made of the same code.
func (c *Commands) shareCode(changes []bot.Change) {
	for i := range changes {
		for j := range changes {
			if changes[i].Target.Service != changes[j].Target.Service && c.oneCode(changes[i].Target.Service, changes[j].Target.Service) {
				changes[i].Shares = append(changes[i].Shares, changes[j].Past.Release)
			}
		}
	}
}

// oneCode says whether two services are made of the same files, as far as their
// paths tell.
func (c *Commands) oneCode(one, other string) bool {
	a, _ := c.catalog.Service(one)
	b, _ := c.catalog.Service(other)
	if a.Repo != b.Repo {
		return false
	}
	for _, p := range globsOf(a) {
		for _, q := range globsOf(b) {
			p, q := fixedPart(p), fixedPart(q)
			if strings.HasPrefix(p, q) || strings.HasPrefix(q, p) {
				return true
			}
		}
	}
	return false
}

// globsOf are a service's paths; without any it is the whole repository.
func globsOf(s catalog.Service) []string {
	if len(s.Paths) == 0 {
		return []string{""}
	}
	return s.Paths
}

// fixedPart is a glob up to where it may be anything.
func fixedPart(glob string) string {
	if i := strings.IndexAny(glob, "*?[{"); i >= 0 {
		return glob[:i]
	}
	return glob
}
