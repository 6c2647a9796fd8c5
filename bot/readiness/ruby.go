package readiness

import (
	"regexp"
	"slices"
	"strings"
)

var (
	lockedGem = regexp.MustCompile(`^    (\S+) \(([^)]*)\)$`)
	askedGem  = regexp.MustCompile(`^  ([^\s!]+)`)
)

// readGemfileLock reads the gems, which are indented four deep below "specs:", and
// which of them are direct. Gems of a PATH are the repository's own; those of a GIT are
// identified by their commit (bundler.io/guides/gemfile_lock.html).
func readGemfileLock(file source, p *packages) error {
	var section, commit string
	asked := map[string]bool{}
	var found []dependency
	for line := range strings.Lines(file.text) {
		line = strings.TrimRight(line, "\r\n")
		if line != "" && line[0] != ' ' {
			section, commit = line, ""
		}
		if revision, is := strings.CutPrefix(line, "  revision: "); is {
			commit = revision
		}
		gem := lockedGem.FindStringSubmatch(line)
		switch {
		case section == "DEPENDENCIES":
			if name := askedGem.FindStringSubmatch(line); name != nil {
				asked[name[1]] = true
			}
		case gem == nil:
		case section == "GIT":
			found = append(found, dependency{name: gem[1], spec: "git+#" + commit})
		case section == "GEM" || section == "PLUGIN SOURCE":
			version, _, _ := strings.Cut(gem[2], "-") // the rest is a platform
			found = append(found, dependency{name: gem[1], spec: version})
		}
	}
	p.named = len(asked) > 0
	for _, d := range found {
		d.direct = asked[d.name]
		p.depend(d)
	}
	return nil
}

var (
	gemLine       = regexp.MustCompile(`^gem[\s(]+["']([\w.-]+)["'](.*)`)
	gemConstraint = regexp.MustCompile(`^\s*,\s*["']([^"']+)["']`)
	gemGroups     = regexp.MustCompile(`\bgroups?:\s*(\[[^\]]*\]|:\w+)|:groups?\s*=>\s*(\[[^\]]*\]|:\w+)`)
	blockOf       = regexp.MustCompile(`\bdo(\s*\|[^|]*\|)?\s*$|^(if|unless|case|begin)\b`)
	groupName     = regexp.MustCompile(`:(\w+)`)
)

// readGemfile reads which gems are required, and for which groups. The file is a Ruby
// program, of which only the plain lines are read (bundler.io/man/gemfile.5.html).
func readGemfile(file source, p *packages) error {
	p.named = true
	var blocks []bool // the blocks around a line: whether each is for development only
	for line := range strings.Lines(file.text) {
		line = strings.TrimSpace(line)
		within := len(blocks) > 0 && blocks[len(blocks)-1]
		gem := gemLine.FindStringSubmatch(line)
		switch {
		case gem != nil:
			d := dependency{name: gem[1], direct: true, dev: within}
			if constraint := gemConstraint.FindStringSubmatch(gem[2]); constraint != nil {
				d.spec = constraint[1]
			}
			if groups := gemGroups.FindStringSubmatch(gem[2]); groups != nil {
				d.dev = forDevelopment(groups[1] + groups[2])
			}
			p.depend(d)
		case blockOf.MatchString(line):
			if groups, is := strings.CutPrefix(line, "group "); is {
				within = forDevelopment(blockOf.ReplaceAllString(groups, ""))
			}
			blocks = append(blocks, within)
		case line == "end" && len(blocks) > 0:
			blocks = blocks[:len(blocks)-1]
		}
	}
	return nil
}

// forDevelopment says whether all groups of a list are for development and tests.
func forDevelopment(list string) bool {
	groups := groupName.FindAllStringSubmatch(list, -1)
	for _, group := range groups {
		switch stage := stageOf(group[1:]); {
		case stage == "development", stage == "test":
		case slices.Contains([]string{"lint", "linting", "rubocop", "doc", "docs", "benchmark", "guard"}, group[1]):
		default:
			return false
		}
	}
	return len(groups) > 0
}
