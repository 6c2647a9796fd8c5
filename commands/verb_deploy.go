package commands

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/slipwayhq/slipway/bot"
	"github.com/slipwayhq/slipway/bot/catalog"
	"github.com/slipwayhq/slipway/commands/grammar"
)

func deployVerb(c *Commands) verb {
	deploy := c.slash("deploy")
	return verb{run: c.deploy, ofService: oneIfSpoken, who: bot.TheDeployer, kind: bot.Deploy, bound: "the approvals of the target", help: bot.VerbHelp{
		Verb:    "deploy",
		Usage:   []string{deploy + " SERVICE[,SERVICE...] [REF] [to ENV] [--reason TEXT] [--dry-run] [--again] [--seen] [--emergency]"},
		Summary: "Deploys a branch, tag, SHA or pull request (#12: what it was merged as, else its head), the default branch if left out. Several services go one behind the other as they need each other, once all of them may go. --dry-run only shows what would happen; --again deploys even what is live already, and starts another one beside an identical one; --seen says that you have looked at what was done past slipway, so that you are not asked about it; --emergency passes rules, for those who may, and needs a --reason. Alone it opens a form.",
		Examples: []string{
			deploy + " api",
			deploy + " api v1.4.2 to production --reason fixes the login",
			deploy + " api main production --dry-run",
			deploy + " api,web main to staging",
		},
	}}
}

func (c *Commands) deploy(ctx context.Context, r request) (bot.Answer, error) {
	if r.text == "" {
		return c.form(r), nil
	}
	line, drafts, notes, err := c.deployDrafts(r)
	switch {
	case err != nil:
		return nil, err
	case line.Has(grammar.FlagDryRun):
		return c.preview(ctx, drafts, notes)
	case len(drafts) > 1:
		return c.startTogether(ctx, drafts, notes)
	}
	if err := c.mistaken(ctx, r, drafts[0]); err != nil {
		return nil, err
	}
	return c.startUnlessSame(ctx, drafts[0], notes...)
}

// deployDrafts are the deploys that the words ask for, in the order in which they go,
// and notes on how ambiguous words were read.
func (c *Commands) deployDrafts(r request) (line grammar.Line, drafts []bot.Draft, notes []string, err error) { //nolint:revive // all four are the reading of one line
	if line, err = r.text.Line(); err != nil {
		return line, nil, nil, err
	}
	if err := line.Only(grammar.FlagReason, grammar.FlagDryRun, grammar.FlagAgain, grammar.FlagSeen, grammar.FlagEmergency); err != nil {
		return line, nil, nil, err
	}
	words, err := line.Deploy()
	if err != nil {
		return line, nil, nil, err
	}
	drafts, notes, err = c.draftDeploys(r, line, words)
	return line, drafts, append(r.saysAssumed(), notes...), err
}

// draftDeploys are the deploys that the reading of a line asks for.
func (c *Commands) draftDeploys(r request, line grammar.Line, words grammar.Deploy) (drafts []bot.Draft, notes []string, err error) {
	ordered, words, notes, err := c.together(r, line, words)
	if err != nil {
		return nil, nil, err
	}
	for _, o := range ordered {
		d := draft(r, bot.Deploy, bot.Target{Service: o.Service.Name, Environment: words.Environment})
		d.Ref, d.Reason, d.Again, d.Emergency = words.Ref, line.Reason, line.Has(grammar.FlagAgain), line.Has(grammar.FlagEmergency)
		d.Seen = line.Has(grammar.FlagSeen)
		d.Part.After = o.After
		drafts = append(drafts, d)
	}
	return drafts, notes, nil
}

// deployWords is how the words of a deploy were understood, for one of its services.
type deployWords struct {
	c       *Commands
	r       request
	line    grammar.Line
	Service string
	grammar.Deploy
}

// with writes the command again, in full.
func (w deployWords) with(service, ref, environment string) string {
	services := slices.Clone(w.Services)
	services[slices.Index(services, w.Service)] = service
	words := []string{strings.Join(services, ","), ref}
	if environment != "" {
		words = append(words, "to", environment)
	}
	return w.c.typed(w.r.Invocation, "deploy", append(words, flags(w.line)...)...)
}

// says is how the words were read.
func (w deployWords) says() string {
	ref, place := "the default branch", "no environment named"
	if w.Ref != "" {
		ref = "`" + clip(w.Ref) + "`"
	}
	if w.Environment != "" {
		place = "to `" + clip(w.Environment) + "`"
	}
	what := "service"
	if len(w.Services) > 1 {
		what = "services"
	}
	return fmt.Sprintf("Deploy %s of the %s `%s`, %s.", ref, what, clip(strings.Join(w.Services, ", ")), place)
}

// complete fills in the service, its environment and the ref, and notes how ambiguous
// words were read.
func (w *deployWords) complete() (service catalog.Service, notes []string, err error) {
	service, err = w.c.service(w.r, w.Service, func(name string) string { return w.with(name, w.Ref, w.Environment) })
	if err != nil {
		return service, nil, err
	}
	refIsPlace := isEnvironment(service, lower(w.Ref))
	usual := w.c.placeHere(w.r, service)
	switch {
	case w.Environment == "" && refIsPlace:
		place, _ := service.EnvironmentNamed(lower(w.Ref))
		says := "`" + w.Ref + "` was read as the environment"
		if place != lower(w.Ref) {
			says += " " + place
		}
		notes = append(notes, says+"; what goes is the default branch.")
		w.Ref, w.Environment = "", place
	case w.Environment == "" && usual != "":
		notes = append(notes, fmt.Sprintf("No environment was named, so it goes to %s, as always in this channel.", usual))
		w.Environment = usual
	case w.Environment == "" && service.DefaultEnvironment != "" && len(service.Environments) > 1:
		notes = append(notes, fmt.Sprintf("No environment was named, so it goes to %s.", service.DefaultEnvironment))
	case refIsPlace && !isEnvironment(service, w.Environment):
		return service, nil, refuse(fmt.Sprintf("`%s` has no environment `%s`, but `%s` is one: did you mean it the other way round?",
			service.Name, clip(w.Environment), w.Ref), environmentsOf(service)).
			near(w.with(service.Name, w.Environment, lower(w.Ref)))
	}
	environment, err := w.c.environment(service, w.Environment, func(name string) string { return w.with(service.Name, w.Ref, name) })
	if err != nil {
		return service, nil, err
	}
	w.Environment = environment
	return service, notes, nil
}

// form asks what to deploy. In a channel that has a service this is chosen already.
func (c *Commands) form(r request) bot.Answer {
	form := bot.Form{Choices: c.targetChoices(), Names: c.names()}
	usual, _ := c.catalog.DefaultIn(r.Reply.Channel)
	if service, found := c.catalog.Service(usual.Service); found {
		form.Chosen = bot.Target{Service: service.Name, Environment: cmp.Or(usual.Environment, environmentsFirst(service)[0])}
	}
	return form
}

// targetChoices are all services with their environments.
func (c *Commands) targetChoices() []bot.FormChoice {
	var choices []bot.FormChoice
	for _, service := range c.catalog.Services {
		choices = append(choices, bot.FormChoice{Service: service.Name, Environments: environmentsFirst(service)})
	}
	return choices
}

// environmentsFirst puts the default environment first.
func environmentsFirst(s catalog.Service) []string {
	first, ok := s.Default()
	if !ok {
		return s.EnvironmentNames()
	}
	names := []string{first}
	for _, name := range s.EnvironmentNames() {
		if name != first {
			names = append(names, name)
		}
	}
	return names
}
