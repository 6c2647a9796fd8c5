package checkprobe_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/slipwayhq/slipway/bot"
	"github.com/slipwayhq/slipway/integrations/checkprobe"
)

var noon = time.Date(2026, 11, 29, 12, 0, 0, 0, time.UTC)

type reported struct {
	verdict bot.CheckVerdict
	err     error
}

func (r reported) CheckVerdict(ctx context.Context, q bot.VerdictQuery) (bot.CheckVerdict, error) {
	if until, bounded := ctx.Deadline(); !bounded || time.Until(until) > 2*time.Second {
		return "", errors.New("the probe's own timeout does not hold")
	}
	if q != (bot.VerdictQuery{Repo: "acme/api", SHA: "abc", Name: "Canary analysis", Since: noon}) {
		return "", errors.New("something else is asked for")
	}
	return r.verdict, r.err
}

func TestAsk(t *testing.T) {
	t.Parallel()
	q := bot.Question{
		Plan: &bot.Plan{Repo: "acme/api"}, SHA: "abc", Began: noon, Since: noon.Add(time.Minute),
		Probe: bot.Probe{Timeout: 2 * time.Second, Settings: []bot.Setting{{Key: "check", Value: "Canary analysis"}}},
	}
	for what, tt := range map[string]struct {
		reported reported
		outcome  bot.SampleOutcome
		says     string
	}{
		"passed":          {reported{verdict: bot.CheckGood}, bot.Good, ""},
		"failed":          {reported{verdict: bot.CheckBad}, bot.Bad, "the check failed"},
		"at work":         {reported{verdict: bot.CheckPending}, bot.NoAnswer, "the check is still at work"},
		"without a word":  {reported{verdict: bot.CheckOpen}, bot.NoAnswer, "the check ended without a verdict"},
		"not reported":    {reported{}, bot.NoAnswer, "the check has not reported"},
		"a word to come":  {reported{verdict: "a word of tomorrow"}, bot.NoAnswer, "the check has not reported"},
		"it is not read":  {reported{err: errors.New("no")}, bot.NoAnswer, "GitHub does not tell how the check is"},
		"nor is the half": {reported{verdict: bot.CheckGood, err: errors.New("no")}, bot.NoAnswer, "GitHub does not tell how the check is"},
	} {
		got := checkprobe.New(tt.reported).Ask(t.Context(), q)
		if got.Outcome != tt.outcome || got.Says != tt.says {
			t.Errorf("%s: %s %q", what, got.Outcome, got.Says)
		}
	}
	q.Early = true
	if got := checkprobe.New(reported{verdict: bot.CheckBad}).Ask(t.Context(), q); got.Outcome != bot.NoAnswer {
		t.Errorf("before the release: %+v", got)
	}
}
