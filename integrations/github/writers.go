package github

import (
	"regexp"
	"slices"
	"strings"

	"github.com/google/go-github/v62/github"
)

// A commit may have been written by several people: git keeps one as its author, and
// the others in lines at the end of its message, as GitHub does when it squashes a pull
// request (docs: "Creating a commit with multiple authors"). GitHub's API has no account
// for these.

var (
	coAuthor = regexp.MustCompile(`(?im)^[ \t]*co-authored-by:[^<>\n]*<([^<>\s]{1,254})>[ \t\r]*$`)
	// hiddenMail is the address that GitHub gives an account which hides its own; that of
	// an Enterprise Server has its name at the end.
	hiddenMail = regexp.MustCompile(`^(?:\d+\+)?([a-z0-9][a-z0-9_-]*(?:\[bot\])?)@users\.noreply\.`)
)

// accounts are logins by e-mail address.
type accounts map[string]string

// accountsIn finds the addresses under which authors and committers have accounts.
func accountsIn(listed []*github.RepositoryCommit) accounts {
	found := accounts{}
	note := func(mail, login string) {
		if mail != "" && login != "" {
			found[strings.ToLower(mail)] = login
		}
	}
	for _, commit := range listed {
		note(commit.GetCommit().GetAuthor().GetEmail(), commit.GetAuthor().GetLogin())
		note(commit.GetCommit().GetCommitter().GetEmail(), commit.GetCommitter().GetLogin())
	}
	return found
}

// writersOf are the accounts of those who wrote a commit, and false if there are others.
func writersOf(commit *github.RepositoryCommit, known accounts) (logins []string, all bool) {
	login := commit.GetAuthor().GetLogin()
	if all = login != ""; all {
		logins = []string{login}
	}
	for _, found := range coAuthor.FindAllStringSubmatch(commit.GetCommit().GetMessage(), -1) {
		mail := strings.ToLower(found[1])
		switch login := known.of(mail); {
		case login != "":
			if !slices.Contains(logins, login) {
				logins = append(logins, login)
			}
		case !isNobody(mail):
			all = false
		}
	}
	return logins, all
}

func (a accounts) of(mail string) string {
	if hidden := hiddenMail.FindStringSubmatch(mail); hidden != nil {
		return hidden[1]
	}
	return a[mail]
}

// isNobody says that an address is one that no person reads, as programs have that help
// to write.
func isNobody(mail string) bool {
	box, _, _ := strings.Cut(mail, "@")
	return slices.Contains([]string{"noreply", "no-reply", "donotreply"}, box)
}
