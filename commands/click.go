package commands

import (
	"context"
	"fmt"
	"slices"

	"github.com/slipwayhq/slipway/bot"
	"github.com/slipwayhq/slipway/bot/policy"
)

// releaseRequest is a request about a release, by a button or by the verb with the same
// meaning.
type releaseRequest struct {
	bot.Invocation
	r      bot.Release
	value  string    // what the button carries
	reason string    // what they wrote beside it
	known  certainty // how certain it is that they may
}

// draft is the draft of a release that a button asks for. It has the channel of the
// release on whose card the button stands, wherever it was pressed: a button in the
// alerts channel is about that release too.
func (w releaseRequest) draft(kind bot.Kind, t bot.Target) bot.Draft {
	d := draft(request{Invocation: w.Invocation}, kind, t)
	if w.r.Origin.Channel != "" {
		d.Origin.Channel, d.Origin.Thread = w.r.Origin.Channel, w.r.Origin.Thread
	}
	return d
}

// shared makes the clicks of several people one request, if each of them is known to be
// allowed to, they ask for the same, and no lock admits only one of them. So nobody's
// click is swallowed by that of somebody who is not allowed to. Otherwise each click is
// a request of its own.
func (c *Commands) shared(ctx context.Context, w releaseRequest, what string, d bot.Draft) (string, error) {
	states, err := c.records.Targets(ctx, w.r.Targets())
	if err != nil {
		return "", err
	}
	locked := slices.ContainsFunc(states, func(s bot.TargetState) bool { return len(s.Locks) > 0 })
	if w.known != certain || locked {
		what += " " + w.By.ID
	}
	return fmt.Sprintf("%s %q %t", what, d.Reason, d.Again), nil
}

// Click answers a button. An error means that something could not be read, or
// that it is not certain to be stored; the same may be clicked again.
func (c *Commands) Click(ctx context.Context, click bot.Click) (bot.Answer, error) {
	if refusal := refuseGuest(click.By, click.Guest); refusal != nil {
		return answered(nil, refusal)
	}
	return c.once(ctx, click.By, click.Key, func() (bot.Answer, error) {
		if click.Action == bot.ActLooked { // about no release: whose word counts is asked of each target
			return answered(c.clickLooked(ctx, releaseRequest{Invocation: invocation(click), value: click.Value}))
		}
		r, err := c.release(ctx, click.Release)
		if err != nil {
			return answered(nil, err)
		}
		return answered(c.say(ctx, click.Action, releaseRequest{Invocation: invocation(click), r: r, value: click.Value, reason: click.Reason}))
	})
}

// say carries out what a button means, once the release's state and the person's rights
// allow it. Before that nothing is stored or shared with other requests.
func (c *Commands) say(ctx context.Context, a bot.Action, w releaseRequest) (bot.Answer, error) {
	b, found := c.button(a)
	if !found {
		return nil, refuse("This button is not known to this version of slipway.", fmt.Sprintf("Type the command instead: `%s`", c.slash("help")))
	}
	if err := b.fits(w); err != nil {
		return nil, err
	}
	known, err := c.may(b.who, w.r, w.By)
	if err != nil {
		return nil, err
	}
	w.known = known
	return known.answer(b.do(ctx, w))
}

// invocation is the click as an invocation.
func invocation(click bot.Click) bot.Invocation {
	return bot.Invocation{By: click.By, Source: bot.FromClick, Key: click.Key, Reply: click.Reply}
}

// certainty is how sure it is that somebody is allowed to.
type certainty string

const (
	certain certainty = "certain"
	// checking: it depends on groups whose members are read when the event is taken
	// from the inbox.
	checking certainty = "checking"
)

// answer is what somebody is told once their event is stored.
func (c certainty) answer(a bot.Answer, err error) (bot.Answer, error) {
	if _, stored := a.(bot.Done); c == certain || err != nil || !stored {
		return a, err
	}
	return bot.Done{Pending: true, Says: "Checking whether you may: it is being read who is in the groups that are asked. " +
		"The card shows your word if it counts, and you are told here if it does not."}, nil
}

// may says whether somebody is, or may be, allowed to do something with the release.
func (c *Commands) may(who bot.Who, r bot.Release, by bot.Person) (certainty, error) {
	grants := c.catalog.Grants(r.Targets())
	sure, perhaps := c.standing(by, r.Asks(who, grants))
	switch {
	case r.May(who, grants, by, sure):
		return certain, nil
	case r.May(who, grants, by, perhaps):
		return checking, nil
	}
	says, mend := policy.MayNot(who, r, grants, policy.Approver{Person: by, Standing: sure})
	return certain, refuse(says, mend)
}

func inboxEvent(w releaseRequest, event bot.Event) bot.InboxEvent {
	return bot.InboxEvent{Release: w.r.ID, Event: event, Key: w.Key}
}

// post stores an event and confirms it. If the release has ended since it was read, the
// answer says how.
func (c *Commands) post(ctx context.Context, l bot.InboxEvent, says string) (bot.Answer, error) {
	posted, err := c.intake.Post(ctx, l)
	if err != nil {
		return nil, err
	}
	switch posted {
	case bot.PostStored, bot.PostRepeated:
		return bot.Done{Says: says}, nil
	case bot.PostUnknown, bot.PostEnded:
	}
	r, err := c.release(ctx, l.Release)
	if err != nil {
		return nil, err
	}
	return nil, notNow(r, "this came too late")
}
