// Package httpprobe is the health source that asks a service over HTTP: one GET is one
// sample. Package health judges what many samples mean.
//
// # Bad answers and no answers
//
// A service that is unhealthy must be told from a slipway that cannot reach it. A refused
// or reset connection, an invalid certificate, a wrong status, a wrong body, and no answer
// in time are Bad: a user would run into them too. NoAnswer is for faults on our side: our
// resolver does not find the name, our network has no route, we have no free socket, or the
// caller stopped waiting before the probe's timeout. Another version than the released one
// is NotYet.
//
// # Requests
//
// Each probe makes a new connection, as a new user would. At most 64 KiB of the body are
// read; the latency includes that. Up to three redirects are followed on the same host, and
// never from https to http. Any other redirect is not followed, and its 3xx status is the
// answer.
//
// The text of a sample never quotes an address, since it may contain credentials.
package httpprobe
