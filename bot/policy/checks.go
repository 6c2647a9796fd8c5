package policy

import (
	"fmt"
	"slices"
	"strings"

	"github.com/slipwayhq/slipway/bot"
)

// checks asks for the commit's checks, as the target's settings demand. Only
// what is known to be green passes. A rollback goes to a commit that passed
// this gate when it first came and was healthy since; a check that has turned
// red meanwhile must not bar the way back, so it only warns.
func checks(f Facts) bot.Gate {
	gate := judgeChecks(f.Plan)
	if f.Release.Kind == bot.Rollback && gate.Outcome == bot.Refuse {
		return warn(GateChecks, gate.Reason)
	}
	return gate
}

func judgeChecks(p bot.Plan) bot.Gate {
	rule := p.Settings.Checks
	if rule.None {
		return pass(GateChecks, "No checks are asked for.")
	}
	const wait = "Wait until they are green, or repair them, and try again."
	var faults []string
	fault := func(what string, names []string) {
		if len(names) > 0 {
			faults = append(faults, what+": "+listed(names))
		}
	}
	fault("failed", demanded(rule, p.Checks.Failed))
	fault("still pending", demanded(rule, p.Checks.Pending))
	fault("not reported", missing(rule, p.Checks.Known))
	commit := bot.ShortSHA(p.Commit.SHA)
	switch {
	case len(faults) > 0:
		return refuse(GateChecks, fmt.Sprintf("Checks of %s %s.", commit, strings.Join(faults, "; ")), wait)
	case !p.Checks.Complete:
		return refuse(GateChecks, fmt.Sprintf("The checks of %s could not be read in full.", commit), "Try again in a minute.")
	case len(p.Checks.Known) == 0 && len(rule.Names) == 0:
		return refuse(GateChecks, fmt.Sprintf("No check has reported on %s yet, and all must be green.", commit),
			"Wait until they have, or set checks: none for this environment in slipway.yaml.")
	case len(rule.Names) > 0:
		return pass(GateChecks, fmt.Sprintf("Checks of %s are green: %s.", commit, listed(rule.Names)))
	default:
		return pass(GateChecks, fmt.Sprintf("All %d checks of %s are green.", p.Checks.Passed, commit))
	}
}

// demanded leaves of names those that the rule asks for.
func demanded(rule bot.CheckRule, names []string) []string {
	if len(rule.Names) == 0 {
		return names
	}
	var kept []string
	for _, name := range names {
		if slices.Contains(rule.Names, name) {
			kept = append(kept, name)
		}
	}
	return kept
}

func missing(rule bot.CheckRule, known []string) []string {
	var names []string
	for _, name := range rule.Names {
		if !slices.Contains(known, name) {
			names = append(names, name)
		}
	}
	return names
}

// listed names things for people: at most five, each cut after 60 characters,
// since the names come from outside and the sentence must stay one.
func listed(names []string) string {
	const most, longest = 5, 60
	shown := make([]string, 0, most+1)
	for _, name := range names[:min(len(names), most)] {
		if r := []rune(name); len(r) > longest {
			name = string(r[:longest]) + "…"
		}
		shown = append(shown, name)
	}
	list := strings.Join(shown, ", ")
	if more := len(names) - most; more > 0 {
		list += fmt.Sprintf(" and %d more", more)
	}
	return list
}
