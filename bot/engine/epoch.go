package engine

import (
	"context"
	"log/slog"
	"sync"
	"time"

	"github.com/slipwayhq/slipway/bot"
)

// lifeEvery is how often the store is asked whether it lives another life.
const lifeEvery = time.Second

// lives remembers in which life of the store this process has compared the
// releases with the code host's runs, and what it found.
//
// A store that was restarted or failed over may have lost acknowledged writes:
// a release that reads "queued" may have been started already, and one that
// was started may be unknown. So in a new life no dispatch leaves before the
// settle time is over, in which such a run is listed, and before the runs were
// compared.
type lives struct {
	mu       sync.Mutex
	compared string             // the life that needs no more comparing
	looked   string             // the life in which runs were compared at once
	going    map[string][]stray // runs of forgotten releases, by service
	untold   map[string][]stray // forgotten releases nobody was told of yet
}

// is says whether the runs were compared in a life.
func (l *lives) is(id string) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.compared == id
}

// doubt has the runs of a life compared again.
func (l *lives) doubt(id string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.compared == id {
		l.compared = ""
	}
}

// notYet says why a dispatch must wait, and until when; without words: it need
// not.
func (e *Engine) notYet(ctx context.Context, r bot.Release) bot.DispatchNotSent {
	const says = "Redis was restarted, so the runs at GitHub are compared with what slipway remembers before anything is started"
	id, age, err := e.Lives.Epoch(ctx)
	switch {
	case err != nil:
		return bot.DispatchNotSent{Says: "Redis did not say whether it was restarted"}
	case id == "" || age == bot.NoneDue:
		return bot.DispatchNotSent{}
	case age < r.Pace.Settle:
		e.lives.doubt(id)
		return bot.DispatchNotSent{Says: says, Again: r.Pace.Settle - age + 2*lifeEvery}
	case !e.lives.is(id):
		return bot.DispatchNotSent{Says: says, Again: 2 * lifeEvery}
	}
	return bot.DispatchNotSent{Says: e.strayUnder(ctx, r)}
}

// watchLives compares the runs whenever the store begins another life: once at
// once, so that people soon know, and once more when the settle time is over
// and every run is listed.
func (e *Engine) watchLives(ctx context.Context) error {
	for ctx.Err() == nil {
		if err := e.lookAtLife(ctx); err != nil && ctx.Err() == nil {
			e.log.Warn("the runs at GitHub could not be compared after a restart of Redis", errAttr(err))
		}
		e.tellForgotten(ctx)
		pause(ctx, nil, lifeEvery)
	}
	return ctx.Err()
}

func (e *Engine) lookAtLife(ctx context.Context) error {
	id, err := e.Lives.Life(ctx)
	if err != nil || id == "" || e.lives.is(id) {
		return nil // the motor's loop says that the store is away
	}
	id, age, err := e.Lives.Epoch(ctx)
	if err != nil {
		return nil // as above
	}
	settled := age >= e.catalog.GitHub.Settle
	if !settled && e.lives.looked == id {
		return nil
	}
	if age != bot.NoneDue {
		if err := e.compareRuns(ctx); err != nil {
			return err
		}
	}
	e.lives.mu.Lock()
	defer e.lives.mu.Unlock()
	e.lives.looked = id
	if settled {
		e.lives.compared = id
	}
	return nil
}

// compareRuns looks for the run of every unfinished release that seems not to
// have one, and tells the release if there is one; and for runs whose release
// is not known.
func (e *Engine) compareRuns(ctx context.Context) error {
	ids, err := e.Records.Unfinished(ctx)
	if err != nil {
		return err
	}
	e.log.Info("comparing releases with the runs at GitHub", slog.Int("unfinished", len(ids)))
	for _, id := range ids {
		if err := e.compareRun(ctx, id); err != nil {
			return err
		}
	}
	return e.findStrays(ctx)
}

func (e *Engine) compareRun(ctx context.Context, id string) error {
	r, err := e.Records.Release(ctx, id)
	if err != nil || r.Plan == nil || r.Run.ID != 0 || r.Ended() {
		if bot.KindOf(err) == bot.NotFound {
			return nil
		}
		return err
	}
	run, err := e.Runner.FindRun(ctx, queryOf(r))
	if err != nil {
		if bot.KindOf(err) == bot.NotFound {
			return nil
		}
		return err
	}
	_, err = e.Intake.Post(ctx, bot.Letter{Release: id, Event: bot.RunFound{Run: run}, Key: "found:" + r.RunKey})
	return err
}
