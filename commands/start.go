package commands

import (
	"context"
	"fmt"
	"time"

	"github.com/slipwayhq/slipway/bot"
	"github.com/slipwayhq/slipway/commands/grammar"
)

// draft is the draft of a release that somebody typed for.
func draft(r request, kind bot.Kind, t bot.Target) bot.Draft {
	reply := r.Reply
	reply.To = r.By
	return bot.Draft{
		Kind: kind, Target: t, Requester: asked(r), Key: r.Key, Reply: reply,
		Origin: bot.Origin{Channel: r.Reply.Channel, Thread: r.Reply.Thread, Source: r.Source},
	}
}

// asked is the requester, in the chat or at a shell.
func asked(r request) bot.Actor {
	if r.Shell != "" {
		return bot.AtShell{Person: r.By, Shell: r.Shell}
	}
	return r.By
}

// actorKey identifies a requester.
func actorKey(a bot.Actor) string {
	if rule, itself := a.(bot.ByRule); itself {
		return "rule:" + rule.Rule
	}
	return bot.PersonOf(a).ID
}

// sameness is what makes two requests identical: who, what, where, and the words that
// choose the commit. They are quoted, so that different words cannot look the same.
func sameness(d bot.Draft) string {
	return fmt.Sprintf("%s %s %s %q %q %q %t %t", actorKey(d.Requester), d.Kind, d.Target.Path(), d.Ref, d.Reversal.To, d.Reversal.ToSHA, d.Emergency, d.Seen)
}

// newerWithin limits the look at a branch before an answer, which must come within
// three seconds.
const newerWithin = time.Second

// start stores the draft and confirms it. If the same was asked for already, the answer
// says whether the branch has newer commits, since that may be why somebody asks again.
func (c *Commands) start(ctx context.Context, d bot.Draft, notes ...string) (bot.Answer, error) {
	created, err := c.intake.Start(ctx, d)
	if err != nil {
		return nil, err
	}
	answer := bot.Accepted{Release: created.Release, Existing: created.Existing, Channel: c.cardChannel(d)}
	if created.Existing && (d.Kind == bot.Deploy || d.Kind == bot.Batch) {
		answer.Newer = c.newer(ctx, created.Release)
		notes = append(notes, c.another(d, created.Release, answer.Newer))
	}
	answer.Notes = notes
	return answer, nil
}

// startUnlessSame stores the draft, unless the same was asked for a moment ago and the
// request does not insist.
func (c *Commands) startUnlessSame(ctx context.Context, d bot.Draft, notes ...string) (bot.Answer, error) {
	if !d.Again {
		d.Sameness = sameness(d)
	}
	return c.start(ctx, d, notes...)
}

// newer counts the commits on a release's branch that it does not bring, if that can be
// told in time.
func (c *Commands) newer(ctx context.Context, r bot.Release) int {
	if c.branches == nil || r.Kind != bot.Deploy || r.Plan == nil || r.Plan.Commit.TipOf == "" {
		return 0
	}
	ctx, cancel := context.WithTimeout(ctx, newerWithin)
	defer cancel()
	n, err := c.branches.Newer(ctx, r)
	if err != nil {
		return r.Branch.Newer // as of the last look at the branch
	}
	return n
}

// another says how to start a second release all the same.
func (c *Commands) another(d bot.Draft, r bot.Release, newer int) string {
	again := "--" + grammar.FlagAgain
	if newer == 0 || d.Kind != bot.Deploy {
		return "To start another one anyway, add `" + again + "`."
	}
	words := c.typed(bot.Invocation{Source: d.Origin.Source}, "deploy", d.Target.Service, d.Ref, "to", d.Target.Environment, again)
	if r.Phase.Waits() {
		return "For a second release beside this one, type `" + words + "`."
	}
	return "To deploy the newest, type `" + words + "`."
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
	return c.catalog.CardChannel(services, d.Origin.Channel)
}
