package engine

import (
	"context"
	"log/slog"
	"slices"
	"sync"
	"time"

	"github.com/slipwayhq/slipway/bot"
	"github.com/slipwayhq/slipway/bot/bottest"
	"github.com/slipwayhq/slipway/bot/catalog"
	"github.com/slipwayhq/slipway/bot/people"
)

var noon = bottest.Noon()

// memory is the store as far as records and events go. What is in faults fails, by
// the name of the call and of what it is about.
type memory struct {
	mu       sync.Mutex
	faults   map[string]error
	releases map[string]bot.Release
	past     map[string][]bot.Past
	states   []bot.TargetState
	events   []bot.InboxEvent
	drafts   []bot.Draft
}

func newMemory(known ...bot.Release) *memory {
	m := &memory{
		faults: map[string]error{}, releases: map[string]bot.Release{}, past: map[string][]bot.Past{},
	}
	for _, r := range known {
		m.releases[r.ID] = r
	}
	return m
}

func (m *memory) Release(_ context.Context, id string) (bot.Release, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	r, known := m.releases[id]
	if err := m.faults["release "+id]; err != nil {
		return bot.Release{}, err
	}
	if !known {
		return bot.Release{}, &bot.Error{Kind: bot.NotFound}
	}
	return r, nil
}

func (m *memory) History(_ context.Context, t bot.Target, _ int) ([]bot.Past, error) {
	return m.past[t.Environment], m.faults["history "+t.Environment]
}

func (m *memory) Targets(context.Context, []bot.Target) ([]bot.TargetState, error) {
	return m.states, m.faults["targets"]
}

func (m *memory) Post(_ context.Context, l bot.InboxEvent) (bot.Posted, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if err := m.faults["post "+l.Release]; err != nil {
		return "", err
	}
	m.events = append(m.events, l)
	return bot.PostStored, nil
}

func (m *memory) Create(_ context.Context, d bot.Draft) (bot.Created, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.drafts = append(m.drafts, d)
	return bot.Created{Release: bot.Release{ID: d.Target.Service + "-1", Phase: bot.Requested, Part: d.Part}}, m.faults["create "+d.Target.Service]
}

// everybody is a full member of the team, but for those who have left.
type everybody struct {
	gone    []string
	unknown bool // nobody can be looked up
}

func (e everybody) FullMember(_ context.Context, id string) (bool, error) {
	if e.unknown {
		return false, bottest.Failing(bot.Unavailable)
	}
	return !slices.Contains(e.gone, id), nil
}

// knowing is who is whom by what a catalog declares, and what is told of accounts
// and of groups of the chat.
func knowing(c *catalog.Catalog, accounts people.Accounts, groups people.ChatGroups) *people.People {
	return people.New(c, people.Ports{Accounts: accounts, ChatGroups: groups}, slog.New(slog.DiscardHandler))
}

// free keeps nothing back.
type free struct{}

func (free) LookedBeside(context.Context, bot.Release) error { return nil }

func (free) NotYet(context.Context, bot.Release) bot.DispatchNotSent { return bot.DispatchNotSent{} }

// careful keeps everything back, and says why.
type careful struct{ wait bot.DispatchNotSent }

func (careful) LookedBeside(context.Context, bot.Release) error { return nil }

func (c careful) NotYet(context.Context, bot.Release) bot.DispatchNotSent { return c.wait }

// lookout sees what it is told to see.
type lookout struct {
	live bot.Event
	err  error
}

func (l lookout) LookAtBranch(context.Context, bot.Release) (bot.Event, error) { return nil, l.err }
func (l lookout) LookAtLive(context.Context, bot.Release) (bot.Event, error)   { return l.live, l.err }

// mute says nothing.
type mute struct{}

func (mute) Tell(context.Context, bot.Release, bot.Tell) error             { return nil }
func (mute) Say(context.Context, bot.Release, bot.News, time.Time) error   { return nil }
func (mute) Alert(context.Context, bot.Release, bot.News, time.Time) error { return nil }

func (mute) Route(context.Context, bot.Release, bot.Notify) (bot.Event, error) { return nil, nil }

func (mute) Deliver(context.Context, bot.Release, bot.Deliver, time.Time) (bot.Event, error) {
	return nil, nil
}

// quiet is a store in which nothing is put aside.
type quiet struct{}

func (quiet) Raise(context.Context, bot.Doubt) error                                  { return nil }
func (quiet) Stumble(context.Context, string, int64, time.Duration, int) (int, error) { return 0, nil }
