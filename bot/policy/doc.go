// Package policy decides whether a release may go on: facts in, a decision
// out. The decision is the explanation: every gate is asked every time, and
// each says its outcome, its reason and what would make it pass, in sentences
// for people. Nobody has to fix one thing to be told of the next.
//
// A gate is one small function from Facts to a bot.Gate, in a file of its own. It
// is about the release, the plan and what was found out for it; finding that out
// is package planner's. What cannot be found out does not pass. All gates stand in
// one table (gates.go), with when each is asked: first, anew while a release waits
// and before the start; and what an emergency may pass.
//
// Beside the gates stand two rules that are asked elsewhere: RollbackTarget,
// where a rollback goes when nobody says, and MayApprove, whose yes counts.
// The package holds no state, reads no clock and asks nobody.
package policy
