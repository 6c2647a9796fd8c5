package readiness

import (
	"regexp"
	"strings"
)

var (
	lockedGem = regexp.MustCompile(`^    (\S+) \(([^)]*)\)$`)
	askedGem  = regexp.MustCompile(`^  ([^\s!]+)`)
)

// readGemfileLock reads the gems, which stand four deep below "specs:", and
// which of them are asked for. Those of a PATH are the repository's own, and
// those of a GIT are what their commit is
// (bundler.io/guides/gemfile_lock.html).
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
			version, _, _ := strings.Cut(gem[2], "-") // of a platform
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
