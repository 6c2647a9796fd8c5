package bot

// Readiness is what changes, between the live commit and the release's, in what the
// service needs to run. It is for display and not part of the digest: it follows from
// the two commits, which are fixed.
type Readiness struct {
	// Compared is false if there was nothing to compare with.
	Compared bool
	Findings []Finding
	// Unread lists, one line each, what could not be examined. No guess takes its
	// place.
	Unread []string
}

// Finding is one change that whoever deploys should know about.
type Finding struct {
	Kind   FindingKind
	Weight Weight
	Says   string // one line for people to read
}

// Undone is what a rollback would not undo.
type Undone struct {
	Migrations int // the number of changes to the database in between
	// Marked is the number of changed files that the operator marked as irreversible.
	Marked int
	// Unread is set if not all changes could be examined; there may be more.
	Unread bool
}

// FindingKind is the subject of a finding.
type FindingKind string

// The kinds of finding.
const (
	FindRuntime      FindingKind = "runtime"      // a language's version
	FindImage        FindingKind = "image"        // a base image
	FindDependencies FindingKind = "dependencies" // third-party packages
	FindSetting      FindingKind = "setting"      // a key of the configuration
	FindStart        FindingKind = "start"        // how the program is started
	FindPort         FindingKind = "port"         // where it listens
	FindMigration    FindingKind = "migration"    // a change to the database
	FindIrreversible FindingKind = "irreversible" // a path that the operator marked
)

// Weight is how much attention a finding needs.
type Weight string

// The weights.
const (
	WeightNote         Weight = "note"         // good to know
	WeightLook         Weight = "look"         // look at it before you approve
	WeightIrreversible Weight = "irreversible" // a rollback does not undo it
)

// ChangedFiles are the files that differ between two commits.
type ChangedFiles struct {
	Files []ChangedFile
	Cut   bool // there are more that the code host does not list
	// Brought are the commits that the second one has and the first one lacks, oldest
	// first, as far as the code host lists them.
	Brought []Commit
}

// ChangedFile is a file that differs between two commits. A renamed file counts as one
// removed and one added.
type ChangedFile struct {
	Path   string
	Change FileChange
}

// FileChange is what happened to a file between two commits.
type FileChange string

// The kinds of change.
const (
	FileAdded    FileChange = "added"
	FileRemoved  FileChange = "removed"
	FileModified FileChange = "modified"
)

// FileAt identifies a file at a commit.
type FileAt struct {
	SHA  string
	Path string
}

// RepoFile is the content of a file at a commit.
type RepoFile struct {
	FileAt
	Text    string
	Missing bool // the file does not exist at that commit
	// Problem is why the file could not be read, to follow its name: "is larger than 1
	// MB". Empty: it was read, or is missing.
	Problem string
}
