package commands

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/slipwayhq/slipway/bot"
	"github.com/slipwayhq/slipway/bot/catalog"
	"github.com/slipwayhq/slipway/commands/grammar"
)

// together finds the services that the words name, in the order in which they go, and
// the one environment and ref for all of them.
func (c *Commands) together(r request, line grammar.Line, words grammar.Deploy) (order []catalog.Ordered, settled grammar.Deploy, notes []string, err error) { //nolint:revive // all four are the reading of one line
	if n := len(words.Services); n > bot.MaxBatch {
		return nil, words, nil, refuse(fmt.Sprintf("These are %d services, and at most %d go together.", n, bot.MaxBatch), "Deploy them in several parts.")
	}
	var services []catalog.Service
	for i, name := range words.Services {
		w := deployWords{c: c, r: r, line: line, Service: name, Deploy: words}
		service, said, err := w.complete()
		if err != nil {
			return nil, words, nil, understood(err, w.says())
		}
		if slices.ContainsFunc(services, func(s catalog.Service) bool { return s.Name == service.Name }) {
			continue // named twice, by its name and by an alias
		}
		services = append(services, service)
		if i == 0 {
			settled, notes = w.Deploy, said
			continue
		}
		if w.Environment != settled.Environment || w.Ref != settled.Ref {
			problem := refuse(fmt.Sprintf("What goes together goes to one environment, and here %s would go to %s and %s to %s.",
				services[0].Name, settled.Environment, service.Name, w.Environment), "Name an environment that all of them have.")
			if isEnvironment(service, settled.Environment) {
				problem = problem.near(w.with(name, words.Ref, settled.Environment))
			}
			return nil, words, nil, problem
		}
	}
	return c.catalog.Order(services), settled, notes, nil
}

// preview shows what deploys would do. Several are answered one by one.
func (c *Commands) preview(ctx context.Context, drafts []bot.Draft, notes []string) (bot.Answer, error) {
	if err := c.looks.spend(bot.PersonOf(drafts[0].Requester), len(drafts), c.now()); err != nil {
		return nil, err
	}
	for i := range drafts {
		drafts[i].Kind = bot.Preview
	}
	if len(drafts) == 1 {
		return c.start(ctx, drafts[0], notes...)
	}
	var services []string
	for _, d := range drafts {
		d.Key += " " + d.Target.Service
		d.Reply.URL = "" // it takes fewer answers than there may be
		if _, err := c.intake.Start(ctx, d); err != nil {
			return nil, err
		}
		services = append(services, d.Target.Service)
	}
	says := fmt.Sprintf("The plans of %s to %s are being worked out, one message each; nothing is started.", join(services, "and"), drafts[0].Target.Environment)
	return bot.Done{Says: strings.Join(append(notes, says, order(drafts)), " "), Pending: true}, nil
}

// startTogether begins a batch of deploys.
func (c *Commands) startTogether(ctx context.Context, drafts []bot.Draft, notes []string) (bot.Answer, error) {
	batch := drafts[0]
	batch.Kind, batch.Part = bot.Batch, bot.Part{}
	for _, d := range drafts {
		batch.Members = append(batch.Members, bot.BatchMember{Target: d.Target, After: d.Part.After})
	}
	if !batch.Again {
		batch.Sameness = fmt.Sprintf("%s %v", sameness(batch), batch.Members)
	}
	return c.start(ctx, batch, append(notes, order(drafts))...)
}

// order says in which order deploys go together.
func order(drafts []bot.Draft) string {
	var says []string
	for _, d := range drafts {
		if after := d.Part.After; len(after) > 0 {
			says = append(says, fmt.Sprintf("%s after %s", d.Target.Service, join(after, "and")))
		}
	}
	if len(says) == 0 {
		return "Once all of them may go they go side by side: none of them needs another."
	}
	return "Once all of them may go: " + join(says, "and") + "."
}

// undoable accepts a batch of which at least one release was deployed.
func undoable(w releaseRequest) error {
	if w.r.Kind != bot.Batch || !w.r.Ended() || len(w.r.ToTakeBack()) == 0 {
		return notNow(w.r, "there is nothing of it to take back")
	}
	return nil
}

// clickBatchBack takes back what a batch deployed, in reverse order: what needs another
// service goes back before it.
func (c *Commands) clickBatchBack(ctx context.Context, w releaseRequest) (bot.Answer, error) {
	went := w.r.ToTakeBack()
	d := w.draft(bot.Batch, went[0].Target)
	d.Ref, d.Reason = w.r.Ref, w.reason
	d.Reversal.Back, d.Part.Batch = w.r.ID, w.r.ID
	for _, m := range went {
		d.Members = append(d.Members, bot.BatchMember{Target: m.Target, Back: m.Release, After: neededBy(m, went)})
	}
	var err error
	if d.Sameness, err = c.shared(ctx, w, "back "+w.r.ID, d); err != nil {
		return nil, err
	}
	return c.start(ctx, d)
}

// neededBy are the services that need the member's.
func neededBy(m bot.BatchMember, among []bot.BatchMember) []string {
	var services []string
	for _, other := range among {
		if slices.Contains(other.After, m.Target.Service) {
			services = append(services, other.Target.Service)
		}
	}
	return services
}
