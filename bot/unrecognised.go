package bot

// Unrecognised is something in the store that this version of slipway does not
// understand, usually because a newer one wrote it.
type Unrecognised struct {
	Release string // the release in which it was found, or the key
	Key     string // stays the same when it is found again
	Says    string // what it is and what happens to it, one sentence
	Mend    string // what would help, one sentence
}
