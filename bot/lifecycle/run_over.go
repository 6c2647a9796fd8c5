package lifecycle

import (
	"slices"
	"strings"
	"time"

	"github.com/slipwayhq/slipway/bot"
)

// runOver ends the release by the result of its run, or begins the health watch. last
// is the run as it was read before.
func (s *step) runOver(last bot.Run) {
	switch c := s.r.Run.Conclusion; {
	case c == bot.ConclusionSuccess:
		s.runSucceeded()
	case c == bot.ConclusionCancelled:
		s.runCancelled()
	case c == bot.ConclusionSkipped:
		s.failed(s.skippedAll())
	case s.r.Cancel.Cause == bot.ByTimeout && s.r.Run.DidNothing():
		s.failed(s.tookTooLong()) // cancelling a run that waits for a review may end it as failed
	default:
		s.failed(bot.Ending{Cause: failureOf(s.r.Run, last), Mend: mendOf(s.r.Run, s.r.Plan.Workflow)})
	}
}

func (s *step) skippedAll() bot.Ending {
	return bot.Ending{
		Cause: "the workflow skipped all of its jobs, so nothing was deployed",
		Mend:  "Look at the conditions (if:) in " + s.r.Plan.Workflow + ".",
	}
}

func (s *step) failed(why bot.Ending) {
	s.alert(bot.NoteFailed{})
	s.do(bot.RecordDeployment{State: bot.DeploymentFailure})
	s.end(bot.Failed, why)
}

func (s *step) runSucceeded() {
	if s.r.Cancel.Cause == bot.ByPerson {
		s.tell(s.r.Cancel.By, bot.TellNotCancelled)
	}
	deployed := s.r.Deployed()
	// Only a run that went through has taken anything away.
	if s.r.Kind == bot.Rollback && s.r.Arrival() == bot.Arrived {
		s.do(bot.TakeBack{})
	}
	switch {
	case s.r.Cancel.Cause == bot.ByMismatch:
		s.failed(bot.Ending{Cause: "the run used a workflow file that was not the approved one, and it was over before it could be cancelled", Mend: "Look at what it did before you go on."})
	case deployed != bot.DeployedWell:
		s.failed(s.notDeployed(deployed))
	case s.r.Cancel.Cause == bot.ByRollback:
		s.superseded(s.r.Cancel)
	case len(s.r.Plan.Settings.Health.Probes) == 0:
		s.r.Verdict = bot.NotWatched
		s.succeeded("")
	default:
		s.r.Verdict = bot.Watching
		s.enter(bot.Verifying)
		s.watch()
	}
}

// watch begins the health watch. Samples from before the release are kept to compare
// with. One may be dated later than now: the time of a process that was stopped while it
// asked the store is ahead (engine), and what was asked before is from before all the same.
func (s *step) watch() {
	rule := s.r.Plan.Settings.Health
	first := s.now.Add(rule.Delay)
	before := slices.Clone(s.r.Watch.Samples)
	for i, sample := range before {
		before[i].At = bot.EarlierOf(sample.At, s.now.Add(-time.Millisecond))
	}
	s.r.Watch = bot.Watch{StartedAt: s.now, EndsAt: first.Add(rule.Window), NextAt: first, Samples: before}
	if rule.Delay == 0 {
		s.do(bot.AskProbes{})
	}
}

// notDeployed says why a run that succeeded may not have deployed.
func (s *step) notDeployed(deployed bot.Deployed) bot.Ending {
	name, run := s.r.Plan.Settings.DeployJob, s.r.Run
	jobs := s.r.DeployJobs()
	if name == "" || run.DidNothing() {
		return s.skippedAll()
	}
	if len(jobs) == 0 {
		return bot.Ending{
			Cause: "the run went well, but it shows no job " + quote(name) + ", which slipway.yaml names as the one that deploys (deploy_job), so it cannot be told whether anything was deployed",
			Mend:  "Name the job there as the page of the run shows it. " + jobsOf(run),
		}
	}
	for _, j := range jobs {
		if j.Conclusion.Failed() {
			return bot.Ending{
				Cause: jobFailure(j, run) + "; the run went on without it (continue-on-error) and went well",
			}
		}
	}
	if deployed == bot.DeployedNothing {
		return bot.Ending{
			Cause: "the run went well, but its job " + quote(name) + " was skipped, so nothing was deployed",
			Mend:  "Look at the conditions (if:) in " + s.r.Plan.Workflow + ".",
		}
	}
	return bot.Ending{
		Cause: "the run went well, but its job " + quote(name) + " did not, so it cannot be told what was deployed",
		Mend:  "Look at the log of the job.",
	}
}

func jobsOf(run bot.Run) string {
	const limit = 8
	var names []string
	for _, j := range run.Jobs {
		if len(names) == limit {
			break
		}
		names = append(names, quote(j.Name))
	}
	if len(names) == 0 {
		return "The run shows no jobs."
	}
	return "The run's jobs: " + strings.Join(names, ", ") + "."
}

// succeeded ends a release of whose health nothing bad is known.
func (s *step) succeeded(cause string) {
	s.do(bot.RecordDeployment{State: bot.DeploymentSuccess})
	s.do(bot.RetireDeployment{})
	s.end(bot.Succeeded, bot.Ending{Cause: cause})
	s.proven()
}

func (s *step) superseded(c bot.Cancel) {
	s.do(bot.RecordDeployment{State: bot.DeploymentGone})
	s.end(bot.Superseded, bot.Ending{By: c.By, Cause: "rollback " + c.For + " took its place"})
}

func (s *step) runCancelled() {
	c := s.r.Cancel
	switch {
	case c.AskedAt.IsZero():
		s.cancelledThere()
	case c.Cause == bot.ByTimeout:
		s.failed(s.tookTooLong())
	case c.Cause == bot.ByMismatch:
		s.failed(bot.Ending{Cause: "the run was made with a workflow file that was not the approved one, and was cancelled", Mend: "Deploy again; the new file is then part of the plan."})
	case c.Cause == bot.ByRollback:
		s.superseded(c)
	case s.r.Run.DidNothing():
		s.cancelled(bot.Ending{By: c.By, Reason: c.Reason, Cause: "cancelled while the workflow ran, before any of its jobs began"})
	default:
		s.cancelled(bot.Ending{By: c.By, Reason: c.Reason, Cause: "cancelled while the workflow ran; what it had done by then stays done"})
	}
}

// cancelledThere: the run was cancelled at the code host. If no job had begun that was
// most likely the concurrency group, and nothing changed; otherwise somebody must look.
func (s *step) cancelledThere() {
	if s.r.Deployed() != bot.DeployedNothing {
		s.alert(bot.NoteFailed{})
		s.cancelled(bot.Ending{Cause: stoppedThere(s.r.Run), Mend: "Look at the page of the run for which of them it was, and at what it had done by then."})
		return
	}
	s.cancelled(bot.Ending{
		Cause: "the run was cancelled at GitHub before it deployed anything, by a person or by a newer run of the same concurrency group",
		Mend:  "Ask for it again if it is still wanted.",
	})
}

func (s *step) cancelled(why bot.Ending) {
	s.do(bot.RecordDeployment{State: bot.DeploymentFailure})
	s.end(bot.Cancelled, why)
}

// tookTooLong says what the run spent its time on, so that the advice fits.
func (s *step) tookTooLong() bot.Ending {
	wait, limit := s.r.Cancel.Wait, bot.Span(s.r.Plan.Settings.Timeout)
	if wait.For == "" {
		return bot.Ending{
			Cause: "the run took longer than " + limit + " and was cancelled",
			Mend:  "If it needs that long, raise timeout in slipway.yaml.",
		}
	}
	if s.r.Run.DidNothing() {
		return bot.Ending{Cause: "the run waited " + limit + " for " + waitedFor(wait.For) + ", and was cancelled", Mend: mendWait(wait.For)}
	}
	says := "the run took longer than " + limit + " and was cancelled; "
	if wait.Job != "" {
		says += "its job " + quote(wait.Job)
	} else {
		says += "it"
	}
	says += " still waited for " + waitedFor(wait.For)
	if waited := bot.Rough(s.r.Cancel.AskedAt.Sub(wait.Since)); !wait.Since.IsZero() && waited > 0 && waited < s.r.Plan.Settings.Timeout {
		says += ", for " + bot.Span(waited) + " by then"
	}
	return bot.Ending{Cause: says, Mend: mendWait(wait.For)}
}
