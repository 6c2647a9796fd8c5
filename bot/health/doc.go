// Package health judges the watch over a service after its release: samples
// in, a verdict out. It takes no samples, reads no clock and remembers nothing,
// so the same watch always comes to the same verdict, on whichever replica and
// after whichever restart.
//
// There are two judges. [Judge] is the rule by which the engine ends the watch of
// a release. [Weigh] compares what was seen before a release with what was seen
// after it; [Replay] looks back on past releases with it, and nothing else uses
// it yet.
//
// # Judge
//
// A sample is good, bad, or no answer. No answer is our own fault (our resolver
// could not look the name up, our network was down), so it never speaks against
// the service; a service that refuses the connection or is too slow has
// answered badly. Each probe is judged on its own samples, and the worst probe
// decides:
//
//   - Unhealthy at once, though the window is still open, when a probe was bad
//     three times in a row. No answer in between neither counts nor resets.
//   - Unhealthy at the end of the window when the last answer of a probe is
//     bad, or when more than a quarter of its answers are.
//   - Inconclusive at the end when fewer than half of a probe's samples got an
//     answer, or it has no sample at all, and nothing speaks against the
//     service. A person then decides.
//   - Healthy at the end otherwise.
//
// A single bad answer early in the window is forgiven: instances restart while
// a release settles. One at its end is not, since nothing good came after it.
//
// # Weigh
//
// The readings of a probe are values, counts (bad ones among so many) or answers.
// Each kind has its tests (tests.go), and those of a probe share its part of the
// one false alarm in a hundred releases that there may be ([FalseAlarms]):
//
//	               while the window is open        when it is over
//	counts         a martingale that is a mixture  Fisher's exact test
//	and answers    over rates (rates.go)           beside it
//	values         long enough by ranks, and far   the same with more of the
//	               enough apart (values.go)        budget, and the newest readings
//
// Bounds turn values into answers: beyond them is bad. What is not against the
// release is healthy only where a gross change would have been seen. The constants
// of the value test were measured on real and simulated series and are held by
// TestVerdicts; `make verdicts` prints the table.
package health
