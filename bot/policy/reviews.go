package policy

import (
	"fmt"
	"strings"

	"github.com/slipwayhq/slipway/bot"
)

// reviews lets only commits go that somebody other than their author has looked
// at: each belongs to a pull request that was approved as it was at its end. What
// cannot be told counts as no. What goes back went through this when it came.
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

func people(n int) string {
	if n == 1 {
		return "1 person"
	}
	return fmt.Sprintf("%d people", n)
}

// sentenceOf joins whole clauses, at most three of them.
func sentenceOf(clauses []string, total int) string {
	const most = 3
	shown := strings.Join(clauses[:min(len(clauses), most)], "; ")
	if more := total - most; more > 0 {
		shown += fmt.Sprintf("; and %d more", more)
	}
	return shown
}
