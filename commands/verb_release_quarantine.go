package commands

import (
	"context"
	"fmt"
	"strings"

	"github.com/slipwayhq/slipway/bot"
	"github.com/slipwayhq/slipway/commands/grammar"
)

// releaseQuarantine is the verb, which has two words in one.
const releaseQuarantine = "release-quarantine"

func releaseQuarantineVerb(c *Commands) verb {
	release := c.slash(releaseQuarantine)
	return verb{run: c.releaseQuarantine, ofService: oneIfSpoken, who: bot.TheDeployer, bound: "a reason; the commit needs all that a deploy or rollback asks for", help: bot.VerbHelp{
		Verb:  releaseQuarantine,
		Usage: []string{release + " SERVICE [ENV] [RELEASE or SHA] --reason TEXT"},
		Summary: "Lets a commit come again that was taken back: it can then be deployed without a reason and be a rollback's target. " +
			"It is the commit alone that is in quarantine; a newer one needs none of this. Who may deploy there may end it.",
		Examples: []string{release + " api production api-141 --reason the database is mended"},
	}}
}

func (c *Commands) releaseQuarantine(ctx context.Context, r request) (bot.Answer, error) {
	line, err := r.text.Line()
	if err != nil {
		return nil, err
	}
	if err := line.Only(grammar.FlagReason); err != nil {
		return nil, err
	}
	words, err := line.Rollback()
	if err != nil {
		return nil, err
	}
	target, named, err := c.rollbackPlace(r, releaseQuarantine, line, words)
	if err != nil {
		return nil, err
	}
	past, err := c.quarantined(ctx, r.Invocation, target, named)
	if err != nil {
		return nil, err
	}
	if line.Reason == "" {
		return nil, &grammar.UsageError{Says: "It does not say why the commit may come back.", Mend: "Add --reason and why."}
	}
	letter := bot.InboxEvent{Release: past.Release, Event: bot.EndQuarantineAsked{By: r.By, Reason: line.Reason}, Key: r.Key}
	answer, err := c.post(ctx, letter, fmt.Sprintf("The quarantine of %s on %s is being ended; the card of %s says so. You are told here if you may not.",
		bot.ShortSHA(past.SHA), target, past.Release))
	if done, stored := answer.(bot.Done); stored {
		done.Pending = true
		return done, err
	}
	return answer, err
}

// quarantined finds the release whose commit is in quarantine: the one that was
// named, or the only one there is.
func (c *Commands) quarantined(ctx context.Context, in bot.Invocation, t bot.Target, named string) (bot.Past, error) {
	history, err := c.records.History(ctx, t, bot.WayBackDepth)
	if err != nil {
		return bot.Past{}, err
	}
	var all, fit []bot.Past
	seen := map[string]bool{}
	for _, past := range history {
		isNamed := named == "" || past.Release == named || grammar.IsSHA(named) && strings.HasPrefix(past.SHA, named)
		if past.Quarantined && past.TakenBackBy != "" && !seen[past.SHA] {
			seen[past.SHA] = true
			all = append(all, past)
			if isNamed {
				fit = append(fit, past)
			}
		}
	}
	switch {
	case len(all) == 0:
		return bot.Past{}, refuse(fmt.Sprintf("Nothing that ran on %s is in quarantine.", t), "Then nothing needs to be done: deploy it.")
	case len(fit) == 1:
		return fit[0], nil
	}
	var names []string
	for _, past := range all {
		names = append(names, fmt.Sprintf("%s (%s)", past.Release, bot.ShortSHA(past.SHA)))
	}
	says := fmt.Sprintf("Several commits are in quarantine on %s, and it does not say which.", t)
	if named != "" {
		says = fmt.Sprintf("`%s` is not in quarantine on %s.", clip(named), t)
	}
	return bot.Past{}, refuse(says, "In quarantine "+isOrAre(len(all))+" "+join(names, "and")+".").
		near(c.typed(in, releaseQuarantine, t.Service, t.Environment, all[0].Release, "--reason", "..."))
}

func isOrAre(n int) string {
	if n == 1 {
		return "is"
	}
	return "are"
}
