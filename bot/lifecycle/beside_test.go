package lifecycle_test

import (
	"slices"
	"testing"
	"time"

	"github.com/slipwayhq/slipway/bot"
	"github.com/slipwayhq/slipway/bot/lifecycle"
)

// TestADeployAsksItsRequester: of what was done past slipway, unless they said that
// they have seen it; and the yes counts as having looked.
func TestADeployAsksItsRequester(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		kind         bot.Kind
		change       func(*bot.Release)
		beside       int
		asked, looks bool
	}{
		"nothing was done":                   {kind: bot.Deploy},
		"something was":                      {kind: bot.Deploy, beside: 1, asked: true},
		"and they have seen it":              {kind: bot.Deploy, beside: 1, change: func(r *bot.Release) { r.Seen = true }, looks: true},
		"they saw what there was not":        {kind: bot.Deploy, change: func(r *bot.Release) { r.Seen = true }},
		"slipway goes back by itself":        {kind: bot.Rollback, beside: 1, change: func(r *bot.Release) { r.Requester = bot.ByRule{Rule: "on_unhealthy"} }},
		"several go together, and were seen": {kind: bot.Deploy, beside: 1, change: func(r *bot.Release) { r.Part.Batch = "api-b1" }},
		"what is live is recorded":           {kind: bot.Adopt, beside: 1},
	} {
		plan := newPlan(1)
		for range tt.beside {
			plan.Beside = append(plan.Beside, bot.Beside{What: bot.BesideRun})
		}
		r := begins(tt.kind, tt.change)()
		r, effects := lifecycle.Next(r, bot.Resolved{Plan: plan}, start)
		looks := slices.ContainsFunc(effects, bot.IsA[bot.LookBeside])
		if r.Asked != tt.asked || r.Unconfirmed() != tt.asked || r.Carded == tt.asked || looks != tt.looks {
			t.Errorf("%s: asked %t, carded %t, looks %t", name, r.Asked, r.Carded, looks)
		}
		if !tt.asked {
			continue
		}
		if r.Phase != bot.AwaitingApproval || !slices.ContainsFunc(effects, func(e bot.Effect) bool { tell, is := e.(bot.Tell); return is && tell.Why == bot.TellConfirm }) {
			t.Errorf("%s: stands at %s, %+v", name, r.Phase, effects)
		}
		r, effects = lifecycle.Next(r, bot.Confirmed{By: r.Asker(), Digest: r.Plan.Seal()}, start.Add(time.Minute))
		if !slices.ContainsFunc(effects, bot.IsA[bot.LookBeside]) || !r.Carded || r.Unconfirmed() || r.Phase != bot.AwaitingApproval || !r.Since().Equal(start.Add(time.Minute)) {
			t.Errorf("%s: after the yes %+v, at %s since %s", name, effects, r.Phase, r.Since())
		}
	}
}

// TestWhatWasDonePastSlipwayIsEntered: it ends where it begins, proves nothing, and
// others are told.
func TestWhatWasDonePastSlipwayIsEntered(t *testing.T) {
	t.Parallel()
	for _, came := range []bot.Arrival{bot.MayHaveCome, bot.NeverCame, bot.Arrived} {
		r := bot.Release{ID: "api-4", Kind: bot.Adopt, Phase: bot.Requested, Requester: bot.Person{Name: "mona"}, Beside: bot.Beside{What: bot.BesideRun, Who: "mona", Of: "deploy.yml", Came: came}}
		r, effects := lifecycle.Next(r, bot.Ticked{}, start)
		if r.Phase != bot.Succeeded || r.Well() || r.Healthy || r.Carded || r.Arrival() != came || !r.Started() || r.Ending.Cause != "mona ran deploy.yml, past slipway" {
			t.Errorf("%s: it ends as %+v", came, r)
		}
		if len(effects) != 1 || effects[0] != bot.Effect(bot.Notify{Outcome: bot.OutcomeOutOfBand, At: start}) {
			t.Errorf("%s: and asks for %+v", came, effects)
		}
	}
}

// TestAVersionPastSlipwayComesAndGoes: the entry says whether it is what is live; nothing
// else of it moves, and no other release takes such a word.
func TestAVersionPastSlipwayComesAndGoes(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		what bot.BesideWhat
		gone bool
		want bot.Arrival
	}{
		{bot.BesideVersion, true, bot.NeverCame},
		{bot.BesideVersion, false, bot.MayHaveCome},
		{bot.BesideRun, true, bot.MayHaveCome},
		{bot.BesideDeployment, true, bot.MayHaveCome},
	} {
		r := bot.Release{ID: "api-4", Kind: bot.Adopt, Phase: bot.Succeeded, Verdict: bot.NotWatched, Beside: bot.Beside{What: tt.what, Came: bot.MayHaveCome}}
		if tt.want == bot.MayHaveCome && tt.what == bot.BesideVersion {
			r.Beside.Came = bot.NeverCame
		}
		next, effects := lifecycle.Next(r, bot.VersionSeen{Gone: tt.gone}, start)
		if next.Arrival() != tt.want || next.Phase != bot.Succeeded || len(effects) > 0 || !next.WakeAt.IsZero() {
			t.Errorf("%s, gone %t: %s, %s, %+v", tt.what, tt.gone, next.Arrival(), next.Phase, effects)
		}
	}
}
