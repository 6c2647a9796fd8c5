package planner

import (
	"context"
	"log/slog"
	"sync"
	"time"

	"github.com/slipwayhq/slipway/bot"
	"github.com/slipwayhq/slipway/bot/guard"
)

// LookAtBranch counts the commits that came to the release's branch while it waited.
// They are not released: what is dispatched is what was planned.
func (p *Planner) LookAtBranch(ctx context.Context, r bot.Release) (bot.Event, error) {
	newer, err := p.Newer(ctx, r)
	if err != nil {
		return nil, err
	}
	return bot.BranchSeen{Newer: newer}, nil
}

// Newer counts the commits on the release's branch that it does not bring; 0 if it was
// not asked for by a branch's name.
func (p *Planner) Newer(ctx context.Context, r bot.Release) (int, error) {
	if r.Plan == nil || r.Plan.Commit.TipOf == "" {
		return 0, nil
	}
	planned := r.Plan.Commit
	tip, _, err := p.ports.Resolver.Commit(ctx, r.Plan.Repo, planned.TipOf)
	if err != nil || tip.SHA == planned.SHA {
		return 0, err
	}
	changes, _, err := p.ports.Resolver.Changes(ctx, r.Plan.Repo, planned.SHA, tip.SHA)
	if err != nil {
		return 0, err
	}
	switch changes.Direction {
	case bot.Forward, bot.Sideways:
		return changes.Total, nil
	case bot.Backward, bot.Same, bot.Unrelated:
	}
	return 0, nil
}

const (
	// maxDistances is how many are kept; beyond that it begins again.
	maxDistances = 10_000
	// distancesAtOnce is how many are counted next to each other, and maxCounting how many
	// wait for it at most.
	distancesAtOnce = 4
	maxCounting     = 100
	// distanceWithin bounds counting one, and distanceAgain is when one that failed is counted
	// again.
	distanceWithin = 10 * time.Second
	distanceAgain  = time.Minute
)

// distances caches how far commits lie apart, which never changes.
type distances struct {
	mu       sync.Mutex
	known    map[bot.CommitPair]bot.Distance
	failed   map[bot.CommitPair]time.Time
	counting map[bot.CommitPair]chan struct{} // closed when it is over
	turns    chan struct{}
}

func newDistances() *distances {
	return &distances{
		known: map[bot.CommitPair]bot.Distance{}, failed: map[bot.CommitPair]time.Time{}, counting: map[bot.CommitPair]chan struct{}{},
		turns: make(chan struct{}, distancesAtOnce),
	}
}

// Distances returns the distances that are known when ctx ends at the latest. The
// others are still counted, for the next caller: whole is false as long as any is
// missing.
func (p *Planner) Distances(ctx context.Context, wanted []bot.CommitPair) (found map[bot.CommitPair]bot.Distance, whole bool) {
	var waiting []<-chan struct{}
	for _, b := range wanted {
		if done := p.countDistance(ctx, b); done != nil {
			waiting = append(waiting, done)
		}
	}
	whole = true
	for _, done := range waiting {
		select {
		case <-done:
		case <-ctx.Done():
			whole = false
		}
	}
	return p.distances.of(wanted), whole
}

// countDistance starts counting a distance, unless it is known or cannot be counted
// now. The returned channel is closed when that is done.
func (p *Planner) countDistance(ctx context.Context, b bot.CommitPair) <-chan struct{} {
	done, first := p.distances.begin(b, time.Now())
	if !first {
		return done
	}
	ctx = context.WithoutCancel(ctx) // whoever asks next wants to know too
	go func() {
		err := guard.Do(func() error {
			p.distances.turns <- struct{}{}
			defer func() { <-p.distances.turns }()
			ctx, cancel := context.WithTimeout(ctx, distanceWithin)
			defer cancel()
			distance, err := p.ports.Distances.Distance(ctx, b)
			if err == nil {
				p.distances.keep(b, distance)
			}
			return err
		})
		if err != nil {
			p.log.Info("commits between environments could not be counted", slog.String("repo", b.Repo), bot.ErrAttr(err))
		}
		p.distances.over(b, err, time.Now())
	}()
	return done
}

// begin says whether the caller is to count a distance, and returns the channel to
// close afterwards; nil if the distance is known, failed a moment ago, or too many are
// being counted.
func (g *distances) begin(b bot.CommitPair, now time.Time) (done chan struct{}, first bool) {
	g.mu.Lock()
	defer g.mu.Unlock()
	_, known := g.known[b]
	failed, tried := g.failed[b]
	switch {
	case known, tried && now.Sub(failed) < distanceAgain:
		return nil, false
	case g.counting[b] != nil:
		return g.counting[b], false
	case len(g.counting) >= maxCounting:
		return nil, false
	}
	g.counting[b] = make(chan struct{})
	return g.counting[b], true
}

func (g *distances) keep(b bot.CommitPair, distance bot.Distance) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if len(g.known) >= maxDistances {
		clear(g.known)
	}
	g.known[b] = distance
}

func (g *distances) over(b bot.CommitPair, err error, now time.Time) {
	g.mu.Lock()
	defer g.mu.Unlock()
	delete(g.failed, b)
	if err != nil {
		if len(g.failed) >= maxDistances {
			clear(g.failed)
		}
		g.failed[b] = now
	}
	close(g.counting[b])
	delete(g.counting, b)
}

func (g *distances) of(wanted []bot.CommitPair) map[bot.CommitPair]bot.Distance {
	g.mu.Lock()
	defer g.mu.Unlock()
	found := map[bot.CommitPair]bot.Distance{}
	for _, b := range wanted {
		if distance, known := g.known[b]; known {
			found[b] = distance
		}
	}
	return found
}
