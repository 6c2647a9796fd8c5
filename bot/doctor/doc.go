// Package doctor says what stands between a configuration and a slipway that works:
// what is wrong, what does not work because of it, and what mends it.
//
// It is pure. Whoever asks Slack, GitHub, Redis and the probes (cmd/slipway) hands
// over what they answered, and gets findings. Every kind of finding stands in one
// table ([Kinds]), from which docs/troubleshooting.md is written, so that no finding
// is without its mend and no page tells of one that there is not.
//
// What could not be found out is a finding too: it is never taken for good.
package doctor
