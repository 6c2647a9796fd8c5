package commands

import (
	"context"
	"fmt"
	"strings"

	"github.com/slipwayhq/slipway/bot"
	"github.com/slipwayhq/slipway/commands/grammar"
)

func promoteVerb(c *Commands) verb {
	promote := c.slash("promote")
	return verb{run: c.promote, ofService: oneIfSpoken, who: bot.TheDeployer, bound: "all that a deploy is bound by; the commit that is live and healthy at its source", help: bot.VerbHelp{
		Verb:     "promote",
		Usage:    []string{promote + " SERVICE FROM TO [--reason TEXT] [--dry-run] [--again] [--seen] [--emergency]"},
		Summary:  "Deploys the very commit that is live and healthy in one environment to another, whatever came to its branch since. The rules and approvals of a deploy hold.",
		Examples: []string{promote + " api staging production"},
	}}
}

func (c *Commands) promote(ctx context.Context, r request) (bot.Answer, error) {
	line, err := r.text.Line()
	if err != nil {
		return nil, err
	}
	if err := line.Only(grammar.FlagReason, grammar.FlagDryRun, grammar.FlagAgain, grammar.FlagSeen, grammar.FlagEmergency); err != nil {
		return nil, err
	}
	words, err := line.Promote()
	if err != nil {
		return nil, err
	}
	from, to, err := c.promotePlaces(r, line, words)
	if err != nil {
		return nil, err
	}
	live, note, err := c.promotable(ctx, from)
	if err != nil {
		return nil, err
	}
	d := draft(r, bot.Deploy, to)
	d.Source = live.ID
	d.Ref, d.Reason, d.Again, d.Emergency = live.SHA(), line.Reason, line.Has(grammar.FlagAgain), line.Has(grammar.FlagEmergency)
	d.Seen = line.Has(grammar.FlagSeen)
	if line.Has(grammar.FlagDryRun) {
		if err := c.looks.spend(bot.PersonOf(d.Requester), 1, c.now()); err != nil {
			return nil, err
		}
		d.Kind = bot.Preview
		return c.start(ctx, d, note)
	}
	if !d.Again {
		d.Sameness = sameness(d)
	}
	return c.start(ctx, d, note)
}

// promotePlaces finds the two environments that the words name.
func (c *Commands) promotePlaces(r request, line grammar.Line, words grammar.Promote) (from, to bot.Target, err error) {
	again := func(service, from, to string) string {
		return c.typed(r.Invocation, "promote", append([]string{service, from, to}, flags(line)...)...)
	}
	service, err := c.service(r, words.Service, func(name string) string { return again(name, words.From, words.To) })
	if err != nil {
		return from, to, err
	}
	from, to = bot.Target{Service: service.Name}, bot.Target{Service: service.Name}
	if from.Environment, err = c.environment(service, words.From, func(name string) string { return again(service.Name, name, words.To) }); err != nil {
		return from, to, err
	}
	if to.Environment, err = c.environment(service, words.To, func(name string) string { return again(service.Name, from.Environment, name) }); err != nil {
		return from, to, err
	}
	if from == to {
		return from, to, refuse(fmt.Sprintf("Both are %s.", from), "Name the environment that it comes from first, and then the one that it goes to.")
	}
	return from, to, nil
}

// promotable is the release that is live and healthy on a target, with a note about it.
func (c *Commands) promotable(ctx context.Context, from bot.Target) (live bot.Release, note string, err error) {
	live, err = c.known(ctx, from)
	if err != nil {
		return live, "", err
	}
	is := fmt.Sprintf("%s (%s) on %s", live.ID, bot.ShortSHA(live.SHA()), from)
	switch {
	case live.Phase.BeingWatched():
		return live, "", refuse(is+" is still being watched.", "Wait until its card says that it is healthy, then type this again.")
	case live.Phase.NeedsAnswer():
		return live, "", refuse(fmt.Sprintf("Nobody knows how %s went.", is), "Its card asks what happened; once that is settled, type this again.")
	case !live.Ended():
		return live, "", refuse(is+" is still under way.", "Wait until its card says that it is live, then type this again.")
	case live.TakenBackBy != "":
		return live, "", refuse(is+" was taken back.", "Bring a commit to "+from.Environment+" that is healthy there.")
	case live.Phase.EndedWell() && live.Healthy && live.Well():
		return live, fmt.Sprintf("It takes %s as it is live and healthy there.", is), nil
	case live.ReviewOpen():
		return live, "", refuse(is+" is an emergency that nobody has signed off.", "Ask a member of "+strings.Join(live.Reviewers(), " or ")+" to press Sign Off on its card.")
	case live.Phase.EndedWell():
		return live, "", refuse(fmt.Sprintf("Whether %s is healthy could not be told.", is), "Look at it, and press Looks Good on its card if it is.")
	default:
		return live, "", refuse(fmt.Sprintf("%s is not healthy: it ended %s.", is, live.Phase), "Bring a commit to "+from.Environment+" that is healthy there.")
	}
}
