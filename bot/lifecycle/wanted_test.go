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
		{Kind: bot.Resolve}:                                          {bot.Requested},
		{Kind: bot.LookAtBranch}:                                     waits,
		{Kind: bot.TakeSlot}:                                         {bot.Queued},
		{Kind: bot.BeginMembers}:                                     {bot.Requested},
		{Kind: bot.ReadMembers}:                                      always,
		{Kind: bot.LetMemberAsk, Note: "api-1"}:                      begun,
		{Kind: bot.LetMemberGo, Note: "api-1"}:                       begun,
		{Kind: bot.StopMember, Note: "api-1"}:                        begun,
		{Kind: bot.Report}:                                           always,
		{Kind: bot.AskYield}:                                         {bot.Queued},
		{Kind: bot.Recheck}:                                          {bot.Dispatching},
		{Kind: bot.SendDispatch}:                                     {bot.Dispatching},
		{Kind: bot.FindRun}:                                          {bot.Dispatching, bot.Unknown},
		{Kind: bot.ReadRun}:                                          {bot.Running, bot.Unknown},
		{Kind: bot.ReadRun, Note: bot.NoteRerun}:                     append([]bot.Phase{bot.Verifying}, ends...),
		{Kind: bot.CompareWorkflow}:                                  append([]bot.Phase{bot.Running, bot.Verifying, bot.Unknown}, ends...),
		{Kind: bot.CancelRun}:                                        {bot.Running, bot.Unknown},
		{Kind: bot.ForceCancelRun}:                                   {bot.Running, bot.Unknown},
		{Kind: bot.AskProbes}:                                        {bot.Verifying},
		{Kind: bot.RecordDeployment, Note: bot.DeploymentRunning}:    begun,
		{Kind: bot.RecordDeployment, Note: bot.DeploymentSuccess}:    always,
		{Kind: bot.RetireDeployment}:                                 always,
		{Kind: bot.Replace}:                                          always,
		{Kind: bot.TakeBack}:                                         always,
		{Kind: bot.EndQuarantine}:                                    always,
		{Kind: bot.Tell, Note: bot.TellMayNot}:                       always,
		{Kind: bot.Say, Note: bot.NoteEnded}:                         always,
		{Kind: bot.Alert, Note: bot.NoteFailed}:                      always,
		{Kind: bot.EffectKind("an effect that a newer version has")}: nil,
	} {
		var got []bot.Phase
		for _, phase := range always {
			if lifecycle.Wanted(bot.Release{Phase: phase}, effect) {
				got = append(got, phase)
			}
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s %s (-want +got):\n%s", effect.Kind, effect.Note, diff)
		}
	}
}
