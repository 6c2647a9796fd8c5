package bot

// Group is a concurrency group that a workflow, or one of its jobs, names. The code
// host lets one run of a group work and one wait; a newer one replaces
// the one that waits, which is cancelled.
type Group struct {
	Name string // with the expressions in it
	// Cancels says that a newer run cancels the one that works, or that this hangs
	// on something.
	Cancels bool
	// InLine says that all wait in line.
	InLine bool
}

// SharedGroup is a concurrency group in which runs of several targets stand.
type SharedGroup struct {
	Name    string
	Cancels bool
	With    []Target // the other targets; none: it is not shared
}
