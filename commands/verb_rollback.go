package commands

import (
	"context"
	"fmt"
	"slices"

	"github.com/slipwayhq/slipway/bot"
	"github.com/slipwayhq/slipway/bot/catalog"
	"github.com/slipwayhq/slipway/bot/policy"
	"github.com/slipwayhq/slipway/commands/grammar"
)

func rollbackVerb(c *Commands) verb {
	rollback := c.slash("rollback")
	return verb{run: c.rollback, ofService: oneIfSpoken, who: bot.TheDeployer, kind: bot.Rollback, bound: "the approvals that a rollback asks for; the requester's own yes to what was shown", help: bot.VerbHelp{
		Verb:    "rollback",
		Usage:   []string{rollback + " SERVICE [ENV] [to RELEASE, SHA or list] [--reason TEXT]"},
		Summary: "Takes a service back to the newest release that was healthy, or to the one you name or choose from the list. It shows what goes and asks you first. Alone it opens a form.",
		Examples: []string{
			rollback + " api", rollback + " api production to api-140 --reason the login is broken",
		},
	}}
}

func (c *Commands) rollback(ctx context.Context, r request) (bot.Answer, error) {
	if r.text == "" {
		return bot.TargetForm{Choices: c.targetChoices(), Names: c.names()}, nil
	}
	line, err := r.text.Line()
	if err != nil {
		return nil, err
	}
	if line.Has(grammar.FlagDryRun) {
		return nil, &grammar.UsageError{Says: "A rollback has no --dry-run.", Mend: "It shows what goes and asks you first anyway: leave the flag out."}
	}
	if err := line.Only(grammar.FlagReason, grammar.FlagAgain); err != nil {
		return nil, err
	}
	words, err := line.Rollback()
	if err != nil {
		return nil, err
	}
	target, to, err := c.rollbackPlace(r, "rollback", line, words)
	if err != nil {
		return nil, err
	}
	if to == toList {
		return c.choices(ctx, target)
	}
	d := draft(r, bot.Rollback, target)
	d.Reason = line.Reason
	if d.Reversal, err = c.reversal(ctx, r.Invocation, target, to); err != nil {
		return nil, err
	}
	if !line.Has(grammar.FlagAgain) {
		d.Sameness = sameness(d)
	}
	return c.start(ctx, d)
}

// rollbackPlace finds the target. The default environment does not apply: where there
// is a choice, what is taken back must be said.
func (c *Commands) rollbackPlace(r request, verb string, line grammar.Line, w grammar.Rollback) (t bot.Target, to string, err error) {
	again := func(service, environment string) string {
		words := []string{service, environment}
		if w.To != "" {
			words = append(words, "to", w.To)
		}
		return c.typed(r.Invocation, verb, append(words, flags(line)...)...)
	}
	service, err := c.service(r, w.Service, func(name string) string { return again(name, w.Environment) })
	if err != nil {
		return t, "", err
	}
	w = c.rollbackWords(service, w)
	inService := func(name string) string { return again(service.Name, name) }
	if w.Environment == "" && len(service.Environments) > 1 {
		return t, "", whichEnvironment(service, inService)
	}
	environment, err := c.environment(service, w.Environment, inService)
	return bot.Target{Service: service.Name, Environment: environment}, w.To, err
}

// rollbackWords tells whether a single word is an environment or a release: "api to
// production", "api api-140".
func (c *Commands) rollbackWords(s catalog.Service, w grammar.Rollback) grammar.Rollback {
	switch {
	case w.To == "" && w.Environment == toList && !isEnvironment(s, toList):
		w.Environment, w.To = "", w.Environment
	case w.Environment == "" && isEnvironment(s, w.To):
		w.Environment, w.To = w.To, ""
	case w.To == "" && !isEnvironment(s, w.Environment) && (bot.ValidReleaseID(w.Environment) || grammar.IsSHA(w.Environment)):
		w.Environment, w.To = "", w.Environment
	}
	return w
}

// clickRollback takes the card's release back to the one that the dialog named.
func (c *Commands) clickRollback(ctx context.Context, w releaseRequest) (bot.Answer, error) {
	if err := c.stillLive(ctx, w.Invocation, w.r); err != nil {
		return nil, err
	}
	if err := c.stillGood(ctx, w.r.Target, w.value); err != nil {
		return nil, withNear(err, c.typed(w.Invocation, "rollback", w.r.Target.Service, w.r.Target.Environment))
	}
	d := w.draft(bot.Rollback, w.r.Target)
	d.Reason = w.reason
	takes, err := c.reversal(ctx, w.Invocation, w.r.Target, w.value)
	if err != nil {
		return nil, err
	}
	d.Reversal = takes
	// The dialog showed where it goes, so pressing its button confirms it. A button
	// that names no release showed nothing.
	d.Confirmed = w.value != ""
	// At a bad moment several people press the button.
	if d.Sameness, err = c.shared(ctx, w, fmt.Sprintf("%s %s %q %q", d.Kind, d.Target.Path(), d.Reversal.Back, d.Reversal.To), d); err != nil {
		return nil, err
	}
	return c.start(ctx, d)
}

// stillLive refuses to take back what is no longer live, from an old card. The card of
// a rollback that did not end well stands for what that was to take back.
func (c *Commands) stillLive(ctx context.Context, in bot.Invocation, r bot.Release) error {
	history, err := c.records.History(ctx, r.Target, bot.WayBackDepth)
	if err != nil {
		return err
	}
	history = slices.DeleteFunc(history, func(p bot.Past) bool { return p.Release != r.ID && p.PerhapsBeside() })
	now := "nothing is known to be"
	if takes := bot.ToTakeBack(history); takes != nil {
		newest := bot.LiveOf(history).Newest
		again := r.Kind == bot.Rollback && r.Ended() && r.Arrival() != bot.Arrived && takes.Release == r.Reversal.Back
		if takes.Release == r.ID || newest != nil && newest.Release == r.ID || again {
			return nil
		}
		now = takes.Release + " is"
	}
	return refuse(fmt.Sprintf("%s is not what is live on %s any more: %s.", r.ID, r.Target, now),
		policy.RollThatBack).
		near(c.typed(in, "rollback", r.Target.Service, r.Target.Environment))
}

// stillGood refuses to go to a release that was taken back after the dialog had
// named it.
func (c *Commands) stillGood(ctx context.Context, t bot.Target, to string) error {
	history, err := c.records.History(ctx, t, bot.WayBackDepth)
	if err != nil {
		return err
	}
	for _, past := range history {
		if past.Release == to && past.Quarantined {
			return refuse(fmt.Sprintf("%s was taken back from %s itself.", to, t), "Choose another release to go back to.")
		}
	}
	return nil
}
