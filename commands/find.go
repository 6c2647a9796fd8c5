package commands

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"unicode"

	"github.com/slipwayhq/slipway/bot"
	"github.com/slipwayhq/slipway/bot/catalog"
	"github.com/slipwayhq/slipway/commands/grammar"
)

// spell writes the whole command again with another word for the wrong one.
type spell func(word string) string

// service finds the service that somebody named.
func (c *Commands) service(r request, name string, again spell) (catalog.Service, error) {
	if service, ok := c.catalog.Named(name); ok {
		return service, nil
	}
	names := c.catalog.ServiceNames()
	problem := refuse(fmt.Sprintf("There is no service `%s`.", clip(name)), append(lookAlike(name), "The services are "+join(names, "and")+".")...)
	candidates := names
	if word, _ := r.text.Word(); word == name && r.Verb == "deploy" {
		candidates = append(slices.Clone(names), c.verbNames()...) // the word may be a verb's
	}
	near, ok := nearest(name, candidates)
	if !ok {
		return catalog.Service{}, problem
	}
	problem.problem.Says = fmt.Sprintf("There is no service `%s`: did you mean `%s`?", clip(name), near)
	if _, isVerb := c.verb(near); isVerb {
		_, rest := r.text.Word()
		return catalog.Service{}, problem.near(c.typed(r.Invocation, near, string(rest)))
	}
	return catalog.Service{}, problem.near(again(near))
}

// environment finds the environment that somebody named, or the one that is
// meant when none was.
func (c *Commands) environment(s catalog.Service, name string, again spell) (string, error) {
	if name == "" {
		if only, ok := s.Default(); ok {
			return only, nil
		}
		return "", whichEnvironment(s, again)
	}
	if environment, ok := s.EnvironmentNamed(name); ok {
		return environment, nil
	}
	problem := refuse(fmt.Sprintf("`%s` has no environment `%s`.", s.Name, clip(name)), append(lookAlike(name), environmentsOf(s))...)
	if near, ok := nearest(name, s.EnvironmentNames()); ok {
		problem.problem.Says = fmt.Sprintf("`%s` has no environment `%s`: did you mean `%s`?", s.Name, clip(name), near)
		return "", problem.near(again(near))
	}
	return "", problem
}

// lookAlike says of a name with letters of other alphabets why it is none, though it may
// look like one, as what is copied from elsewhere does.
func lookAlike(name string) []string {
	if strings.IndexFunc(name, func(r rune) bool { return r > unicode.MaxASCII && unicode.IsLetter(r) }) < 0 {
		return nil
	}
	return []string{"Names hold plain letters alone, and this has others, which may look the same: type it anew."}
}

// whichService refuses a command that names no service.
func (c *Commands) whichService(r request, verb string) error {
	names := c.catalog.ServiceNames()
	return refuse("It does not say which service.", "The services are "+join(names, "and")+".").
		near(c.typed(r.Invocation, verb, names[0]))
}

// whichEnvironment asks where several would do.
func whichEnvironment(s catalog.Service, again spell) error {
	return refuse(fmt.Sprintf("`%s` has several environments, and none was named.", s.Name), environmentsOf(s)).
		near(again(s.EnvironmentNames()[0]))
}

func environmentsOf(s catalog.Service) string {
	names := s.EnvironmentNames()
	if len(names) == 1 {
		return "Its only environment is " + names[0] + "."
	}
	return "Its environments are " + join(names, "and") + "."
}

// nearest is what a word most probably means: a candidate with similar spelling, or the
// only one that begins with it, as with "prod".
func nearest(word string, candidates []string) (string, bool) {
	if near, ok := bot.Nearest(word, candidates); ok {
		return near, true
	}
	var begun []string
	for _, candidate := range candidates {
		if len(word) > 1 && strings.HasPrefix(candidate, word) {
			begun = append(begun, candidate)
		}
	}
	if len(begun) != 1 {
		return "", false
	}
	return begun[0], true
}

// lower is a word as the names of services and environments are written; refs
// keep their case.
func lower(word string) string { return strings.ToLower(word) }

func isEnvironment(s catalog.Service, word string) bool {
	_, ok := s.EnvironmentNamed(word)
	return ok
}

// release finds the release that somebody named.
func (c *Commands) release(ctx context.Context, id string) (bot.Release, error) {
	const mend = "The card of a release shows its id, such as api-142, and so does the history of a service."
	if !bot.ValidReleaseID(id) {
		return bot.Release{}, refuse(fmt.Sprintf("`%s` is not the id of a release.", clip(id)), append(lookAlike(id), mend)...)
	}
	r, err := c.records.Release(ctx, id)
	if err != nil && bot.KindOf(err) == bot.NotFound {
		return bot.Release{}, refuse(fmt.Sprintf("There is no release %s.", clip(id)), mend)
	}
	return r, err
}

// live reads what is live on a target.
func (c *Commands) live(ctx context.Context, t bot.Target) (*bot.Release, error) {
	states, err := c.records.Targets(ctx, []bot.Target{t})
	if err != nil || len(states) == 0 {
		return nil, err
	}
	return states[0].Current, nil
}

// flags writes the flags of a line again.
func flags(line grammar.Line) []string {
	var words []string
	for _, flag := range line.Flags {
		words = append(words, "--"+flag)
		switch flag {
		case grammar.FlagReason:
			words = append(words, grammar.Quoted(line.Reason))
		case grammar.FlagFor:
			words = append(words, line.For)
		case grammar.FlagUntil:
			words = append(words, grammar.Quoted(line.Until))
		}
	}
	return words
}
