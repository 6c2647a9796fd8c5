package announcer

import (
	"context"
	"time"

	"github.com/slipwayhq/slipway/bot"
)

// Ports joins the announcer to the world.
type Ports struct {
	Cards    Cards
	Messages Messages
	Losses   Losses
	Replies  Replies
	Noise    Noise
	Unshown  Unshown
	Troubles Troubles
	Unheard  Unheard
	Locks    Locks
	Chat     Chat
	Sight    Sight
	People   People
	Members  Members
	Changes  Changes
	// Subscriptions and Hooks are for those who are told beside the channels of a
	// release.
	Subscriptions Subscriptions
	Hooks         Hooks
}

// Changes knows what came to which target within some time.
type Changes interface {
	Between(ctx context.Context, since, to, now time.Time) (bot.Happened, error)
}

// Members knows who is in a group.
type Members interface {
	// MembersOf are the accounts of those in a group, all of them or none. Kind
	// bot.Gone: there is no such group any more.
	MembersOf(ctx context.Context, group string) ([]string, error)
}

// Subscriptions knows who wants to hear of their own changes.
type Subscriptions interface {
	// Subscribed gives those of the accounts that want to.
	Subscribed(ctx context.Context, accounts []string) ([]string, error)
}

// Hooks tells other programs.
type Hooks interface {
	// Send tells a receiver of an occurrence, once. Kind bot.Gone: it is not there
	// any more, or wants no more of it.
	Send(ctx context.Context, receiver string, o bot.Occurrence) error
}

// Cards remembers which cards are out of date.
type Cards interface {
	// DirtyCards takes at most limit cards whose release changed since they
	// were shown, each for the length of the lease, ends first, and says how
	// long it is until the next falls due (bot.NoneDue: none known).
	DirtyCards(ctx context.Context, lease time.Duration, limit int) (cards []bot.DirtyCard, next time.Duration, err error)
	// CardsWoken returns a channel that is sent to when cards may have become out
	// of date. A missed wake-up only costs time.
	CardsWoken(ctx context.Context) <-chan struct{}
	// Shown says that a card shows the release as of revision; it stays dirty
	// if the release changed since, and falls due again after pause.
	Shown(ctx context.Context, card bot.DirtyCard, pause time.Duration) error
}

// Messages remembers which messages stand where.
type Messages interface {
	// Message returns what is known of a message, and stores the intent to
	// post it if it is neither posted nor being posted.
	Message(ctx context.Context, key bot.MessageKey) (bot.MessageState, error)
	// MessageFailed says that whoever stored the intent is no longer at it. The
	// message may stand all the same: the next to try looks for it first.
	MessageFailed(ctx context.Context, key bot.MessageKey, intent time.Time) error
	// MessagePosted records where a message stands.
	MessagePosted(ctx context.Context, key bot.MessageKey, ref bot.MessageRef) error
}

// Losses keeps what became of messages that are gone.
type Losses interface {
	// MessageGone forgets where a message stands that is gone,
	// and why, so that it is posted again; a card becomes out of date by it.
	// again is false when that has happened too often.
	MessageGone(ctx context.Context, key bot.MessageKey, ref bot.MessageRef, why string) (again bool, err error)
	// CardsUnderWay tells where the cards stand of the releases that have not
	// ended, by release.
	CardsUnderWay(ctx context.Context) (map[string]bot.MessageRef, error)
}

// Replies keeps where private answers go.
type Replies interface {
	// TakeReply returns where to answer a release's requester. The URL in it
	// is empty once it is used up or too old.
	TakeReply(ctx context.Context, release string) (bot.Reply, error)
	// EditBudget takes one edit out of the workspace's budget, and returns how
	// long to wait if there is none left. An urgent edit may use the reserve.
	EditBudget(ctx context.Context, urgency bot.Urgency) (wait time.Duration, err error)
}

// Noise keeps count of what is said out loud.
type Noise interface {
	// Spoke notes that something was said in a channel, and returns for how long it is
	// to be spared from now on.
	Spoke(ctx context.Context, channel string) (time.Duration, error)
}

// Unshown lists what was promised a card and has none.
type Unshown interface {
	// Unshown lists the releases that were created longer ago than age and that
	// nobody was shown, with what is wrong with each.
	Unshown(ctx context.Context, age time.Duration) ([]bot.Unshown, error)
	// Unwatch ends the watch over a release.
	Unwatch(ctx context.Context, release string) error
}

// Troubles keeps what is wrong with how slipway reaches people.
type Troubles interface {
	// Troubles lists those that last.
	Troubles(ctx context.Context) ([]bot.Trouble, error)
	// LiftTrouble says that one is over.
	LiftTrouble(ctx context.Context, t bot.Trouble) error
	// MayTell says whether it is for this process to tell somebody of one, and
	// TroubleTold that it did.
	MayTell(ctx context.Context, t bot.Trouble, whom string) (bool, error)
	TroubleTold(ctx context.Context, t bot.Trouble, whom string) error
}

// Unheard notes who cannot be told what they are to be told.
type Unheard interface {
	// RaiseTrouble notes it, LiftTrouble that it is over.
	RaiseTrouble(ctx context.Context, t bot.Trouble) error
	LiftTrouble(ctx context.Context, t bot.Trouble) error
}

// Locks knows which locks may have been forgotten.
type Locks interface {
	// StaleLocks are the locks without an end that are older than age, each once
	// within that time, whichever replica asks.
	StaleLocks(ctx context.Context, age time.Duration) ([]bot.Lock, error)
}

// Chat shows messages.
type Chat interface {
	// Post posts a message once. The key travels with it. leave is asked right
	// before it is sent, and with an error it is not.
	Post(ctx context.Context, m bot.Message, leave func(context.Context) error) (bot.MessageRef, error)
	// Edit makes a posted message show what m says, if it may still leave. Kind
	// bot.Gone: that message is gone.
	Edit(ctx context.Context, ref bot.MessageRef, m bot.Message, leave func(context.Context) error) error
	// Find looks for a message whose posting was not confirmed; kind
	// bot.NotFound if it is not there. It was posted at since or later.
	Find(ctx context.Context, m bot.Message, since time.Time) (bot.MessageRef, error)
	// Tell answers one person privately.
	Tell(ctx context.Context, to bot.Reply, a bot.Answer) error
}

// Sight looks at what the chat shows.
type Sight interface {
	// Stands says whether a message is still to be seen.
	Stands(ctx context.Context, ref bot.MessageRef) (bool, error)
	// LookAtAlerts notes as a trouble if nothing can be said in the alerts
	// channel, and that it is over if something can.
	LookAtAlerts(ctx context.Context) error
}

// People knows who can be asked, and whose word counts.
type People interface {
	// Standing finds out whether somebody's word on a release counts, by
	// slipway.yaml as it is now.
	Standing(ctx context.Context, r bot.Release, who bot.Who, by bot.Person) bot.Standing
	// Approvers are those whose yes is missing, as far as they can be named.
	Approvers(ctx context.Context, r bot.Release) (people []bot.Person, groups []string)
	// ApproversIn are those of some groups whose yes would count now.
	ApproversIn(ctx context.Context, r bot.Release, asked []string) (people []bot.Person, groups []string)
	// Operators are the accounts of those who hear of slipway's own troubles.
	Operators(ctx context.Context) []string
}
