// Package policy decides whether a release may go on: facts in, a decision out. The
// decision is its own explanation: every gate is asked every time, and each says its
// outcome, its reason and what would make it pass, in sentences for people. So all that
// is wrong is told at once.
//
// A gate is one small function from Facts to a bot.Gate, in a file of its own. Package
// planner finds the facts. What could not be found out does not pass. The table in
// gates.go lists all gates, with when each is asked (when the plan is made, again while
// the release waits, and before the start) and whether an emergency passes it.
//
// Beside the gates, RollbackTarget says where a rollback goes by default, and
// MayApprove whose approval counts. The package holds no state, reads no clock and asks
// nobody.
package policy
