package engine

import "github.com/slipwayhq/slipway/bot"

// deploymentOf is the code host's own record of a release.
func (e *Engine) deploymentOf(r bot.Release, state bot.DeploymentState) bot.DeploymentRecord {
	d := bot.DeploymentRecord{
		Repo: r.Plan.Repo, ID: r.DeploymentID, SHA: r.SHA(), Environment: r.Target.Environment, Production: e.catalog.IsProduction(r.Target.Service, r.Target.Environment),
		Release: r.ID, Kind: r.Kind, State: state, LogURL: r.Run.URL, Says: r.Ending.Cause,
		Facts: bot.DeploymentFacts{
			RunKey: r.RunKey, RunID: r.Run.ID, Requester: r.Requester, Reason: r.Reason, Ref: r.Ref,
			Subject: r.Plan.Commit.Subject, URL: r.Plan.Commit.URL, Blob: r.Plan.WorkflowBlob, Reversal: r.Reversal,
			Emergency:   r.Emergency.Asked,
			RequestedAt: r.RequestedAt, StartedAt: r.FirstRan(),
		},
	}
	if r.Ended() {
		d.End = bot.DeploymentEnd{Phase: r.Phase, Verdict: r.Verdict, Healthy: r.Healthy, At: r.Since()}
	}
	return d
}
