package github

import (
	"regexp"
	"slices"
	"strings"
)

// What a commit's message says that the commit reverts.
var (
	// `git revert` writes it, and for a merge goes on after a comma.
	revertsCommit = regexp.MustCompile(`(?mi)^[ \t]*This reverts commit ([0-9a-f]{7,64})[ \t\r]*(?:[.,]|$)`)
	// GitHub's Revert button writes it into the pull request that it opens, and
	// so into the commit where that is squashed.
	revertsPull = regexp.MustCompile(`(?mi)^[ \t]*Reverts ([\w.-]+/[\w.-]+)?#([1-9][0-9]{0,9})[ \t\r]*\.?[ \t\r]*$`)
	// Both write the subject of what is reverted, which, where that was squashed,
	// ends with its pull request.
	revertSubject = regexp.MustCompile(`^Revert ".*\(#([1-9][0-9]{0,9})\)"`)
)

const (
	// maxReverts is how much of what one commit reverts is kept.
	maxReverts = 20
	// maxMessage is how much of a commit's message is looked at.
	maxMessage = 16 << 10
)

// revertsOf reads from a commit's message what the commit reverts: SHAs, and pull
// requests as "owner/name#12", or "#12" of the same repository.
func revertsOf(message string) []string {
	if len(message) > maxMessage {
		message = message[:maxMessage]
	}
	message = strings.TrimLeft(message, "\r\n")
	var all []string
	for _, found := range revertsCommit.FindAllStringSubmatch(message, maxReverts) {
		all = append(all, strings.ToLower(found[1]))
	}
	for _, found := range revertsPull.FindAllStringSubmatch(message, maxReverts) {
		all = append(all, found[1]+"#"+found[2])
	}
	if found := revertSubject.FindStringSubmatch(message); found != nil {
		all = append(all, "#"+found[1])
	}
	slices.Sort(all)
	all = slices.Compact(all)
	return all[:min(len(all), maxReverts)]
}
