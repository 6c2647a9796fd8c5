// Package httpprobe asks a service over HTTP how it is: one GET, one sample. It
// does not judge: what many samples amount to is package health's to say.
//
// # Whose fault it is
//
// The difference that matters is between a service that is not well and a
// slipway that cannot see it. A refused or reset connection, a certificate that
// does not hold, a wrong status or version, and no answer in time are Bad: a
// user would meet them too. NoAnswer is kept for our own faults: our resolver
// does not find the name, our network has no way there, we have no free socket,
// or whoever asked stopped waiting before the probe's own time was over.
//
// # What an answer is
//
// Each probe makes a connection of its own, as a new user would. Of the body 64
// KiB are read at most; the latency runs until then. Up to three redirects are
// followed on the same host and never from https to http; one that leads
// elsewhere is not followed, and its 3xx status is the answer.
//
// The words of a sample are short and ours. They never quote an address, since
// an operator may have put credentials into it.
package httpprobe
