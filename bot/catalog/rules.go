package catalog

import (
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/bmatcuk/doublestar/v4"
)

// rule is the syntax of a text.
type rule struct {
	// words complete the sentence "must be ...".
	words string
	// pattern is used by Parse and by editors, so it keeps to what Go's regular
	// expressions and JavaScript's have in common. Empty: anything.
	pattern string
	// also checks what a pattern cannot express and returns a sentence, or "". It must
	// not repeat the value, which may come from the environment. May be nil.
	also func(string) string
	// blank allows an empty text.
	blank bool
}

// longestText limits every text that has no smaller limit.
const longestText = 4000

// patterns caches the compiled patterns of one file: compiling takes longer than
// matching many texts.
type patterns map[string]*regexp.Regexp

func (p patterns) match(pattern, value string) bool {
	compiled, ok := p[pattern]
	if !ok {
		compiled = regexp.MustCompile(pattern)
		p[pattern] = compiled
	}
	return compiled.MatchString(value)
}

// broken says what is wrong with a text; empty: nothing.
func (r *rule) broken(value string, known patterns) string {
	switch {
	case value == "" && r.blank:
		return ""
	case value == "":
		return "must be " + r.words + ", not empty"
	case len(value) > longestText:
		return "is longer than " + strconv.Itoa(longestText) + " bytes"
	case r.pattern != "" && !known.match(r.pattern, value):
		return "must be " + r.words
	case r.also != nil:
		return r.also(value)
	default:
		return ""
	}
}

func nameRule() rule {
	return rule{
		words:   "lowercase letters, digits and -, beginning with a letter, at most 40 characters",
		pattern: `^[a-z]([a-z0-9-]{0,38}[a-z0-9])?$`,
		also: func(name string) string {
			if name == "to" {
				return `"to" is a word of the commands (deploy SERVICE to ENVIRONMENT); choose another name`
			}
			return ""
		},
	}
}

func personNameRule() rule {
	return rule{
		words:   "lowercase letters, digits, -, _ and ., at most 40 characters",
		pattern: `^[a-z0-9][a-z0-9._-]{0,39}$`,
	}
}

func linkNameRule() rule {
	return rule{words: "letters, digits, spaces, - and _, at most 40 characters", pattern: `^[A-Za-z0-9][A-Za-z0-9 _-]{0,39}$`}
}

// lineRule is for text shown on one line.
func lineRule() rule {
	return rule{words: "one line of text, at most 200 characters", pattern: `^[^\r\n]{1,200}$`}
}

// secretRule refuses, above all, the line break at the end of a secret that was read
// from a file.
func secretRule() rule {
	return rule{
		words:   "a secret without spaces or line breaks in or after it",
		pattern: `^[!-~]+$`,
	}
}

// stateKeyRule refuses keys short enough to be guessed.
func stateKeyRule() rule {
	return rule{words: "a key of 16 characters or more, without spaces or line breaks", pattern: `^[!-~]{16,}$`}
}

func fileRule() rule {
	return rule{words: "the path of a file or folder, on one line", pattern: `^[^\r\n]{1,1000}$`}
}

func teamRule() rule {
	return rule{words: "the ID of a workspace, such as T0123ABCD", pattern: `^[TE][A-Z0-9]{2,20}$`}
}

func channelRule() rule {
	return rule{
		words:   "the ID of a channel, such as C0123ABCD (shown at the end of the channel's details in Slack), not its name",
		pattern: `^[CG][A-Z0-9]{2,20}$`,
	}
}

func userRule() rule {
	return rule{
		words:   "the ID of a Slack user, such as U0123ABCD (Copy member ID in the profile), not a name",
		pattern: `^[UW][A-Z0-9]{2,20}$`,
	}
}

// commandRule follows Slack's manifest schema (2..32 characters), and refuses
// /status: Slack rejects a whole manifest that holds it with "the slash command
// has an invalid name".
func commandRule() rule {
	return rule{
		words:   "a slash command: / and 1 to 31 lowercase letters, digits, - or _",
		pattern: `^/[a-z0-9_-]{1,31}$`,
		also: func(name string) string {
			if name == "/status" {
				return "Slack reserves /status for itself and refuses an app that registers it; take another, such as /deploy-status"
			}
			return ""
		},
	}
}

func usergroupRule() rule {
	return rule{
		words:   "the ID of a user group, such as S0123ABCD (shown at the end of the address of its page in Slack), not its handle",
		pattern: `^S[A-Z0-9]{2,20}$`,
	}
}

func githubTeamRule() rule {
	return rule{
		words:   "organization/team, such as acme/sre, as in the address of the team's page at GitHub",
		pattern: `^[A-Za-z0-9]([A-Za-z0-9_-]{0,38}[A-Za-z0-9])?/[A-Za-z0-9][A-Za-z0-9._-]{0,99}$`,
	}
}

func loginRule() rule {
	return rule{words: "a GitHub login, without @", pattern: `^[A-Za-z0-9]([A-Za-z0-9_-]{0,38}[A-Za-z0-9])?$`}
}

func repoRule() rule {
	return rule{
		words:   "owner/name, such as acme/api",
		pattern: `^[A-Za-z0-9]([A-Za-z0-9_-]{0,38}[A-Za-z0-9])?/[A-Za-z0-9._-]{1,100}$`,
		also: func(repo string) string {
			if _, name, _ := strings.Cut(repo, "/"); name == "." || name == ".." {
				return "no repository bears the name of a folder"
			}
			return ""
		},
	}
}

func workflowRule() rule {
	return rule{
		words:   "the name of a file in .github/workflows, such as deploy.yml, without the folder",
		pattern: `^[A-Za-z0-9_][A-Za-z0-9._-]{0,100}\.ya?ml$`,
	}
}

// branchRule follows git check-ref-format.
func branchRule() rule {
	return rule{
		words:   "the name of a branch, such as main",
		pattern: `^[^\x00-\x20\x7f~^:?*\[\\]{1,200}$`,
		also: func(name string) string {
			for part := range strings.SplitSeq(name, "/") {
				if part == "" || part[0] == '.' || strings.HasSuffix(part, ".lock") {
					return "git has no branch of this name: each part between slashes needs a letter first and no .lock at its end"
				}
			}
			if name[0] == '-' || name == "@" || strings.HasSuffix(name, ".") || strings.Contains(name, "..") || strings.Contains(name, "@{") {
				return "git has no branch of this name: it may not begin with -, end with a dot, or have .. or @{ in it"
			}
			return ""
		},
	}
}

// branchGlobRule is for a branch's name or a glob of such names.
func branchGlobRule() rule {
	branch, plain := branchRule(), strings.NewReplacer("*", "x", "?", "x")
	return rule{
		words:   "the name of a branch, such as main, or a glob such as release/*",
		pattern: `^[^\x00-\x20\x7f~^:\\]{1,200}$`,
		also: func(glob string) string {
			if !doublestar.ValidatePattern(glob) {
				return badGlob
			}
			return branch.also(plain.Replace(glob))
		},
	}
}

func globRule() rule {
	return rule{
		words:   "a glob such as api/**",
		pattern: `^[^\r\n]{1,500}$`,
		also: func(glob string) string {
			switch {
			case strings.HasPrefix(glob, "/") || strings.HasPrefix(glob, "./"):
				return "globs begin at the root of the repository, without / or ./ before them"
			case slices.Contains(strings.Split(glob, "/"), ".."):
				return "globs stay inside the repository: no .."
			case !doublestar.ValidatePattern(glob):
				return badGlob
			default:
				return ""
			}
		},
	}
}

func inputNameRule() rule {
	return rule{
		words:   "the name of a workflow input: letters, digits, - and _, beginning with a letter or _",
		pattern: `^[A-Za-z_][A-Za-z0-9_-]{0,99}$`,
	}
}

// inputValueRule has no pattern: the workflow decides what an input may be. GitHub's
// limit is 65,535 characters for all inputs together.
func inputValueRule() rule { return rule{words: "text, at most 4000 bytes", blank: true} }

func versionRule() rule {
	return rule{
		words:   "a dotted path such as commit.sha",
		pattern: `^[A-Za-z0-9_-]{1,50}(\.[A-Za-z0-9_-]{1,50}){0,9}$`,
	}
}

func timeOfDayRule() rule {
	return rule{words: `a time of day such as "16:00", at most "24:00"`, pattern: `^(([01][0-9]|2[0-3]):[0-5][0-9]|24:00)$`}
}

func dateRule() rule {
	return rule{
		words:   "a date such as 2026-12-20",
		pattern: `^20[0-9]{2}-[0-9]{2}-[0-9]{2}$`,
		also: func(date string) string {
			if _, err := time.Parse(time.DateOnly, date); err != nil {
				return "there is no such day in the calendar"
			}
			return ""
		},
	}
}

// zoneRule asks package time, whose table of zones is the authority, and remembers the
// zones that exist, since looking one up may read a file.
func zoneRule() rule {
	known := map[string]bool{}
	return rule{
		words:   "a time zone such as Europe/Berlin or UTC",
		pattern: `^(UTC|[A-Z][A-Za-z_+-]{1,30}(/[A-Za-z0-9_+-]{1,30}){1,2})$`,
		also: func(zone string) string {
			if known[zone] {
				return ""
			}
			if _, err := time.LoadLocation(zone); err != nil {
				return "there is no such time zone; one is named as Europe/Berlin or UTC"
			}
			known[zone] = true
			return ""
		},
	}
}
