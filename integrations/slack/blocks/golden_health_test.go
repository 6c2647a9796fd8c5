package blocks_test

import (
	"time"

	"github.com/slipwayhq/slipway/bot"
)

// counting is a release that is about to be taken back by itself.
func counting() bot.Release {
	return moved(bot.Verifying, func(r *bot.Release) {
		watched(r)
		r.Plan.Undone = &bot.Undone{}
		r.Plan.Settings.Health.OnUnhealthy, r.Plan.Settings.Health.Countdown = bot.OnUnhealthyRollback, time.Minute
		r.Watch.Samples, r.Verdict = samples(3, 4, 5), bot.NotHealthy
		r.Watch.Evidence = []bot.Evidence{
			{Probe: "up", Verdict: bot.Watching, Says: "0 of 6 answers were bad after the release, before 0 of 20"},
			{Probe: "errors", Verdict: bot.NotHealthy, Says: "3 of 6 answers were bad after the release, before 0 of 20", Sees: "had 46% been bad, 8 of 10 windows would have shown it"},
		}
		r.Watch.Countdown = bot.Countdown{Since: after(18 * time.Minute), At: after(19 * time.Minute), To: "api-141"}
	})
}

// unclear is a release whose watch came to nothing.
func unclear() bot.Release {
	return moved(bot.Succeeded, func(r *bot.Release) {
		watched(r)
		r.Verdict, r.Ending.Cause = bot.Inconclusive, "its health could not be told: errors: there was no traffic after the release"
		r.Watch.Evidence = []bot.Evidence{{Probe: "errors", Verdict: bot.Inconclusive, Says: "there was no traffic after the release"}}
	})
}

// watchedOn is one that somebody wants to be watched for longer.
func watchedOn() bot.Release {
	return with(unclear(), func(r *bot.Release) {
		r.Verdict, r.Watch.EndsAt = bot.Watching, after(2*time.Hour)
	})
}

func said(by bot.Person, says bot.Hindsight) bot.Opinion {
	return bot.Opinion{By: by, Says: says, At: after(time.Hour)}
}

func healthCards() map[string]bot.Body {
	return map[string]bot.Body{
		"countdown": cardOf(counting()),
		"watched_with_a_gap": cardOf(moved(bot.Verifying, func(r *bot.Release) {
			watched(r)
			r.Watch.Gaps = []bot.Gap{{From: after(16 * time.Minute), To: after(16*time.Minute + 72*time.Second)}}
		})),
		"judged": cardOf(with(unhealthy(), func(r *bot.Release) {
			r.Opinions = []bot.Opinion{said(anna, bot.FalseAlarm), said(ben, bot.FalseAlarm)}
		})),
		"disputed": cardOf(with(unhealthy(), func(r *bot.Release) {
			r.Opinions = []bot.Opinion{said(anna, bot.FalseAlarm), said(ben, bot.WasRight), said(cara, "later <!here>")}
		})),
		"watched_on": cardOf(watchedOn()),
		"watched_on_counting": cardOf(with(watchedOn(), func(r *bot.Release) {
			r.Verdict, r.Watch.Evidence, r.Watch.Countdown = bot.NotHealthy, counting().Watch.Evidence, counting().Watch.Countdown
		})),
		"watched_on_ill": cardOf(with(watchedOn(), func(r *bot.Release) {
			r.Verdict, r.Ending.Cause = bot.NotHealthy, "the service was not healthy after the run: errors: 3 of 6 answers were bad after the release"
		})),
		"missed": cardOf(moved(bot.Succeeded, func(r *bot.Release) {
			watched(r)
			r.Verdict, r.Healthy, r.Opinions = bot.Healthy, true, []bot.Opinion{said(anna, bot.Missed)}
		})),
	}
}

func healthNotes() map[string]bot.Note {
	taken := func(r *bot.Release) { r.Watch.Countdown = bot.Countdown{} }
	return map[string]bot.Note{
		"countdown": {News: bot.NoteCountdown{At: after(19 * time.Minute)}, Release: counting()},
		"health_gaps": {News: bot.NoteHealth{}, Release: moved(bot.Succeeded, func(r *bot.Release) {
			watched(r)
			r.Watch.Samples, r.Verdict = samples(2), bot.Healthy
			r.Watch.Miss(bot.Gap{From: after(16 * time.Minute), To: after(17 * time.Minute)})
			r.Watch.Miss(bot.Gap{From: after(18 * time.Minute), To: after(20 * time.Minute)})
		})},
		"countdown_over":    {News: bot.NoteCountdown{At: after(19 * time.Minute)}, Release: unhealthy()},
		"countdown_stopped": {News: bot.NoteCountdownStopped{By: ben, At: start}, Release: counting()},
		"watch_longer":      {News: bot.NoteWatchLonger{By: ben, At: start}, Release: with(counting(), taken)},
		"watch_longer_over": {News: bot.NoteWatchLonger{By: ben, At: start}, Release: watchedOn()},
		"displaced":         {News: bot.NoteDisplaced{By: "api-150", At: start}, Release: unclear()},
		"recovered":         {News: bot.NoteRecovered{At: start}, Release: with(counting(), taken)},
		"shadow":            {News: bot.NoteShadow{}, Release: unhealthy()},
		"shadow_hindered":   {News: bot.NoteShadow{Hindrance: "a lock stands there"}, Release: unhealthy()},
		"health_bad":        {News: bot.NoteHealth{}, Release: unhealthy()},
		"health_open":       {News: bot.NoteHealth{}, Release: unclear()},
	}
}

func healthAnswers() map[string]bot.Answer {
	report := bot.ReportView{
		Now: after(time.Hour), Of: "api", Watched: 31, Since: start, Say: "/deploy verdict",
		Service: bot.Scores{Alarms: 7, Right: 4, False: 1, Missed: 1},
		Probes: []bot.Scores{
			{Name: "errors <!here>", Alarms: 5, Right: 4, Missed: 1}, {Name: "latency", Alarms: 2, False: 1, Missed: 5}, {Name: "smoke", Alarms: 1}, {Name: "up"},
		},
		Inconclusive: 4, Asked: map[bot.Hindsight]int{bot.WasRight: 1, bot.FalseAlarm: 2}, Shadow: 3,
		Disputed: []string{"api-12"}, Unsaid: []string{"api-15", "api-14", "api-11", "api-9", "api-8", "api-7", "api-5"}, TakenBack: []string{"api-10"},
	}
	trusted, not := report, bot.ReportView{Now: after(time.Hour), Of: "api → staging", Watched: 1, Since: start, Say: "@slipway verdict", Inconclusive: 1}
	trusted.Service = bot.Scores{Alarms: 12, Right: 11, False: 1}
	trusted.Probes, trusted.Disputed, trusted.Unsaid, trusted.TakenBack, trusted.Shadow, trusted.Inconclusive = nil, nil, nil, nil, 0, 0
	not.Service = bot.Scores{Alarms: 3, Right: 1, False: 2}
	return map[string]bot.Answer{
		"report": report, "report_trusted": trusted, "report_not": not,
		"report_none": bot.ReportView{Now: after(time.Hour), Of: "api"},
	}
}
