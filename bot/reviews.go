package bot

import "strconv"

// ReviewRule says how many reviews each commit must have, in its pull request at the
// code host.
type ReviewRule struct {
	// Count is how many people other than its author must have approved its final
	// state; 0: none.
	Count int
	// Merged lets a merge by somebody other than the author suffice.
	Merged bool
}

// digested returns the rule's parts in a plan's digest; none if it asks for nothing.
func (r ReviewRule) digested() []string {
	if r.Count == 0 {
		return nil
	}
	return []string{"reviews", strconv.Itoa(r.Count), strconv.FormatBool(r.Merged)}
}

// Reviews is what the code host says about the reviews of a release's commits.
type Reviews struct {
	// Looked is the number of commits that were examined.
	Looked int
	// Missing are those without the required reviews, newest first, at most
	// MaxUnreviewed; More counts the rest.
	Missing []Unreviewed
	More    int
	// Problem says why the reviews could not be read, and what would help; no commit
	// counts as reviewed then.
	Problem Refused
}

// Unreviewed is a commit without the required reviews, and why.
type Unreviewed struct {
	SHA     string
	Subject string
	Why     string // the end of a sentence: "belongs to no pull request"
}

// MaxUnreviewed is how many unreviewed commits are listed.
const MaxUnreviewed = 10

// ReviewsQuery selects the commits whose reviews are read.
type ReviewsQuery struct {
	Repo string
	Base string // what is live; empty: unknown
	Head string // the release's commit
	Rule ReviewRule
}
