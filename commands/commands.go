package commands

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/slipwayhq/slipway/bot"
	"github.com/slipwayhq/slipway/bot/catalog"
	"github.com/slipwayhq/slipway/bot/changes"
	"github.com/slipwayhq/slipway/commands/grammar"
)

// Intake stores what people ask for; the engine implements it.
type Intake interface {
	// Start makes a release of the draft, once a key.
	Start(ctx context.Context, draft bot.Draft) (bot.Created, error)
	// Post puts an event into a release's inbox, once a key.
	Post(ctx context.Context, letter bot.InboxEvent) (bot.Posted, error)
}

// Locks keeps what people closed.
type Locks interface {
	// Locks reads all locks that have not run out.
	Locks(ctx context.Context) ([]bot.Lock, error)
	// SetLock makes a lock; somebody else's only where the wish says so.
	SetLock(ctx context.Context, w bot.LockWish) (bot.LockChange, error)
	// EndLock ends a lock; somebody else's only where the wish says so.
	EndLock(ctx context.Context, w bot.UnlockWish) (bot.LockChange, error)
}

// Troubles tells what keeps slipway from reaching people.
type Troubles interface {
	// Troubles lists those that last.
	Troubles(ctx context.Context) ([]bot.Trouble, error)
}

// Records tells what is known.
type Records interface {
	// Release reads one release; kind bot.NotFound if there is none.
	Release(ctx context.Context, id string) (bot.Release, error)
	// History lists the last releases of a target whose run started, newest
	// first, at most limit.
	History(ctx context.Context, target bot.Target, limit int) ([]bot.Past, error)
	// Targets reads the state of the targets, in their order.
	Targets(ctx context.Context, targets []bot.Target) ([]bot.TargetState, error)
	// Ledger reads the verdicts on a service and what people say of them, the newest
	// first.
	Ledger(ctx context.Context, service string) ([]bot.LedgerEntry, error)
}

// People knows who is in what group.
type People interface {
	// MemberOf returns the groups that somebody is in now, and those of which it could
	// not be found out.
	MemberOf(ctx context.Context, groups []string, who bot.Person) (in, unread []string)
}

// Doubts records that people looked at what slipway does not understand.
type Doubts interface {
	// Looked records that somebody looked.
	Looked(ctx context.Context, w bot.LookWish) (bot.LookDone, error)
}

// UnderWay tells what has not ended yet.
type UnderWay interface {
	// Unfinished lists the ids of all releases that have not ended.
	Unfinished(ctx context.Context) ([]string, error)
	// CardsUnderWay tells where their cards stand.
	CardsUnderWay(ctx context.Context) (map[string]bot.MessageRef, error)
}

// Branches reads the branches that releases were asked for by.
type Branches interface {
	// Newer counts the commits on it that the release does not bring.
	Newer(ctx context.Context, r bot.Release) (int, error)
}

// Commands answers what people type and click. Its methods may be called from
// any goroutine.
type Commands struct {
	intake        Intake
	records       Records
	under         UnderWay
	locks         Locks
	troubles      Troubles
	people        People
	doubts        Doubts
	answers       Answers
	subscriptions Subscriptions
	changes       *changes.Changes
	// branches, distances, health, refs and previews may be nil; answers then leave
	// them out.
	branches  Branches
	distances Distances
	health    Health
	refs      Refs
	previews  Previews
	catalog   *catalog.Catalog
	now       func() time.Time
	looks     *looks
	verbs     []verb
	buttons   []button
}

// Ports joins the commands to what they ask and tell.
type Ports struct {
	Intake        Intake
	Records       Records
	UnderWay      UnderWay
	Locks         Locks
	Troubles      Troubles
	People        People
	Doubts        Doubts
	Answers       Answers
	Subscriptions Subscriptions
	// Branches, Distances, Health, Refs and Previews may be nil; answers then leave
	// them out.
	Branches  Branches
	Distances Distances
	Health    Health
	Refs      Refs
	Previews  Previews
}

// New makes the commands for what the catalog declares. The clock only dates what is
// shown.
func New(p Ports, declared *catalog.Catalog, now func() time.Time) *Commands {
	c := &Commands{
		intake: p.Intake, records: p.Records, under: p.UnderWay, locks: p.Locks, troubles: p.Troubles, people: p.People, doubts: p.Doubts, answers: p.Answers, subscriptions: p.Subscriptions, branches: p.Branches, distances: p.Distances, health: p.Health, refs: p.Refs, previews: p.Previews,
		changes: changes.New(declared, p.Records), catalog: declared, now: now, looks: newLooks(),
	}
	c.verbs, c.buttons = registry(c), buttonsOf(c)
	return c
}

// request is a command whose verb is known.
type request struct {
	bot.Invocation
	text grammar.Text // the words after the verb
	// assumed is the service of the channel, if the words named none.
	assumed string
}

// Command answers a command. An error means that something could not be read, or
// that it is not certain to be stored; the same may be typed again.
func (c *Commands) Command(ctx context.Context, in bot.Invocation) (bot.Answer, error) {
	if refusal := refuseGuest(in.By, in.Guest); refusal != nil {
		return answered(nil, refusal)
	}
	return c.once(ctx, in.By, in.Key, func() (bot.Answer, error) { return c.command(ctx, in) })
}

func (c *Commands) command(ctx context.Context, in bot.Invocation) (bot.Answer, error) {
	text, err := grammar.Open(in.Text)
	if err != nil {
		return answered(nil, err)
	}
	v, r, err := c.route(in, text)
	if err != nil {
		return answered(nil, err)
	}
	if v.looks && in.Source != bot.FromRule {
		if err := c.looks.spend(in.By, 1, c.now()); err != nil {
			return answered(nil, err)
		}
	}
	r = c.here(v, r)
	if v.ofRelease {
		if r, err = c.inThread(ctx, r); err != nil {
			return nil, err
		}
	}
	answer, err := v.run(ctx, r)
	return answered(answer, withUsage(err, v.help.Usage))
}

// route finds the verb: the first word if it is one, else that of the slash command. A
// mention that begins with a service deploys it.
func (c *Commands) route(in bot.Invocation, text grammar.Text) (verb, request, error) {
	word, rest := text.Word()
	if v, ok := c.verb(strings.TrimRight(word, ".,:;!?…")); ok { // as in "status, please" or "help!"
		return v, request{Invocation: in, text: rest}, nil
	}
	if v, behind, ok := c.said(word, rest); ok {
		return v, request{Invocation: in, text: behind}, nil
	}
	if v, ok := c.verb(in.Verb); ok {
		return v, request{Invocation: in, text: text}, nil
	}
	if word == "" {
		return helpVerb(c), request{Invocation: in, text: text}, nil
	}
	first, _, _ := strings.Cut(word, ",") // of several services
	if _, ok := c.catalog.Named(first); ok {
		return deployVerb(c), request{Invocation: in, text: text}, nil
	}
	return verb{}, request{}, c.noSuchVerb(in, word, rest)
}

// noSuchVerb answers words that are no command, in one line: most of them were not
// meant for slipway.
func (c *Commands) noSuchVerb(in bot.Invocation, word string, rest grammar.Text) error {
	near, ok := nearest(word, append(c.verbNames(), c.catalog.ServiceNames()...))
	if !ok {
		return refuse(fmt.Sprintf("I don't know `%s`.", clip(word))).near(c.typed(in, "help"))
	}
	problem := refuse(fmt.Sprintf("I don't know `%s`: did you mean `%s`?", clip(word), near))
	if _, isVerb := c.verb(near); isVerb {
		return problem.near(c.typed(in, near, string(rest)))
	}
	return problem.near(c.typed(in, "deploy", near, string(rest)))
}
