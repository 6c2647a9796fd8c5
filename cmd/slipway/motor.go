package main

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"os"
	"time"

	"github.com/redis/go-redis/v9"
	"golang.org/x/sync/errgroup"

	"github.com/slipwayhq/slipway/bot"
	"github.com/slipwayhq/slipway/bot/announcer"
	"github.com/slipwayhq/slipway/bot/catalog"
	"github.com/slipwayhq/slipway/bot/changes"
	"github.com/slipwayhq/slipway/bot/engine"
	"github.com/slipwayhq/slipway/bot/people"
	"github.com/slipwayhq/slipway/bot/planner"
	"github.com/slipwayhq/slipway/bot/reconciler"
	"github.com/slipwayhq/slipway/bot/watcher"
	"github.com/slipwayhq/slipway/commands"
	"github.com/slipwayhq/slipway/integrations/github"
	"github.com/slipwayhq/slipway/integrations/slack"
	"github.com/slipwayhq/slipway/integrations/webhook"
	"github.com/slipwayhq/slipway/state"
	"github.com/slipwayhq/slipway/state/embedded"
)

// motor is the engine with everything it stands on: what moves releases,
// without what people speak to.
type motor struct {
	engine     *engine.Engine
	planner    *planner.Planner
	announcer  *announcer.Announcer
	reconciler *reconciler.Reconciler
	people     *people.People
	watcher    *watcher.Watcher
	accounts   *slack.People
	store      *state.Store
	sender     *slack.Sender
	host       *github.Client
	own        *embedded.Server // nil: Redis runs elsewhere
	ears       *lastSeen
	closes     []func() // in the order in which they are called
}

// openMotor opens the store and the adapters and joins them to the engine.
func openMotor(ctx context.Context, declared *catalog.Catalog, log *slog.Logger) (*motor, error) {
	m := &motor{}
	if err := m.openStore(ctx, declared.Redis, log); err != nil {
		m.close()
		return nil, err
	}
	if err := m.join(declared, log); err != nil {
		m.close()
		return nil, err
	}
	m.closes = append([]func(){func() {
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), stopTime)
		defer cancel()
		stopLogged(log, "what was being uploaded to Slack", func() error { return m.sender.Close(ctx) })
	}}, m.closes...)
	return m, nil
}

// openStore opens Redis, after starting one of our own if that is declared. It
// is stopped last.
func (m *motor) openStore(ctx context.Context, r catalog.Redis, log *slog.Logger) error {
	options := state.Options{URL: r.URL.Reveal(), Mode: state.Mode(r.Mode), WaitReplicas: r.WaitReplicas, KeepHistory: r.KeepHistory}
	if r.Mode == catalog.RedisEmbedded {
		server, err := embedded.Start(ctx, r.DataDir, log)
		if err != nil {
			return err
		}
		m.closes = append(m.closes, func() { stopLogged(log, "the embedded Redis", server.Stop) })
		m.own = server
		options.URL, options.Mode = server.URL(), state.Single
	}
	redis.SetLogger(redisLog{log})
	store, err := state.Open(ctx, options, log)
	if bot.KindOf(err) == bot.Unavailable {
		says, mend := bot.ForPeople(err)
		return &bot.Error{
			Kind: bot.Unavailable, Op: "open the store", Says: "the Redis that redis.url names cannot be used: " + says, Err: err,
			Mend: mend + " Nothing was started.",
		}
	}
	if err != nil {
		return err
	}
	m.store = store
	m.closes = append([]func(){func() { stopLogged(log, "the store", store.Close) }}, m.closes...)
	return m.goOn(ctx, log)
}

// goOn has a Redis of our own go on where it was stopped cleanly, and notes as the
// last thing that it is stopped cleanly again.
func (m *motor) goOn(ctx context.Context, log *slog.Logger) error {
	if m.own == nil {
		return nil
	}
	continued, err := m.store.Continue(ctx, m.own.Rested())
	if err != nil {
		return err
	}
	log.Info("the embedded Redis began", slog.Bool("goes_on_after_a_clean_stop", continued))
	m.closes = append([]func(){func() {
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), stopTime)
		defer cancel()
		stopLogged(log, "the store", func() error { return m.store.Rest(ctx, m.own.StopToken()) })
	}}, m.closes...)
	return nil
}

// join makes the adapters and the rooms that use them.
func (m *motor) join(declared *catalog.Catalog, log *slog.Logger) error {
	host, err := newGitHub(declared.GitHub, m.store, log)
	if err != nil {
		return err
	}
	m.host = host
	m.ears = newLastSeen(m.store.NoteSeen, reposOf(declared), log)
	m.sender, err = slack.NewSender(slack.SenderOptions{
		Token: declared.Slack.BotToken.Reveal(), APIURL: declared.Slack.APIURL, Alerts: declared.Slack.Alerts, Troubles: m.store,
	}, log)
	if err != nil {
		return err
	}
	watching, err := newWatcher(opening{declared, host, log}, sources())
	if err != nil {
		return err
	}
	m.watcher = watching
	m.accounts = slack.NewPeople(declared.Slack.Team, names(declared.People), m.sender)
	m.joinRooms(declared, log)
	return nil
}

// joinRooms makes the rooms of the motor, each of what the ones before it answer.
func (m *motor) joinRooms(declared *catalog.Catalog, log *slog.Logger) {
	m.people = people.New(declared, people.Ports{Accounts: m.accounts, ChatGroups: m.sender, Teams: m.host}, log)
	m.announcer = announcer.New(declared, announcer.Ports{
		Cards: m.store, Messages: m.store, Losses: m.store, Replies: m.store, Noise: m.store, Unshown: m.store, Troubles: m.store, Unheard: m.store, Locks: m.store,
		Chat: m.sender, Sight: m.sender, People: m.people, Members: m.people,
		Changes: changes.New(declared, m.store), Subscriptions: m.store, Hooks: webhook.New(receivers(declared.Webhooks)),
	}, announcer.Options{EditPause: declared.Slack.EditPause}, log)
	m.reconciler = reconciler.New(declared, reconciler.Ports{
		Clock: m.store, Epochs: m.store, Comparisons: m.store, Numbers: m.store, Doubts: m.store, Aside: m.store, Releases: m.store, Inbox: m.store,
		Besides: m.store, Histories: m.store, Runs: m.host, Owners: m.store, People: m.people, Voice: m.announcer, Versions: m.watcher, Others: m.host,
	}, log)
	m.planner = planner.New(declared, planner.Ports{
		Records: m.store, Quarantines: m.store, Locks: m.store, Resolver: m.host, Branches: m.host, Workflows: m.host, Reader: m.host,
		Environments: m.host, Reviewed: m.host, People: m.people, Reruns: m.reconciler, Distances: m.host, World: m.watcher,
	}, log)
	m.engine = engine.New(declared, engine.Ports{
		Intake: m.store, Work: m.store, Slots: m.store, Records: m.store, Doubts: m.store, Aside: m.store, Owners: m.store,
		Caution: m.reconciler, Planner: m.planner, Lookout: m.planner, Workflows: m.planner, Announcer: m.announcer, Notifier: m.announcer, People: m.people,
		Runner: m.host, Runs: m.host, Deployments: m.host, Watcher: m.watcher,
	}, engine.Options{}, log)
}

// receivers are the webhooks by the names under which what is to be sent is stored.
func receivers(declared []catalog.Webhook) map[string]webhook.Receiver {
	to := map[string]webhook.Receiver{}
	for _, w := range declared {
		to[w.ID] = webhook.Receiver{URL: w.URL.Reveal(), Secret: w.Secret.Reveal()}
	}
	return to
}

// run moves releases, speaks of them and watches over them until ctx is cancelled.
// It returns nil on a clean stop.
func (m *motor) run(ctx context.Context) error {
	g, ctx := errgroup.WithContext(ctx)
	for _, room := range []func(context.Context) error{m.engine.Run, m.announcer.Run, m.reconciler.Run} {
		g.Go(func() error { return room(ctx) })
	}
	return g.Wait()
}

// commandPorts are what the commands ask and tell.
func (m *motor) commandPorts() commands.Ports {
	return commands.Ports{
		Intake: m.engine, Records: m.store, UnderWay: m.store, Locks: m.store, Troubles: m.store, People: m.people, Doubts: m.reconciler, Answers: m.store, Subscriptions: m.store, Branches: m.planner, Distances: m.planner, Health: m.watcher, Refs: m.host, Previews: m.planner,
	}
}

func (m *motor) close() {
	for _, f := range m.closes {
		f()
	}
}

func newGitHub(g catalog.GitHub, store *state.Store, log *slog.Logger) (*github.Client, error) {
	options := github.Options{Token: g.Token.Reveal(), APIURL: g.APIURL, StateKeys: stateKeys(g, store)}
	if g.App != nil {
		key, err := readKey(g.App.PrivateKeyFile)
		if err != nil {
			return nil, fmt.Errorf("read the GitHub App's private key: %w", err)
		}
		options.App = &github.App{ID: g.App.ID, InstallationID: g.App.InstallationID, Key: key}
	}
	return github.New(options, log)
}

// longestKey is far more than any private key has, in bytes.
const longestKey = 1 << 20

// stateKeys are the declared keys, or the one that the store keeps: it is asked
// each time, since it may have forgotten.
func stateKeys(g catalog.GitHub, store *state.Store) github.StateKeys {
	return func(ctx context.Context) ([]string, error) {
		if len(g.StateKeys) > 0 {
			return revealed(g.StateKeys), nil
		}
		key, err := store.StateKey(ctx)
		return []string{key}, err
	}
}

func readKey(path string) ([]byte, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer func() { _ = f.Close() }() // only read from
	text, err := io.ReadAll(io.LimitReader(f, longestKey))
	if err != nil {
		return nil, err
	}
	return github.PrivateKey(text)
}

// stopTime bounds how long one part may take to stop.
const stopTime = 5 * time.Second

func stopLogged(log *slog.Logger, what string, stop func() error) {
	if err := stop(); err != nil {
		log.Warn("a part did not stop cleanly", slog.String("part", what), bot.ErrAttr(err))
	}
}
