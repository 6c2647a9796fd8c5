package lifecycle_test

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/slipwayhq/slipway/bot"
	"github.com/slipwayhq/slipway/bot/lifecycle"
)

// TestWanted holds, of every effect, the phases in which it still makes sense.
func TestWanted(t *testing.T) {
	t.Parallel()
	waits := []bot.Phase{bot.AwaitingApproval, bot.Queued}
	ends := []bot.Phase{bot.Succeeded, bot.Failed, bot.Unhealthy, bot.Cancelled, bot.Rejected, bot.Expired, bot.Superseded}
	begun := []bot.Phase{bot.Requested, bot.AwaitingApproval, bot.Queued, bot.Dispatching, bot.Running, bot.Verifying, bot.Unknown}
	always := slices.Concat(begun, ends)
	for effect, want := range map[bot.Effect][]bot.Phase{
		bot.Resolve{}:                     {bot.Requested},
		bot.LookAtBranch{}:                waits,
		bot.TakeSlot{}:                    {bot.Queued},
		bot.BeginMembers{}:                {bot.Requested},
		bot.ReadMembers{}:                 always,
		bot.LetMemberAsk{Member: "api-1"}: begun,
		bot.LetMemberGo{Member: "api-1"}:  begun,
		bot.StopMember{Member: "api-1"}:   begun,
		bot.Report{}:                      always,
		bot.AskYield{}:                    {bot.Queued},
		bot.Recheck{}:                     {bot.Dispatching},
		bot.SendDispatch{}:                {bot.Dispatching},
		bot.FindRun{}:                     {bot.Dispatching, bot.Unknown},
		bot.PollRun{}:                     {bot.Running, bot.Unknown},
		bot.ReadRun{}:                     {bot.Running, bot.Unknown},
		bot.ReadRerun{}:                   append([]bot.Phase{bot.Verifying}, ends...),
		bot.CompareWorkflow{}:             append([]bot.Phase{bot.Running, bot.Verifying, bot.Unknown}, ends...),
		bot.CancelRun{}:                   {bot.Running, bot.Unknown},
		bot.ForceCancelRun{}:              {bot.Running, bot.Unknown},
		bot.AskProbes{}:                   {bot.AwaitingApproval, bot.Queued, bot.Verifying},
		bot.RecordDeployment{State: bot.DeploymentRunning}: begun,
		bot.RecordDeployment{State: bot.DeploymentSuccess}: always,
		bot.RetireDeployment{}:                             always,
		bot.Replace{}:                                      always,
		bot.TakeBack{}:                                     always,
		bot.EndQuarantine{}:                                always,
		bot.LookBeside{}:                                   always,
		bot.Tell{Why: bot.TellMayNot}:                      always,
		bot.Say{News: bot.NoteEnded{}}:                     always,
		bot.Alert{News: bot.NoteFailed{}}:                  always,
		bot.LaterEffect{Stored: "of a later version"}:      always,
	} {
		var got []bot.Phase
		for _, phase := range always {
			if lifecycle.Wanted(bot.Release{Phase: phase}, effect) {
				got = append(got, phase)
			}
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%q (-want +got):\n%s", bot.EffectKey(effect), diff)
		}
	}
}
