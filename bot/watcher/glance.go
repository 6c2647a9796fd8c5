package watcher

import (
	"context"
	"time"

	"github.com/slipwayhq/slipway/bot"
	"github.com/slipwayhq/slipway/bot/guard"
	"github.com/slipwayhq/slipway/bot/health"
)

// bounded is a source whose answers are good or bad, and that can say what is good.
type bounded interface {
	Bound(q bot.Question) string
}

// actor is a source that starts something when it is asked. So it is asked during a watch
// only, and never just to look.
type actor interface {
	Acts()
}

// Glance asks one probe once, and says what its answer alone shows.
func (w *Watcher) Glance(ctx context.Context, q bot.Question) bot.Glance {
	source, known := w.sources[q.Probe.Source]
	if !known {
		return bot.Glance{Probe: q.Probe.Name, State: bot.NotTold, Saw: unknownSource}
	}
	if _, acts := source.(actor); acts {
		return bot.Glance{Probe: q.Probe.Name, State: bot.NotShown, Saw: "it would start something, so it is not asked"}
	}
	good := ""
	if bounded, says := source.(bounded); says {
		good = bounded.Bound(q)
	}
	return health.Glance(q.Probe, w.guarded(ctx, source, q), good)
}

// Now asks probes about the live release of a target, all at once, and says what each
// shows, in the order of the probes.
func (w *Watcher) Now(ctx context.Context, live bot.Release, probes []bot.Probe) []bot.Glance {
	glances := make([]bot.Glance, len(probes))
	var g guard.WaitGroup
	for i, probe := range probes {
		g.Go(func() {
			q := questionOf(live, probe, time.Time{})
			q.For, q.Early = bot.ForLook, false
			glances[i] = w.Glance(ctx, q)
		})
	}
	g.Wait()
	return glances
}

// versioned is a source whose answers may tell which version of the service answered.
type versioned interface {
	// Version returns false if the version could not be found out.
	Version(ctx context.Context, q bot.Question) (string, bool)
}

// Version asks a probe which version is live. It returns false if that could not be found
// out.
func (w *Watcher) Version(ctx context.Context, q bot.Question) (string, bool) {
	source, tells := w.sources[q.Probe.Source].(versioned)
	if !tells {
		return "", false
	}
	q.For = bot.ForLook
	return source.Version(ctx, q)
}
