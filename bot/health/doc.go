// Package health judges how a service does after its release: samples in, a verdict out.
// It takes no samples, reads no clock and keeps no state, so the same watch always gets
// the same verdict, on any replica and after any restart.
//
// [Judge] gives the verdict on a watch as it stands. For each probe it compares the
// readings after the release with those before. [Replay] does the same for past releases,
// tick by tick.
//
// [Glance] looks at a single answer, [Recovered] says whether a service that was unhealthy
// is well again, and [Account] counts how often verdicts were right.
//
// # The verdict on a watch
//
// If a probe can tell versions apart, the window begins when the released version
// answers. The verdict is that of the worst probe. A bad last answer alone decides
// nothing; it extends the window, by half of its length at most. A finding against the
// release is weighed again with the changes of a reference taken out: the same hours of
// earlier days, or the probe's control query (references.go), and what had begun before the
// release is not blamed on it (began.go). A probe that could not be
// asked, for a reason on our side, counts neither for nor against the release.
//
// # The finding on a probe
//
// The readings of a probe are values, counts (how many of how many were bad), answers that
// are good or bad, or a verdict of somebody else, which is taken as it is. The other kinds
// have statistical tests (tests.go). All probes of a release share one budget of false
// alarms, one in a hundred releases ([FalseAlarms]), and the tests of a probe share its
// part:
//
//	               while the window is open        when it is over
//	counts         a martingale that is a mixture  Fisher's exact test
//	and answers    over rates (rates.go)           beside it; both allow for rates that
//	                                               vary by themselves (dispersion.go)
//	values         a rank test for how long it     the same with more of the
//	               lasts, and a distance for how   budget, and the newest readings
//	               large it is (values.go)         against all older ones
//
// A bound turns values into answers: a value beyond it is bad. A probe without a finding
// against the release is healthy only if a gross change would have been found. The
// constants of the value test were measured on real and simulated series, and TestVerdicts
// checks them; `make verdicts` prints the table.
package health
