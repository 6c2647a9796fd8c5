package announcer

import (
	"context"
	"slices"
	"strings"
	"time"

	"github.com/slipwayhq/slipway/bot"
	"github.com/slipwayhq/slipway/bot/policy"
)

// maxTold bounds how many people of one group are told.
const maxTold = 50

// Route finds out who is told of an outcome: those of the rules that fit, and the
// authors who asked for it.
func (a *Announcer) Route(ctx context.Context, r bot.Release, n bot.Notify) (bot.Event, error) {
	to := policy.Recipients(a.catalog.Notify, a.occurrence(r, n.Outcome, n.At))
	if policy.OfInterest(n.Outcome) {
		authors, err := a.ports.Subscriptions.Subscribed(ctx, a.accounts(r))
		if err != nil {
			return nil, err
		}
		for _, account := range authors {
			to = append(to, bot.Recipient{Kind: bot.ToAuthor, ID: account})
		}
	}
	if len(to) == 0 {
		return nil, nil //nolint:nilnil // nobody is told, and nothing follows
	}
	return bot.Routed{Outcome: n.Outcome, At: n.At, To: to}, nil
}

// Deliver tells one of them.
func (a *Announcer) Deliver(ctx context.Context, r bot.Release, d bot.Deliver, now time.Time) (bot.Event, error) {
	ev, err := a.deliver(ctx, r, d, now)
	heard := err
	if routed, is := ev.(bot.Routed); is && len(routed.To) == 0 {
		heard = &bot.Error{Kind: bot.NotFound, Op: "tell of an outcome", Says: "nobody is in it", Mend: "Whoever is to hear of it is put into the group."}
	}
	a.noteHeard(ctx, d, now, heard)
	return ev, err
}

func (a *Announcer) deliver(ctx context.Context, r bot.Release, d bot.Deliver, now time.Time) (bot.Event, error) {
	switch d.To.Kind {
	case bot.ToWebhook:
		return nil, a.ports.Hooks.Send(ctx, d.To.ID, a.occurrence(r, d.Outcome, d.At))
	case bot.ToGroup:
		return a.routeGroup(ctx, d)
	case bot.ToChannel:
		return nil, a.tellChannel(ctx, r, d, now)
	case bot.ToPerson, bot.ToAuthor:
		return nil, a.tellPerson(ctx, r, d, now)
	}
	return nil, &bot.Error{Kind: bot.Gone, Op: "tell of an outcome", Says: "this version of slipway does not know how to tell a " + string(d.To.Kind)}
}

// routeGroup makes each member of a group a recipient of their own, so that one who
// cannot be reached does not delay the others.
func (a *Announcer) routeGroup(ctx context.Context, d bot.Deliver) (bot.Event, error) {
	accounts, err := a.ports.Members.MembersOf(ctx, d.To.ID)
	if err != nil {
		return nil, err
	}
	routed := bot.Routed{Outcome: d.Outcome, At: d.At}
	for _, account := range accounts[:min(len(accounts), maxTold)] {
		routed.To = append(routed.To, bot.Recipient{Kind: bot.ToPerson, ID: account})
	}
	return routed, nil
}

// tellChannel posts an outcome in a channel. In the alerts channel the alert about it
// suffices.
func (a *Announcer) tellChannel(ctx context.Context, r bot.Release, d bot.Deliver, now time.Time) error {
	news := newsOf(r, d)
	kind := "notify_" + d.To.ID + "_" + newsKey(r, news)
	if d.To.ID == a.catalog.Slack.Alerts {
		kind = alertKind(r, news)
	}
	card, err := a.cardFor(ctx, r)
	if soon(err) {
		return err // else it goes out without a link to the card
	}
	m := bot.Message{Key: bot.MessageKey{Release: r.ID, Kind: kind}, Channel: d.To.ID, Body: a.note(r, news, card, now)}
	if err := a.later(m); err != nil {
		return err
	}
	return a.postAmong(ctx, m)
}

// later has what calls for nobody come again while its channel is to be spared. That is
// before its intent is stored: it has not left, and need not be looked for.
func (a *Announcer) later(m bot.Message) error {
	if wait := a.crowd.turnAway(m); wait > 0 {
		return &bot.Error{Kind: bot.Limited, Op: "tell of an outcome", Says: "much was said there of late", RetryAfter: wait}
	}
	return nil
}

// cardFor is where the card stands that a note links to. What was done past slipway has
// none.
func (a *Announcer) cardFor(ctx context.Context, r bot.Release) (bot.MessageRef, error) {
	if r.Beside.Happened() {
		return bot.MessageRef{}, nil
	}
	card, _, err := a.PostOnce(ctx, a.cardMessage(ctx, r))
	return card, err
}

// tellPerson writes to somebody directly, once; where much is said at once it goes
// together with others.
func (a *Announcer) tellPerson(ctx context.Context, r bot.Release, d bot.Deliver, now time.Time) error {
	m := bot.Message{
		Key:     bot.MessageKey{Release: r.ID, Kind: "notify_" + d.To.ID + "_" + bot.NewsKey(newsOf(r, d))},
		Channel: "@" + d.To.ID, Body: a.note(r, newsOf(r, d), bot.MessageRef{}, now),
	}
	if err := a.later(m); err != nil {
		return err
	}
	before, err := a.ports.Messages.Message(ctx, m.Key)
	switch {
	case err != nil || before.Ref.ID != "":
		return err
	case before.Busy:
		return &bot.Error{Kind: bot.Limited, Op: "write to somebody", Says: "somebody else is at it", RetryAfter: busyRetry}
	}
	card, err := a.cardFor(ctx, r)
	if !soon(err) { // else it goes without a link to the card
		m.Body = a.note(r, newsOf(r, d), card, now)
		_, err = a.crowd.post(ctx, m, a.writeTo(bot.Person{ID: d.To.ID}))
	}
	if err != nil {
		a.letGo(ctx, m.Key, before.Intent)
		return err
	}
	// This records that it was sent; it is not edited later.
	return a.ports.Messages.MessagePosted(ctx, m.Key, bot.MessageRef{Channel: m.Key.Kind, ID: m.Key.Kind})
}

// writeTo writes messages to somebody as one.
func (a *Announcer) writeTo(who bot.Person) send {
	return func(ctx context.Context, together []bot.Message) (bot.MessageRef, error) {
		one := oneOf(together[0], together)
		says, is := one.Body.(bot.Answer)
		if !is {
			return bot.MessageRef{}, &bot.Error{Kind: bot.Invalid, Op: "write to somebody", Says: "it is nothing that is said to one person"}
		}
		if err := a.ports.Chat.Tell(ctx, bot.Reply{To: who}, says); err != nil {
			return bot.MessageRef{}, err
		}
		a.noteSpoken(ctx, one.Channel)
		return bot.MessageRef{}, nil
	}
}

// newsOf is what is said of an outcome: the same as the alert, if there is one.
func newsOf(r bot.Release, d bot.Deliver) bot.News {
	if d.To.Kind == bot.ToAuthor {
		return bot.NoteYours{Outcome: d.Outcome, At: d.At, Whose: d.To.ID}
	}
	switch d.Outcome {
	case bot.OutcomeFailed:
		return bot.NoteFailed{}
	case bot.OutcomeUnhealthy:
		return bot.NoteUnhealthy{}
	case bot.OutcomeUnknown:
		return bot.NoteUnknown{Since: d.At}
	case bot.OutcomeOutOfBand:
		if !r.Beside.Happened() {
			return bot.NoteRerun{Attempt: r.LastAttempt()}
		}
	case bot.OutcomeSucceeded, bot.OutcomeInconclusive, bot.OutcomeCancelled, bot.OutcomeRejected, bot.OutcomeExpired,
		bot.OutcomeSuperseded, bot.OutcomeRolledBack:
	}
	return bot.NoteOutcome{Outcome: d.Outcome, At: d.At}
}

func (a *Announcer) occurrence(r bot.Release, o bot.ReleaseOutcome, at time.Time) bot.Occurrence {
	return bot.Occurrence{
		Release: r, Outcome: o, At: at, Links: a.links(r), Production: a.catalog.IsProduction(r.Target.Service, r.Target.Environment),
	}
}

// accounts are those of the authors of what a release brings or takes away, except the
// requester, who is told anyway.
func (a *Announcer) accounts(r bot.Release) []string {
	var accounts []string
	for _, c := range r.Changed() {
		if p, found := a.catalog.PersonByGitHub(c.Login); found && p.Slack != r.Asker().ID && !slices.Contains(accounts, p.Slack) {
			accounts = append(accounts, p.Slack)
		}
	}
	slices.SortFunc(accounts, strings.Compare)
	return accounts
}
