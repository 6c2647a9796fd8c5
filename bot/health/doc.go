// Package health judges the watch over a service after its release: samples
// in, a verdict out. It takes no samples, reads no clock and remembers nothing,
// so the same watch always comes to the same verdict, on whichever replica and
// after whichever restart.
//
// [Judge] says what the watch of a release has come to, by [Weigh], which compares what a
// probe showed before a release with what it showed after it. [Replay] looks back on past
// releases in the same way.
//
// # Judge
//
// The window begins when the released version answers, where a probe tells versions
// apart. The worst probe decides. A bad last answer decides nothing and lengthens the
// window, at most by half. What speaks against the release is weighed once more without
// what changed beside it in the same time (beside.go). What was not answered by our own
// fault speaks neither for nor against.
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
