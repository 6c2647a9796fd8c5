// Package commands turns what people type and click into events, and answers them. An
// Invocation or a Click comes in, a bot.Answer goes out: it says what is true, and the
// chat adapter decides how it looks.
//
// Each verb has a file of its own, verb_NAME.go, with its help, what it does when it is
// typed and what it does when its button is clicked. registry.go lists the verbs by
// purpose: those that make a release, look at one, answer it, or close a target. What
// only a button does is in click_*.go, and click_buttons.go lists the buttons. The other
// files serve several verbs.
//
// # How a command goes
//
//	Invocation ─ grammar ─► words ─ catalog ─► service, environment ─ records ─► Draft or InboxEvent ─ intake ─► Answer
//
// Whatever changes something is stored by the intake before it is answered, under the
// request's own key, so that a repeated request gets the first answer. If the store does
// not answer, its error is returned; the same may then be typed again, since what was
// stored after all is recognised.
//
// # How a person is refused
//
// A person's mistake is no error but a bot.Problem: it says what was understood, what is
// wrong, and the nearest command that would work, to copy. Within the package such
// refusals travel as a *problemError, and become an answer in one place.
//
// # Who may what
//
// The registries say, for each verb and button, who may use it and which rules apply.
// People are served from them, the table in docs/security.md is printed from them, and a
// test tries every cell of it. What slipway.yaml alone can tell is checked at the click,
// so that a refusal comes at once. The engine checks again when it takes the event from
// the inbox, with the members of groups that are kept elsewhere; that check decides.
//
// # What it does not do
//
// It resolves no ref, judges no plan and starts nothing: the motor does, after the answer.
// It keeps no state.
package commands
