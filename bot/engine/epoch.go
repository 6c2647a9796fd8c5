package engine

import (
	"context"
	"log/slog"
	"sync"

	"github.com/slipwayhq/slipway/bot"
)

// epochs remembers in which life of the store this process has compared the
// unfinished releases with the code host's runs.
//
// A store that was restarted or failed over may have lost acknowledged writes:
// a release that reads "queued" may have been started already. So in a new
// life no dispatch leaves before the settle time is over, in which such a run
// is listed, and before the runs of all unfinished releases were read.
type epochs struct {
	mu       sync.Mutex
	compared string
}

// notYet says why a dispatch must wait; empty: it need not.
func (e *Engine) notYet(ctx context.Context, r bot.Release) string {
	const says = "Redis was restarted, so the runs at GitHub are compared with what slipway remembers before anything is started"
	id, age, err := e.Lives.Epoch(ctx)
	switch {
	case err != nil:
		return "Redis did not say whether it was restarted"
	case id == "" || age == bot.NoneDue:
		return ""
	case age < r.Pace.Settle:
		return says
	}
	if !e.epochs.mu.TryLock() {
		return says // another worker is comparing
	}
	defer e.epochs.mu.Unlock()
	if e.epochs.compared == id {
		return ""
	}
	if err := e.compareRuns(ctx); err != nil {
		e.log.Warn("the runs at GitHub could not be compared after a restart of Redis", errAttr(err))
		return says
	}
	// What was found, perhaps of this very release, lies in the inboxes now and
	// is read before the next try.
	e.epochs.compared = id
	return says
}

// compareRuns looks for the run of every unfinished release that seems not to
// have one, and tells the release if there is one.
func (e *Engine) compareRuns(ctx context.Context) error {
	ids, err := e.Records.Unfinished(ctx)
	if err != nil {
		return err
	}
	e.log.Info("comparing unfinished releases with the runs at GitHub", slog.Int("releases", len(ids)))
	for _, id := range ids {
		if err := e.compareRun(ctx, id); err != nil {
			return err
		}
	}
	return nil
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
