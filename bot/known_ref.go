package bot

import "time"

// RefKind is what a ref names.
type RefKind string

// The kinds of refs, as people call them.
const (
	RefBranch RefKind = "branch"
	RefTag    RefKind = "tag"
	RefCommit RefKind = "commit"
	RefPull   RefKind = "pull request"
)

// KnownRef is something at the code host by which a commit can be asked for.
type KnownRef struct {
	Kind RefKind
	// Name is how people call it: main, v1.4.2, #12, or the SHA of a commit.
	Name string
	// Ask is what asks for it and can mean nothing else.
	Ask     string
	SHA     string // the commit that it names now
	Title   string // the subject of a commit, or the title of a pull request
	By      string // who made it, as far as that is listed
	At      time.Time
	Default bool // it is the default branch
}

// Typing is what somebody types into a field that asks what there is to choose from.
type Typing struct {
	Target Target // for which a ref is looked for
	Text   string
	By     Person
	Guest  bool // not a full member of the team
}
