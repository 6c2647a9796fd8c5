package watcher

import (
	"context"

	"github.com/slipwayhq/slipway/bot"
	"github.com/slipwayhq/slipway/bot/guard"
	"github.com/slipwayhq/slipway/bot/health"
)

// Bounded is a source whose answers are good or bad, and that can say what is good.
type Bounded interface {
	Bound(q bot.Question) string
}

// Actor is a source that starts something where it is asked, and so is not asked only to
// see how things are.
type Actor interface {
	Acts()
}

// Glance looks at one probe once, and says what that shows by itself.
func (w *Watcher) Glance(ctx context.Context, q bot.Question) bot.Glance {
	source, known := w.sources[q.Probe.Source]
	if !known {
		return bot.Glance{Probe: q.Probe.Name, State: bot.NotTold, Saw: unknownSource}
	}
	if _, acts := source.(Actor); acts {
		return bot.Glance{Probe: q.Probe.Name, State: bot.NotShown, Saw: "it would start something, so it is not asked"}
	}
	good := ""
	if bounded, says := source.(Bounded); says {
		good = bounded.Bound(q)
	}
	return health.Glance(q.Probe, w.guarded(ctx, source, q), good)
}

// Now looks at some probes of what is live on a target, next to each other, and says what
// each shows, in their order.
func (w *Watcher) Now(ctx context.Context, live bot.Release, probes []bot.Probe) []bot.Glance {
	glances := make([]bot.Glance, len(probes))
	var g guard.WaitGroup
	for i, probe := range probes {
		g.Go(func() {
			q := questionOf(live, probe)
			q.For, q.Early = bot.ForLook, false
			glances[i] = w.Glance(ctx, q)
		})
	}
	g.Wait()
	return glances
}

// Versioned is a source whose answers may tell which version it is that answers.
type Versioned interface {
	// Version is false where it could not be had.
	Version(ctx context.Context, q bot.Question) (string, bool)
}

// Version asks a probe which version is live; false: it could not be told.
func (w *Watcher) Version(ctx context.Context, q bot.Question) (string, bool) {
	source, tells := w.sources[q.Probe.Source].(Versioned)
	if !tells {
		return "", false
	}
	q.For = bot.ForLook
	return source.Version(ctx, q)
}
