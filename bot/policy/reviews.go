package policy

import (
	"fmt"
	"strings"

	"github.com/slipwayhq/slipway/bot"
)

// GateReviews is about who looked at what goes.
const GateReviews = "reviews"

// reviews lets only commits pass that somebody other than their author reviewed: each
// belongs to a pull request that was approved in its final state. What is not known
// counts as no. A rollback's commits passed this gate when they came.
func reviews(f Facts) bot.Gate {
	rule, found, target := f.Plan.Settings.Rules.Reviews, f.Plan.Reviews, f.Plan.Target
	if found.Problem.Says != "" {
		return refuse(GateReviews, fmt.Sprintf("It cannot be told whether what goes to %s was reviewed: %s.", target, strings.TrimSuffix(found.Problem.Says, ".")),
			found.Problem.Mend)
	}
	if found.Looked == 0 {
		return refuse(GateReviews, fmt.Sprintf("It cannot be told whether what goes to %s was reviewed.", target), "Ask again in a minute.")
	}
	missing := len(found.Missing) + found.More
	if missing == 0 {
		return pass(GateReviews, fmt.Sprintf("Each of the %s was %s.", commits(found.Looked), asRule(rule)))
	}
	named := make([]string, len(found.Missing))
	for i, c := range found.Missing {
		named[i] = fmt.Sprintf("%s “%s” %s", bot.ShortSHA(c.SHA), cut(c.Subject), c.Why)
	}
	return refuse(GateReviews, fmt.Sprintf("Each commit that goes to %s must be %s, and %d of %d %s not: %s.",
		target, asRule(rule), missing, found.Looked, isOrAre(missing), sentenceOf(named, missing)),
		"Have the pull requests approved as they are, or leave those commits out.")
}

// asRule says what a rule asks for.
func asRule(rule bot.ReviewRule) string {
	says := "approved by " + people(rule.Count) + " other than its author in its pull request"
	if rule.Merged {
		says += ", or merged there by somebody else"
	}
	return says
}
