package policy

import (
	"cmp"

	"github.com/slipwayhq/slipway/bot"
)

// A row is one gate. Its function is in a file of its own; everything that asks gates,
// keeps their outcomes or passes them reads this table.
type row struct {
	name  string
	scope scope
	// passable says that an emergency passes it: it means "not now" or "not yet". Gates
	// that mean "not you" or "not this" are not passed: who may deploy, the branches,
	// and a workflow that would fail. The slot and the plan's digest are no gates, and
	// nothing passes them.
	passable bool
	// hopeless says that waiting cannot help if it refuses.
	hopeless bool
	// field is the field of a form by which it could be made to pass; empty: that of
	// the target.
	field bot.Field
	when  func(Facts) bool       // whether it applies to the release
	ask   func(Facts) []bot.Gate // what it says
}

// A scope is what a gate depends on, and so when it must be asked again.
type scope string

const (
	local    scope = "local"    // slipway.yaml, the clock, and what slipway remembers
	compared scope = "compared" // how the commit lies to what is live
	remote   scope = "remote"   // the rest of what the code host knows
	world    scope = "world"    // how things are outside at this moment
)

// table is all gates, in the order in which they are shown.
func table() []row {
	return []row{
		{name: GateRequester, scope: local, hopeless: true, when: func(f Facts) bool { return f.RequesterLeft }, ask: one(requester)},
		{name: GateDeployers, scope: local, when: func(f Facts) bool { return len(f.rules().Deployers) > 0 }, ask: one(deployers)},
		{name: GateEmergency, scope: local, when: func(f Facts) bool { return f.Release.Emergency.Asked }, ask: one(emergency)},
		{name: GateChannel, scope: local, passable: true, when: func(f Facts) bool { return len(f.rules().Channels) > 0 }, ask: one(channel)},
		{name: GateLock, scope: local, passable: true, when: func(f Facts) bool { return len(f.Locks) > 0 }, ask: locked},
		{name: GateFreeze, scope: local, passable: true, when: func(f Facts) bool { return len(f.rules().Freeze) > 0 }, ask: one(freeze)},
		{name: GateSlot, scope: local, when: adopts, ask: one(slot)},
		{name: GateStillLive, scope: local, hopeless: true, when: func(f Facts) bool { return adopts(f) || goesBack(f) && f.Release.Reversal.Back != "" }, ask: one(asSaid)},
		{name: GateSource, scope: local, hopeless: true, when: func(f Facts) bool { return comes(f) && f.Release.Source != "" }, ask: one(source)},
		{name: GateAfter, scope: local, passable: true, field: bot.FieldRef, when: func(f Facts) bool { return comes(f) && f.rules().After != "" }, ask: one(after)},
		{name: GateLive, scope: local, hopeless: true, field: bot.FieldRef, when: func(f Facts) bool { return comes(f) && f.Plan.Current != nil }, ask: one(live)},
		{name: GateQuarantine, scope: local, hopeless: true, field: bot.FieldReason, when: func(f Facts) bool { return !nowhere(f) }, ask: one(quarantine)},
		{name: GateBranch, scope: remote, field: bot.FieldRef, when: func(f Facts) bool { return f.Release.Kind != bot.Rollback }, ask: one(branch)},
		{name: GateWayBack, scope: remote, when: func(f Facts) bool { return f.Release.Kind == bot.Rollback }, ask: one(wayBack)},
		{name: GateChecks, scope: remote, passable: true, field: bot.FieldRef, when: starts, ask: one(checks)},
		{name: GateWorkflow, scope: remote, when: starts, ask: one(workflow)},
		{name: GateSize, scope: compared, passable: true, field: bot.FieldRef, when: func(f Facts) bool { return brings(f) && f.rules().MaxCommits != (bot.CommitLimit{}) }, ask: one(size)},
		{name: GateCommits, scope: compared, field: bot.FieldRef, when: func(f Facts) bool { return brings(f) && f.rules().VerifiedCommits }, ask: one(verified)},
		{name: GateReviews, scope: compared, passable: true, field: bot.FieldRef, when: func(f Facts) bool { return brings(f) && f.rules().Reviews.Count > 0 }, ask: one(reviews)},
		{name: GateDirection, scope: compared, field: bot.FieldRef, when: brings, ask: one(direction)},
		{name: GateRerun, scope: remote, when: func(f Facts) bool { return starts(f) && f.Plan.Rerun != nil }, ask: one(rerun)},
		{name: GateWorld, scope: world, passable: true, when: func(f Facts) bool { return comes(f) && len(f.rules().World) > 0 }, ask: worldGates},
		{name: GateBeside, scope: remote, when: func(f Facts) bool { return starts(f) && len(f.Plan.Beside) > 0 }, ask: one(beside)},
		{name: GateGroup, scope: remote, when: func(f Facts) bool { return starts(f) && len(f.Shared.With) > 0 }, ask: one(group)},
	}
}

// rules are the target's rules that apply to the release.
func (f Facts) rules() bot.Rules { return f.Plan.Settings.Rules }

// rowOf finds a gate by its name; the zero row: there is none.
func rowOf(name string) row {
	for _, r := range table() {
		if r.name == name {
			return r
		}
	}
	return row{}
}

func passable(name string) bool { return rowOf(name).passable }

// FieldOf is the field of a form at which a gate's refusal is shown.
func FieldOf(name string) bot.Field { return cmp.Or(rowOf(name).field, bot.FieldTarget) }

func one(gate func(Facts) bot.Gate) func(Facts) []bot.Gate {
	return func(f Facts) []bot.Gate { return []bot.Gate{gate(f)} }
}

// comes says whether the commit is new to the target: a rollback's commit was there
// before, and an adopted one is there already.
func comes(f Facts) bool { return f.Release.Kind == bot.Deploy || f.Release.Kind == bot.Preview }

// brings says whether the commits that come with it are judged.
func brings(f Facts) bool { return !adopts(f) && f.Release.Kind != bot.Rollback }

// adopts says whether it only records a commit that is live, and starts nothing.
func adopts(f Facts) bool { return f.Release.Kind == bot.Adopt }

// goesBack says whether it is a rollback that has somewhere to go.
func goesBack(f Facts) bool { return f.Release.Kind == bot.Rollback && !nowhere(f) }

// nowhere says whether it is a rollback that has nowhere to go, and so no commit to
// judge.
func nowhere(f Facts) bool { return f.Release.Kind == bot.Rollback && f.Plan.RollbackTo == nil }

// starts says whether it would start the workflow.
func starts(f Facts) bool { return !adopts(f) && !nowhere(f) }
