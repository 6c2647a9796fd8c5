// Package webhook tells other programs how a release ended: one POST with one signed
// CloudEvent in JSON (structured mode of CloudEvents 1.0, cloudevents.io).
//
// # The signature
//
// Slipway-Signature: t=UNIX,v1=HEX. HEX is the HMAC-SHA256, with the shared secret, of the
// time as written in the header, a dot, and the body. The time is that of the attempt, so
// that a receiver can refuse old requests. The id of the event is the same in every
// attempt, so that a receiver can recognise a repetition.
//
// # Where it is sent
//
// Only to the addresses in slipway.yaml: redirects are not followed, proxies of the
// environment are not used, and the IP address is checked when the connection is made
// (package reach). The body of a response is not used. Errors name only the host, since the
// rest of an address is often a secret.
//
// # What it does not do
//
// It does not retry. Its errors say whether a retry may help and when; the engine retries.
package webhook
