package lifecycle

import "github.com/slipwayhq/slipway/bot"

// Wanted says whether an effect that was asked for earlier still makes sense for the
// release as it is now. Effects of a phase that is over are dropped; messages to people
// are always sent.
func Wanted(r bot.Release, e bot.Effect) bool {
	switch e := e.(type) {
	case bot.Resolve, bot.BeginMembers:
		return r.Phase == bot.Requested
	case bot.LookAtBranch, bot.LookAtLive, bot.Refresh:
		return r.Phase.Waits()
	case bot.LetMemberAsk, bot.LetMemberGo, bot.StopMember:
		return !r.Ended()
	case bot.TakeSlot, bot.AskYield:
		return r.Phase == bot.Queued
	case bot.Recheck, bot.SendDispatch:
		return r.Phase == bot.Dispatching
	case bot.FindRun:
		return r.Phase == bot.Dispatching || r.Phase == bot.Unknown
	case bot.ReadRun, bot.PollRun, bot.CancelRun, bot.ForceCancelRun:
		return r.Phase.MayRun()
	case bot.ReadRerun:
		return r.Phase.RunIsOver()
	case bot.CompareWorkflow:
		// A run that is over may have used a file that nobody approved; that is
		// reported too.
		return r.Phase.MayRun() || r.Phase.RunIsOver()
	case bot.AskProbes:
		return r.Phase == bot.Verifying || r.Phase == bot.AwaitingApproval || r.Phase == bot.Queued || r.WatchesOn()
	case bot.RecordDeployment:
		// "In progress" must not be recorded after the end.
		return e.State != bot.DeploymentRunning || !r.Ended()
	case bot.RollBack:
		watchedOn := r.Phase == bot.Succeeded && r.Verdict == bot.NotHealthy
		return (r.Phase == bot.Unhealthy || watchedOn) && r.TakenBackBy == ""
	case bot.ReadMembers, bot.Report, bot.Replace, bot.RetireDeployment, bot.TakeBack, bot.EndQuarantine, bot.LookBeside, bot.Tell, bot.Say, bot.Alert, bot.Notify, bot.Deliver, bot.LaterEffect:
		return true
	}
	return false
}
