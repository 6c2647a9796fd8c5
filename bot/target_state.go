package bot

// TargetState is what is known of one target at a moment.
type TargetState struct {
	Target Target
	// Current is the last release that changed the target, or may have; nil: none
	// is known.
	Current *Release
	// Sure is, where Current broke off, what was live for certain before; nil:
	// nothing was, or Current is.
	Sure *Past
	// Under is the release that holds the slot; nil: the slot is free.
	Under *Release
	// Waiting are the ids of the releases in the queue, first first.
	Waiting []string
	// Locks are those that cover the target and have not run out.
	Locks []Lock
	// Doubts are those about the target that nobody has looked at.
	Doubts []Doubt
	// Unread says what of it could not be read, one sentence; then the rest is
	// not the whole truth. Empty: nothing.
	Unread string
}
