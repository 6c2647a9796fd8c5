// Package bot holds slipway's nouns: what a release is, what it will carry
// out, who said yes to it, how its run went and whether the service was well
// afterwards.
//
// It is the ground of the house. Everything else stands on it and it stands on
// nothing of ours: no Slack, no GitHub, no Redis, no HTTP and no clock. The
// types are plain data with the invariants that belong to them; the time is
// always an argument. What follows from an event is decided in package
// lifecycle, whether something may go in package policy, and package engine with
// the rooms beside it carries out what was decided.
//
// A short tour, in the order in which a release meets the words:
//
//   - An [Invocation] or a [Click] is what a person did; an [Answer] is what
//     is said back. An Answer says what is true, never how it looks.
//   - A [Release] is one attempt to put one commit of a service on a
//     [Target]. It stands in a [Phase] and carries a [Plan].
//   - Releases that go together are each a [BatchMember] of a [Batch], which is a
//     release too and starts nothing itself.
//   - A [Plan] is all that the release will do, resolved to immutable facts;
//     its digest is what an [Approval] says yes to.
//   - An [Event] is what happened to a release; an [Effect] is what slipway
//     must now do because of it.
//   - A [Run] is the workflow run at the code host, a [Sample] one answer of a
//     health probe, a [Verdict] what the samples amount to.
//   - A [Message] is what the channel is shown.
//   - An [Error] carries what was tried, what went wrong and what would help.
package bot
