package main

import (
	"context"
	"log/slog"
	"time"

	"github.com/slipwayhq/slipway/bot"
	"github.com/slipwayhq/slipway/bot/guard"
)

// unrecognisedStore finds what a newer slipway stored and this one does not
// understand.
type unrecognisedStore interface {
	Unrecognised() <-chan bot.Unrecognised
	MaySay(ctx context.Context, of bot.Unrecognised) (bool, error)
}

const (
	// tellTime bounds one try to speak of a stranger.
	tellTime = 10 * time.Second
	// tellRetry is the pause after a try that failed; it grows up to
	// maxTellPause.
	tellRetry    = 5 * time.Second
	maxTellPause = 10 * time.Minute
	// maxWaiting is how many wait to be said; the log has the others.
	maxWaiting = 200
)

// unrecognisedTeller says in the alerts channel what this version of slipway leaves
// alone because a newer one made it: a replica that was not upgraded must not
// go unnoticed. Without a channel the log alone says it.
type unrecognisedTeller struct {
	store   unrecognisedStore
	post    func(ctx context.Context, m bot.Message, leave func(context.Context) error) (bot.MessageRef, error)
	channel string
	log     *slog.Logger
}

// untold is a stranger that is still to be spoken of.
type untold struct {
	of    bot.Unrecognised
	mine  bool // it was found out that it is for this process to speak
	tries int
	next  time.Time
}

// run speaks until ctx is cancelled. One that cannot be said is tried again ever
// more slowly, and keeps no other one waiting.
func (t unrecognisedTeller) run(ctx context.Context) error {
	ticker := time.NewTicker(time.Second)
	defer ticker.Stop()
	var waiting []untold
	for {
		select {
		case <-ctx.Done():
			return nil
		case of := <-t.store.Unrecognised():
			if t.channel != "" && len(waiting) < maxWaiting {
				waiting = append(waiting, untold{of: of})
			}
		case <-ticker.C:
		}
		still := waiting[:0]
		for _, u := range waiting {
			if time.Now().Before(u.next) || !t.told(ctx, &u) {
				still = append(still, u)
			}
		}
		waiting = still
	}
}

// told says whether a stranger needs to be spoken of no more.
func (t unrecognisedTeller) told(ctx context.Context, u *untold) bool {
	err := guard.Do(func() (err error) { u.mine, err = t.try(ctx, u.of, u.mine); return err })
	if err == nil {
		return true
	}
	t.log.Warn("it could not be said what slipway does not understand in Redis", bot.ErrAttr(err))
	u.tries++
	u.next = time.Now().Add(max(bot.RetryAfter(err), min(tellRetry<<min(u.tries-1, 7), maxTellPause)))
	return false
}

// try returns whether it is for this process to speak, which is found out once.
func (t unrecognisedTeller) try(ctx context.Context, of bot.Unrecognised, mine bool) (bool, error) { //nolint:revive // it is carried from try to try
	ctx, cancel := context.WithTimeout(ctx, tellTime)
	defer cancel()
	if !mine {
		may, err := t.store.MaySay(ctx, of)
		if err != nil || !may {
			return false, err
		}
	}
	_, err := t.post(ctx, bot.Message{
		Key: bot.MessageKey{Release: of.Release, Kind: "alert_newer_version"}, Channel: t.channel,
		Body: bot.Notice{Says: of.Says, Mend: of.Mend},
	}, nil)
	return true, err
}
