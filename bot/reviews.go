package bot

import "strconv"

// ReviewRule says how each commit that goes must have been looked at, by its pull
// request at the code host.
type ReviewRule struct {
	// Count is how many people other than its author must have approved it as it
	// was at its end; 0 asks for nothing.
	Count int
	// Merged says that it suffices when somebody else merged it.
	Merged bool
}

// digested are the parts of a plan's digest; none where nothing is asked for.
func (r ReviewRule) digested() []string {
	if r.Count == 0 {
		return nil
	}
	return []string{"reviews", strconv.Itoa(r.Count), strconv.FormatBool(r.Merged)}
}

// Reviews is what the code host tells of how the commits that go were looked at.
type Reviews struct {
	// Looked is of how many commits it tells.
	Looked int
	// Missing are those of them that nobody has looked at as the rule asks, the
	// newest first, at most MaxUnreviewed; More is how many there are beyond.
	Missing []Unreviewed
	More    int
	// Problem says why it cannot be told, and what would help; then no commit
	// counts as looked at.
	Problem Refused
}

// Unreviewed is a commit that nobody has looked at as the rule asks, and why.
type Unreviewed struct {
	SHA     string
	Subject string
	Why     string // the end of a sentence: "belongs to no pull request"
}

// MaxUnreviewed is how many commits that were not looked at are kept.
const MaxUnreviewed = 10

// ReviewsQuery is which commits are looked at.
type ReviewsQuery struct {
	Repo string
	Base string // what is live; empty: nothing that is known
	Head string // the commit that goes
	Rule ReviewRule
}
