package bot_test

import (
	"slices"
	"testing"

	"pgregory.net/rapid"

	"github.com/slipwayhq/slipway/bot"
)

// TestPromise8_Arrival: only a run that went through brings a commit, and only
// one of which nothing was carried out surely does not.
func TestPromise8_Arrival(t *testing.T) {
	t.Parallel()
	idle := bot.Run{ID: 7, Attempt: 1, Status: bot.RunCompleted, Conclusion: bot.ConclusionCancelled, Jobs: []bot.Job{{NeverBegan: true}, {NeverBegan: true}}}
	run := func(change func(*bot.Run)) bot.Run {
		r := idle
		r.Jobs = slices.Clone(idle.Jobs)
		change(&r)
		return r
	}
	well := func() bot.Run {
		return run(func(r *bot.Run) { r.Conclusion, r.Jobs[0].NeverBegan = bot.ConclusionSuccess, false })
	}
	// deploys is a release of a run that went well, whose job that deploys ended so.
	deploys := func(job bot.Conclusion, phase bot.Phase) bot.Release {
		r := bot.Release{Phase: phase, Run: well(), Plan: &bot.Plan{Settings: bot.Settings{DeployJob: "deploy"}}}
		r.Run.Jobs[1] = bot.Job{Name: "deploy", Status: bot.RunCompleted, Conclusion: job, NeverBegan: job == bot.ConclusionSkipped}
		return r
	}
	for name, tt := range map[string]struct {
		r    bot.Release
		want bot.Arrival
	}{
		"never started":                         {bot.Release{Phase: bot.Failed}, bot.NeverCame},
		"running":                               {bot.Release{Phase: bot.Running, Run: bot.Run{ID: 7}}, bot.MayHaveCome},
		"watched":                               {bot.Release{Phase: bot.Verifying, Run: bot.Run{ID: 7}}, bot.Arrived},
		"unhealthy":                             {bot.Release{Phase: bot.Unhealthy, Run: bot.Run{ID: 7}}, bot.Arrived},
		"adopted":                               {bot.Release{Kind: bot.Adopt, Phase: bot.Succeeded}, bot.Arrived},
		"no job began":                          {bot.Release{Phase: bot.Cancelled, Run: idle}, bot.NeverCame},
		"a job began":                           {bot.Release{Phase: bot.Cancelled, Run: run(func(r *bot.Run) { r.Jobs[1].NeverBegan = false })}, bot.MayHaveCome},
		"its jobs are not known":                {bot.Release{Phase: bot.Failed, Run: run(func(r *bot.Run) { r.Jobs = nil })}, bot.MayHaveCome},
		"not all jobs are known":                {bot.Release{Phase: bot.Failed, Run: run(func(r *bot.Run) { r.Jobs = slices.Repeat(r.Jobs, bot.MaxJobs/2) })}, bot.MayHaveCome},
		"it was run again":                      {bot.Release{Phase: bot.Failed, Run: run(func(r *bot.Run) { r.Attempt = 2 })}, bot.MayHaveCome},
		"not over, as far as seen":              {bot.Release{Phase: bot.Cancelled, Run: run(func(r *bot.Run) { r.Status = bot.RunInProgress })}, bot.MayHaveCome},
		"over before it yielded":                {bot.Release{Phase: bot.Superseded, Run: well()}, bot.Arrived},
		"none of its jobs, though it went well": {bot.Release{Phase: bot.Failed, Run: run(func(r *bot.Run) { r.Conclusion = bot.ConclusionSuccess })}, bot.NeverCame},
		"it could not begin":                    {bot.Release{Phase: bot.Failed, Run: bot.Run{ID: 7, Attempt: 1, Status: bot.RunCompleted, Conclusion: bot.ConclusionStartupFailure}}, bot.NeverCame},
		"it is listed without jobs":             {bot.Release{Phase: bot.Cancelled, Run: run(func(r *bot.Run) { r.Jobs, r.Listed = nil, true })}, bot.NeverCame},
		"the job that deploys was skipped":      {deploys(bot.ConclusionSkipped, bot.Failed), bot.NeverCame},
		"it went well, and so did that job":     {deploys(bot.ConclusionSuccess, bot.Superseded), bot.Arrived},
		"it went well, and that job did not":    {deploys(bot.ConclusionFailure, bot.Failed), bot.MayHaveCome},
		"it has no such job": {func() bot.Release {
			r := deploys(bot.ConclusionSuccess, bot.Failed)
			r.Plan.Settings.DeployJob = "roll out"
			return r
		}(), bot.MayHaveCome},
		"of another workflow file": {
			bot.Release{Phase: bot.Failed, Cancel: bot.Cancel{Cause: bot.ByMismatch}, Run: run(func(r *bot.Run) { r.Conclusion = bot.ConclusionSuccess })}, bot.MayHaveCome,
		},
	} {
		if got := tt.r.Arrival(); got != tt.want {
			t.Errorf("%s: %s, want %s", name, got, tt.want)
		}
	}
}

func deployed(id, sha string) bot.Past {
	return bot.Past{Release: id, SHA: sha, Phase: bot.Succeeded, Healthy: true}
}

func broken(id, sha string, kind bot.Kind) bot.Past {
	return bot.Past{Release: id, SHA: sha, Phase: bot.Failed, Kind: kind}
}

// TestPromise8_WhatIsTakenBack: a rollback that broke off has taken nothing
// away, and one that changed nothing is as if it had never been.
func TestPromise8_WhatIsTakenBack(t *testing.T) {
	t.Parallel()
	void := broken("api-9", "a", bot.Rollback)
	void.Arrival = bot.NeverCame
	under := bot.Past{Release: "api-9", SHA: "a", Phase: bot.Running, Kind: bot.Rollback}
	one, two := deployed("api-1", "a"), deployed("api-2", "b")
	for name, tt := range map[string]struct {
		history   []bot.Past
		back      string
		away      []string
		uncertain bool
		ends      []string
	}{
		"nothing":                     {},
		"what is live":                {[]bot.Past{two, one}, "api-2", []string{"b"}, false, []string{"b"}},
		"a deploy that broke off":     {[]bot.Past{broken("api-2", "b", bot.Deploy), one}, "api-2", []string{"b"}, true, []string{"a", "b"}},
		"before any that went well":   {[]bot.Past{broken("api-2", "b", bot.Deploy)}, "api-2", []string{"b"}, true, []string{"b"}},
		"a rollback that broke off":   {[]bot.Past{broken("api-9", "a", bot.Rollback), two, one}, "api-2", []string{"b"}, true, []string{"a", "b"}},
		"after a deploy that did too": {[]bot.Past{broken("api-9", "a", bot.Rollback), broken("api-2", "b", bot.Deploy), one}, "api-2", []string{"b"}, true, []string{"a"}},
		"a rollback without effect":   {[]bot.Past{void, two, one}, "api-2", []string{"b"}, false, []string{"b"}},
		"a rollback under way":        {[]bot.Past{under, two, one}, "api-9", []string{"a", "b"}, true, []string{"a", "b"}},
	} {
		back := ""
		if past := bot.ToTakeBack(tt.history); past != nil {
			back = past.Release
		}
		if away := bot.AwayFrom(tt.history, back); back != tt.back || !slices.Equal(away, tt.away) {
			t.Errorf("%s: takes %q back, away from %v, want %q and %v", name, back, away, tt.back, tt.away)
		}
		live := bot.LiveOf(tt.history)
		if live.Uncertain() != tt.uncertain {
			t.Errorf("%s: uncertain %t", name, live.Uncertain())
		}
		for _, sha := range []string{"a", "b"} {
			if live.Holds(sha) != slices.Contains(tt.ends, sha) {
				t.Errorf("%s: %s may be live: %t", name, sha, live.Holds(sha))
			}
		}
	}
}

// TestPromise8_BothEndsStay: whatever broke off and in whatever order, what was
// live for certain stays an end, and so does what came last.
func TestPromise8_BothEndsStay(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		history := rapid.SliceOfN(rapid.Custom(func(t *rapid.T) bot.Past {
			p := bot.Past{
				SHA: rapid.SampledFrom([]string{"a", "b", "c"}).Draw(t, "sha"), Kind: rapid.SampledFrom([]bot.Kind{bot.Deploy, bot.Rollback}).Draw(t, "kind"),
				Phase:   rapid.SampledFrom([]bot.Phase{bot.Succeeded, bot.Failed, bot.Cancelled}).Draw(t, "phase"),
				Release: rapid.StringMatching(`api-[0-9]{6}`).Draw(t, "id"),
			}
			p.Healthy = p.Phase == bot.Succeeded
			if !p.Healthy && rapid.Bool().Draw(t, "nothing of it") {
				p.Arrival = bot.NeverCame
			}
			return p
		}), 1, 8).Draw(t, "history")
		live := bot.LiveOf(history)
		for _, p := range history {
			if p.Came() == bot.NeverCame {
				continue
			}
			if !live.Holds(p.SHA) {
				t.Fatalf("%s came last and is no end", p.Release)
			}
			break
		}
		for _, p := range history {
			if p.Came() == bot.Arrived {
				if !live.Holds(p.SHA) || live.Base().SHA != p.SHA {
					t.Fatalf("%s was live for certain and is no end", p.Release)
				}
				break
			}
		}
	})
}
