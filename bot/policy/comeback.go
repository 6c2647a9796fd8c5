package policy

import (
	"slices"
	"strconv"
	"strings"

	"github.com/slipwayhq/slipway/bot"
)

// Comebacks are the quarantined commits among those that a release brings, oldest
// first, each with the later commit that reverts it. repo is where they all are.
func Comebacks(quarantined []bot.Quarantine, brought []bot.Commit, repo string) []bot.Comeback {
	var back []bot.Comeback
	by := revertedBy(brought, repo)
	for _, q := range quarantined {
		i := slices.IndexFunc(brought, func(c bot.Commit) bool { return c.SHA == q.SHA })
		if i >= 0 {
			back = append(back, bot.Comeback{SHA: q.SHA, Release: q.Release, By: q.By, At: q.At, Reverted: by[i]})
		}
	}
	return back
}

// revertedBy finds, for each commit, the later one that reverts it; empty: there is
// none, or it was itself reverted. The newest are judged first, since a revert must be
// judged before what it reverts.
func revertedBy(commits []bot.Commit, repo string) []string {
	by := make([]string, len(commits))
	for i := range slices.Backward(commits) {
		for later := i + 1; later < len(commits) && by[i] == ""; later++ {
			if by[later] == "" && reverts(commits[later], commits[i], repo) {
				by[i] = commits[later].SHA
			}
		}
	}
	return by
}

// reverts says whether a commit reverts another according to its message: by its SHA,
// or by the pull request that brought it.
func reverts(by, what bot.Commit, repo string) bool {
	for _, named := range by.Reverts {
		place, number, isPull := strings.Cut(named, "#")
		switch {
		case isPull:
			if what.PR != 0 && number == strconv.Itoa(what.PR) && (place == "" || strings.EqualFold(place, repo)) {
				return true
			}
		case len(named) >= leastSHA && strings.HasPrefix(what.SHA, strings.ToLower(named)):
			return true
		}
	}
	return false
}

// leastSHA is the shortest SHA that still identifies a commit.
const leastSHA = 7
