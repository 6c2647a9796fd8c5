// Package health judges the watch over a service after its release: samples
// in, a verdict out. It takes no samples, reads no clock and remembers nothing,
// so the same watch always comes to the same verdict, on whichever replica and
// after whichever restart.
//
// # The rule
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
package health
