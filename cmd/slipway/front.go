package main

import (
	"context"
	"crypto/rand"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"strings"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/slipwayhq/slipway/bot"
	"github.com/slipwayhq/slipway/bot/catalog"
	"github.com/slipwayhq/slipway/commands"
	"github.com/slipwayhq/slipway/integrations/github"
	"github.com/slipwayhq/slipway/integrations/slack"
)

// front is what people, Slack and GitHub speak to.
type front struct {
	inbound *slack.Inbound
	// socket brings in what Slack sends where slipway connects to Slack, and is nil
	// where Slack posts it.
	socket *slack.Socket
	ready  *readyCheck
	server *http.Server
	// admin serves /readyz and /metrics where they have an address of their
	// own, and is nil where they have not.
	admin *http.Server
	log   *slog.Logger
}

// newFront joins what is asked for to the commands that answer it.
func newFront(ctx context.Context, declared *catalog.Catalog, m *motor, log *slog.Logger) (*front, error) {
	user, err := whoWeAre(ctx, declared.Slack.Team, m.sender, log)
	if err != nil {
		return nil, err
	}
	f := &front{ready: &readyCheck{store: m.store}, log: log}
	bodies := newRoom(bodyRoom, maxConnections)
	handler := commands.New(m.commandPorts(), declared, time.Now)
	f.inbound, err = slack.NewInbound(slack.InboundOptions{
		Team: declared.Slack.Team, BotUser: user,
		Commands: map[string]string{
			"deploy": declared.Slack.Commands.Deploy, "rollback": declared.Slack.Commands.Rollback, "status": declared.Slack.Commands.Status,
		},
		People: m.accounts, Forms: handler, Turnover: m.store.NoteTurnover,
	}, handler, m.sender, log)
	if err != nil {
		return nil, err
	}
	mux := http.NewServeMux()
	if err := f.hearSlack(ctx, declared.Slack, bodies, m, mux); err != nil {
		return nil, err
	}
	mux.HandleFunc("GET /healthz", alive)
	inside := mux
	if declared.ListenAdmin != "" {
		inside = http.NewServeMux()
		inside.HandleFunc("GET /healthz", alive)
		f.admin = newServer(inside, log)
	}
	inside.Handle("GET /readyz", f.ready)
	inside.Handle("GET /metrics", newMetrics(m.store, f.ready.links, log))
	if err := handleWebhooks(mux, declared.GitHub, bodies, m, log); err != nil {
		return nil, err
	}
	f.server = newServer(mux, log)
	return f, nil
}

// hearSlack has what Slack sends come in, the way that is declared. Where slipway
// connects to Slack the first connection is opened here, so that a wrong token shows
// at once.
func (f *front) hearSlack(ctx context.Context, declared catalog.Slack, bodies *room, m *motor, mux *http.ServeMux) error {
	if declared.Mode == catalog.SlackHTTP {
		requests, err := f.inbound.HTTP(slack.HTTPOptions{SigningSecrets: revealed(declared.SigningSecrets), Read: bodies.read})
		if err != nil {
			return err
		}
		mux.Handle("/slack/", m.ears.noting(requests))
		return nil
	}
	var err error
	f.socket, err = f.inbound.Socket(slack.SocketOptions{
		AppToken: declared.AppToken.Reveal(), APIURL: declared.APIURL, Process: rand.Text(), Connections: m.store, Troubles: m.store,
		Heard: m.ears.envelope,
	})
	if err != nil {
		return err
	}
	f.ready.links = f.socket.Open
	return f.socket.Begin(ctx)
}

// whoWeAre asks Slack who slipway is there. A wrong token or workspace is
// found out at once; with Slack away slipway begins all the same, since
// releases go on without it.
func whoWeAre(ctx context.Context, team string, sender *slack.Sender, log *slog.Logger) (user string, err error) {
	ctx, cancel := context.WithTimeout(ctx, 5*time.Second)
	defer cancel()
	workspace, user, err := sender.AuthTest(ctx)
	switch {
	case err == nil && strings.HasPrefix(workspace, "E"):
		return "", &bot.Error{
			Kind: bot.Invalid, Op: "check the workspace",
			Says: fmt.Sprintf("the Slack app is installed for the whole organisation %s, and slipway serves one workspace of it", workspace),
			Mend: "Install the app in that workspace itself, name the workspace (T...) under slack.team, and use that installation's bot token.",
		}
	case err == nil && workspace != team:
		return "", &bot.Error{
			Kind: bot.Invalid, Op: "check the workspace",
			Says: fmt.Sprintf("slack.bot_token belongs to the workspace %s, but slack.team is %s", workspace, team),
			Mend: "Make both name the same workspace.",
		}
	case err == nil:
		return user, nil
	case bot.KindOf(err) == bot.Denied || bot.KindOf(err) == bot.Invalid:
		return "", err
	default:
		log.Warn("Slack does not answer; slipway begins without it", bot.ErrAttr(err))
		return "", nil
	}
}

func handleWebhooks(mux *http.ServeMux, g catalog.GitHub, bodies *room, m *motor, log *slog.Logger) error {
	if !g.WebhookSecret.IsSet() {
		log.Info("no webhook secret is configured, so runs are followed by polling alone")
		return nil
	}
	webhooks, err := github.NewWebhooks(g.WebhookSecret.Reveal(), bodies.read, hints{find: m.store.ReleaseOfRun, post: m.engine.Post, hear: m.ears.saw, nudge: m.reconciler.Nudge, look: m.reconciler.NudgeDeployments}, log)
	if err != nil {
		return err
	}
	mux.Handle("/github/webhooks", webhooks)
	return nil
}

func revealed(secrets []catalog.Secret) []string {
	texts := make([]string, 0, len(secrets))
	for _, s := range secrets {
		texts = append(texts, s.Reveal())
	}
	return texts
}

// names are what the operator calls people, by account.
func names(people []catalog.Person) map[string]string {
	byAccount := make(map[string]string, len(people))
	for _, p := range people {
		byAccount[p.Slack] = p.Name
	}
	return byAccount
}

// serve serves until ctx is cancelled, and then until what was begun has been
// answered.
func (f *front) serve(ctx context.Context, listener net.Listener) error {
	f.ready.ready.Store(true)
	go func() {
		<-ctx.Done()
		f.ready.ready.Store(false)
	}()
	g, both := errgroup.WithContext(ctx)
	g.Go(func() error { return serveHTTP(both, f.server, newEntrance(listener, maxConnections)) })
	if f.socket != nil {
		g.Go(func() error { return f.socket.Run(both) })
	}
	err := g.Wait()
	grace, cancel := context.WithTimeout(context.WithoutCancel(ctx), stopTime)
	defer cancel()
	if late := f.inbound.Close(grace); late != nil {
		f.log.Warn("some answers were not sent", slog.String("error", late.Error()))
	}
	return err
}
