// Package webhook tells other programs what came of a release: one POST, one
// CloudEvent in JSON (structured mode of CloudEvents 1.0, cloudevents.io), signed.
//
// # How a receiver knows who sent it
//
// Slipway-Signature: t=UNIX,v1=HEX. HEX is the HMAC-SHA256, by the secret that both
// know, of the time as it stands there, a dot, and the body. The time is that of the
// attempt, so that a receiver may refuse what is old; the event's id is the same in
// every attempt, so that it may pass over what it has had.
//
// # Where it goes
//
// To the addresses that the operator declared, and nowhere else: no redirect is
// followed, no proxy of the environment is asked, and what a name stands for is looked
// at when the connection is made (package reach). Little of an answer is read, and
// nothing of it is shown. Errors name the host alone, since the rest of an address is
// often a secret.
//
// # What it does not do
//
// It does not try again by itself: it says whether trying again may help and when,
// and whoever holds the release does.
package webhook
