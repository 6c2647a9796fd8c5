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
	// stumbles is after how many panics in a row a release is put aside.
	stumbles = 3
	// stumbleWait is the pause after a panic; each further one doubles it.
	stumbleWait = 2 * time.Second
)

// work runs one step of a release. A panic costs only this step: what was saved is
// saved, and the rest is found in the outbox, as if the process had been killed there.
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
