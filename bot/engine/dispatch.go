package engine

import (
	"context"
	"maps"
	"time"

	"github.com/slipwayhq/slipway/bot"
)

// sendDispatch sends the one request that starts the workflow. It runs only in the
// process that stored the intent, in the round right after that save;
// held.forgetDispatch drops it for every other process. leave is called last, since the
// process may have been paused for any time.
func (e *Engine) sendDispatch(ctx context.Context, r bot.Release, leave func(context.Context) error) (bot.Event, error) {
	if wait := e.ports.Caution.NotYet(ctx, r); wait.Says != "" {
		return wait, nil
	}
	inputs := maps.Clone(r.Plan.Inputs)
	if inputs == nil {
		inputs = map[string]string{}
	}
	inputs[r.Plan.KeyInput] = r.RunKey
	run, err := e.ports.Runner.Dispatch(ctx, bot.DispatchRequest{
		Repo: r.Plan.Repo, Workflow: r.Plan.Workflow, Ref: r.Plan.WorkflowRef, Inputs: inputs,
	}, leave)
	if err != nil {
		return dispatchFailed(err), nil
	}
	if run.ID == 0 {
		return bot.DispatchListed{}, nil
	}
	e.rememberRun(ctx, r, run)
	return bot.DispatchAccepted{Run: run}, nil
}

// dispatchFailed says what an error proves. Only an answered refusal and a
// request that never left prove that nothing ran.
func dispatchFailed(err error) bot.Event {
	says, mend := bot.ForPeople(err)
	switch bot.KindOf(err) {
	case bot.NotFound, bot.Invalid, bot.Denied:
		return bot.DispatchRefused{Says: says, Mend: mend}
	case bot.NeverSent:
		return bot.DispatchNotSent{Says: says, Again: bot.RetryAfter(err)}
	case bot.Limited:
		return bot.DispatchNotSent{Says: says}
	case bot.Unavailable, bot.Stale, bot.Gone, bot.Internal:
		return bot.DispatchUncertain{Says: says}
	}
	return bot.DispatchUncertain{Says: says}
}

// checkAgain resolves the plan again. If only a person's word says that an earlier
// request never arrived, it then looks for the run of that request, as the last thing
// before the intent to send another.
func (e *Engine) checkAgain(ctx context.Context, r bot.Release, now time.Time) (bot.Event, error) {
	checked, err := e.ports.Planner.Recheck(ctx, r, now)
	if err != nil || r.Dispatch.NeverRan.ID == "" {
		return checked, err
	}
	found, err := e.findRun(ctx, r, 0)
	if _, none := found.(bot.RunNotListed); none {
		return checked, err
	}
	return found, err
}

// findRun looks for the release's run, or reads the one that somebody named.
func (e *Engine) findRun(ctx context.Context, r bot.Release, named int64) (bot.Event, error) {
	if named != 0 {
		return e.findNamed(ctx, r, named)
	}
	run, err := e.ports.Runner.FindRun(ctx, r.RunQuery())
	switch {
	case bot.KindOf(err) == bot.NotFound:
		return bot.RunNotListed{}, nil
	case err != nil:
		return nil, err
	}
	e.rememberRun(ctx, r, run)
	return bot.RunFound{Run: run}, nil
}

// rememberRun lets webhooks, which name only the run, find the release. If it fails,
// polling finds the same news later, so a failure is only logged.
func (e *Engine) rememberRun(ctx context.Context, r bot.Release, run bot.Run) {
	if err := e.ports.Slots.RememberRun(ctx, run.ID, r.ID); err != nil {
		e.log.Warn("webhooks of a run cannot be matched, it is followed by polling", bot.ErrAttr(err))
	}
}

func readRun(ctx context.Context, r bot.Release, read func(ctx context.Context, repo string, last bot.Run) (bot.Run, error)) (bot.Event, error) {
	run, err := read(ctx, r.Plan.Repo, r.Run)
	switch {
	case bot.KindOf(err) == bot.NotFound:
		return bot.RunGone{}, nil
	case err != nil:
		return nil, err
	}
	return bot.RunSeen{Run: run}, nil
}

// cancelRun asks the code host to stop the run. Where it does not even show the
// repository any more it cannot be asked; of a release that is unknown then, and says
// so, somebody's word ends it, or it would be there for ever.
func (e *Engine) cancelRun(ctx context.Context, r bot.Release, how bot.CancelManner) (bot.Event, error) {
	err := e.ports.Runner.CancelRun(ctx, r.Plan.Repo, r.Run.ID, how)
	kind := bot.KindOf(err)
	if kind == bot.NotFound || kind == bot.Gone && r.Phase == bot.Unknown && r.Cancel.Cause == bot.ByPerson {
		return bot.RunGone{}, nil
	}
	return nil, err
}
