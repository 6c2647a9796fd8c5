package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"strings"

	"github.com/spf13/cobra"
	"golang.org/x/sync/errgroup"

	"github.com/slipwayhq/slipway/bot"
	"github.com/slipwayhq/slipway/bot/catalog"
)

// readyMessage is logged, with the address, when slipway can be spoken to.
const readyMessage = "ready"

func newServe(w world) *cobra.Command {
	var path string
	c := &cobra.Command{
		Use:        "serve",
		SuggestFor: []string{"start", "run", "up"},
		Short:      "Serve the workspace that slipway.yaml describes",
		Args:       cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			log := newLogger(w.err)
			loaded, err := loadConfig(path, w)
			if err == nil {
				err = serve(c.Context(), loaded, log)
			}
			return logged(log, err)
		},
	}
	configFlag(c, &path)
	return c
}

// logged writes why serve ended into the log, where whoever keeps it running looks,
// and where every line is JSON. The faults of a slipway.yaml are a list in it.
func logged(log *slog.Logger, err error) error {
	if err == nil {
		return nil
	}
	says, mend := explained(err)
	var more []any
	if faults, ok := errors.AsType[catalog.Faults](err); ok {
		says = strings.TrimSuffix(says, ":\n"+faults.Error())
		more = append(more, slog.Any("faults", strings.Split(faults.Error(), "\n")))
	}
	if mend != "" {
		more = append(more, slog.String("mend", mend))
	}
	log.Error("slipway cannot serve", append([]any{slog.String("error", says)}, more...)...)
	return &loggedError{err}
}

// serve runs slipway until ctx is cancelled. Everything that can be wrong at
// the beginning is found before anything is served.
func serve(ctx context.Context, declared *catalog.Catalog, log *slog.Logger) error {
	m, err := openMotor(ctx, declared, log)
	if err != nil {
		return err
	}
	defer m.close()
	if err := m.reconciler.Begin(ctx); err != nil {
		return err
	}
	f, err := newFront(ctx, declared, m, log)
	if err != nil {
		return err
	}
	listener, err := listen(ctx, declared.Listen)
	if err != nil {
		return err
	}
	g, ctx := errgroup.WithContext(ctx)
	if f.admin != nil {
		admin, err := listen(ctx, declared.ListenAdmin)
		if err != nil {
			return errors.Join(err, listener.Close())
		}
		log.Info("health and metrics have an address of their own", slog.String("admin_address", admin.Addr().String()))
		g.Go(func() error { return serveHTTP(ctx, f.admin, newEntrance(admin, maxConnections)) })
	}
	g.Go(func() error { return m.run(ctx) })
	g.Go(func() error { return f.inbound.Homes(ctx) })
	g.Go(func() error { return f.serve(ctx, listener) })
	g.Go(func() error {
		m.store.Turnovers(ctx, func(t bot.Turnover) { m.accounts.Forget(t); m.people.Forget(t) })
		return nil
	})
	g.Go(func() error {
		return unrecognisedTeller{store: m.store, post: m.sender.Post, channel: declared.Slack.Alerts, log: log}.run(ctx)
	})
	log.Info(readyMessage, slog.String("address", listener.Addr().String()), slog.String("version", version))
	err = g.Wait()
	log.Info("stopped")
	return err
}

func listen(ctx context.Context, address string) (net.Listener, error) {
	var lc net.ListenConfig
	listener, err := lc.Listen(ctx, "tcp", address)
	if err != nil {
		return nil, fmt.Errorf("listen on %s: %w", address, err)
	}
	return listener, nil
}
