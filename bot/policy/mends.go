package policy

// What helps people whose click or command came too early or too late, in the words of
// whoever answers them.
const (
	// TryAgain is for somebody whose groups could not be read.
	TryAgain = "Try again in a minute; slipway's log says why."
	// AskAnew is for a release that has ended.
	AskAnew = "Ask for a new release if it is still wanted."
	// SignOffLater is for an emergency that nobody can have looked at yet.
	SignOffLater = "Sign it off once its card says that it runs or has run."
	// SeeApprovals is for somebody who has given no approval.
	SeeApprovals = "Its card shows who approved it."
	// SayWhatBecame is for a release of which nobody knows whether it was started.
	SayWhatBecame = "Look at the runs at GitHub, then press It Ran or Start It Again on its card."
)
