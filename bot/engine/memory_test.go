package engine

import (
	"context"
	"errors"
	"log/slog"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/slipwayhq/slipway/bot"
	"github.com/slipwayhq/slipway/bot/catalog"
	"github.com/slipwayhq/slipway/integrations/httpprobe"
)

// memory is the store as far as records, messages and letters go. What is in
// faults fails, by the name of the call and of what it is about.
type memory struct {
	Records
	Intake
	Cards
	Replies

	mu       sync.Mutex
	faults   map[string]error
	releases map[string]bot.Release
	ids      []string // what is not over
	past     map[string][]bot.Past
	states   []bot.TargetState
	letters  []bot.Letter
	drafts   []bot.Draft
	messages map[bot.MessageKey]bot.MessageState
	failed   []bot.MessageKey
	shown    []shownCard
	edits    []bot.Urgency
	wait     time.Duration // until there is an edit
	url      string        // where a requester is answered
}

type shownCard struct {
	card  bot.DirtyCard
	pause time.Duration
}

func newMemory(known ...bot.Release) *memory {
	m := &memory{
		faults: map[string]error{}, releases: map[string]bot.Release{}, past: map[string][]bot.Past{}, messages: map[bot.MessageKey]bot.MessageState{},
	}
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

func (m *memory) History(_ context.Context, t bot.Target, _ int) ([]bot.Past, error) {
	return m.past[t.Environment], m.faults["history "+t.Environment]
}

func (m *memory) Targets(context.Context, []bot.Target) ([]bot.TargetState, error) {
	return m.states, m.faults["targets"]
}

func (m *memory) Post(_ context.Context, l bot.Letter) (bot.Posted, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if err := m.faults["post "+l.Release]; err != nil {
		return "", err
	}
	m.letters = append(m.letters, l)
	return bot.PostStored, nil
}

func (m *memory) Create(_ context.Context, d bot.Draft) (bot.Created, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.drafts = append(m.drafts, d)
	return bot.Created{Release: bot.Release{ID: d.Target.Service + "-1", Phase: bot.Requested, Part: d.Part}}, m.faults["create "+d.Target.Service]
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
	pause(ctx, nil, s.slow)
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

func (s *screen) Tell(_ context.Context, to bot.Reply, a bot.Answer) error {
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

// logbook keeps what was logged.
type logbook struct {
	mu    sync.Mutex
	lines []string
}

func (l *logbook) Enabled(context.Context, slog.Level) bool { return true }
func (l *logbook) WithAttrs([]slog.Attr) slog.Handler       { return l }
func (l *logbook) WithGroup(string) slog.Handler            { return l }

func (l *logbook) Handle(_ context.Context, r slog.Record) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.lines = append(l.lines, r.Level.String()+" "+r.Message)
	return nil
}

// says tells whether a line was logged that holds the words.
func (l *logbook) says(words string) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return slices.ContainsFunc(l.lines, func(line string) bool { return strings.Contains(line, words) })
}

// declaring reads a slipway.yaml, each text once: it takes longer than the tests.
func declaring(tb testing.TB, text string) *catalog.Catalog {
	tb.Helper()
	read, _ := declared.LoadOrStore(text, sync.OnceValues(func() (*catalog.Catalog, error) {
		return catalog.Parse([]byte(text), func(string) (string, bool) { return "", false }, []catalog.Source{httpprobe.Kind()})
	}))
	once, _ := read.(func() (*catalog.Catalog, error))
	c, err := once()
	if err != nil {
		tb.Fatal(err)
	}
	return c
}

// declared holds what was read, by its text.
var declared sync.Map

// shop declares a service that shows itself in a channel of its own.
const shop = `
slack: {mode: http, bot_token: xoxb-1, signing_secret: abcdefgh, team: T0001, alerts: C0ALERTS}
github: {token: ghp_1}
redis: {url: "redis://127.0.0.1:6379/0"}
people:
  anna: {slack: U01ANNA, github: anna-gh}
  ben: {slack: U02BEN, github: ben-gh}
groups:
  sre: {members: [anna, ben]}
  leads: {members: [ben]}
  oncall: {slack_usergroup: S0ONCALL}
services:
  api:
    repo: acme/api
    workflow: deploy.yml
    channel: C0API
    links: {logs: "https://logs.example.com/api"}
    environments:
      production: {}
  web:
    repo: acme/web
    workflow: deploy.yml
    channel: C0WEB
    environments:
      production: {}
`

// without is the shop whose operator declared no channel for alerts.
func withoutAlerts() string { return strings.Replace(shop, ", alerts: C0ALERTS", "", 1) }
