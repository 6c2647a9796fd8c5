package policy_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/slipwayhq/slipway/bot"
	"github.com/slipwayhq/slipway/bot/policy"
)

func TestRecipients(t *testing.T) {
	t.Parallel()
	channel, person, hook := bot.Recipient{Kind: bot.ToChannel, ID: "C1"}, bot.Recipient{Kind: bot.ToPerson, ID: "U1"}, bot.Recipient{Kind: bot.ToWebhook, ID: "abc"}
	occurrence := func(outcome bot.ReleaseOutcome, production bool) bot.Occurrence {
		return bot.Occurrence{
			Release: bot.Release{Target: bot.Target{Service: "api", Environment: "live"}}, Outcome: outcome, Production: production,
		}
	}
	for name, c := range map[string]struct {
		rules []bot.NotifyRule
		of    bot.Occurrence
		want  []bot.Recipient
	}{
		"no rule": {nil, occurrence(bot.OutcomeFailed, true), nil},
		"any":     {[]bot.NotifyRule{{To: []bot.Recipient{channel}}}, occurrence(bot.OutcomeSucceeded, false), []bot.Recipient{channel}},
		"every rule that fits, each recipient once": {
			[]bot.NotifyRule{{To: []bot.Recipient{channel, person}}, {Services: []string{"api"}, To: []bot.Recipient{hook, channel}}},
			occurrence(bot.OutcomeFailed, true),
			[]bot.Recipient{channel, person, hook},
		},
		"another service":     {[]bot.NotifyRule{{Services: []string{"web"}, To: []bot.Recipient{channel}}}, occurrence(bot.OutcomeFailed, true), nil},
		"another environment": {[]bot.NotifyRule{{Environments: []string{"staging"}, To: []bot.Recipient{channel}}}, occurrence(bot.OutcomeFailed, true), nil},
		"another outcome":     {[]bot.NotifyRule{{Outcomes: []bot.ReleaseOutcome{bot.OutcomeUnhealthy}, To: []bot.Recipient{channel}}}, occurrence(bot.OutcomeFailed, true), nil},
		"one of several outcomes": {
			[]bot.NotifyRule{{Outcomes: []bot.ReleaseOutcome{bot.OutcomeUnhealthy, bot.OutcomeFailed}, To: []bot.Recipient{channel}}}, occurrence(bot.OutcomeFailed, true), []bot.Recipient{channel},
		},
		"critical in production": {
			[]bot.NotifyRule{{Severities: []bot.Severity{bot.Critical}, To: []bot.Recipient{channel}}}, occurrence(bot.OutcomeFailed, true), []bot.Recipient{channel},
		},
		"not critical elsewhere": {
			[]bot.NotifyRule{{Severities: []bot.Severity{bot.Critical}, To: []bot.Recipient{channel}}}, occurrence(bot.OutcomeFailed, false), nil,
		},
		"all that it says must fit": {
			[]bot.NotifyRule{{Services: []string{"api"}, Severities: []bot.Severity{bot.Info}, To: []bot.Recipient{channel}}}, occurrence(bot.OutcomeFailed, true), nil,
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if diff := cmp.Diff(c.want, policy.Recipients(c.rules, c.of)); diff != "" {
				t.Error(diff)
			}
		})
	}
}
