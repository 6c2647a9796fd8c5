package reconciler

import "github.com/slipwayhq/slipway/bot"

// The code host's own record of a release is also slipway's second memory:
// what is written there is enough to list the release in the history of its
// target, and to go on with its run, when the store has lost everything.

// Plans makes the part of a plan that slipway.yaml decides, for a commit.
type Plans interface {
	Declared(r bot.Release, commit bot.Commit) (bot.Plan, error)
}

// Remember restores a release from the code host's record of it. If no end is recorded
// the release is running again: its run is read, and the rest follows from that.
func (rc *Reconciler) Remember(t bot.Target, d bot.DeploymentRecord, plans Plans) (bot.Release, error) {
	facts := d.Facts
	r := bot.Release{
		ID: d.Release, RunKey: facts.RunKey, Kind: d.Kind, Target: t, Phase: bot.Running,
		Requester: facts.Requester, RequestedAt: facts.RequestedAt, Ref: facts.Ref, Reason: facts.Reason,
		Pace:     bot.Pace{Settle: rc.catalog.GitHub.Settle, Poll: rc.catalog.GitHub.Poll},
		Reversal: facts.Reversal, Emergency: bot.Emergency{Asked: facts.Emergency},
		Dispatch: bot.Dispatch{State: bot.Sent, Attempt: 1, At: facts.StartedAt},
		Run:      bot.Run{ID: facts.RunID},
		Moments:  []bot.Moment{{Phase: bot.Running, At: facts.StartedAt}}, DeploymentID: d.ID,
		Confirmed: d.Kind == bot.Rollback, Recovered: true,
		// A card of a release that is under way is needed, so it is posted again.
		Carded: d.End.Phase == "",
	}
	plan, err := plans.Declared(r, bot.Commit{SHA: d.SHA, Subject: facts.Subject, URL: facts.URL})
	if err != nil {
		return bot.Release{}, err
	}
	plan.Repo, plan.WorkflowBlob = d.Repo, facts.Blob
	r.Plan = &plan
	if end := d.End; end.Phase != "" {
		r.Phase, r.Verdict = end.Phase, end.Verdict
		r.Healthy = end.Healthy && r.Kind != bot.Adopt // nobody is known to have vouched for it
		r.Ending = bot.Ending{Cause: end.Says}
		r.Moments = append(r.Moments, bot.Moment{Phase: end.Phase, At: end.At})
	}
	return r, nil
}
