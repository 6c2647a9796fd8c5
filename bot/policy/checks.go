package policy

import (
	"fmt"
	"slices"
	"strings"

	"github.com/slipwayhq/slipway/bot"
)

// GateChecks is about the checks of the commit.
const GateChecks = "checks"

// checks requires the commit's checks to have passed, as the target's settings say.
// Only what is known to have passed counts. A rollback's commit passed this gate when
// it first came and was healthy since; a check that has failed meanwhile must not block
// the way back, so it only causes a warning.
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
	commit := bot.ShortSHA(p.Commit.SHA)
	faults, mend := checkFaults(rule, p.Checks)
	switch {
	case len(faults) > 0:
		return refuse(GateChecks, fmt.Sprintf("Checks of %s %s.", commit, strings.Join(faults, "; ")), mend)
	case !p.Checks.Complete:
		return unread(p.Checks, commit)
	case len(p.Checks.Known) == 0 && len(rule.Names) == 0:
		return refuse(GateChecks, fmt.Sprintf("No check has reported on %s yet, and all must be green.", commit),
			"Wait until they have, or set checks: none for this environment in slipway.yaml.")
	case len(rule.Names) > 0:
		return pass(GateChecks, fmt.Sprintf("Checks of %s are green: %s.", commit, listed(rule.Names)))
	default:
		return pass(GateChecks, fmt.Sprintf("All %d checks of %s are green.", p.Checks.Passed, commit))
	}
}

// checkFaults says what is wrong with the required checks, one part for each kind of
// fault, and what helps.
func checkFaults(rule bot.CheckRule, c bot.Checks) (faults []string, mend string) {
	failed, pending := demanded(rule, c.Failed), demanded(rule, c.Pending)
	var absent []string
	if c.Complete { // else a name may be missing because it could not be read
		absent = missing(rule, c.Known)
	}
	fault := func(what string, names []string) {
		if len(names) > 0 {
			faults = append(faults, what+": "+listed(names))
		}
	}
	fault("failed", failed)
	fault("still pending", pending)
	fault("not reported", absent)
	switch {
	case len(failed) > 0:
		return faults, "Repair what failed, or run it again at GitHub, and try again. Every run of a check counts, whichever workflow it is of."
	case len(pending) > 0:
		return faults, "Wait until they are green, and try again."
	case len(absent) > 0:
		return faults, mendAbsent(absent, c.Known)
	}
	return nil, ""
}

// mendAbsent names the checks that did report. Often the name is wrong: GitHub's page
// shows the check `build` of the workflow CI as "CI / build".
func mendAbsent(absent, known []string) string {
	if len(known) == 0 {
		return "Nothing has reported on this commit yet. Wait until it has, and try again."
	}
	var meant []string
	for _, name := range absent {
		if near, ok := nearestCheck(name, known); ok {
			meant = append(meant, fmt.Sprintf("`%s` instead of `%s`", near, cut(name)))
		}
	}
	mend := "These have reported: " + listed(known) + "."
	if len(meant) > 0 {
		return "Write " + strings.Join(meant, " and ") + " in slipway.yaml. " + mend
	}
	return "Wait for the missing ones, or correct their names under `checks` in slipway.yaml. " + mend
}

// nearestCheck finds the name that was probably meant: without the workflow and the
// event that the page adds, as in "CI / build (push)", or with a letter corrected.
func nearestCheck(name string, known []string) (string, bool) {
	spelled := []string{name}
	if at := strings.LastIndex(name, " ("); at > 0 && strings.HasSuffix(name, ")") {
		spelled = append(spelled, name[:at])
	}
	for _, name := range spelled {
		for found := true; found; _, name, found = strings.Cut(name, " / ") {
			if slices.Contains(known, name) {
				return name, true
			}
		}
	}
	return bot.Nearest(name, known)
}

// unread says what could not be read.
func unread(c bot.Checks, commit string) bot.Gate {
	if c.Problem == "" {
		return refuse(GateChecks, fmt.Sprintf("The checks of %s could not be read in full.", commit), "Ask again; what could not be read is then said.")
	}
	return refuse(GateChecks, fmt.Sprintf("The checks of %s could not be read in full: %s.", commit, strings.TrimSuffix(c.Problem, ".")), c.Mend)
}

// demanded selects the names that the rule asks for.
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
