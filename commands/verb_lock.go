package commands

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/slipwayhq/slipway/bot"
	"github.com/slipwayhq/slipway/bot/catalog"
	"github.com/slipwayhq/slipway/bot/policy"
	"github.com/slipwayhq/slipway/commands/grammar"
)

// all is the word for every service.
const all = catalog.EveryService

// closes is the bound of closing and opening targets, for the table of rights.
const closes = "somebody else's only with --take, of which they are told; a freeze says why and until when"

func lockVerb(c *Commands) verb {
	lock := c.slash("lock")
	return verb{run: func(ctx context.Context, r request) (bot.Answer, error) { return c.close(ctx, r, bot.Hold) }, ofService: oneIfSpoken, who: bot.TheCloser, bound: closes, help: bot.VerbHelp{
		Verb:     "lock",
		Usage:    []string{lock + " SERVICE or all [ENV] [--for 2h] [--until TIME] [--reason TEXT] [--take]"},
		Summary:  "Keeps others from deploying; you still can. Rollbacks pass it with a reason. It ends by itself if you say when, else by unlock. --take takes over somebody else's, and slipway writes to them.",
		Examples: []string{lock + " api staging --for 2h --reason testing the login", lock + " api production --reason migrating by hand"},
	}}
}

func freezeVerb(c *Commands) verb {
	freeze := c.slash("freeze")
	return verb{run: func(ctx context.Context, r request) (bot.Answer, error) { return c.close(ctx, r, bot.Freeze) }, ofService: oneIfSpoken, who: bot.TheCloser, bound: closes, help: bot.VerbHelp{
		Verb:     "freeze",
		Usage:    []string{freeze + " SERVICE or all [ENV] --until TIME or --for 2h --reason TEXT [--take]"},
		Summary:  "Keeps everybody from deploying until then, you included; rollbacks pass. TIME is 18:00, 2026-12-24 (that whole day) or \"2026-12-24 18:00\", as your clock in Slack shows it.",
		Examples: []string{freeze + " all production --until 2026-11-30 --reason Black Friday"},
	}}
}

// unlockVerb is unlock for a lock, and unfreeze for a freeze.
func unlockVerb(c *Commands, kind bot.LockKind) verb {
	undo := c.slash(kind.Undo())
	return verb{run: func(ctx context.Context, r request) (bot.Answer, error) { return c.open(ctx, r, kind) }, ofService: oneIfSpoken, who: bot.TheCloser, bound: closes, help: bot.VerbHelp{
		Verb:     kind.Undo(),
		Usage:    []string{undo + " SERVICE or all [ENV] [--take]"},
		Summary:  fmt.Sprintf("Ends a %s. --take ends somebody else's, and slipway writes to them.", kind),
		Examples: []string{undo + " api production"},
	}}
}

// close makes a lock or a freeze.
func (c *Commands) close(ctx context.Context, r request, kind bot.LockKind) (bot.Answer, error) {
	line, scope, err := c.scope(r, string(kind))
	if err != nil {
		return nil, err
	}
	if err := line.Only(grammar.FlagReason, grammar.FlagFor, grammar.FlagUntil, grammar.FlagTake); err != nil {
		return nil, err
	}
	w := bot.LockWish{
		Lock:  bot.Lock{Kind: kind, Scope: scope, By: r.By, Reason: line.Reason},
		Force: line.Has(grammar.FlagTake), Key: r.Key,
	}
	if err := c.howLong(r, line, &w); err != nil {
		return nil, err
	}
	if kind == bot.Freeze && (line.Reason == "" || w.For == 0 && w.Lock.Until.IsZero()) {
		return nil, &grammar.UsageError{Says: "A freeze says why and until when.", Mend: "Add --reason and --until; what has no end is a lock."}
	}
	if len(c.within(scope)) > 1 || w.Force {
		if err := c.mayClose(ctx, scope, r.By); err != nil {
			return nil, err
		}
	}
	change, err := c.locks.SetLock(ctx, w)
	switch {
	case bot.KindOf(err) == bot.Invalid || bot.KindOf(err) == bot.Limited:
		says, mend := bot.ForPeople(err)
		return nil, refuse("It was not closed: "+says+".", mend)
	case err != nil:
		return nil, err
	case !change.Changed:
		return nil, theirs(change, c.typedAgain(r, string(kind), line))
	}
	answer := bot.Locked{Lock: change.Lock, Now: change.Now}
	answer.Before, answer.Tell = tellOwner(r, change, fmt.Sprintf("%s has taken it over.", r.By))
	return answer, nil
}

// open ends a lock or a freeze.
func (c *Commands) open(ctx context.Context, r request, kind bot.LockKind) (bot.Answer, error) {
	line, scope, err := c.scope(r, kind.Undo())
	if err != nil {
		return nil, err
	}
	if err := line.Only(grammar.FlagTake); err != nil {
		return nil, err
	}
	if line.Has(grammar.FlagTake) {
		if err := c.mayClose(ctx, scope, r.By); err != nil {
			return nil, err
		}
	}
	change, err := c.locks.EndLock(ctx, bot.UnlockWish{Kind: kind, Scope: scope, By: r.By, Force: line.Has(grammar.FlagTake), Key: r.Key})
	switch {
	case err != nil:
		return nil, err
	case change.Before == nil:
		return nil, c.notLocked(ctx, r, kind, scope)
	case !change.Changed:
		return nil, theirs(change, c.typedAgain(r, kind.Undo(), line))
	}
	answer := bot.Locked{Lock: *change.Before, Opened: true, Now: change.Now}
	_, answer.Tell = tellOwner(r, change, fmt.Sprintf("%s has ended it.", r.By))
	return answer, nil
}

// within are the targets that a scope closes.
func (c *Commands) within(scope bot.Scope) []bot.Target {
	var targets []bot.Target
	for _, service := range c.catalog.Services {
		for _, environment := range service.EnvironmentNames() {
			if t := (bot.Target{Service: service.Name, Environment: environment}); scope.Covers(t) {
				targets = append(targets, t)
			}
		}
	}
	return targets
}

// mayClose refuses to close or open what concerns others for somebody who may not
// deploy to all of it. It takes effect at once, so the members of groups are read now.
func (c *Commands) mayClose(ctx context.Context, scope bot.Scope, by bot.Person) error {
	r := bot.Release{Kind: bot.Batch}
	for _, t := range c.within(scope) {
		r.Members = append(r.Members, bot.BatchMember{Target: t})
	}
	grants := c.catalog.Grants(r.Targets())
	in, unread := c.people.MemberOf(ctx, r.Asks(bot.TheCloser, grants), by)
	standing := bot.Standing{Groups: in, Unread: unread}
	switch {
	case r.May(bot.TheCloser, grants, by, standing):
		return nil
	case len(unread) > 0:
		return refuse(fmt.Sprintf("Only who may deploy to all of it can do that, and it could not be read who is in %s.", join(unread, "and")),
			policy.TryAgain)
	}
	says, mend := policy.MayNot(bot.TheCloser, r, grants, policy.Approver{Person: by, Standing: standing})
	return refuse(says, mend)
}

// scope reads what is to be closed or opened. Without an environment it means all of
// them: a lock that closes less than was meant is dangerous.
func (c *Commands) scope(r request, verb string) (grammar.Line, bot.Scope, error) {
	line, err := r.text.Line()
	if err != nil {
		return line, bot.Scope{}, err
	}
	place, err := line.Place()
	if err != nil {
		return line, bot.Scope{}, err
	}
	again := func(service, environment string) string {
		return c.typed(r.Invocation, verb, append([]string{service, environment}, flags(line)...)...)
	}
	if place.Service == "" {
		return line, bot.Scope{}, &grammar.UsageError{Says: "It does not say which service.", Mend: "Name one, or say all."}
	}
	if place.Service == all {
		environment, err := c.environmentAnywhere(place.Environment)
		return line, bot.Scope{Environment: environment}, err
	}
	service, err := c.service(r, place.Service, func(name string) string { return again(name, place.Environment) })
	if err != nil || place.Environment == "" {
		return line, bot.Scope{Service: service.Name}, err
	}
	environment, err := c.environment(service, place.Environment, func(name string) string { return again(service.Name, name) })
	return line, bot.Scope{Service: service.Name, Environment: environment}, err
}

// environmentAnywhere finds an environment by its name in any service.
func (c *Commands) environmentAnywhere(name string) (string, error) {
	if name == "" {
		return "", nil
	}
	switch names := c.catalog.EnvironmentsNamed(name); len(names) {
	case 0:
		return "", refuse(fmt.Sprintf("No service has an environment `%s`.", clip(name)), "Leave it out to mean all of them.")
	case 1:
		return names[0], nil
	default:
		return "", refuse(fmt.Sprintf("`%s` is short for several environments: %s.", clip(name), join(names, "and")), "Name the one that is meant in full.")
	}
}

// howLong reads when a lock is to end.
func (c *Commands) howLong(r request, line grammar.Line, w *bot.LockWish) error {
	if line.For != "" && line.Until != "" {
		return &grammar.UsageError{Says: "--for and --until both say when it ends.", Mend: "Say one of them."}
	}
	if line.For != "" {
		d, err := typedSpan(line.For)
		if err != nil || d <= 0 {
			return &grammar.UsageError{Says: fmt.Sprintf("`%s` is no duration.", clip(line.For)), Mend: "Write it as 30m, 2h or 3d."}
		}
		w.For = d
		return nil
	}
	if line.Until == "" {
		return nil
	}
	zone := zoneOf(r.Invocation)
	until, ok := readTime(line.Until, c.now().In(zone))
	if !ok {
		return &grammar.UsageError{
			Says: fmt.Sprintf("`%s` is no time.", clip(line.Until)),
			Mend: fmt.Sprintf("Write it as 18:00, 2026-12-24 or \"2026-12-24 18:00\"; times are in %s.", zone),
		}
	}
	w.Lock.Until = until
	return nil
}

// zoneOf is the time zone of whoever typed; UTC where it is not known.
func zoneOf(in bot.Invocation) *time.Location {
	zone, err := time.LoadLocation(in.Zone)
	if err != nil || in.Zone == "Local" {
		return time.UTC
	}
	return zone
}

// readTime reads a time of day (the next one), a date (to its end), or both, as the
// clocks in now's zone show it. If they show it twice the second time is meant, so that
// nothing opens early; if they skip it, the moment of the jump.
func readTime(typed string, now time.Time) (time.Time, bool) {
	shown := func(wall time.Time) (time.Time, bool) { return policy.LastShown(wall, now.Location()), true }
	if typed == "24:00" { // as slipway.yaml writes it
		typed = "00:00"
	}
	if t, err := time.Parse("15:04", typed); err == nil {
		year, month, day := now.Date()
		wall := time.Date(year, month, day, t.Hour(), t.Minute(), 0, 0, time.UTC)
		if at, _ := shown(wall); at.After(now) {
			return at, true
		}
		return shown(wall.AddDate(0, 0, 1))
	}
	if t, err := time.Parse(time.DateOnly, typed); err == nil {
		return shown(t.AddDate(0, 0, 1))
	}
	for _, layout := range []string{"2006-01-02 15:04", "2006-01-02T15:04"} {
		if t, err := time.Parse(layout, typed); err == nil {
			return shown(t)
		}
	}
	t, err := time.Parse(time.RFC3339, typed)
	return t, err == nil
}

// theirs refuses to touch somebody else's lock without being told to.
func theirs(change bot.LockChange, again string) error {
	l := change.Before
	return refuse(l.Words(change.Now), fmt.Sprintf("Ask %s first. If that cannot wait, type it again with --take; slipway then writes to %s.", l.By, l.By)).
		near(again + " --" + grammar.FlagTake)
}

// typedAgain is the command as it was typed.
func (c *Commands) typedAgain(r request, verb string, line grammar.Line) string {
	return c.typed(r.Invocation, verb, append(slices.Clone(line.Words), flags(line)...)...)
}

// notLocked says that there is nothing to end there, and what is closed.
func (c *Commands) notLocked(ctx context.Context, r request, kind bot.LockKind, scope bot.Scope) error {
	locks, err := c.locks.Locks(ctx)
	if err != nil {
		return err
	}
	problem := refuse(fmt.Sprintf("There is no %s on %s.", kind, scope))
	for _, l := range locks {
		if len(problem.problem.Mends) == 5 {
			break
		}
		problem.problem.Mends = append(problem.problem.Mends, l.Words(c.now()))
	}
	if len(locks) == 0 {
		problem.problem.Mends = []string{"Nothing is locked or frozen at all."}
		return problem
	}
	first := locks[0]
	service := first.Scope.Service
	if service == "" {
		service = all
	}
	return problem.near(c.typed(r.Invocation, first.Kind.Undo(), service, first.Scope.Environment))
}

// tellOwner returns the lock that was somebody else's, and the message to its owner.
func tellOwner(r request, change bot.LockChange, what string) (*bot.Lock, []bot.DirectMessage) {
	before := change.Before
	if before == nil || before.By.ID == r.By.ID {
		return nil, nil
	}
	if change.Repeated {
		return before, nil // they were told
	}
	return before, []bot.DirectMessage{{To: before.By, Says: "About your " + string(before.Kind) + ": " + before.Words(change.Now) + " " + what}}
}
