package policy

import (
	"slices"
	"time"

	"github.com/slipwayhq/slipway/bot"
)

// Facts is all that the gates look at.
type Facts struct {
	Release bot.Release
	// Plan is what would be carried out. For a rollback, RollbackTo is the
	// release whose commit comes back.
	Plan     bot.Plan
	Workflow bot.WorkflowFile
	// ShowsKey says that the name of the run will show the run key, by which it
	// is found.
	ShowsKey bool
	// Environments are those of the repository at the code host, asked for where
	// the workflow takes one of them as an input.
	Environments []string
	// Shared is a concurrency group of the workflow that it has in common with
	// other targets; without targets: none.
	Shared bot.SharedGroup
	// Quarantine is that of the plan's commit on its target, nil if there is
	// none.
	Quarantine *bot.Quarantine
	// Past is what ran on the target, newest first; it is asked for of a rollback.
	Past []bot.Past
	// Deployer is asked for where only some may deploy.
	Deployer Deployer
	// RequesterLeft says that the requester is known not to be a full member of the
	// team any more.
	RequesterLeft bool
	// Emergency is the same for emergencies.
	Emergency Deployer
	// Under is the release that holds the target's slot; it is asked for of an
	// adoption. Empty: none.
	Under string
	// Source is the release that is promoted; nil: nobody knows it any more.
	Source *bot.Release
	// Locks are those that cover the target.
	Locks []bot.Lock
	// Before is what ran in the environment in which the commit must have been
	// first, newest first.
	Before []bot.Past
	Now    time.Time
}

// The names of the gates, as people read them.
const (
	GateRequester  = "requester"
	GateDeployers  = "deployers"
	GateEmergency  = "emergency"
	GateChannel    = "channel"
	GateLock       = "lock"
	GateFreeze     = "freeze"
	GateAfter      = "after"
	GateBranch     = "branch"
	GateChecks     = "checks"
	GateWorkflow   = "workflow"
	GateSource     = "source"
	GateQuarantine = "quarantine"
	GateStillLive  = "still live"
	GateRerun      = "rerun"
	GateGroup      = "group"
	GateSlot       = "slot"
	GateWayBack    = "way back"
	GateSize       = "size"
	GateCommits    = "commits"
	GateReviews    = "reviews"
	GateLive       = "live"
	GateDirection  = "direction"
	GateApprover   = "approver"
)

// Decide asks every gate that is about the kind of release, in the order in
// which they are shown. A rule that is not set has no gate.
func Decide(f Facts) bot.Decision {
	return bot.Decision{Gates: withEmergency(f, append(ask(f, here(f)), ask(f, there(f))...))}
}

// Update asks again those gates of a decision that rest on what slipway knows
// itself, and keeps what the others said of facts at the code host.
func Update(old bot.Decision, f Facts) bot.Decision {
	remote := []string{GateBranch, GateChecks, GateWorkflow, GateWayBack, GateSize, GateCommits, GateReviews, GateDirection, GateRerun, GateGroup}
	gates := withEmergency(f, ask(f, here(f)))
	for _, gate := range old.Gates {
		if slices.Contains(remote, gate.Name) {
			gates = append(gates, gate)
		}
	}
	return bot.Decision{Gates: gates}
}

// Again asks again what hangs on what is live, beside what slipway knows itself,
// and keeps what the others said of facts at the code host.
func Again(old bot.Decision, f Facts) bot.Decision {
	gates := here(f)
	if comes(f) {
		gates = append(gates, brought(f)...)
	}
	asked := withEmergency(f, ask(f, gates))
	for _, gate := range old.Gates {
		if slices.Contains([]string{GateBranch, GateChecks, GateWorkflow, GateWayBack, GateRerun, GateGroup}, gate.Name) {
			asked = append(asked, gate)
		}
	}
	return bot.Decision{Gates: asked}
}

// Hopeless are the gates whose refusal no waiting helps: the release is not what
// it was asked for as any more.
func Hopeless() []string {
	return []string{GateRequester, GateSource, GateLive, GateStillLive, GateQuarantine}
}

type gate func(Facts) bot.Gate

func ask(f Facts, gates []gate) []bot.Gate {
	var answers []bot.Gate
	for _, gate := range gates {
		answers = append(answers, gate(f))
	}
	return answers
}

// here lists the gates that rest on slipway.yaml, on the clock and on what
// slipway remembers.
func here(f Facts) []gate {
	return slices.Concat(asking(f), closing(f), remembered(f))
}

// asking lists the gates about who asks, and where.
func asking(f Facts) []gate {
	var gates []gate
	if f.RequesterLeft {
		gates = append(gates, requester)
	}
	if len(f.Plan.Settings.Rules.Deployers) > 0 {
		gates = append(gates, deployers)
	}
	if f.Release.Emergency.Asked {
		gates = append(gates, emergency)
	}
	if len(f.Plan.Settings.Rules.Channels) > 0 {
		gates = append(gates, channel)
	}
	return gates
}

// closing lists the gates about whether the target is open.
func closing(f Facts) []gate {
	var gates []gate
	for _, l := range f.Locks {
		gates = append(gates, func(f Facts) bot.Gate { return lock(f, l) })
	}
	if len(f.Plan.Settings.Rules.Freeze) > 0 {
		gates = append(gates, freeze)
	}
	return gates
}

// remembered lists the gates about what was on the target and elsewhere. A
// rollback that has nowhere to go has no commit of which anything could be said.
func remembered(f Facts) []gate {
	var gates []gate
	switch {
	case f.Release.Kind == bot.Rollback && f.Plan.RollbackTo == nil:
		return nil
	case f.Release.Kind == bot.Rollback && f.Release.Takes.Back != "":
		gates = append(gates, stillLive)
	case f.Release.Kind == bot.Adopt:
		gates = append(gates, slot, since)
	case comes(f):
		if f.Release.Source != "" {
			gates = append(gates, source)
		}
		if f.Plan.Settings.Rules.After != "" {
			gates = append(gates, after)
		}
		if f.Plan.Current != nil {
			gates = append(gates, live)
		}
	}
	return append(gates, quarantine)
}

// comes says that the commit is to come to the target anew: what goes back was
// there before, and what is adopted is there already.
func comes(f Facts) bool { return f.Release.Kind == bot.Deploy || f.Release.Kind == bot.Preview }

// there lists the gates that rest on facts at the code host. An adopted commit
// is live already and starts nothing, so it matters only whether anybody can
// have looked at it.
func there(f Facts) []gate {
	switch f.Release.Kind {
	case bot.Adopt:
		return []gate{branch}
	case bot.Rollback:
		if f.Plan.RollbackTo == nil {
			return []gate{wayBack}
		}
		return append([]gate{wayBack, checks, workflow}, beside(f)...)
	case bot.Deploy, bot.Preview, bot.Batch:
	}
	return slices.Concat([]gate{branch, checks, workflow}, brought(f), beside(f))
}

// brought lists the gates about what the commit brings to what is live.
func brought(f Facts) []gate {
	var gates []gate
	if f.Plan.Settings.Rules.Most != (bot.CommitLimit{}) {
		gates = append(gates, size)
	}
	if f.Plan.Settings.Rules.Verified {
		gates = append(gates, verified)
	}
	if f.Plan.Settings.Rules.Reviews.Count > 0 {
		gates = append(gates, reviews)
	}
	return append(gates, direction)
}

// beside lists the gates about what goes on at the code host past slipway.
func beside(f Facts) []gate {
	var gates []gate
	if f.Plan.Rerun != nil {
		gates = append(gates, rerun)
	}
	if len(f.Shared.With) > 0 {
		gates = append(gates, group)
	}
	return gates
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
