package bot_test

import (
	"testing"

	"github.com/slipwayhq/slipway/bot"
)

func TestSeverityOfEveryOutcome(t *testing.T) {
	t.Parallel()
	want := map[bot.ReleaseOutcome][2]bot.Severity{ // elsewhere, in production
		bot.OutcomeSucceeded:    {bot.Info, bot.Info},
		bot.OutcomeFailed:       {bot.Warning, bot.Critical},
		bot.OutcomeUnhealthy:    {bot.Warning, bot.Critical},
		bot.OutcomeInconclusive: {bot.Warning, bot.Warning},
		bot.OutcomeCancelled:    {bot.Info, bot.Info},
		bot.OutcomeRejected:     {bot.Info, bot.Info},
		bot.OutcomeExpired:      {bot.Info, bot.Info},
		bot.OutcomeSuperseded:   {bot.Info, bot.Info},
		bot.OutcomeUnknown:      {bot.Warning, bot.Critical},
		bot.OutcomeRolledBack:   {bot.Warning, bot.Warning},
		bot.OutcomeOutOfBand:    {bot.Warning, bot.Warning},
	}
	if len(want) != len(bot.Outcomes()) {
		t.Fatalf("%d outcomes are looked at, there are %d", len(want), len(bot.Outcomes()))
	}
	for _, o := range bot.Outcomes() {
		if got := [2]bot.Severity{bot.Occurrence{Outcome: o}.Severity(), bot.Occurrence{Outcome: o, Production: true}.Severity()}; got != want[o] {
			t.Errorf("%s: %v, want %v", o, got, want[o])
		}
	}
	if !bot.Critical.Before(bot.Warning) || !bot.Warning.Before(bot.Info) || bot.Info.Before(bot.Info) {
		t.Error("the worst does not come first")
	}
}

func TestOutcomeOfARelease(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		release bot.Release
		want    bot.ReleaseOutcome
	}{
		"under way":               {bot.Release{Kind: bot.Deploy, Phase: bot.Running}, ""},
		"healthy":                 {bot.Release{Kind: bot.Deploy, Phase: bot.Succeeded, Verdict: bot.Healthy, Healthy: true}, bot.OutcomeSucceeded},
		"not watched":             {bot.Release{Kind: bot.Deploy, Phase: bot.Succeeded, Verdict: bot.NotWatched, Healthy: true}, bot.OutcomeSucceeded},
		"nobody can tell":         {bot.Release{Kind: bot.Deploy, Phase: bot.Succeeded, Verdict: bot.Inconclusive}, bot.OutcomeInconclusive},
		"not healthy":             {bot.Release{Kind: bot.Deploy, Phase: bot.Unhealthy, Verdict: bot.NotHealthy}, bot.OutcomeUnhealthy},
		"uncertain":               {bot.Release{Kind: bot.Deploy, Phase: bot.Unknown}, bot.OutcomeUnknown},
		"rollback":                {bot.Release{Kind: bot.Rollback, Phase: bot.Succeeded, Verdict: bot.Healthy, Healthy: true}, bot.OutcomeRolledBack},
		"rollback, not watched":   {bot.Release{Kind: bot.Rollback, Phase: bot.Succeeded, Verdict: bot.Inconclusive}, bot.OutcomeRolledBack},
		"rollback that failed":    {bot.Release{Kind: bot.Rollback, Phase: bot.Failed}, bot.OutcomeFailed},
		"a preview":               {bot.Release{Kind: bot.Preview, Phase: bot.Succeeded}, ""},
		"several together":        {bot.Release{Kind: bot.Batch, Phase: bot.Failed}, ""},
		"what was written down":   {bot.Release{Kind: bot.Adopt, Phase: bot.Succeeded}, ""},
		"a kind that comes later": {bot.Release{Kind: "canary", Phase: bot.Failed}, ""},
	} {
		if got := c.release.Outcome(); got != c.want {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
	}
}
