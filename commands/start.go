package commands

import (
	"cmp"
	"context"
	"fmt"
	"strings"

	"github.com/slipwayhq/slipway/bot"
	"github.com/slipwayhq/slipway/commands/grammar"
)

// draft begins a release that somebody typed for.
func draft(r request, kind bot.Kind, t bot.Target) bot.Draft {
	reply := r.Reply
	reply.To = r.By
	return bot.Draft{
		Kind: kind, Target: t, Requester: r.By, Key: r.Key, Reply: reply,
		Origin: bot.Origin{Channel: r.Reply.Channel, Thread: r.Reply.Thread, Source: r.Source, Shell: r.Shell},
	}
}

// sameness names what makes two requests identical: who, what, where, and the
// words that choose the commit. Words are quoted, so that none can look like
// two.
func sameness(d bot.Draft) string {
	return fmt.Sprintf("%s %s %s %q %q %q %t", d.Requester.ID, d.Kind, d.Target, d.Ref, d.Takes.To, d.Takes.ToSHA, d.Emergency)
}

// start stores the draft and says so.
func (c *Commands) start(ctx context.Context, d bot.Draft, notes ...string) (bot.Answer, error) {
	created, err := c.intake.Start(ctx, d)
	if err != nil {
		return nil, err
	}
	if created.Existing && (d.Kind == bot.Deploy || d.Kind == bot.Batch) {
		notes = append(notes, "To start another one all the same, add --"+grammar.FlagAgain+".")
	}
	return bot.Accepted{Release: created.Release, Existing: created.Existing, Notes: notes, Channel: c.cardChannel(d)}, nil
}

// cardChannel is where the release's card will be: nowhere yet for what only
// the requester sees.
func (c *Commands) cardChannel(d bot.Draft) string {
	if d.Kind == bot.Preview || d.Kind == bot.Rollback && !d.Confirmed {
		return ""
	}
	services := []string{d.Target.Service}
	if d.Kind == bot.Batch {
		services = nil
		for _, m := range d.Members {
			services = append(services, m.Target.Service)
		}
	}
	return cmp.Or(c.catalog.Channel(services), d.Origin.Channel)
}

// quoted writes a text so that it is read as one again.
func quoted(text string) string {
	return `"` + strings.NewReplacer(`"`, "'", "“", "'", "”", "'", "„", "'", "«", "'", "»", "'").Replace(text) + `"`
}
