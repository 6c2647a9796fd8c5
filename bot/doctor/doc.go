// Package doctor says why a configuration does not work: what is wrong, what breaks
// because of it, and what mends it.
//
// It is pure. cmd/slipway asks Slack, GitHub, Redis and the probes, passes their answers
// in, and gets findings. All kinds of findings stand in one table ([Kinds]), from which
// docs/troubleshooting.md is generated, so that each of them has its mend and the page
// lists exactly those that exist.
//
// A check that could not be carried out is a finding too. It never counts as good.
package doctor
