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
	// incidentSpan is how far back an incident reaches by default.
	incidentSpan = 30 * time.Minute
	// longestIncident is how far back it may reach; history shows more.
	longestIncident = 7 * 24 * time.Hour
	// incidentAfter is how long after the moment changes are listed, too: what was
	// noticed may concern something that was about to end.
	incidentAfter = 10 * time.Minute
	// longestAgo is how old that moment may be.
	longestAgo = 366 * 24 * time.Hour
)

func incidentVerb(c *Commands) verb {
	incident := c.slash("incident")
	return verb{run: c.incident, who: bot.AnyMember, bound: onlyShows, looks: true, help: bot.VerbHelp{
		Verb:     "incident",
		Usage:    []string{incident + " [30m]"},
		Summary:  "Lists what changed on all services in that time (30 min, if you name none), the most suspect first, with a button to roll each back. “What was deployed then?” in the menu of a message lists the same around its time.",
		Examples: []string{incident, incident + " 2h"},
	}}
}

func (c *Commands) incident(ctx context.Context, r request) (bot.Answer, error) {
	span, err := incidentTime(r)
	if err != nil {
		return nil, err
	}
	now := c.now()
	view := bot.IncidentView{Now: now, Since: now.Add(-span), Further: c.typed(r.Invocation, "incident", further(span))}
	return c.suspected(ctx, view, now, now)
}

// incidentAround lists what changed around a moment in the past: mostly before it,
// since later changes cannot have caused it.
func (c *Commands) incidentAround(ctx context.Context, r request, e bot.IncidentEntry) (bot.Answer, error) {
	now := c.now()
	if e.At.After(now.Add(time.Minute)) || now.Sub(e.At) > longestAgo {
		return nil, refuse("That message is from a time of which nothing is known.", "Choose one of the last year, or type "+c.typed(r.Invocation, "incident")+".")
	}
	at := bot.EarlierOf(e.At, now)
	view := bot.IncidentView{Now: now, Since: at.Add(-incidentSpan), At: at, To: bot.EarlierOf(at.Add(incidentAfter), now)}
	return c.suspected(ctx, view, at, view.To)
}

// suspected fills a view: what came to a target until to, the most suspect at a moment
// first.
func (c *Commands) suspected(ctx context.Context, view bot.IncidentView, at, to time.Time) (bot.Answer, error) {
	found, err := c.changes.Between(ctx, view.Since, to, view.Now)
	if err != nil {
		return nil, err
	}
	view.Suspects = policy.Suspects(found.Changes, view.Since, at, view.Now)
	view.Unread, view.Deeper = found.Unread, found.Deeper
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
	span, err := typedSpan(strings.Join(line.Words, ""))
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
