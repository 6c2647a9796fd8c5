package announcer

import (
	"context"
	"fmt"
	"log/slog"
	"strings"
	"time"

	"github.com/slipwayhq/slipway/bot"
	"github.com/slipwayhq/slipway/bot/catalog"
	"github.com/slipwayhq/slipway/bot/loop"
)

const (
	// nagEvery is how often forgotten locks are looked for.
	nagEvery = time.Minute
	// nagWithin bounds how long asking one of them may take.
	nagWithin = 15 * time.Second
	// maxNags is how often one is asked about, two weeks long where nothing else is
	// declared: who has not answered by then will not.
	maxNags = 14
)

// watchLocks asks the owners of old locks whether they are still needed. Each is asked
// once for each age; a message that is lost is not repeated, since the next one
// follows.
func (a *Announcer) watchLocks(ctx context.Context) error {
	for ctx.Err() == nil {
		stale, err := a.ports.Locks.StaleLocks(ctx, a.catalog.LockNag)
		if err != nil && ctx.Err() == nil {
			a.log.Warn("locks that may be forgotten could not be read", bot.ErrAttr(err))
		}
		for _, l := range stale {
			loop.Alone(a.log, l.Key(), func() { a.askAbout(ctx, l) })
		}
		loop.Pause(ctx, nil, max(time.Second, min(nagEvery, a.catalog.LockNag)))
	}
	return ctx.Err()
}

// askAbout asks the owner of one lock.
func (a *Announcer) askAbout(ctx context.Context, l bot.Lock) {
	if a.nags(l) > maxNags {
		return
	}
	ctx, cancel := context.WithTimeout(ctx, nagWithin)
	defer cancel()
	if err := a.ports.Chat.Tell(ctx, bot.Reply{To: l.By}, bot.Done{Says: a.nag(l)}); err != nil {
		a.log.Warn("the owner of a lock could not be asked whether it is still needed", slog.String("lock", l.Key()), bot.ErrAttr(err))
	}
}

func (a *Announcer) nag(l bot.Lock) string {
	words := []string{a.catalog.Slack.Commands.Deploy, l.Kind.Undo(), catalog.EveryService, l.Scope.Environment}
	if l.Scope.Service != "" {
		words[2] = l.Scope.Service
	}
	says := fmt.Sprintf("You have kept %s %s since %s, and nobody else can deploy there. If that is not needed any more: `%s`",
		l.Scope, l.Kind.Done(), l.At.UTC().Format("Mon 2 Jan 2006 15:04 MST"), strings.TrimSpace(strings.Join(words, " ")))
	if a.nags(l) == maxNags {
		says += ". This is the last reminder; it stays on the board."
	}
	return says
}

// nags is how often the owner of a lock should have been asked by now: to the nearest, since
// it is the clock of the store that says when they are asked, and ours may be behind it.
func (a *Announcer) nags(l bot.Lock) int {
	return int((time.Since(l.At) + a.catalog.LockNag/2) / a.catalog.LockNag)
}
