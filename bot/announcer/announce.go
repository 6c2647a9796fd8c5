package announcer

import (
	"cmp"
	"context"
	"slices"
	"time"

	"github.com/slipwayhq/slipway/bot"
	"github.com/slipwayhq/slipway/bot/loop"
)

// busyRetry is the pause before a message is tried again that another process may be
// posting, or that waits for the card.
const busyRetry = 500 * time.Millisecond

// postWithin is how long after its intent was stored a message may still be sent. It is
// well below the time after which another process takes the message over, looks for it,
// and posts it if it is missing.
const postWithin = 10 * time.Second

// Say writes into the thread of the release's card. What several people said is written
// for each of them.
func (a *Announcer) Say(ctx context.Context, r bot.Release, news bot.News, now time.Time) error {
	quiet := r.Phase.EndedWell() && !a.catalog.Slack.MentionSuccess
	if _, ended := news.(bot.NoteEnded); ended && quiet {
		return nil // the operator finds the card enough
	}
	card, _, err := a.PostOnce(ctx, a.cardMessage(ctx, r))
	if err != nil {
		return err
	}
	note := a.note(r, news, card, now)
	note.Quiet = quiet
	note.Approvers, note.ApproverGroups = a.called(ctx, r, news)
	if _, summary := news.(bot.NoteHealth); summary {
		if err := a.summarise(ctx, &note); err != nil {
			return err
		}
	}
	_, _, err = a.PostOnce(ctx, bot.Message{
		Key:     bot.MessageKey{Release: r.ID, Kind: "say_" + newsKey(r, news)},
		Channel: card.Channel, Thread: card.ID,
		Body: note,
	})
	if bot.KindOf(err) == bot.Gone && !r.Ended() { // the card, and its thread with it
		return a.lostCard(ctx, bot.DirtyCard{Release: r, Ref: card}, err)
	}
	return err
}

// Alert posts in the alerts channel, or where the card stands if there is no such
// channel or it cannot be written to.
func (a *Announcer) Alert(ctx context.Context, r bot.Release, news bot.News, now time.Time) error {
	card, _, err := a.PostOnce(ctx, a.cardMessage(ctx, r))
	if err != nil && (soon(err) || a.catalog.Slack.Alerts == "") {
		return err // else the alert goes out without a link to the card
	}
	channel := a.catalog.Slack.Alerts
	if channel == "" {
		channel = card.Channel
	}
	m := bot.Message{
		Key:     bot.MessageKey{Release: r.ID, Kind: alertKind(r, news)},
		Channel: channel,
		Body:    a.note(r, news, card, now),
	}
	err = a.postAmong(ctx, m)
	if bot.KindOf(err) == bot.Gone && card.Channel != "" && card.Channel != channel {
		m.Channel = card.Channel
		err = a.postAmong(ctx, m)
	}
	return err
}

// soon says of a card that could not be posted that it may stand in a moment. A channel
// that takes nothing for a while holds no word in another channel.
func soon(err error) bool {
	long := bot.KindOf(err) == bot.Limited && bot.RetryAfter(err) > busyRetry
	return err != nil && !bot.Final(err) && !long
}

// alertKind names an alert among the messages of its release.
func alertKind(r bot.Release, news bot.News) string { return "alert_" + newsKey(r, news) }

// newsKey identifies news among the messages of its release. Outboxes of the version
// before this one hold news without some of its fields, which are filled in from the
// release here, and its message may stand under its former key. This goes with the next
// version.
func newsKey(r bot.Release, news bot.News) string {
	switch n := news.(type) {
	case bot.NotePlan:
		if n.Seal == "" {
			news = bot.NotePlan{Seal: r.Plan.Seal()}
		}
	case bot.NoteRerun:
		news = bot.NoteRerun{Attempt: cmp.Or(n.Attempt, r.LastAttempt())}
	case bot.NoteRerunOver:
		news = bot.NoteRerunOver{Attempt: cmp.Or(n.Attempt, r.LastAttempt())}
	case bot.NoteUnknown:
		return formerKey(r, news, n.Since)
	case bot.NoteBlind:
		return formerKey(r, news, n.Since)
	case bot.NoteApprovalDue:
		return formerKey(r, news, n.Since)
	case bot.NoteEscalated:
		return formerKey(r, news, n.Since)
	default:
	}
	return bot.NewsKey(news)
}

// formerKey is the former version's key, where a letter counted how often the release
// had moved.
func formerKey(r bot.Release, news bot.News, since time.Time) string {
	if !since.IsZero() {
		return bot.NewsKey(news)
	}
	return bot.NewsKey(news) + "_" + string('a'+rune(min(len(r.Moments), 25)))
}

// called are those whom a note asks to approve: all approvers for a reminder and for a
// lost approval, and for an escalation the groups that are newly asked.
func (a *Announcer) called(ctx context.Context, r bot.Release, news bot.News) (people []bot.Person, groups []string) {
	switch n := news.(type) {
	case bot.NoteApprovalDue, bot.NotePlan, bot.NoteLost:
		return a.ports.People.Approvers(ctx, r)
	case bot.NoteEscalated:
		if sets := r.Approvers().Sets; n.Set >= 0 && n.Set < len(sets) {
			return a.ports.People.ApproversIn(ctx, r, sets[n.Set].EscalateTo)
		}
	default:
	}
	return nil, nil
}

func (a *Announcer) note(r bot.Release, news bot.News, card bot.MessageRef, now time.Time) bot.Note {
	return bot.Note{News: news, Release: r, Links: a.links(r), Authors: a.authors(r), Card: card, Now: now}
}

// cardMessage is the card of a release as it is now.
func (a *Announcer) cardMessage(ctx context.Context, r bot.Release) bot.Message {
	people, groups := a.ports.People.Approvers(ctx, r)
	return bot.Message{
		Key:     bot.MessageKey{Release: r.ID, Kind: bot.CardKind},
		Channel: a.cardChannel(r),
		Body:    bot.Card{Release: r, Links: a.links(r), Approvers: people, ApproverGroups: groups, Authors: a.authors(r)},
	}
}

func (a *Announcer) cardChannel(r bot.Release) string {
	return a.catalog.CardChannel(r.Services(), r.Origin.Channel)
}

func (a *Announcer) links(r bot.Release) []bot.Link {
	service, found := a.catalog.Service(r.Target.Service)
	if !found || r.Kind == bot.Batch { // those of one of its services would mislead
		return nil
	}
	return bot.LinksTo(r, service.Links)
}

// authors are the chat accounts of those who wrote the changes.
func (a *Announcer) authors(r bot.Release) map[string]bot.Person {
	if r.Plan == nil {
		return nil
	}
	authors := map[string]bot.Person{}
	for _, c := range append([]bot.Commit{r.Plan.Commit}, r.Plan.Changes.Commits...) {
		if p, found := a.catalog.PersonByGitHub(c.Login); found {
			authors[c.Login] = bot.Person{ID: p.Slack, Name: p.Name}
		}
	}
	return authors
}

// PostOnce posts a message unless it stands already, and returns where it
// stands and whether it was posted just now. The intent is stored before the
// post; after a lost answer the message is looked for, since the chat offers
// no idempotency key.
func (a *Announcer) PostOnce(ctx context.Context, m bot.Message) (ref bot.MessageRef, posted bool, err error) {
	if goesTogether(m.Body) {
		return a.once(ctx, m, a.inCrowd)
	}
	return a.once(ctx, m, a.ports.Chat.Post)
}

// postAmong is PostOnce for alerts: in a burst, several go in one message.
func (a *Announcer) postAmong(ctx context.Context, m bot.Message) error {
	_, _, err := a.once(ctx, m, a.inCrowd)
	return err
}

// poster posts a message, if it may still leave.
type poster func(ctx context.Context, m bot.Message, leave func(context.Context) error) (bot.MessageRef, error)

func (a *Announcer) once(ctx context.Context, m bot.Message, post poster) (ref bot.MessageRef, posted bool, err error) {
	leave := loop.Until(time.Now().Add(postWithin))
	before, err := a.ports.Messages.Message(ctx, m.Key)
	switch {
	case err != nil:
		return bot.MessageRef{}, false, err
	case before.Ref.ID != "":
		return before.Ref, false, nil
	case before.Busy:
		return bot.MessageRef{}, false, &bot.Error{
			Kind: bot.Limited, Op: "post " + m.Key.Kind, Says: "the message is being posted", RetryAfter: busyRetry,
		}
	}
	if card, isCard := m.Body.(bot.Card); isCard {
		card.Lost = before.Lost
		m.Body = card
	}
	ref, posted, err = a.findOrPost(ctx, m, before.Begun, leave, post)
	if err != nil {
		a.letGo(ctx, m.Key, before.Intent)
		return bot.MessageRef{}, false, err
	}
	return ref, posted, a.ports.Messages.MessagePosted(ctx, m.Key, ref)
}

func (a *Announcer) findOrPost(ctx context.Context, m bot.Message, begun time.Time, leave func(context.Context) error, post poster) (ref bot.MessageRef, posted bool, err error) {
	if !begun.IsZero() {
		ref, err = a.ports.Chat.Find(ctx, m, begun)
		if err == nil || bot.KindOf(err) != bot.NotFound {
			return ref, false, err
		}
	}
	ref, err = post(ctx, m, leave)
	return ref, true, err
}

// letGo withdraws this process's intent to post, so that the next try need not wait
// until it expires.
func (a *Announcer) letGo(ctx context.Context, key bot.MessageKey, intent time.Time) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), 2*time.Second)
	defer cancel()
	if err := a.ports.Messages.MessageFailed(ctx, key, intent); err != nil {
		a.log.Warn("it was not recorded that a message was not posted", bot.ErrAttr(err))
	}
}

// Revise updates the message about some doubts, if it was ever posted. One that was
// deleted is posted again as long as a doubt is open.
func (a *Announcer) Revise(ctx context.Context, m bot.Message) error {
	before, err := a.ports.Messages.Message(ctx, m.Key)
	switch {
	case err != nil || before.Busy:
		return err
	case before.Ref.ID == "":
		return a.ports.Messages.MessageFailed(ctx, m.Key, before.Intent) // it was never said, and need not be
	case before.Ref.Shared:
		return nil // the board shows it
	}
	err = a.ports.Chat.Edit(ctx, before.Ref, m, nil)
	held, _ := m.Body.(bot.Held)
	if bot.KindOf(err) != bot.Gone || !slices.ContainsFunc(held.Doubts, bot.Doubt.Open) {
		return err
	}
	says, _ := bot.ForPeople(err)
	again, err := a.ports.Losses.MessageGone(ctx, m.Key, before.Ref, says)
	if err != nil || !again {
		return err
	}
	_, _, err = a.PostOnce(ctx, m)
	return err
}
