package bot

// Readiness is what changes, between the live commit and the release's, in
// what the service needs to run. It is shown and not digested: both commits
// are fixed, so it follows from what is digested.
type Readiness struct {
	// Compared is false where there was nothing to compare with.
	Compared bool
	Findings []Finding
	// Unread says, one line each, what could not be looked at. Nothing is
	// guessed in its stead.
	Unread []string
}

// Finding is one change that whoever deploys should know of.
type Finding struct {
	Kind   FindingKind
	Weight Weight
	Says   string // one line, as people read it
}

// Undone is what going back would not undo.
type Undone struct {
	Migrations int // how many changes to the database lie between
	// Marked is how many files lie between that the operator marked as irreversible.
	Marked int
	// Unread says that not all of what lies between could be looked at; there
	// may be more.
	Unread bool
}

// FindingKind is what a finding is about.
type FindingKind string

// What findings are about.
const (
	FindRuntime      FindingKind = "runtime"      // a language's version
	FindImage        FindingKind = "image"        // a base image
	FindDependencies FindingKind = "dependencies" // packages from elsewhere
	FindSetting      FindingKind = "setting"      // a key of the configuration
	FindStart        FindingKind = "start"        // how the program is started
	FindPort         FindingKind = "port"         // where it listens
	FindMigration    FindingKind = "migration"    // a change to the database
	FindIrreversible FindingKind = "irreversible" // a path that the operator marked
)

// Weight says how much a finding asks of the reader.
type Weight string

// The weights.
const (
	WeightNote         Weight = "note"         // good to know
	WeightLook         Weight = "look"         // look before you say yes
	WeightIrreversible Weight = "irreversible" // a rollback does not undo it
)

// ChangedFiles are the files that differ between two commits.
type ChangedFiles struct {
	Files []ChangedFile
	Cut   bool // there are more, which the code host does not list
	// Brought are the commits that the second one has and the first has not,
	// oldest first, as far as the code host lists them.
	Brought []Commit
}

// ChangedFile is a file that differs between two commits. A renamed one is
// one that was removed and one that was added.
type ChangedFile struct {
	Path   string
	Change FileChange
}

// FileChange is what became of a file on the way from one commit to another.
type FileChange string

// What became of a file.
const (
	FileAdded    FileChange = "added"
	FileRemoved  FileChange = "removed"
	FileModified FileChange = "modified"
)

// FileAt names a file at a commit.
type FileAt struct {
	SHA  string
	Path string
}

// RepoFile is what a file of a repository says at a commit.
type RepoFile struct {
	FileAt
	Text    string
	Missing bool // there is no such file at that commit
	// Problem says why the file could not be read, to go on after its name:
	// "is larger than 1 MB". Empty: it was read, or is missing.
	Problem string
}
