package commands_test

import (
	"slices"

	"github.com/slipwayhq/slipway/bot"
)

// press is how a button can be pressed.
type press struct {
	stands func(r *bot.Release) // brings the release where it can be
	value  func(r bot.Release) string
	reason string
	may    func(setting, actor) bool
	needs  func(setting) bool // what the setting must be for it to be there; nil: anything
	typed  string             // the command that says the same
}

func in(phase bot.Phase, more ...func(*bot.Release)) func(*bot.Release) {
	return func(r *bot.Release) {
		r.Phase, r.Healthy = phase, phase == bot.Succeeded
		if !slices.Contains([]bot.Phase{bot.Unhealthy, bot.Succeeded, bot.Running, bot.Verifying}, phase) {
			r.Run = bot.Run{}
		}
		for _, change := range more {
			change(r)
		}
	}
}

func asked(s setting) bool { return s.approvals != "" }

// pressable says how each button can be pressed.
func pressable() map[bot.Action]press {
	digest := func(r bot.Release) string { return r.Plan.Digest() }
	requester := func(_ setting, a actor) bool { return a.Name == "rita" }
	anybody := func(setting, actor) bool { return true }
	back := func(r *bot.Release) { r.Kind = bot.Rollback }
	unclear := func(r *bot.Release) { r.Verdict, r.Healthy = bot.Inconclusive, false }
	counting := func(r *bot.Release) { r.Watch.Countdown = bot.Countdown{At: now, To: "api-141"} }
	called := func(v bot.Verdict) func(*bot.Release) { return func(r *bot.Release) { r.Verdict = v } }
	urgent := func(r *bot.Release) { r.Emergency = bot.Emergency{Asked: true, ReviewBy: now} }
	open := func(r *bot.Release) {
		p := *r.Plan
		p.Settings.Approvals.Confirm = []bot.FindingKind{bot.FindMigration}
		p.Readiness.Findings = []bot.Finding{{Kind: bot.FindMigration, Weight: bot.WeightIrreversible, Says: "drops orders"}}
		r.Plan = &p
	}
	earlier := func(bot.Release) string { return "api-142" }
	point := func(r bot.Release) string {
		if points := r.Points(); len(points) > 0 {
			return points[0].ID
		}
		return "none"
	}
	batch := func(r *bot.Release) {
		r.Kind = bot.Batch
		r.Members = []bot.BatchMember{{Target: production, Release: "api-150", Phase: bot.Failed, Started: true}}
	}
	return map[bot.Action]press{
		bot.ActConfirm:     {stands: in(bot.AwaitingApproval, back), value: digest, may: requester},
		bot.ActChoose:      {stands: in(bot.Unhealthy), may: anybody},
		bot.ActApprove:     {stands: in(bot.AwaitingApproval), value: digest, may: setting.approves, needs: asked},
		bot.ActAcknowledge: {stands: in(bot.AwaitingApproval, open), value: point, may: setting.approves, needs: asked},
		bot.ActReject:      {stands: in(bot.AwaitingApproval), reason: "no", may: func(s setting, a actor) bool { return s.approves(a) && a.Name != "rita" }, needs: asked, typed: "reject api-143 no"},
		bot.ActStartOver:   {stands: in(bot.Queued), may: setting.deploys},
		bot.ActCancel:      {stands: in(bot.Running), may: setting.stops, typed: "cancel api-143"},
		bot.ActCancelBack:  {stands: in(bot.Running), value: earlier, may: setting.deploys},
		bot.ActRollback:    {stands: in(bot.Unhealthy), value: earlier, may: setting.deploys},
		bot.ActBatchBack:   {stands: in(bot.Failed, batch), may: setting.deploys},
		bot.ActItRan:       {stands: in(bot.Unknown), may: setting.settles},
		bot.ActWhichRun:    {stands: in(bot.Unknown), may: setting.settles},
		bot.ActSendAgain:   {stands: in(bot.Unknown), may: setting.settles},
		bot.ActLooksGood:   {stands: in(bot.Succeeded, unclear), may: setting.judges},
		bot.ActStop:        {stands: in(bot.Verifying, counting), may: setting.stops},
		bot.ActBackNow:     {stands: in(bot.Verifying, counting), value: earlier, may: setting.deploys},
		bot.ActLonger:      {stands: in(bot.Verifying, counting), may: setting.stops},
		bot.ActLooked:      {stands: in(bot.Queued), value: func(bot.Release) string { return "0123456789abcdef" }, may: setting.looks, typed: "looked api production"},
		bot.ActWasRight:    {stands: in(bot.Unhealthy, called(bot.NotHealthy)), may: setting.stops, typed: "verdict api-143 right"},
		bot.ActFalseAlarm:  {stands: in(bot.Unhealthy, called(bot.NotHealthy)), may: setting.stops, typed: "verdict api-143 false"},
		bot.ActMissed:      {stands: in(bot.Succeeded, called(bot.Healthy)), may: setting.stops, typed: "verdict api-143 missed"},
		bot.ActSignOff:     {stands: in(bot.Succeeded, urgent), may: setting.reviews, typed: "sign-off api-143"},
	}
}
