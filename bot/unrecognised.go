package bot

// Unrecognised is something in the store that this version of slipway does not
// understand: mostly a newer one put it there.
type Unrecognised struct {
	Release string // in which it was found, or the key
	Key     string // what is the same the next time
	Says    string // what it is and what becomes of it, one sentence
	Mend    string // what would help, one sentence
}
