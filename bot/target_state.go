package bot

// TargetState is what is known about a target at one moment.
type TargetState struct {
	Target Target
	// Current is the last release that changed the target, or may have; nil: unknown.
	Current *Release
	// Sure is, if Current broke off, what was certainly live before it; nil: nothing
	// was, or Current is.
	Sure *Past
	// Under is the release that holds the slot; nil: the slot is free.
	Under *Release
	// Waiting are the ids of the releases in the queue, in order.
	Waiting []string
	// Locks are the locks in effect on the target.
	Locks []Lock
	// Doubts are those about the target that nobody has examined.
	Doubts []Doubt
	// Unread says, in one sentence, what could not be read, so that the rest may be
	// incomplete; empty: everything was.
	Unread string
}
