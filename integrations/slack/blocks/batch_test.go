package blocks_test

import (
	"slices"
	"time"

	"github.com/slipwayhq/slipway/bot"
)

// batch is api, web that needs it, and docs that needs both, in these phases.
func batch(phase bot.Phase, members ...bot.Phase) bot.Release {
	r := bot.Release{
		ID: "api-b7", Kind: bot.Batch, Target: bot.Target{Service: "api", Environment: "production"}, Phase: phase,
		Requester: cara, RequestedAt: start, Ref: "main", Reason: "one price for all", Carded: true,
		Moments: []bot.Moment{{Phase: bot.Queued, At: after(0)}},
	}
	if phase != bot.Queued {
		r.Moments = append(r.Moments, bot.Moment{Phase: phase, At: after(4 * time.Minute)})
	}
	for i, id := range []string{"api-142", "web-88", "docs-5"} {
		m := bot.BatchMember{
			Target: bot.Target{Service: []string{"api", "web", "docs"}[i], Environment: "production"},
			After:  slices.Clip([]string{"api", "web"}[:i]), Release: id, Phase: members[i],
		}
		if m.BeforeStart() {
			m.Awaits = bot.AwaitGo
		}
		m.Started = slices.Contains([]bot.Phase{bot.Running, bot.Verifying, bot.Succeeded, bot.Failed, bot.Unhealthy}, m.Phase)
		m.Healthy = m.Phase == bot.Succeeded
		r.Members = append(r.Members, m)
	}
	return r
}

// brokenBatch stopped half way.
func brokenBatch() bot.Release {
	return with(batch(bot.Failed, bot.Succeeded, bot.Failed, bot.Cancelled), func(r *bot.Release) {
		r.Members[1].Cause, r.Members[2].Stopped = `job "deploy" failed at step "Roll out"`, true
		r.Ending.Cause = "it stopped, since web-88 failed"
	})
}

func batchCards() map[string]bot.Body {
	return map[string]bot.Body{
		"batch_waiting": cardOf(batch(bot.Queued, bot.AwaitingApproval, bot.AwaitingApproval, bot.Queued)),
		"batch_running": cardOf(batch(bot.Running, bot.Succeeded, bot.Running, bot.Queued)),
		"batch_blocked": cardOf(with(batch(bot.Running, bot.Succeeded, bot.Queued, bot.Queued), func(r *bot.Release) {
			r.Members[0].Healthy = false
		})),
		"batch_stopping": cardOf(batch(bot.Running, bot.Running, bot.Failed, bot.Queued)),
		"batch_cancelled": cardOf(with(batch(bot.Cancelled, bot.Cancelled, bot.Cancelled, bot.Cancelled), func(r *bot.Release) {
			r.Ending = bot.Ending{By: ben, Reason: "not today"}
		})),
		"batch_refused": cardOf(with(batch(bot.Rejected, bot.Cancelled, bot.Rejected, bot.Cancelled), func(r *bot.Release) {
			r.Members[0].Stopped, r.Members[2].Stopped = true, true
			r.Members[1].Cause = "web → production is locked by ben"
			r.Ending.Cause = "nothing of it was started, since web-88 was rejected"
		})),
		"batch_broken": cardOf(brokenBatch()),
		"batch_back_again": cardOf(with(brokenBatch(), func(r *bot.Release) {
			r.Members[0].TakenBack, r.Members[1].TakenBack = true, true
		})),
		"batch_live": cardOf(batch(bot.Succeeded, bot.Succeeded, bot.Succeeded, bot.Succeeded)),
		"batch_going_back": cardOf(with(batch(bot.Running, bot.Running, bot.Queued, bot.Queued), func(r *bot.Release) {
			r.Reversal.Back = "api-b6"
			for i := range r.Members {
				r.Members[i].Back = r.Members[i].Target.Service + "-1"
			}
		})),
		"in_a_batch": cardOf(with(release(bot.Queued), func(r *bot.Release) {
			r.Part = bot.Part{Batch: "api-b7", After: []string{"db", "auth"}, Awaits: bot.AwaitGo}
			r.Plan.Commit.TipOf, r.Branch.Newer = "main", 2
		})),
	}
}
