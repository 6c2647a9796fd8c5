package engine

import (
	"context"
	"fmt"
	"log/slog"
	"strconv"
	"time"

	"github.com/slipwayhq/slipway/bot"
	"github.com/slipwayhq/slipway/bot/guard"
)

const (
	// stumbles is how many panics in a row put a release aside.
	stumbles = 3
	// stumbleWait is how soon a release is tried again that met a panic; each
	// further one makes it longer.
	stumbleWait = 2 * time.Second
)

// work moves a release on. A panic costs this release's step alone: what it had
// saved is saved, and what it was about to do is found in the outbox, as if the
// process had been killed at that point.
func (e *Engine) work(ctx context.Context, c bot.Claim, asked time.Time) {
	err := guard.Do(func() error { e.advance(ctx, c, asked); return nil })
	if err != nil {
		e.stumbled(ctx, c, err)
	}
}

func (e *Engine) stumbled(ctx context.Context, c bot.Claim, why error) {
	log := e.log.With(slog.String("release", c.Release.ID))
	log.Error("a step of a release panicked", bot.ErrAttr(why), slog.String("stack", guard.Stack(why)))
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), 2*time.Second)
	defer cancel()
	times, err := e.ports.Aside.Stumble(ctx, c.Release.ID, c.Fence, stumbleWait, stumbles)
	if err != nil {
		logLost(log, "a release that met a panic was not handed back", err)
		return
	}
	if times < stumbles {
		return
	}
	err = e.ports.Doubts.Raise(ctx, bot.Doubt{
		Target: c.Release.Target, About: "release " + c.Release.ID, Of: strconv.FormatInt(c.Fence, 10), Release: c.Release.ID, Since: c.Now,
		Says: fmt.Sprintf("%s is put aside: slipway broke down %d times in a row as it worked on it", c.Release.ID, times),
		Mend: "Everything else goes on. The log of slipway says where it broke down; look at the run at GitHub, if there is one, before it is tried again.",
	})
	if err != nil {
		log.Error("it could not be noted that a release is put aside", bot.ErrAttr(err))
	}
}
