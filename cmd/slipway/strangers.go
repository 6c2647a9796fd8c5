package main

import (
	"context"
	"log/slog"
	"time"

	"github.com/slipwayhq/slipway/bot"
)

// strangerStore finds what a newer slipway stored and this one does not
// understand.
type strangerStore interface {
	Strangers() <-chan bot.Stranger
	MaySay(ctx context.Context, of bot.Stranger) (bool, error)
}

const (
	// strangerTime bounds one try to speak of a stranger.
	strangerTime = 10 * time.Second
	// strangerRetry is the pause after a try that failed.
	strangerRetry = 5 * time.Second
)

// strangerTeller says in the alerts channel what this version of slipway leaves
// alone because a newer one made it: a replica that was not upgraded must not
// go unnoticed. Without a channel the log alone says it.
type strangerTeller struct {
	store   strangerStore
	post    func(ctx context.Context, m bot.Message, leave func(context.Context) error) (bot.MessageRef, error)
	channel string
	log     *slog.Logger
}

// run speaks until ctx is cancelled.
func (t strangerTeller) run(ctx context.Context) error {
	for {
		select {
		case <-ctx.Done():
			return nil
		case of := <-t.store.Strangers():
			if t.channel != "" {
				t.tell(ctx, of)
			}
		}
	}
}

// tell tries until it is said, by this process or by another one.
func (t strangerTeller) tell(ctx context.Context, of bot.Stranger) {
	for mine := false; ; {
		var err error
		if mine, err = t.try(ctx, of, mine); err == nil {
			return
		}
		t.log.Warn("it could not be said that a newer version of slipway left something", slog.String("error", err.Error()))
		select {
		case <-ctx.Done():
			return
		case <-time.After(max(strangerRetry, bot.RetryAfter(err))):
		}
	}
}

// try returns whether it is for this process to speak, which is found out once.
func (t strangerTeller) try(ctx context.Context, of bot.Stranger, mine bool) (bool, error) { //nolint:revive // it is carried from try to try
	ctx, cancel := context.WithTimeout(ctx, strangerTime)
	defer cancel()
	if !mine {
		may, err := t.store.MaySay(ctx, of)
		if err != nil || !may {
			return false, err
		}
	}
	_, err := t.post(ctx, bot.Message{
		Key: bot.MessageKey{Release: of.Release, Kind: "alert_newer_version"}, Channel: t.channel,
		Body: bot.Notice{Says: of.Says, Mend: "Look whether all replicas run the newest version of slipway that was started; an older one leaves this to it."},
	}, nil)
	return true, err
}
