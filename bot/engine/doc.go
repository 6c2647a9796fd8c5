// Package engine is the motor: it claims the releases that are due, asks
// package lifecycle what follows, saves the outcome and carries out the
// effects.
//
// # One step
//
// A release falls due because something arrived in its inbox, because a timer
// it set has come, because an effect is to be tried again, or because whoever
// held it vanished; all of that is one due time in the store. The motor claims
// it for the length of a lease together with its inbox and the store's time,
// and then, in step.go:
//
//  1. feeds the events to lifecycle.Next, one after the other, and puts the
//     effects they ask for into the release's outbox;
//  2. saves the release with its outbox, so that a crash forgets nothing;
//  3. carries out the effects that are due, next to each other;
//  4. feeds their outcomes to lifecycle.Next, and goes on at 1 until no effect
//     is due; then it saves the release with the time at which it is due next.
//
// An effect whose holder vanished is found in the outbox by the next claimer
// and carried out again; each is safe to repeat. The one that is not is the
// dispatch: see dispatch.go.
//
// The lease is short, so that a killed holder is soon replaced, and one loop
// renews all of them (leases.go). A move with an old fence is refused by the
// store, so a holder that was slow can do no harm there. Elsewhere it could: a
// process may be stopped for any time between an intent and what it is for, and
// neither the code host nor the chat knows of fences. So what must happen once
// has an end, and is asked at the last moment whether it may still leave; nobody
// else does the same before that end.
//
// # Beside the motor
//
// What an effect asks of the other rooms goes through ports (ports.go): package
// planner works plans out, announcer speaks to people, reconciler says what must
// not start yet, and people knows whose word counts. The motor knows none of them
// by name; cmd joins them.
//
// One bad item stops nothing else. A panic costs the step of one release
// (panics.go), and a loop over all items goes on when one of them cannot be read.
//
// The time in all decisions is the store's, carried forward by the monotonic
// clock while a step lasts, and counted from the question to the store, so that
// it is never behind; it never goes back either. No replica's own clock matters.
package engine
