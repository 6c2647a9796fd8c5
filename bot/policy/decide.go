package policy

import (
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
	// Quarantine is that of the plan's commit on its target, nil if there is
	// none.
	Quarantine *bot.Quarantine
	Now        time.Time
}

// The names of the gates, as people read them.
const (
	GateChecks     = "checks"
	GateWorkflow   = "workflow"
	GateQuarantine = "quarantine"
	GateWayBack    = "way back"
	GateDirection  = "direction"
	GateApprover   = "approver"
)

// Decide asks every gate that is about the kind of release, in the order in
// which they are shown.
func Decide(f Facts) bot.Decision {
	var decision bot.Decision
	for _, gate := range gatesFor(f) {
		decision.Gates = append(decision.Gates, gate(f))
	}
	return decision
}

// gatesFor lists the gates that there is something to ask. An adopted commit is
// live already and starts nothing, so neither its checks nor the workflow
// matter any more. A rollback that has nowhere to go has no commit of which
// anything else could be said.
func gatesFor(f Facts) []func(Facts) bot.Gate {
	switch f.Release.Kind {
	case bot.Adopt:
		return []func(Facts) bot.Gate{quarantine}
	case bot.Rollback:
		if f.Plan.RollbackTo == nil {
			return []func(Facts) bot.Gate{wayBack}
		}
		return []func(Facts) bot.Gate{wayBack, checks, workflow, quarantine}
	case bot.Deploy, bot.Preview:
	}
	return []func(Facts) bot.Gate{checks, workflow, quarantine, direction}
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
