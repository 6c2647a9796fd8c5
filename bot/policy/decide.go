package policy

import (
	"slices"
	"time"

	"github.com/slipwayhq/slipway/bot"
)

// Facts is everything that the gates take into account.
type Facts struct {
	Release bot.Release
	// Plan is what would be carried out. For a rollback, RollbackTo is the
	// release whose commit comes back.
	Plan     bot.Plan
	Workflow bot.WorkflowFile
	// ShowsKey says whether the run's name will show the run key, by which the run is
	// found.
	ShowsKey bool
	// Environments are the repository's environments at the code host. They are only
	// needed where the workflow takes one as an input.
	Environments []string
	// Shared is a concurrency group that the workflow shares with other targets;
	// without targets: it shares none.
	Shared bot.SharedGroup
	// Quarantine is the quarantine of the plan's commit on its target; nil: there is
	// none.
	Quarantine *bot.Quarantine
	// Past is what ran on the target, newest first; only needed for a rollback.
	Past []bot.Past
	// Deployer is only needed where not everybody may deploy.
	Deployer Deployer
	// RequesterLeft is set if the requester is known to be no full member of the team
	// any more.
	RequesterLeft bool
	// Emergency is what was found out about who may pass rules.
	Emergency Deployer
	// Under is the release that holds the target's slot; only needed for an adoption.
	// Empty: none.
	Under string
	// Source is the release that is promoted; nil: it is no longer known.
	Source *bot.Release
	// Locks are the locks that cover the target.
	Locks []bot.Lock
	// Before is what ran in the environment where the commit must have been healthy
	// first, newest first.
	Before []bot.Past
	// World is what was seen of each entry of the world rule, in its order.
	World []Seen
	Now   time.Time
}

// Decide asks every gate that applies to the release, in the order in which they are
// shown. A rule that is not set has no gate.
func Decide(f Facts) bot.Decision {
	return bot.Decision{Gates: withEmergency(f, ask(f, local, compared, remote, world))}
}

// Update asks the gates again that depend on what slipway itself knows and on how
// things are outside, and keeps what the others said about facts at the code host.
func Update(old bot.Decision, f Facts) bot.Decision {
	gates := withEmergency(f, ask(f, local, world))
	return bot.Decision{Gates: append(gates, kept(old, compared, remote)...)}
}

// Again asks the gates again that depend on what is live or on what slipway itself
// knows, and keeps what the others said. How things are outside is checked at the
// start, not while a release waits.
func Again(old bot.Decision, f Facts) bot.Decision {
	gates := withEmergency(f, ask(f, local, compared))
	return bot.Decision{Gates: append(gates, kept(old, remote, world)...)}
}

// Hopeless are the refusals that waiting cannot change: the release is no longer what
// was asked for.
func Hopeless(d bot.Decision) []bot.Gate {
	return slices.DeleteFunc(d.Refusals(), func(g bot.Gate) bool { return !rowOf(g.Name).hopeless })
}

// ask asks the gates of some scopes, in their order.
func ask(f Facts, scopes ...scope) []bot.Gate {
	var gates []bot.Gate
	for _, r := range table() {
		if slices.Contains(scopes, r.scope) && r.when(f) {
			gates = append(gates, r.ask(f)...)
		}
	}
	return gates
}

// kept are the earlier outcomes of the gates of some scopes. Gates that no longer exist
// are dropped.
func kept(old bot.Decision, scopes ...scope) []bot.Gate {
	return slices.DeleteFunc(slices.Clone(old.Gates), func(g bot.Gate) bool {
		return !slices.Contains(scopes, rowOf(g.Name).scope)
	})
}

func pass(name, reason string) bot.Gate {
	return bot.Gate{Name: name, Outcome: bot.Pass, Reason: reason}
}

func warn(name, reason string) bot.Gate {
	return bot.Gate{Name: name, Outcome: bot.Warn, Reason: reason}
}

func refuse(name, reason, mend string) bot.Gate {
	return bot.Gate{Name: name, Outcome: bot.Refuse, Reason: reason, Mend: mend}
}
