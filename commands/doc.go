// Package commands turns what people type and click into events, and answers
// them. An Invocation or a Click comes in, a bot.Answer goes out: it says what
// is true, and how it looks is the chat adapter's.
//
// Each verb has a file of its own, verb_NAME.go, which holds its help, what it
// does when it is typed and what it does when its button is clicked; registry.go
// lists them, one line a verb, by what they are for: what makes a release, what
// looks at one, what answers it, what closes a target. What only a button does is in
// click_*.go, and click_buttons.go lists those. Everything else serves several verbs.
//
// # How a command goes
//
//	Invocation ─ grammar ─► words ─ catalog ─► service, environment ─ records ─► Draft or Letter ─ intake ─► Answer
//
// Whatever changes something is stored by the intake before the answer is
// given, under the request's own key, so that a repetition gets the first
// answer. Where the store does not answer, the error is returned as it came; the
// same may then be typed again, since what was stored after all is recognised.
//
// # How a person is refused
//
// A person's mistake is no error but a bot.Problem: it says what was
// understood, what is wrong, and the nearest thing that would work, as a whole
// command to copy where there is one. Within the package such refusals travel
// as a *problemError, and become an answer in one place.
//
// # Who may what
//
// The registries of verbs and of buttons say whose word counts for each and by
// which rules it is bound; what people press is served from them, the table in
// docs/security.md is printed from them, and a test tries every cell of it. What
// slipway.yaml can tell is asked at the moment of the click, so that a refusal
// comes at once; the engine asks again when it takes the word from the inbox,
// with the groups whose members live elsewhere, and that is what counts.
//
// # What it does not do
//
// It resolves no ref, judges no plan and starts nothing: the motor does, after
// the answer. It keeps no state.
package commands
