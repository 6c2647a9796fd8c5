package reconciler

import (
	"context"
	"log/slog"
	"sync"
	"time"

	"github.com/slipwayhq/slipway/bot"
	"github.com/slipwayhq/slipway/bot/bottest"
	"github.com/slipwayhq/slipway/bot/catalog"
	"github.com/slipwayhq/slipway/bot/people"
)

var noon = bottest.Noon()

// clock is that of a store, which may be ahead of this machine's.
type clock struct{ ahead time.Duration }

func (c clock) Now(context.Context) (time.Time, error) { return time.Now().Add(c.ahead), nil }

// memory is the store as far as releases and events go. What is in faults fails, by
// the name of the call and of what it is about.
type memory struct {
	mu       sync.Mutex
	faults   map[string]error
	releases map[string]bot.Release
	ids      []string // what is not over
	events   []bot.InboxEvent
}

func newMemory(known ...bot.Release) *memory {
	m := &memory{faults: map[string]error{}, releases: map[string]bot.Release{}}
	for _, r := range known {
		m.releases[r.ID] = r
		if !r.Ended() {
			m.ids = append(m.ids, r.ID)
		}
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

func (m *memory) Unfinished(context.Context) ([]string, error) { return m.ids, m.faults["unfinished"] }

func (m *memory) Post(_ context.Context, l bot.InboxEvent) (bot.Posted, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if err := m.faults["post "+l.Release]; err != nil {
		return "", err
	}
	m.events = append(m.events, l)
	return bot.PostStored, nil
}

// voice keeps what is said, each message once, unless it fails.
type voice struct {
	mu      sync.Mutex
	fault   error
	asked   int
	posted  []bot.Message
	revised []bot.Message
	bursts  []int // how many came at once
}

func (v *voice) PostOnce(_ context.Context, m bot.Message) (bot.MessageRef, bool, error) {
	v.mu.Lock()
	defer v.mu.Unlock()
	v.asked++
	if v.fault != nil {
		return bot.MessageRef{}, false, v.fault
	}
	for _, before := range v.posted {
		if before.Key == m.Key {
			return bot.MessageRef{ID: "ts"}, false, nil
		}
	}
	v.posted = append(v.posted, m)
	return bot.MessageRef{ID: "ts"}, true, nil
}

func (v *voice) PostTogether(ctx context.Context, all []bot.Message) error {
	v.mu.Lock()
	v.bursts = append(v.bursts, len(all))
	v.mu.Unlock()
	for _, m := range all {
		if _, _, err := v.PostOnce(ctx, m); err != nil {
			return err
		}
	}
	return nil
}

func (v *voice) Revise(_ context.Context, m bot.Message) error {
	v.revised = append(v.revised, m)
	return v.fault
}

// mute says nothing.
type mute struct{}

func (mute) PostOnce(context.Context, bot.Message) (bot.MessageRef, bool, error) {
	return bot.MessageRef{}, true, nil
}

func (mute) PostTogether(context.Context, []bot.Message) error { return nil }

func (mute) Revise(context.Context, bot.Message) error { return nil }

// quiet has no doubts.
type quiet struct{}

func (quiet) Doubts(context.Context) ([]bot.Doubt, error)             { return nil, nil }
func (quiet) Raise(context.Context, bot.Doubt) error                  { return nil }
func (quiet) Look(context.Context, bot.Doubt, bot.Look) (bool, error) { return false, nil }
func (quiet) Lift(context.Context, bot.Doubt) error                   { return nil }
func (quiet) Resume(context.Context, string) error                    { return nil }
func (quiet) LeavePlace(context.Context, bot.Target, string) error    { return nil }

// knowing is who is whom by what a catalog declares, and what is told of accounts
// and of groups of the chat.
func knowing(c *catalog.Catalog, accounts people.Accounts, groups people.ChatGroups) *people.People {
	return people.New(c, people.Ports{Accounts: accounts, ChatGroups: groups}, slog.New(slog.DiscardHandler))
}
