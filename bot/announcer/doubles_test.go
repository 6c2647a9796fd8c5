package announcer

import (
	"context"
	"errors"
	"log/slog"
	"sync"
	"time"

	"github.com/slipwayhq/slipway/bot"
	"github.com/slipwayhq/slipway/bot/bottest"
	"github.com/slipwayhq/slipway/bot/catalog"
	"github.com/slipwayhq/slipway/bot/loop"
	"github.com/slipwayhq/slipway/bot/people"
)

var noon = bottest.Noon()

// memory is the store as far as messages and cards go. What is in
// faults fails, by the name of the call and of what it is about.
type memory struct {
	mu       sync.Mutex
	faults   map[string]error
	messages map[bot.MessageKey]bot.MessageState
	failed   []bot.MessageKey
	shown    []shownCard
	edits    []bot.Urgency
	wait     time.Duration // until there is an edit
	heard    bucket
	url      string // where a requester is answered
}

type shownCard struct {
	card  bot.DirtyCard
	pause time.Duration
}

func newMemory() *memory {
	return &memory{faults: map[string]error{}, messages: map[bot.MessageKey]bot.MessageState{}}
}

// CardsWoken wakes nobody, and DirtyCards has no cards.
func (m *memory) CardsWoken(context.Context) <-chan struct{} { return nil }

func (m *memory) DirtyCards(ctx context.Context, _ time.Duration, _ int) ([]bot.DirtyCard, time.Duration, error) {
	<-ctx.Done()
	return nil, bot.NoneDue, nil
}

func (m *memory) Message(_ context.Context, key bot.MessageKey) (bot.MessageState, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if err := m.faults["message "+key.Kind]; err != nil {
		return bot.MessageState{}, err
	}
	before := m.messages[key]
	if before.Ref.ID == "" && !before.Busy {
		m.messages[key] = bot.MessageState{Begun: noon, Busy: true}
		before.Intent = noon.Add(time.Second)
	}
	return before, nil
}

func (m *memory) MessageFailed(ctx context.Context, key bot.MessageKey, intent time.Time) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if ctx.Err() != nil || !intent.Equal(noon.Add(time.Second)) {
		return errors.New("another's intent")
	}
	m.failed = append(m.failed, key)
	state := m.messages[key]
	state.Busy = false
	m.messages[key] = state
	return m.faults["failed "+key.Kind]
}

func (m *memory) MessagePosted(_ context.Context, key bot.MessageKey, ref bot.MessageRef) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.messages[key] = bot.MessageState{Ref: ref}
	return m.faults["posted "+key.Kind]
}

func (m *memory) Shown(_ context.Context, card bot.DirtyCard, pause time.Duration) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.shown = append(m.shown, shownCard{card, pause})
	return m.faults["shown"]
}

func (m *memory) TakeReply(context.Context, string) (bot.Reply, error) {
	return bot.Reply{Channel: "C0ASKED", URL: m.url}, m.faults["reply"]
}

func (m *memory) EditBudget(_ context.Context, urgency bot.Urgency) (time.Duration, error) {
	m.edits = append(m.edits, urgency)
	return m.wait, m.faults["budget"]
}

// bucket is what a channel hears message by message: so many at once, and one in a
// while afterwards. The zero value spares no channel.
type bucket struct {
	holds int
	every time.Duration
	full  time.Time // when it is full again
}

// Spoke takes one out of the bucket, which may owe as many as it holds.
func (m *memory) Spoke(context.Context, string) (time.Duration, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	b, now := &m.heard, time.Now()
	least := now.Add(2 * time.Duration(b.holds) * b.every)
	b.full = bot.EarlierOf(bot.LaterOf(b.full, now).Add(b.every), least)
	return max(0, b.full.Sub(now)-time.Duration(b.holds-1)*b.every), m.faults["noise"]
}

// FullMember says yes of everybody.
func (m *memory) FullMember(context.Context, string) (bool, error) { return true, nil }

// screen is a chat, and what people see of it. A post, an edit, a look or a word
// of a kind that is in faults fails.
type screen struct {
	mu       sync.Mutex
	faults   map[string]error
	posted   []bot.Message
	edited   []bot.Message
	refs     []bot.MessageRef
	looked   []time.Time
	standing bot.MessageRef // what a look finds
	told     []told
	slow     time.Duration // how long it takes until a message leaves
}

type told struct {
	to   bot.Reply
	says bot.Answer
}

// leaves asks whether a message may still leave, as late as it does.
func (s *screen) leaves(ctx context.Context, leave func(context.Context) error) error {
	loop.Pause(ctx, nil, s.slow)
	if leave == nil {
		return nil
	}
	return leave(ctx)
}

func (s *screen) Post(ctx context.Context, m bot.Message, leave func(context.Context) error) (bot.MessageRef, error) {
	if err := s.leaves(ctx, leave); err != nil {
		return bot.MessageRef{}, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := s.faults["post "+m.Key.Kind]; err != nil {
		return bot.MessageRef{}, err
	}
	s.posted = append(s.posted, m)
	return bot.MessageRef{Channel: m.Channel, ID: "ts-" + m.Key.Kind}, nil
}

func (s *screen) Edit(ctx context.Context, ref bot.MessageRef, m bot.Message, leave func(context.Context) error) error {
	if err := s.leaves(ctx, leave); err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.edited, s.refs = append(s.edited, m), append(s.refs, ref)
	return s.faults["edit"]
}

func (s *screen) Find(_ context.Context, _ bot.Message, since time.Time) (bot.MessageRef, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.looked = append(s.looked, since)
	if s.standing.ID == "" && s.faults["find"] == nil {
		return bot.MessageRef{}, &bot.Error{Kind: bot.NotFound}
	}
	return s.standing, s.faults["find"]
}

func (s *screen) Tell(ctx context.Context, to bot.Reply, a bot.Answer) error {
	loop.Pause(ctx, nil, s.slow)
	s.mu.Lock()
	defer s.mu.Unlock()
	s.told = append(s.told, told{to, a})
	return s.faults["tell"]
}

// kindsPosted are the kinds of the messages that were posted, in order.
func (s *screen) kindsPosted() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	var kinds []string
	for _, m := range s.posted {
		kinds = append(kinds, m.Key.Kind)
	}
	return kinds
}

// knowing is who is whom by what a catalog declares, and what is told of accounts
// and of groups of the chat.
func knowing(c *catalog.Catalog, accounts people.Accounts, groups people.ChatGroups) *people.People {
	return people.New(c, people.Ports{Accounts: accounts, ChatGroups: groups}, slog.New(slog.DiscardHandler))
}

// quiet has lost no message and meets no trouble.
type quiet struct{}

func (quiet) Spoke(context.Context, string) (time.Duration, error)   { return 0, nil }
func (quiet) Subscribed(context.Context, []string) ([]string, error) { return nil, nil }
func (quiet) Between(context.Context, time.Time, time.Time, time.Time) (bot.Happened, error) {
	return bot.Happened{}, nil
}
func (quiet) Unshown(context.Context, time.Duration) ([]bot.Unshown, error)    { return nil, nil }
func (quiet) Unwatch(context.Context, string) error                            { return nil }
func (quiet) Troubles(context.Context) ([]bot.Trouble, error)                  { return nil, nil }
func (quiet) LiftTrouble(context.Context, bot.Trouble) error                   { return nil }
func (quiet) MayTell(context.Context, bot.Trouble, string) (bool, error)       { return false, nil }
func (quiet) TroubleTold(context.Context, bot.Trouble, string) error           { return nil }
func (quiet) CardsUnderWay(context.Context) (map[string]bot.MessageRef, error) { return nil, nil }
func (quiet) Stands(context.Context, bot.MessageRef) (bool, error)             { return true, nil }
func (quiet) LookAtAlerts(context.Context) error                               { return nil }
func (quiet) StaleLocks(context.Context, time.Duration) ([]bot.Lock, error)    { return nil, nil }
func (quiet) MessageGone(context.Context, bot.MessageKey, bot.MessageRef, string) (bool, error) {
	return true, nil
}

// watching are the ports of an announcer that has nothing else to do than to show
// cards.
func watching(c Cards, m Messages, s Chat) Ports {
	return Ports{Cards: c, Messages: m, Noise: quiet{}, Unshown: quiet{}, Troubles: quiet{}, Losses: quiet{}, Sight: quiet{}, Locks: quiet{}, Changes: quiet{}, Subscriptions: quiet{}, Chat: s, People: knowing(&catalog.Catalog{}, nil, nil)}
}

func inAnHour() func(context.Context) error { return loop.Until(time.Now().Add(time.Hour)) }
