package commands

import (
	"context"
	"fmt"

	"github.com/slipwayhq/slipway/bot"
	"github.com/slipwayhq/slipway/bot/policy"
)

func lookedVerb(c *Commands) verb {
	looked := c.slash("looked")
	return verb{run: c.looked, means: bot.ActLooked, help: bot.VerbHelp{
		Verb:  "looked",
		Usage: []string{looked + " SERVICE ENV"},
		Summary: "Says that you have looked at what slipway does not understand there, and that releases may go on. " +
			"Who approves there may say so, or who may deploy there where nobody approves; of what was done past slipway, whoever may deploy there.",
		Examples: []string{looked + " api production"},
	}}
}

func (c *Commands) looked(ctx context.Context, r request) (bot.Answer, error) {
	service, environment, err := c.place(r, "looked")
	if err != nil {
		return nil, err
	}
	if service == nil {
		return nil, c.whichService(r, "looked")
	}
	again := func(name string) string { return c.typed(r.Invocation, "looked", service.Name, name) }
	if environment == "" && len(service.Environments) > 1 { // a default would be looked at by mistake
		return nil, whichEnvironment(*service, again)
	}
	if environment, err = c.environment(*service, environment, again); err != nil {
		return nil, err
	}
	return c.hasLooked(ctx, bot.LookWish{Target: bot.Target{Service: service.Name, Environment: environment}, By: r.By})
}

func (c *Commands) clickLooked(ctx context.Context, w releaseRequest) (bot.Answer, error) {
	return c.hasLooked(ctx, bot.LookWish{Mark: w.value, By: w.By})
}

// hasLooked records that somebody looked, typed or clicked.
func (c *Commands) hasLooked(ctx context.Context, w bot.LookWish) (bot.Answer, error) {
	done, err := c.doubts.Looked(ctx, w)
	switch {
	case err != nil:
		return nil, err
	case len(done.Released) > 0 && len(done.Refused) == 0:
		return bot.Done{Says: fmt.Sprintf("You looked, so %s.", goesOn(done.Released))}, nil
	case len(done.Released) > 0:
		return bot.Done{Says: fmt.Sprintf("You looked, so %s. %s stays held back: there it takes the word of %s.",
			goesOn(done.Released), join(places(done.Refused), "and"), whose(done.Who))}, nil
	case done.Unread:
		return nil, refuse(fmt.Sprintf("Your word was not counted: it could not be read who is in %s.", join(done.Who, "and")),
			policy.TryAgain)
	case len(done.Refused) > 0:
		return nil, refuse(fmt.Sprintf("Your word was not counted: on %s it takes that of %s, and you are not known to be one.",
			join(places(done.Refused), "and"), whose(done.Who)), "Ask one of them to look.")
	}
	return nil, refuse("Nothing is held back there.", "Nothing is left to do; what was held back goes on by itself.")
}

// goesOn says what goes on now.
func goesOn(released []bot.Doubt) string {
	verb := "go on"
	names := places(released)
	if len(names) == 1 {
		verb = "goes on"
	}
	return join(names, "and") + " " + verb
}

// places are what the doubts hold, each once.
func places(doubts []bot.Doubt) []string {
	var names []string
	seen := map[string]bool{}
	for _, d := range doubts {
		name := d.Target.String()
		if d.Release != "" {
			name = d.Release
		}
		if !seen[name] {
			seen[name] = true
			names = append(names, name)
		}
	}
	return names
}

func whose(groups []string) string {
	if len(groups) == 0 {
		return "somebody whom slipway.yaml names"
	}
	return "a member of " + join(groups, "or")
}
