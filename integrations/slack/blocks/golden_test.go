package blocks_test

import (
	"maps"
	"strings"
	"time"

	"github.com/slipwayhq/slipway/bot"
)

func tipOfMain(r *bot.Release) { r.Plan.Commit.TipOf = "main" }

func cardOf(r bot.Release) bot.Card {
	return bot.Card{Release: r, Links: links(), Approvers: []bot.Person{anna, ben, cara}, Authors: authors()}
}

func cards() map[string]bot.Body {
	all := map[string]bot.Body{
		"requested":    cardOf(with(release(bot.Requested), func(r *bot.Release) { r.Plan, r.Decision = nil, bot.Decision{} })),
		"awaiting":     cardOf(waiting()),
		"awaiting_one": cardOf(with(waiting(), func(r *bot.Release) { r.Approvals = []bot.Approval{yes(anna)} })),
		"awaiting_sets": cardOf(with(waiting(), func(r *bot.Release) {
			r.Plan = severalSets()
			r.Approvals = []bot.Approval{{By: anna, Digest: r.Plan.Digest(), For: []int{0}}}
		})),
		"awaiting_groups": bot.Card{Release: with(waiting(), func(r *bot.Release) { r.Plan = severalSets() }), Approvers: []bot.Person{ben}, ApproverGroups: []string{"S0SRE", "S0<!here>"}},
		"awaiting_withdrawn": cardOf(with(waiting(), func(r *bot.Release) {
			r.Approvals = []bot.Approval{yes(anna)}
			r.Withdrawn = []bot.Withdrawal{{By: ben, At: after(time.Minute)}, {By: anna, At: after(2 * time.Minute)}, {By: ben, At: after(3 * time.Minute)}}
		})),
		"awaiting_points": cardOf(with(waiting(), func(r *bot.Release) {
			r.Plan.Readiness = needs(2)
			r.Plan.Settings.Approvals.Confirm = []bot.FindingKind{bot.FindSetting, bot.FindMigration}
			r.Acknowledged = []bot.Acknowledgement{{Point: r.Points()[0].ID, By: ben}}
		})),
		"awaiting_voided":   cardOf(with(waiting(), func(r *bot.Release) { r.Delta = []string{"the workflow file deploy.yml was changed"} })),
		"awaiting_moved_on": cardOf(with(waiting(), func(r *bot.Release) { r.Plan.Commit.TipOf, r.Branch.Newer = "main", 3 })),
		"awaiting_anybody":  bot.Card{Release: with(waiting(), func(r *bot.Release) { r.Plan.Settings.Approvals.Sets = []bot.ApprovalSet{{Count: 1}} })},
		"awaiting_somebody": bot.Card{Release: waiting(), ApproverGroups: []string{"S", "s0SRE", "T0SRE", "S0[SRE"}},
		"awaiting_own": bot.Card{
			Release:   with(waiting(), func(r *bot.Release) { r.Plan.Settings.Approvals.Sets[0].Self = true }),
			Approvers: []bot.Person{cara, ben}, ApproverGroups: []string{"S0sre", "S" + strings.Repeat("0", 30)},
		},
		"queued_moved_on":  cardOf(with(release(bot.Queued), func(r *bot.Release) { r.Plan.Commit.TipOf, r.Branch.Newer = "main", 1 })),
		"running_moved_on": cardOf(with(running(), func(r *bot.Release) { r.Plan.Commit.TipOf, r.Branch.Newer = "main", 1 })),
		"backward": cardOf(with(waiting(), func(r *bot.Release) {
			r.Plan.Changes.Direction, r.Plan.Changes.Removed, r.Plan.Changes.Total = bot.Backward, 5, 0
			r.Decision.Gates = append(r.Decision.Gates,
				bot.Gate{Name: "live", Outcome: bot.Warn, Reason: "Too many files differ to tell."}, bot.Gate{Name: "size", Outcome: bot.Pass, Reason: "It is not too many."})
		})),
		"all_listed": cardOf(with(waiting(), func(r *bot.Release) {
			r.Plan.Changes.Total = 2
			r.Decision.Gates = append(r.Decision.Gates, bot.Gate{Name: "live", Outcome: bot.Pass, Reason: "It is not live yet."})
		})),
		"own_changes": cardOf(with(waiting(), func(r *bot.Release) {
			r.Plan.Changes.Looked, r.Plan.Changes.Touch = 12, bot.TouchOwn
		})),
		"queued_estimate": cardOf(with(release(bot.Queued), func(r *bot.Release) {
			r.Place = bot.Place{Ahead: 1, Holder: "api-140", Wait: 6 * time.Minute}
		})),
		"queued":            cardOf(with(release(bot.Queued), func(r *bot.Release) { r.Place = bot.Place{Ahead: 2, Holder: "api-140"} })),
		"queued_next":       cardOf(with(release(bot.Queued), func(r *bot.Release) { r.Place = bot.Place{Holder: "api-140"} })),
		"dispatching":       cardOf(release(bot.Queued, bot.Dispatching)),
		"dispatching_again": cardOf(with(release(bot.Unknown, bot.Dispatching), sayThereIsNone)),
		"dispatching_never": cardOf(with(release(bot.Unknown, bot.Dispatching), func(r *bot.Release) {
			sayThereIsNone(r)
			r.Cancel = bot.Cancel{AskedAt: after(time.Hour), By: ben, Cause: bot.ByPerson}
		})),
		"running":           cardOf(running()),
		"running_cancelled": cardOf(with(running(), func(r *bot.Release) { r.Cancel = bot.Cancel{AskedAt: after(time.Hour), By: ben, Cause: bot.ByPerson} })),
		"running_held": cardOf(with(running(), func(r *bot.Release) {
			r.Run.Status, r.Run.Jobs[1].Status = bot.RunHeld, bot.RunHeld
		})),
		"running_cancelled_why": cardOf(with(running(), func(r *bot.Release) {
			r.Cancel = bot.Cancel{AskedAt: after(time.Hour), By: ben, Reason: "wrong <!here> branch", Cause: bot.ByPerson}
		})),
		"not_cancelled": cardOf(moved(bot.Succeeded, func(r *bot.Release) {
			watched(r)
			r.Verdict, r.Healthy, r.Run.Conclusion = bot.Healthy, true, bot.ConclusionSuccess
			r.Cancel = bot.Cancel{AskedAt: after(time.Hour), By: ben, Cause: bot.ByPerson}
		})),
		"not_cancelled_yet": cardOf(moved(bot.Verifying, func(r *bot.Release) {
			watched(r)
			r.Run.Conclusion, r.Cancel = bot.ConclusionSuccess, bot.Cancel{AskedAt: after(time.Hour), Cause: bot.ByTimeout}
		})),
		"verifying": cardOf(moved(bot.Verifying, watched)),
		"unknown":   cardOf(unknown()),
		"unknown_cancelled": cardOf(with(unknown(), func(r *bot.Release) {
			r.Cancel = bot.Cancel{AskedAt: after(time.Hour), By: ben, Cause: bot.ByPerson}
		})),
		"unknown_run": cardOf(moved(bot.Unknown, func(r *bot.Release) { r.Dispatch.Problem = "GitHub was asked to cancel the run and it has not stopped" })),
		"succeeded":   cardOf(moved(bot.Succeeded, func(r *bot.Release) { watched(r); r.Verdict, r.Healthy = bot.Healthy, true })),
		"succeeded_unwatched": cardOf(moved(bot.Succeeded, func(r *bot.Release) {
			r.Verdict, r.Healthy = bot.NotWatched, true
		})),
		"succeeded_inconclusive": cardOf(moved(bot.Succeeded, func(r *bot.Release) {
			r.Verdict, r.Ending.Cause = bot.Inconclusive, "its health could not be told: too few answers could be had"
		})),
		"succeeded_looks_good": cardOf(moved(bot.Succeeded, func(r *bot.Release) {
			r.Verdict, r.Healthy, r.Ending = bot.Inconclusive, true, bot.Ending{By: ben}
		})),
		"failed":     cardOf(failed()),
		"unhealthy":  cardOf(unhealthy()),
		"taken_back": cardOf(with(unhealthy(), func(r *bot.Release) { r.TakenBackBy = "api-143" })),
		"cancelled": cardOf(moved(bot.Cancelled, func(r *bot.Release) {
			r.Ending = bot.Ending{By: ben, Cause: "cancelled while the workflow ran; what it had done by then stays done"}
		})),
		"rejected": cardOf(with(release(bot.AwaitingApproval, bot.Rejected), func(r *bot.Release) {
			r.Ending = bot.Ending{By: anna, Reason: "not on a Friday", Cause: "rejected"}
		})),
		"rejected_at_once": cardOf(with(release(bot.Rejected), func(r *bot.Release) {
			r.Moments[0].At = r.RequestedAt.Add(900 * time.Millisecond)
			r.Ending = bot.Ending{Cause: "checks of a1b2c3d failed: lint", Mend: "Repair them."}
		})),
		"mismatch_over": cardOf(moved(bot.Failed, func(r *bot.Release) {
			r.Run.Conclusion, r.Cancel = bot.ConclusionSuccess, bot.Cancel{AskedAt: after(time.Hour), Cause: bot.ByMismatch}
			r.Ending = bot.Ending{Cause: "the run used a workflow file that was not the approved one, and it was over before it could be cancelled"}
		})),
		"rejected_rules": cardOf(with(release(bot.Queued, bot.Dispatching, bot.Rejected), func(r *bot.Release) {
			r.Decision.Gates = []bot.Gate{
				{Name: "lock", Outcome: bot.Refuse, Reason: "api → production is locked by Ben", Mend: "Ask Ben to unlock it.", Who: []string{"Ben"}},
				{Name: "checks", Outcome: bot.Refuse, Reason: "Checks of a1b2c3d failed: lint", Mend: "Repair them."},
			}
			r.Ending = bot.Ending{Cause: "api → production is locked by Ben, and 1 other rule refuses", Mend: "Ask Ben to unlock it."}
		})),
		"expired": cardOf(with(release(bot.AwaitingApproval, bot.Expired), func(r *bot.Release) {
			r.Ending = bot.Ending{Cause: "the approval did not come within 2 h", Mend: "Ask again when an approver is there."}
		})),
		"emergency":          cardOf(emergency(running(), unchanged)),
		"emergency_reviewed": cardOf(emergency(moved(bot.Succeeded, unchanged), reviewed)),
		"pardoned":           cardOf(with(unhealthy(), pardonedByCara)),
		"superseded": cardOf(moved(bot.Superseded, func(r *bot.Release) {
			r.Ending = bot.Ending{By: ben, Cause: "rollback api-143 took its place"}
		})),
		"rollback": cardOf(with(rollback(), func(r *bot.Release) { r.Phase, r.Confirmed, r.Place.Holder = bot.Queued, true, "api-142" })),
		"rollback_from_the_shell": cardOf(with(rollback(), func(r *bot.Release) {
			r.Phase, r.Confirmed, r.Requester = bot.Queued, true, bot.AtShell{Person: cara, Shell: "build-7 by root <!channel>"}
		})),
		"rollback_by_itself": cardOf(with(rollback(), func(r *bot.Release) {
			r.Phase, r.Requester = bot.AwaitingApproval, bot.ByRule{Rule: "health of <!channel> production"}
		})),
		"adopted": cardOf(with(release(bot.Succeeded), func(r *bot.Release) {
			r.Kind, r.Verdict = bot.Adopt, bot.NotWatched
			r.Plan.Changes, r.Plan.RollbackTo = bot.Changes{}, nil
			r.Ending = bot.Ending{Cause: "recorded as what is live; nothing was started"}
		})),
		"adopted_vouched": cardOf(with(release(bot.Succeeded), func(r *bot.Release) {
			r.Kind, r.Verdict, r.Healthy, r.Vouched = bot.Adopt, bot.NotWatched, true, ben
			r.Plan.Changes, r.Plan.RollbackTo = bot.Changes{}, nil
			r.Ending = bot.Ending{Cause: "recorded as what is live; nothing was started"}
		})),
		"adopting": cardOf(with(waiting(), func(r *bot.Release) {
			r.Kind, r.Reason = bot.Adopt, "mended by hand"
			r.Decision.Gates = []bot.Gate{
				{Name: "freeze", Outcome: bot.Warn, Reason: "api → production is frozen: the long fair."},
				{Name: "branch", Outcome: bot.Warn, Reason: "1a2b3c4 is on no branch that may go to api → production: main."},
			}
		})),
		"sideways": cardOf(with(waiting(), func(r *bot.Release) {
			r.Plan.Changes.Direction, r.Plan.Changes.Removed, r.Plan.Changes.Total = bot.Sideways, 3, 2
			r.Decision.Gates = append(r.Decision.Gates, bot.Gate{Name: "direction", Outcome: bot.Warn, Reason: "It takes away 3 commits."})
		})),
		"report": cardOf(with(waiting(), func(r *bot.Release) { r.Plan.Readiness = needs(12) })),
		"first": cardOf(with(running(), func(r *bot.Release) {
			r.Plan.Changes, r.Plan.Current, r.Plan.RollbackTo, r.Reason = bot.Changes{}, nil, nil, ""
		})),
	}
	maps.Copy(all, batchCards())
	maps.Copy(all, healthCards())
	all["lost"] = bot.Card{Release: waiting(), Links: links(), Approvers: []bot.Person{anna, ben, cara}, Authors: authors(), Lost: "was deleted"}
	return all
}

func notes() map[string]bot.Body {
	note := func(news bot.News, r bot.Release) bot.Note {
		return bot.Note{
			News: news, Release: r, Links: links(), Authors: authors(), Now: after(90 * time.Minute),
			Card: bot.MessageRef{Channel: "C0DEPLOYS", ID: "1732442400.000100"},
		}
	}
	all := map[string]bot.Body{
		"failed": note(bot.NoteFailed{}, failed()),
		"failed_before_start": note(bot.NoteFailed{}, with(release(bot.Dispatching, bot.Failed), func(r *bot.Release) {
			r.Ending = bot.Ending{Cause: "GitHub refused to start the workflow: unexpected inputs: sha", Mend: "Declare the input sha under on.workflow_dispatch.inputs in deploy.yml."}
		})),
		"unhealthy": note(bot.NoteUnhealthy{}, unhealthy()),
		"unhealthy_tell": note(bot.NoteUnhealthy{}, with(unhealthy(), func(r *bot.Release) {
			r.Plan.Settings.Health.OnUnhealthy = bot.OnUnhealthyTell
		})),
		"outcome":    note(bot.NoteOutcome{Outcome: bot.OutcomeSucceeded, At: start}, moved(bot.Succeeded, func(r *bot.Release) { watched(r); r.Verdict, r.Healthy = bot.Healthy, true })),
		"yours_live": note(bot.NoteYours{Outcome: bot.OutcomeSucceeded, At: start, Whose: "U04DORA"}, moved(bot.Succeeded, func(r *bot.Release) { watched(r); r.Verdict, r.Healthy = bot.Healthy, true })),
		"yours_ill":  note(bot.NoteYours{Outcome: bot.OutcomeUnhealthy, At: start, Whose: "U04DORA"}, unhealthy()),
		"yours_many": note(bot.NoteYours{Outcome: bot.OutcomeRolledBack, At: start, Whose: "U04DORA"}, moved(bot.Succeeded, func(r *bot.Release) {
			r.Kind, r.Plan.Changes.Direction = bot.Rollback, bot.Backward
			for range 7 {
				r.Plan.Changes.Commits = append(r.Plan.Changes.Commits, r.Plan.Changes.Commits[1])
			}
		})),
		"undelivered": note(bot.NoteUndelivered{Outcome: bot.OutcomeFailed, At: start, Says: "the webhook at hooks.example.com answered 500"}, failed()),
		"digest": bot.Digest{Notes: []bot.Note{
			note(bot.NoteUnhealthy{}, unhealthy()), note(bot.NoteFailed{}, failed()), note(bot.NoteUnknown{Since: start}, unknown()),
			note(bot.NoteApprovalDue{Since: start}, waiting()), note(bot.NoteOutcome{Outcome: bot.OutcomeSucceeded, At: start}, moved(bot.Succeeded, func(r *bot.Release) { r.Verdict, r.Healthy = bot.NotWatched, true })),
		}},
		"health_well":    summaryNote(quietCourse()),
		"health_unwell":  summaryNote(risenCourse()),
		"health_unclear": summaryNote(unseenCourse()),
		"health":         note(bot.NoteHealth{}, moved(bot.Succeeded, func(r *bot.Release) { watched(r); r.Watch.Samples = samples(2); r.Verdict = bot.Healthy })),
		"unknown":        note(bot.NoteUnknown{}, unknown()),
		"reminder":       note(bot.NoteReminder{Number: 2}, unknown()),
		"reminder_last":  note(bot.NoteReminder{Number: 672, Last: true}, unknown()),
		"ran":            note(bot.NoteItRan{By: ben, Attempt: 1}, unknown()),
		"not_ran":        note(bot.NoteSendAgain{By: ben, Attempt: 1}, unknown()),
		"never_ran":      note(bot.NoteNeverRan{By: ben, Attempt: 1}, unknown()),
		"ran_after_all":  note(bot.NoteRanAfterAll{By: ben, Attempt: 1}, running()),
		"mismatch_late":  note(bot.NoteMismatch{}, moved(bot.Succeeded, unchanged)),
		"mismatch":       note(bot.NoteMismatch{}, running()),
		"plan": bot.Note{
			News: bot.NotePlan{}, Now: after(time.Hour), Approvers: []bot.Person{anna, ben}, ApproverGroups: []string{"S0SRE"},
			Release: with(waiting(), func(r *bot.Release) { r.Delta = []string{`input tier: "web", was "worker"`} }),
		},
		"batch":        note(bot.NoteBatch{}, brokenBatch()),
		"rerun":        note(bot.NoteRerun{}, with(running(), func(r *bot.Release) { r.Run.Attempt = 2 })),
		"approval_due": bot.Note{News: bot.NoteApprovalDue{}, Release: waiting(), Now: after(time.Hour), Approvers: []bot.Person{anna, ben}, ApproverGroups: []string{"S0SRE"}},
		"escalated": bot.Note{
			News: bot.NoteEscalated{Set: 1}, Now: after(time.Hour), Approvers: []bot.Person{ben, cara},
			Release: with(waiting(), func(r *bot.Release) {
				r.Plan, r.Escalated = severalSets(), []int{1}
				r.Plan.Settings.Approvals.Sets[1].EscalateAfter, r.Plan.Settings.Approvals.Sets[1].EscalateTo = time.Hour, []string{"managers"}
			}),
		},
		"escalated_late": bot.Note{News: bot.NoteEscalated{Set: 7}, Release: waiting(), Now: after(time.Hour)},
		"withdrawn":      bot.Note{News: bot.NoteWithdrawn{By: ben}, Release: waiting(), Now: after(time.Hour)},
		"emergency":      note(bot.NoteEmergency{Passed: []string{"freeze", "approvals"}}, emergency(release(bot.Queued), unchanged)),
		"review":         note(bot.NoteReview{Number: 1}, emergency(moved(bot.Succeeded, unchanged), unchanged)),
		"overdue": note(bot.NoteReview{Number: 2}, emergency(moved(bot.Succeeded, unchanged), func(r *bot.Release) {
			r.Emergency.ReviewBy = after(time.Hour)
		})),
		"signed_off": note(bot.NoteSignedOff{}, emergency(moved(bot.Succeeded, unchanged), reviewed)),
		"forgotten": bot.Forgotten{Service: "api", Runs: []bot.ListedRun{
			{RunKey: "api-143.k3v9x2mq", Run: bot.Run{URL: "https://github.com/acme/api/actions/runs/43", Status: bot.RunInProgress}},
			{RunKey: "api-142.m3v9x2mq", Run: bot.Run{URL: "https://github.com/acme/api/actions/runs/42", Status: bot.RunCompleted, Conclusion: bot.ConclusionSuccess}},
		}},
		"forgotten_odd": bot.Forgotten{Service: "api", Runs: []bot.ListedRun{
			{RunKey: "api-143.k3v9x2mq", Run: bot.Run{URL: "https://github.com/acme/api/actions/runs/43", Status: bot.RunInProgress}},
		}, Odd: odd()},
		"odd":         bot.Forgotten{Service: "api", Odd: odd()},
		"held":        bot.Held{Doubts: doubts(bot.Look{}, bot.Look{}), Who: []string{"sre", "leads"}, Typed: "/deploy looked api production"},
		"held_looked": bot.Held{Doubts: doubts(bot.Look{By: anna, At: after(0)}, bot.Look{At: after(0)}), Typed: "/deploy looked api production"},
		"held_partly": bot.Held{Doubts: doubts(bot.Look{By: anna, At: after(0)}, bot.Look{}), Typed: "/deploy looked api production"},
		"put_aside": bot.Held{Doubts: []bot.Doubt{{
			Target: bot.Target{Service: "api", Environment: "production"}, About: "release api-142", Release: "api-142",
			Says: "api-142 is put aside: slipway broke down 3 times in a row as it worked on it", Mend: "Everything else goes on.",
		}}, Typed: "/deploy looked api production"},
		"pardoned": note(bot.NoteQuarantineEnded{}, with(unhealthy(), pardonedByCara)),
		"ended": note(bot.NoteEnded{}, with(release(bot.Expired), func(r *bot.Release) {
			r.Ending = bot.Ending{Cause: "the approval did not come within 2 h", Mend: "Ask again when an approver is there."}
		})),
		"ended_oneself": note(bot.NoteEnded{}, with(release(bot.Cancelled), func(r *bot.Release) { r.Ending = bot.Ending{By: cara} })),
		"ended_in_batch": note(bot.NoteEnded{}, with(release(bot.Expired), func(r *bot.Release) {
			r.Part.Batch, r.Ending = "batch-7", bot.Ending{Cause: "the approval did not come within 2 h"}
		})),
	}
	for name, n := range healthNotes() {
		all[name] = note(n.News, n.Release)
	}
	return all
}

func hold() bot.Lock {
	return bot.Lock{
		Kind: bot.Hold, Scope: bot.Scope{Service: "api", Environment: "production"}, By: ben, Reason: "migrating by <!here> hand",
		At: after(-20 * time.Minute), Until: after(time.Hour),
	}
}

func before() *bot.Lock {
	l := hold()
	l.By = anna
	return &l
}

func answers() map[string]bot.Answer {
	live := moved(bot.Succeeded, func(r *bot.Release) { watched(r); r.Verdict, r.Healthy = bot.Healthy, true })
	under := running()
	under.ID = "api-143"
	rows := []bot.BoardRow{
		{State: bot.TargetState{Target: live.Target, Current: &live, Under: &under, Waiting: []string{"api-144"}}},
		{State: bot.TargetState{Target: bot.Target{Service: "web", Environment: "staging"}}},
		{State: bot.TargetState{Target: bot.Target{Service: "web", Environment: "production"}}, Failing: "the store did not answer"},
	}
	old := *past("api-139", "5e6f7a8")
	old.TakenBackBy, old.Quarantined, old.Healthy, old.Phase = "api-140", true, false, bot.Unhealthy
	back := *past("api-140", "9f8e7d6")
	back.Kind, back.Watched = bot.Rollback, false
	history := []bot.Past{*past("api-141", "9f8e7d6"), back, old}
	verbs := []bot.VerbHelp{
		{Verb: "deploy", Usage: []string{"/deploy SERVICE [REF] [to ENV] [--reason TEXT] [--dry-run]"}, Summary: "starts a release", Examples: []string{"/deploy api main to production"}},
		{Verb: "history", Usage: []string{"/deploy history SERVICE [ENV]"}, Summary: "lists what went before"},
	}
	all := map[string]bot.Answer{
		"accepted":                bot.Accepted{Release: release(bot.Requested), Channel: "C0DEPLOYS", Notes: []string{"“production” was read as the environment"}},
		"accepted_existing":       bot.Accepted{Release: release(bot.Requested), Existing: true, Channel: "C0DEPLOYS"},
		"accepted_existing_newer": bot.Accepted{Existing: true, Newer: 2, Channel: "C0DEPLOYS", Release: with(waiting(), tipOfMain), Notes: []string{"For a second release beside this one, type `/deploy api main to production --again`."}},
		"accepted_existing_runs":  bot.Accepted{Existing: true, Newer: 1, Channel: "C0DEPLOYS", Release: with(running(), tipOfMain), Notes: []string{"To deploy the newest, type `/deploy api main to production --again`."}},
		"help_short": bot.Help{
			Names: slashNames(), Service: "api",
			Verbs: []bot.VerbHelp{{Verb: "deploy", Usage: []string{"/deploy SERVICE [REF] [to ENV]"}, Summary: "Starts a release."}},
			Short: []bot.ShortName{{Word: "prod", Means: "production"}, {Word: "live", Means: "eu", Of: "shop"}, {Word: "shop-api", Means: "api"}},
		},
		"accepted_rollback": bot.Accepted{Release: rollback()},
		"accepted_batch":    bot.Accepted{Release: batch(bot.Requested, "", "", ""), Channel: "C0DEPLOYS", Notes: []string{"Once all of them may go: web after api."}},
		"plan_batch":        bot.PlanView{Release: batch(bot.Running, bot.Succeeded, bot.Running, bot.Queued)},
		"problem":           bot.Problem{Says: "there is no service `apo`", Mends: []string{"Did you mean api?"}, Near: "/deploy api main to production"},
		"problem_channel":   bot.Problem{Says: "api-1 goes on, but its card cannot be shown: slipway is not in the channel", Mends: []string{"Invite slipway to the channel."}, Channel: "C0DEPLOYS"},
		"problem_gates": bot.Problem{
			Says: "this may not go to production now", Understood: "main of api to production",
			Gates: []bot.Gate{
				{Name: "checks", Outcome: bot.Refuse, Reason: "the check lint failed", Mend: "Mend it and ask again."},
				{Name: "after", Outcome: bot.Refuse, Reason: "this commit was not healthy in staging yet", Mend: "Deploy it to staging first."},
			},
			Near: "/deploy api main to staging",
		},
		"emergencies": bot.EmergencyView{Now: after(time.Hour), Of: "api", Past: []bot.EmergencyPast{
			{Target: live.Target, Past: urgentPast("api-141", bot.Person{})}, {Target: live.Target, Past: urgentPast("api-138", anna)},
		}},
		"emergencies_none": bot.EmergencyView{Now: after(time.Hour), Of: "everything"},
		"problem_who": bot.Problem{Says: "api → production cannot be deployed now", Gates: []bot.Gate{
			{Name: "deployers", Outcome: bot.Refuse, Reason: "Only members of sre may deploy", Mend: "Ask one of them.", Who: []string{"anna", "<!channel>"}},
			{Name: "channel", Outcome: bot.Refuse, Reason: "Not in this channel", Mend: "Type it again in one of its channels.", Where: []string{"C0DEPLOYS", "no channel"}},
		}},
		"locked":       bot.Locked{Lock: hold(), Now: after(0)},
		"locked_taken": bot.Locked{Lock: hold(), Before: before(), Now: after(0), Tell: []bot.DirectMessage{{To: anna, Says: "it", Told: true}}},
		"unlocked":     bot.Locked{Lock: hold(), Opened: true, Now: after(0), Tell: []bot.DirectMessage{{To: ben, Says: "it", Failed: &bot.Untold{Says: "Slack takes no direct messages from slipway", Mend: "Switch it on."}}, {To: anna, Says: "it"}}},
		"board_locked": bot.Board{Now: after(0), Rows: []bot.BoardRow{{
			State: bot.TargetState{Target: live.Target, Current: &live, Locks: []bot.Lock{hold(), {Kind: bot.Freeze, By: cara, At: after(-time.Hour), Reason: "Black Friday"}}},
		}}},
		"board_held": bot.Board{Now: after(0), Rows: []bot.BoardRow{{
			State: bot.TargetState{Target: live.Target, Current: &live, Doubts: doubts(bot.Look{}, bot.Look{})[:1]},
		}, {State: bot.TargetState{Target: live.Target, Locks: []bot.Lock{hold()}}, Failing: "the record of api-7 in Redis cannot be read"}}},
		"board_troubles":     bot.Board{Now: after(0), Troubles: troubles(), Rows: []bot.BoardRow{{State: bot.TargetState{Target: live.Target, Current: &live}}}},
		"trouble":            troubles()[0],
		"emergencies_unread": bot.EmergencyView{Now: after(0), Of: "everything", Unread: []bot.Target{live.Target}},
		"done":               bot.Done{Says: "api-142 is being cancelled"},
		"plan_preview":       bot.PlanView{Release: with(release(bot.Succeeded), func(r *bot.Release) { r.Kind, r.ID = bot.Preview, "api-p7" })},
		"plan_approve":       bot.PlanView{Release: waiting(), Offer: bot.ActApprove},
		"plan_report":        bot.PlanView{Release: with(waiting(), func(r *bot.Release) { r.Plan.Readiness = needs(3) }), Offer: bot.ActApprove},
		"plan_undone_unread": bot.PlanView{Release: with(waiting(), func(r *bot.Release) { r.Plan.Undone = &bot.Undone{Unread: true} }), Offer: bot.ActApprove},
		"plan_undone_cut":    bot.PlanView{Release: with(waiting(), func(r *bot.Release) { r.Plan.Undone = &bot.Undone{Migrations: 1, Unread: true} }), Offer: bot.ActApprove},
		"plan_way_back_new":  bot.PlanView{Release: with(waiting(), func(r *bot.Release) { r.Plan.RollbackTo.At = r.Plan.ResolvedAt.Add(-59 * time.Second) }), Offer: bot.ActApprove},
		"plan_same":          bot.PlanView{Release: with(waiting(), func(r *bot.Release) { r.Plan.Readiness.Compared = true }), Offer: bot.ActApprove},
		"plan_confirm":       bot.PlanView{Release: rollback(), Offer: bot.ActConfirm},
		"board":              bot.Board{Now: after(time.Hour), Rows: rows},
		"service":            bot.ServiceView{Now: after(time.Hour), Rows: rows[:1], Past: []bot.HistoryView{{Target: live.Target, Past: history}}, Links: links()},
		"service_asks":       bot.ServiceView{Now: after(time.Hour), Rows: rows, Past: []bot.HistoryView{{Target: live.Target, Past: history}}, Asks: 3},
		"service_unread":     bot.ServiceView{Now: after(time.Hour), Rows: rows[:1], Unread: []bot.Target{live.Target}},
		"live_health":        healthNow(live),
		"service_runs":       bot.ServiceView{Now: after(time.Hour), Rows: []bot.BoardRow{{State: bot.TargetState{Target: live.Target, Current: new(with(live, func(r *bot.Release) { p := *r.Plan; p.Readiness, r.Plan = runsNow(), &p }))}}}},
		"history":            bot.HistoryView{Now: after(time.Hour), Target: live.Target, Past: history},
		"help":               bot.Help{Verbs: verbs},
		"help_one":           bot.Help{Verb: "deploy", Verbs: verbs},
		"form_back": bot.RollbackForm{Now: after(0), Target: live.Target, Past: []bot.Past{*past("api-141", "9f8e7d6"), {
			Release: "api-120", SHA: "5e6f7a8", Kind: bot.Adopt, Quarantined: true, Healthy: true, At: after(-90 * time.Minute),
		}}},
		"form":          bot.Form{Names: slashNames(), Choices: []bot.FormChoice{{Service: "api", Environments: []string{"staging", "production"}}}},
		"incident":      incident(),
		"incident_then": incidentThen(),
		"incident_none": bot.IncidentView{Since: after(0), Now: after(30 * time.Minute), Further: "/deploy incident 2h", Unread: []bot.Target{live.Target}},
		"mine":          mine(),
		"mine_none":     bot.Mine{Now: after(time.Hour), Names: slashNames(), Board: bot.Board{Now: after(time.Hour)}},
		"queue": bot.QueueView{Now: after(time.Hour), Lines: []bot.QueueLine{
			{Target: live.Target, Under: &live, Waiting: []bot.Release{release(bot.Queued), release(bot.Queued)}, More: 3},
			{Target: bot.Target{Service: "api", Environment: "staging"}},
		}},
	}
	maps.Copy(all, healthAnswers())
	return all
}

// slashNames are names that an operator might choose.
func slashNames() bot.SlashNames {
	return bot.SlashNames{Deploy: "/ship", Rollback: "/rollback", Status: "/ship-status"}
}

// mine is what waits for ben, and what he asked for.
func mine() bot.Mine {
	back := with(waiting(), func(r *bot.Release) { r.ID, r.Kind, r.Confirmed = "api-143", bot.Rollback, false })
	return bot.Mine{
		Now: after(time.Hour), Who: ben, Waiting: []bot.Release{waiting(), back}, Asked: []bot.Release{running()}, MoreWaiting: 190, MoreAsked: 1, Names: slashNames(),
		Board: bot.Board{Now: after(time.Hour)},
	}
}
