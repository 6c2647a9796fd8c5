package engine

import "github.com/slipwayhq/slipway/bot"

// The code host's own record of a release is also slipway's second memory:
// what is written there is enough to list the release in the history of its
// target, and to go on with its run, when the store has lost everything.

// deploymentOf is what the code host is told of a release.
func (e *Engine) deploymentOf(r bot.Release, state string) bot.DeploymentRecord {
	d := bot.DeploymentRecord{
		Repo: r.Plan.Repo, ID: r.DeploymentID, SHA: r.SHA(), Environment: r.Target.Environment, Production: e.catalog.IsProduction(r.Target.Service, r.Target.Environment),
		Release: r.ID, Kind: r.Kind, State: state, LogURL: r.Run.URL, Says: r.Ending.Cause,
		Facts: bot.DeploymentFacts{
			RunKey: r.RunKey, RunID: r.Run.ID, Requester: r.Requester, Shell: r.Origin.Shell, Reason: r.Reason, Ref: r.Ref,
			Subject: r.Plan.Commit.Subject, URL: r.Plan.Commit.URL, Blob: r.Plan.WorkflowBlob, Takes: r.Takes,
			Emergency:   r.Emergency.Asked,
			RequestedAt: r.RequestedAt, StartedAt: r.Since(),
		},
	}
	for _, m := range r.Moments {
		if m.Phase == bot.Running {
			d.Facts.StartedAt = m.At
			break
		}
	}
	if r.Ended() {
		d.End = bot.DeploymentEnd{Phase: r.Phase, Verdict: r.Verdict, Healthy: r.Healthy, At: r.Since()}
	}
	return d
}

// Remember makes the release again of which the code host kept a record. One
// whose end is not recorded is running again: its run is read, and what
// follows from that follows.
func (e *Engine) Remember(t bot.Target, d bot.DeploymentRecord) (bot.Release, error) {
	service, env, err := e.declared(t)
	if err != nil {
		return bot.Release{}, err
	}
	facts := d.Facts
	r := bot.Release{
		ID: d.Release, RunKey: facts.RunKey, Kind: d.Kind, Target: t, Phase: bot.Running,
		Requester: facts.Requester, RequestedAt: facts.RequestedAt, Ref: facts.Ref, Reason: facts.Reason,
		Pace:   bot.Pace{Settle: e.catalog.GitHub.Settle, Poll: e.catalog.GitHub.Poll},
		Origin: bot.Origin{Shell: facts.Shell},
		Takes:  facts.Takes, Emergency: bot.Emergency{Asked: facts.Emergency},
		Dispatch: bot.Dispatch{State: bot.Sent, Attempt: 1, At: facts.StartedAt},
		Run:      bot.Run{ID: facts.RunID},
		Moments:  []bot.Moment{{Phase: bot.Running, At: facts.StartedAt}}, DeploymentID: d.ID,
		Confirmed: d.Kind == bot.Rollback, Recovered: true,
		// A card of a release that is under way is needed, so it is posted anew.
		Carded: d.End.Phase == "",
	}
	plan := newPlan(r, service, env)
	plan.Repo, plan.WorkflowBlob = d.Repo, facts.Blob
	plan.Commit = bot.Commit{SHA: d.SHA, Subject: facts.Subject, URL: facts.URL}
	plan.Inputs[service.InputNames.SHA] = d.SHA
	r.Plan = &plan
	if end := d.End; end.Phase != "" {
		r.Phase, r.Verdict = end.Phase, end.Verdict
		r.Healthy = end.Healthy && r.Kind != bot.Adopt // nobody is known to have vouched for it
		r.Ending = bot.Ending{Cause: end.Says}
		r.Moments = append(r.Moments, bot.Moment{Phase: end.Phase, At: end.At})
	}
	return r, nil
}
