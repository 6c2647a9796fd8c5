package blocks_test

import (
	"fmt"
	"slices"
	"time"

	"github.com/slipwayhq/slipway/bot"
)

// The story behind the golden files: cara wants main of api in production,
// anna and ben may say yes.
var (
	start = time.Date(2026, 11, 24, 10, 0, 0, 0, time.UTC)
	anna  = bot.Person{ID: "U01ANNA", Name: "Anna"}
	ben   = bot.Person{ID: "U02BEN", Name: "Ben"}
	cara  = bot.Person{ID: "U03CARA", Name: "Cara"}
)

func links() []bot.Link {
	return []bot.Link{{Name: "logs", URL: "https://logs.example.com/api?env=prod&x=1"}, {Name: "runbook", URL: "https://wiki.example.com/api"}}
}

func authors() map[string]bot.Person {
	return map[string]bot.Person{"dora-gh": {ID: "U04DORA", Name: "Dora"}}
}

const commitURL = "https://github.com/acme/api/commit/"

func commit(sha, subject string, pr int) bot.Commit {
	return bot.Commit{SHA: sha + "0000000000000000000000000000000000", Subject: subject, Author: "Eve Example", At: start.Add(-time.Hour), URL: commitURL + sha, PR: pr}
}

func after(d time.Duration) time.Time { return start.Add(d) }

func plan() *bot.Plan {
	dora := commit("b2c3d4e", "Retry when the ledger is busy (#41)", 41)
	dora.Author, dora.Login = "Dora Developer", "dora-gh"
	return &bot.Plan{
		Target: bot.Target{Service: "api", Environment: "production"}, Repo: "acme/api",
		Workflow: "deploy.yml", WorkflowRef: "main", WorkflowBlob: "f00", KeyInput: "release_id", Production: true,
		Settings: bot.Settings{
			Approvals: bot.ApprovalRule{Sets: []bot.ApprovalSet{{Count: 2, From: []string{"sre"}}}, Expires: 2 * time.Hour},
			Timeout:   30 * time.Minute,
			Health:    bot.HealthRule{Window: 10 * time.Minute, Every: 30 * time.Second, Probes: []bot.Probe{{Name: "up"}, {Name: "errors"}}},
		},
		Commit: commit("a1b2c3d", "Round amounts half to even (#42)", 42), Branch: "main",
		Changes: bot.Changes{
			Direction: bot.Forward, Total: 45, URL: "https://github.com/acme/api/compare/9f8e7d6...a1b2c3d",
			Commits: []bot.Commit{commit("a1b2c3d", "Round amounts half to even (#42)", 42), dora},
		},
		Current:    past("api-141", "9f8e7d6"),
		RollbackTo: past("api-141", "9f8e7d6"),
		Undone:     &bot.Undone{Migrations: 3},
		ResolvedAt: after(2 * time.Second),
	}
}

// severalSets is a plan that asks two groups, one of which wrote nothing of it.
func severalSets() *bot.Plan {
	p := plan()
	p.Settings.Approvals.Sets = []bot.ApprovalSet{{Count: 1, From: []string{"sre"}}, {Count: 1, From: []string{"api-owners", "leads"}, NotAuthors: true}}
	return p
}

// yes is somebody's approval of the plan, for the sets given.
func yes(by bot.Person, sets ...int) bot.Approval {
	return bot.Approval{By: by, Digest: plan().Digest(), For: sets}
}

func past(id, sha string) *bot.Past {
	return &bot.Past{
		Release: id, Kind: bot.Deploy, SHA: sha + "1111", Phase: bot.Succeeded, Healthy: true, Watched: true,
		Requester: ben, Reason: "ledger hot fix", At: start.Add(-26 * time.Hour),
	}
}

// release is api-142 in a phase, with the moments that led there.
func release(phases ...bot.Phase) bot.Release {
	r := bot.Release{
		ID: "api-142", RunKey: "api-142.k3v9x2mq", Kind: bot.Deploy, Target: bot.Target{Service: "api", Environment: "production"},
		Phase: bot.Requested, Requester: cara, RequestedAt: start, Ref: "main", Reason: "customers see rounding errors",
		Plan: plan(), Carded: true,
		Decision: bot.Decision{Gates: []bot.Gate{
			{Name: "checks", Outcome: bot.Pass, Reason: "All 7 checks of a1b2c3d are green."},
			{Name: "size", Outcome: bot.Warn, Reason: "It brings 45 commits at once, above this service's warning limit of 20."},
		}},
	}
	for i, p := range phases {
		r.Phase = p
		r.Moments = append(r.Moments, bot.Moment{Phase: p, At: after(time.Duration(i+1) * 3 * time.Minute)})
	}
	return r
}

func with(r bot.Release, change func(*bot.Release)) bot.Release {
	change(&r)
	return r
}

func waiting() bot.Release {
	return with(release(bot.AwaitingApproval), func(r *bot.Release) { r.WakeAt = after(time.Hour) })
}

func running() bot.Release {
	return with(release(bot.AwaitingApproval, bot.Queued, bot.Dispatching, bot.Running), func(r *bot.Release) {
		r.Approvals = []bot.Approval{yes(anna), yes(ben)}
		r.Run = bot.Run{
			ID: 77, URL: "https://github.com/acme/api/actions/runs/77", Attempt: 1, Status: bot.RunInProgress,
			Jobs: []bot.Job{
				{Name: "build", Status: bot.RunCompleted, Conclusion: bot.ConclusionSuccess, StartedAt: start, CompletedAt: after(80 * time.Second), URL: "https://github.com/acme/api/actions/runs/77/job/1"},
				{Name: "deploy", Status: bot.RunInProgress, URL: "https://github.com/acme/api/actions/runs/77/job/2"},
				{Name: "smoke", Status: bot.RunWaiting},
			},
		}
	})
}

func moved(p bot.Phase, change func(*bot.Release)) bot.Release {
	return with(running(), func(r *bot.Release) {
		r.Phase = p
		r.Moments = append(r.Moments, bot.Moment{Phase: p, At: after(15 * time.Minute)})
		change(r)
	})
}

func samples(bad ...int) []bot.Sample {
	var out []bot.Sample
	for i := range 6 {
		at := after(15*time.Minute + time.Duration(i)*30*time.Second)
		out = append(out, bot.Sample{Probe: "up", At: at, Outcome: bot.Good, Latency: time.Duration(80+i*10) * time.Millisecond})
		s := bot.Sample{Probe: "errors", At: at, Outcome: bot.Good, Latency: 40 * time.Millisecond}
		for _, b := range bad {
			if b == i {
				s.Outcome, s.Latency, s.Says = bot.Bad, 812*time.Millisecond, "status 503"
			}
		}
		out = append(out, s)
	}
	return out
}

func watched(r *bot.Release) {
	r.Watch = bot.Watch{StartedAt: after(15 * time.Minute), EndsAt: after(25 * time.Minute), Samples: samples()}
	r.Verdict = bot.Watching
}

func failed() bot.Release {
	return moved(bot.Failed, func(r *bot.Release) {
		r.Run.Status, r.Run.Conclusion = bot.RunCompleted, bot.ConclusionFailure
		r.Run.Jobs[1].Status, r.Run.Jobs[1].Conclusion, r.Run.Jobs[1].FailedStep = bot.RunCompleted, bot.ConclusionFailure, "kubectl apply"
		r.Run.Jobs[2].Status, r.Run.Jobs[2].Conclusion = bot.RunCompleted, bot.ConclusionSkipped
		r.Ending = bot.Ending{Cause: `job "deploy" failed at step "kubectl apply"`}
	})
}

func unhealthy() bot.Release {
	return moved(bot.Unhealthy, func(r *bot.Release) {
		watched(r)
		r.Watch.Samples, r.Verdict = samples(3, 4, 5), bot.NotHealthy
		r.Ending = bot.Ending{Cause: "the service was not healthy after the run"}
	})
}

func unknown() bot.Release {
	return with(release(bot.Queued, bot.Dispatching, bot.Unknown), func(r *bot.Release) {
		r.Dispatch = bot.Dispatch{State: bot.Searching, Attempt: 1, At: after(time.Minute), Problem: "GitHub did not answer"}
	})
}

// sayThereIsNone: somebody says that the workflow was not started.
func sayThereIsNone(r *bot.Release) {
	r.Dispatch = bot.Dispatch{State: bot.Searching, Attempt: 1, At: after(time.Minute), NeverRan: ben}
}

func rollback() bot.Release {
	return with(release(bot.AwaitingApproval), func(r *bot.Release) {
		r.ID, r.Kind, r.Reversal, r.Reason = "api-143", bot.Rollback, bot.Reversal{Back: "api-142", To: "api-141"}, "rounding is off"
		r.Plan.Commit = commit("9f8e7d6", "Book in cents", 0)
		r.Plan.Commit.At, r.Plan.Branch = start.Add(-26*time.Hour), ""
		r.Plan.Changes = bot.Changes{Direction: bot.Backward, Removed: 2, Commits: plan().Changes.Commits, Total: 2, URL: "https://github.com/acme/api/compare/a1b2c3d...9f8e7d6"}
		r.Plan.Current, r.Plan.RollbackTo = past("api-142", "a1b2c3d"), nil
		r.Plan.Settings.Approvals = bot.ApprovalRule{}
		r.Decision = bot.Decision{}
	})
}

// needs is a report with so many new settings.
func needs(settings int) bot.Readiness {
	report := bot.Readiness{Compared: true, Findings: []bot.Finding{
		{Kind: bot.FindMigration, Weight: bot.WeightIrreversible, Says: "3 migrations: a rollback will not undo them (db/migrate/1.sql, db/migrate/2.sql, db/migrate/3.sql)"},
	}}
	for i := range settings {
		report.Findings = append(report.Findings, bot.Finding{Kind: bot.FindSetting, Weight: bot.WeightLook, Says: fmt.Sprintf("new setting STRIPE_KEY_%d: is it set in production?", i+1)})
	}
	report.Findings = append(report.Findings,
		bot.Finding{Kind: bot.FindPort, Weight: bot.WeightLook, Says: "port 8080 → 9090"},
		bot.Finding{Kind: bot.FindDependencies, Weight: bot.WeightNote, Says: "3 dependencies raised (a 1.0.0 → 1.0.1, b 2.0.0 → 2.1.0, c 0.1.0 → 0.1.1)"},
	)
	report.Unread = []string{"package-lock.json could not be read: it is larger than 1 MB"}
	return report
}

// emergency makes a release one of cara's that passed a freeze and the approvals.
func emergency(r bot.Release, change func(*bot.Release)) bot.Release {
	return with(r, func(r *bot.Release) {
		r.Moments = slices.DeleteFunc(r.Moments, func(m bot.Moment) bool { return m.Phase == bot.AwaitingApproval })
		r.Plan.Settings.Rules.Emergency, r.Approvals = []string{"sre", "leads"}, nil
		r.Reason = "the shop is down"
		r.Decision.Gates = []bot.Gate{{Name: "freeze", Outcome: bot.Warn, Reason: "api → production is frozen until Mon 30 Nov 2026: fair", Emergency: true}}
		r.Emergency = bot.Emergency{Asked: true, ReviewBy: after(24 * time.Hour)}
		change(r)
	})
}

func unchanged(*bot.Release) {}

func reviewed(r *bot.Release) { r.Emergency.SignedOff, r.Emergency.SignedAt = ben, after(time.Hour) }

func urgentPast(id string, by bot.Person) bot.Past {
	p := *past(id, "9f8e7d6")
	p.Emergency, p.SignedOff, p.Reason = true, by, "the shop is down"
	return p
}

// pardonedByCara lets a commit come back that was taken back.
func pardonedByCara(r *bot.Release) {
	r.TakenBackBy = "api-143"
	r.QuarantineEnd = bot.QuarantineEnd{By: cara, Reason: "it was <!here> the database", At: after(time.Hour)}
}

// doubts are about two targets, each looked at or not.
func doubts(production, staging bot.Look) []bot.Doubt {
	d := bot.Doubt{
		Target: bot.Target{Service: "api", Environment: "production"}, About: "runs of acme/api deploy.yml", Of: "life",
		Says: "the runs of deploy.yml in acme/api cannot be compared: GitHub answered 502", Mend: "It is tried again. Look at GitHub.", Looked: production,
	}
	other := d
	other.Target.Environment, other.Looked = "staging", staging
	return []bot.Doubt{d, other}
}

// odd are runs that somebody named by hand.
func odd() []bot.ListedRun {
	return []bot.ListedRun{{RunKey: "api-99999999999.k3v9x2mq", Run: bot.Run{URL: "https://github.com/acme/api/actions/runs/99"}}}
}

// incident is one in which everything is suspect for another reason.
func incident() bot.IncidentView {
	ill := unhealthy()
	pastOf := func(id string, ago time.Duration) bot.Past {
		p := *past(id, "9f8e7d6")
		p.At = after(time.Hour - ago)
		return p
	}
	suspect := func(service string, p bot.Past, why ...bot.Suspicion) bot.Suspect {
		return bot.Suspect{Change: bot.Change{Target: bot.Target{Service: service, Environment: "production"}, Past: p}, Why: why}
	}
	bad := suspect("api", pastOf(ill.ID, 4*time.Minute), bot.SuspectUnhealthy, bot.SuspectEmergency, bot.SuspectShares)
	bad.Past.Phase, bad.Past.Healthy, bad.Last, bad.Shares = bot.Unhealthy, false, &ill, []string{"web-7", "cron-2", "mail-1", "pay-9"}
	broke := suspect("web", pastOf("web-7", 10*time.Minute), bot.SuspectBrokeOff)
	broke.Past.Phase, broke.Past.Arrival = bot.Failed, bot.MayHaveCome
	again := suspect("cron", pastOf("cron-2", 20*time.Hour), bot.SuspectOutOfBand)
	again.Past.Again = bot.Again{Attempt: 2, At: after(50 * time.Minute), Conclusion: bot.ConclusionSuccess}
	found := suspect("pay", pastOf("pay-9", 12*time.Minute), bot.SuspectOutOfBand)
	found.Past.Kind = bot.Adopt
	dim := suspect("mail", pastOf("mail-1", 13*time.Minute), bot.SuspectUnclear)
	dim.Past.Healthy, dim.Past.Reason = false, "<!channel> *now*"
	goes := suspect("shop", pastOf("shop-3", 0), bot.SuspectGoesOn)
	goes.Past.Phase, goes.Past.Healthy = bot.Verifying, false
	gone := suspect("blog", pastOf("blog-5", 20*time.Second), bot.SuspectUnhealthy, bot.TakenBack)
	gone.Past.TakenBackBy = "blog-6"
	v := bot.IncidentView{Since: after(30 * time.Minute), Now: after(time.Hour), Further: "/deploy incident 2h"}
	v.Suspects = []bot.Suspect{bad, broke, again, found, dim, goes, suspect("docs", pastOf("docs-4", 15*time.Minute), bot.SuspectUnwatched), gone, suspect("auth", pastOf("auth-1", 25*time.Minute))}
	for i := range 13 {
		v.Suspects = append(v.Suspects, suspect("job"+string(rune('a'+i)), pastOf("job-1", 29*time.Minute)))
	}
	return v
}

// incidentThen is what changed around a moment in the past.
func incidentThen() bot.IncidentView {
	v := incident()
	v.Now, v.At, v.To, v.Further = after(26*time.Hour), after(50*time.Minute), after(time.Hour), ""
	v.Since, v.Deeper = after(20*time.Minute), []bot.Target{{Service: "cron", Environment: "production"}}
	v.Suspects = v.Suspects[:6]
	return v
}
