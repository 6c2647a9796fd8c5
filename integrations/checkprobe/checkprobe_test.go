package checkprobe_test

import (
	"context"
	"errors"
	"testing"

	"github.com/slipwayhq/slipway/bot"
	"github.com/slipwayhq/slipway/integrations/checkprobe"
)

type reported struct {
	checks bot.Checks
	err    error
}

func (r reported) Checks(_ context.Context, q bot.ChecksQuery) (bot.Checks, error) {
	if q.Repo != "acme/api" || q.SHA != "abc" || len(q.Names) != 1 || q.Names[0] != "Canary analysis" {
		return bot.Checks{}, errors.New("something else is asked for")
	}
	return r.checks, r.err
}

func TestAsk(t *testing.T) {
	t.Parallel()
	const name = "Canary analysis"
	q := bot.Question{Plan: &bot.Plan{Repo: "acme/api"}, SHA: "abc", Probe: bot.Probe{Settings: []bot.Setting{{Key: "check", Value: name}}}}
	known := []string{name}
	for what, tt := range map[string]struct {
		reported reported
		outcome  bot.SampleOutcome
		says     string
	}{
		"passed":       {reported{checks: bot.Checks{Passed: 1, Known: known, Complete: true}}, bot.Good, ""},
		"failed":       {reported{checks: bot.Checks{Failed: known, Known: known, Complete: true}}, bot.Bad, "the check failed"},
		"at work":      {reported{checks: bot.Checks{Pending: known, Known: known, Complete: true}}, bot.NoAnswer, "the check is still at work"},
		"not reported": {reported{checks: bot.Checks{Known: []string{"build"}, Complete: true}}, bot.NoAnswer, "the check has not reported"},
		"unread":       {reported{err: errors.New("no")}, bot.NoAnswer, "GitHub does not tell how the check is"},
		"half read":    {reported{checks: bot.Checks{Known: known}}, bot.NoAnswer, "GitHub does not tell how the check is"},
	} {
		got := checkprobe.New(tt.reported).Ask(t.Context(), q)
		if got.Outcome != tt.outcome || got.Says != tt.says {
			t.Errorf("%s: %s %q", what, got.Outcome, got.Says)
		}
	}
	q.Early = true
	if got := checkprobe.New(reported{checks: bot.Checks{Failed: known, Known: known, Complete: true}}).Ask(t.Context(), q); got.Outcome != bot.NoAnswer {
		t.Errorf("before the release: %+v", got)
	}
}
