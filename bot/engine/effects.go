package engine

import (
	"context"
	"time"

	"github.com/slipwayhq/slipway/bot"
)

// carryOut carries out one effect of a saved release. It returns the resulting event,
// or an error after which the effect is retried.
func (e *Engine) carryOut(ctx context.Context, r bot.Release, effect bot.Effect, now time.Time) (bot.Event, error) {
	switch effect := effect.(type) {
	case bot.SendDispatch: // the holder's alone: see attempt
	case bot.LaterEffect: // a later version's
	case bot.Resolve:
		return e.ports.Planner.Resolve(ctx, r, now)
	case bot.Recheck:
		return e.checkAgain(ctx, r, now)
	case bot.BeginMembers, bot.ReadMembers, bot.LetMemberAsk, bot.LetMemberGo, bot.StopMember, bot.Report:
		return e.carryOutOfBatch(ctx, r, effect)
	case bot.TakeSlot, bot.AskYield, bot.LookAtBranch, bot.LookAtLive, bot.Refresh, bot.Replace:
		return e.carryOutWaiting(ctx, r, effect, now)
	case bot.FindRun, bot.ReadRun, bot.PollRun, bot.ReadRerun, bot.CompareWorkflow, bot.CancelRun, bot.ForceCancelRun:
		return e.carryOutOfRun(ctx, r, effect)
	case bot.AskProbes:
		return e.look(ctx, r, now)
	case bot.RollBack:
		return nil, e.rollBack(ctx, r)
	case bot.RecordDeployment:
		return e.recordDeployment(ctx, r, effect.State)
	case bot.RetireDeployment:
		return nil, e.retireDeployment(ctx, r)
	case bot.TakeBack:
		return nil, e.takeBack(ctx, r, now)
	case bot.EndQuarantine:
		return nil, e.ports.Slots.EndQuarantine(ctx, r.Target, r.SHA(), r.QuarantineEnd.At)
	case bot.LookBeside:
		return nil, e.ports.Caution.LookedBeside(ctx, r)
	case bot.Tell:
		return nil, e.ports.Announcer.Tell(ctx, r, effect)
	case bot.Say:
		return nil, e.ports.Announcer.Say(ctx, r, effect.News, now)
	case bot.Alert:
		return nil, e.ports.Announcer.Alert(ctx, r, effect.News, now)
	case bot.Notify:
		return e.ports.Notifier.Route(ctx, r, effect)
	case bot.Deliver:
		return e.ports.Notifier.Deliver(ctx, r, effect, now)
	}
	return nil, &bot.Error{Kind: bot.Invalid, Op: "carry out effect " + bot.EffectKey(effect), Says: "this version of slipway does not know how to do that"}
}

// carryOutWaiting carries out the effects of a release that waits.
func (e *Engine) carryOutWaiting(ctx context.Context, r bot.Release, effect bot.Effect, now time.Time) (bot.Event, error) {
	switch effect.(type) {
	case bot.TakeSlot:
		return e.takeSlot(ctx, r, now)
	case bot.AskYield:
		return nil, e.askYield(ctx, r)
	case bot.LookAtBranch:
		return e.ports.Lookout.LookAtBranch(ctx, r)
	case bot.LookAtLive:
		return e.ports.Lookout.LookAtLive(ctx, r)
	case bot.Refresh:
		return e.ports.Planner.Refresh(ctx, r, now)
	default: // carryOut knows the others
		return nil, e.replace(ctx, r, r.Replaces)
	}
}

// carryOutOfRun carries out the effects about the release's run.
func (e *Engine) carryOutOfRun(ctx context.Context, r bot.Release, effect bot.Effect) (bot.Event, error) {
	switch effect := effect.(type) {
	case bot.FindRun:
		return e.findRun(ctx, r, effect.Named)
	case bot.PollRun:
		return readRun(ctx, r, e.ports.Runs.PollRun)
	case bot.CompareWorkflow:
		return e.ports.Workflows.CompareWorkflow(ctx, r)
	case bot.CancelRun:
		return e.cancelRun(ctx, r, bot.CancelGently)
	case bot.ForceCancelRun:
		return e.cancelRun(ctx, r, bot.CancelForce)
	default: // ReadRun and ReadRerun; carryOut knows the others
		return readRun(ctx, r, e.ports.Runs.HintedRun)
	}
}

// takeBack marks the release that a rollback has taken back, and tells the batch of
// that release.
func (e *Engine) takeBack(ctx context.Context, r bot.Release, now time.Time) error {
	if err := e.ports.Slots.TakeBack(ctx, r.Reversal.Back, r.ID, now); err != nil {
		return err
	}
	back, err := e.ports.Records.Release(ctx, r.Reversal.Back)
	if err != nil || back.Part.Batch == "" {
		return err
	}
	_, err = e.ports.Intake.Post(ctx, bot.InboxEvent{Release: back.Part.Batch, Event: bot.MemberMoved{}, Key: "taken:" + back.RunKey + ":" + r.ID})
	return err
}

func (e *Engine) askYield(ctx context.Context, r bot.Release) error {
	_, err := e.ports.Intake.Post(ctx, bot.InboxEvent{
		Release: r.Place.Holder,
		Event:   bot.YieldAsked{For: r.ID, By: r.Asker()},
		Key:     "yield:" + r.RunKey,
	})
	return err
}

func (e *Engine) recordDeployment(ctx context.Context, r bot.Release, state bot.DeploymentState) (bot.Event, error) {
	return e.keepDeployment(ctx, e.deploymentOf(r, state))
}

func (e *Engine) keepDeployment(ctx context.Context, d bot.DeploymentRecord) (bot.Event, error) {
	id, err := e.ports.Deployments.RecordDeployment(ctx, d)
	if err != nil {
		return nil, err
	}
	return bot.DeploymentRecorded{ID: id}, nil
}

// retireDeployment marks the record of the release that this one replaced as
// inactive; GitHub does so by itself only outside production.
func (e *Engine) retireDeployment(ctx context.Context, r bot.Release) error {
	old := r.Plan.Current
	if old == nil || old.Deployment == 0 {
		return nil
	}
	_, err := e.ports.Deployments.RecordDeployment(ctx, bot.DeploymentRecord{
		Repo: r.Plan.Repo, ID: old.Deployment, SHA: old.SHA, Environment: r.Target.Environment,
		Release: old.Release, Kind: old.Kind, State: bot.DeploymentGone, Says: "replaced by " + r.ID,
	})
	return err
}
