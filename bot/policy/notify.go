package policy

import (
	"slices"

	"github.com/slipwayhq/slipway/bot"
)

// Recipients lists whom the rules tell of an occurrence, each once, in the order of the
// rules.
func Recipients(rules []bot.NotifyRule, o bot.Occurrence) []bot.Recipient {
	var told []bot.Recipient
	for _, rule := range rules {
		if !fits(rule, o) {
			continue
		}
		for _, to := range rule.To {
			if !slices.Contains(told, to) {
				told = append(told, to)
			}
		}
	}
	return told
}

func fits(rule bot.NotifyRule, o bot.Occurrence) bool {
	target := o.Release.Target
	return among(rule.Services, target.Service) && among(rule.Environments, target.Environment) &&
		among(rule.Outcomes, o.Outcome) && among(rule.Severities, o.Severity())
}

// among says whether something is in a list; an empty list stands for everything.
func among[T comparable](some []T, one T) bool { return len(some) == 0 || slices.Contains(some, one) }

// OfInterest says whether the authors of a release's changes are told of an outcome:
// that their change is live, or was taken back.
func OfInterest(o bot.ReleaseOutcome) bool {
	switch o {
	case bot.OutcomeSucceeded, bot.OutcomeInconclusive, bot.OutcomeUnhealthy, bot.OutcomeRolledBack:
		return true
	case bot.OutcomeFailed, bot.OutcomeCancelled, bot.OutcomeRejected, bot.OutcomeExpired, bot.OutcomeSuperseded,
		bot.OutcomeUnknown, bot.OutcomeOutOfBand:
	}
	return false
}
