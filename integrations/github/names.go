package github

import (
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/slipwayhq/slipway/bot"
)

// What people, the configuration and commits name becomes part of paths at
// GitHub, so it is checked here first. Whatever passes is still escaped.

// maxName bounds every name; git's own limit is that of a file system.
const maxName = 255

// maxPath bounds the path of a file; git's own limit is that of a system.
const maxPath = 4096

// repository is a repository's name that was checked.
type repository struct{ owner, name string }

func (r repository) String() string { return r.owner + "/" + r.name }

// parseRepository reads "owner/name".
func parseRepository(full string) (repository, error) {
	owner, name, _ := strings.Cut(full, "/")
	if !isPlainName(owner) || !isPlainName(name) {
		return repository{}, invalid("read a repository's name",
			"`"+clean(full, 80)+"` is not the name of a repository", "Write it as owner/name, such as acme/api.")
	}
	return repository{owner, name}, nil
}

func isPlainName(s string) bool {
	if s == "" || len(s) > 100 || s == "." || s == ".." {
		return false
	}
	return !strings.ContainsFunc(s, func(r rune) bool {
		return (r < 'a' || r > 'z') && (r < 'A' || r > 'Z') && (r < '0' || r > '9') && r != '-' && r != '_' && r != '.'
	})
}

// checkRef refuses what git would not take for the name of a branch or tag
// (man page git-check-ref-format), and names that look like options.
func checkRef(ref string) error {
	bad := ref == "" || len(ref) > maxName || !utf8.ValidString(ref) || ref == "@" ||
		strings.HasPrefix(ref, "-") || strings.HasSuffix(ref, ".") ||
		strings.Contains(ref, "..") || strings.Contains(ref, "@{") ||
		strings.ContainsAny(ref, " ~^:?*[\\\x7f") ||
		strings.ContainsFunc(ref, func(r rune) bool { return r < ' ' })
	for part := range strings.SplitSeq(ref, "/") {
		bad = bad || part == "" || strings.HasPrefix(part, ".") || strings.HasSuffix(part, ".lock")
	}
	if !bad {
		return nil
	}
	return invalid("read a ref", "`"+clean(ref, 80)+"` cannot be the name of a branch, a tag or a commit",
		"Give a branch, a tag or a commit's SHA.")
}

// isSHA says whether s is the full SHA of a commit.
func isSHA(s string) bool { return len(s) == 40 && isHex(s) }

// isShortSHA says whether s may be the beginning of one; GitHub, as git, asks
// for at least four characters.
func isShortSHA(s string) bool { return len(s) >= 4 && len(s) < 40 && isHex(s) }

func isHex(s string) bool {
	return !strings.ContainsFunc(s, func(r rune) bool {
		return (r < '0' || r > '9') && (r < 'a' || r > 'f') && (r < 'A' || r > 'F')
	})
}

func checkSHA(sha string) error {
	if isSHA(sha) {
		return nil
	}
	return invalid("read a commit's name", "`"+clean(sha, 80)+"` is not the full SHA of a commit", "")
}

// checkWorkflow refuses what is not the plain name of a workflow file.
func checkWorkflow(file string) error {
	if isPlainName(file) && (strings.HasSuffix(file, ".yml") || strings.HasSuffix(file, ".yaml")) {
		return nil
	}
	return invalid("read a workflow's name", "`"+clean(file, 80)+"` is not the name of a workflow file",
		"Give the name of a file in .github/workflows, such as deploy.yml.")
}

// The subjects that GitHub writes for a merged and for a squashed pull request.
var (
	mergeSubject  = regexp.MustCompile(`^Merge pull request #(\d{1,9}) from `)
	squashSubject = regexp.MustCompile(`\(#(\d{1,9})\)$`)
)

// runKeyIn finds the run key in a run's title. It must stand there as a whole
// word: "api-14.k3v9x2mq" is not in "api-14.k3v9x2mqz". Two different keys are
// none.
func runKeyIn(title string) string {
	found := ""
	for _, word := range bot.RunNameWords(title) {
		if _, isKey := bot.ReleaseIDOf(word); !isKey || word == found {
			continue
		}
		if found != "" {
			return ""
		}
		found = word
	}
	return found
}

// showsAKey says whether any release's key stands in a run's title.
func showsAKey(title string) bool {
	return slices.ContainsFunc(bot.RunNameWords(title), func(word string) bool {
		_, isKey := bot.ReleaseIDOf(word)
		return isKey
	})
}

// checkPath refuses what cannot be the path of a file in a repository, or
// would lead out of it.
func checkPath(path string) error {
	bad := path == "" || len(path) > maxPath || !utf8.ValidString(path) ||
		strings.ContainsFunc(path, func(r rune) bool { return r < ' ' || r == '\\' || r == 0x7f })
	for part := range strings.SplitSeq(path, "/") {
		bad = bad || part == "" || part == "." || part == ".."
	}
	if !bad {
		return nil
	}
	return invalid(opFile, "`"+clean(path, 80)+"` cannot be the path of a file", "")
}
