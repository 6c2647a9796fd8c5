package bot

// CommitPair is two commits of a repository, of which one is compared with the other.
type CommitPair struct{ Repo, Base, Head string }

// Distance is how many commits the head has that the base has not, and the other way
// round. It never changes.
type Distance struct{ Ahead, Behind int }
