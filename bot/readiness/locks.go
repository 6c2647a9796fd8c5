package readiness

import (
	"encoding/json"
	"regexp"
	"strings"
)

var requirement = regexp.MustCompile(`^([A-Za-z0-9][A-Za-z0-9._-]*)(?:\[[^\]]*\])?\s*((?:[=<>!~]=?=?)[^;#]*)?`)

// readRequirements reads the plain lines of a requirements file
// (pip.pypa.io/en/stable/reference/requirements-file-format).
func readRequirements(text string, f *packages) error {
	for line := range strings.Lines(text) {
		line = strings.TrimSpace(line)
		if strings.Contains(line, "://") || strings.Contains(line, " @ ") {
			continue // an address, which has no plain version
		}
		if found := requirement.FindStringSubmatch(line); found != nil {
			version := strings.TrimSpace(strings.TrimPrefix(strings.TrimRight(found[2], ` \`), "=="))
			f.depend(pythonName(found[1]), version)
		}
	}
	return nil
}

// pythonName spells a package's name in the one way that all spellings mean
// (packaging.python.org, name normalization).
func pythonName(name string) string {
	return strings.ToLower(strings.NewReplacer("_", "-", ".", "-").Replace(name))
}

// readPipfileLock reads what is installed.
func readPipfileLock(text string, f *packages) error {
	var p struct {
		Default map[string]struct {
			Version loose `json:"version"`
		} `json:"default"`
	}
	if err := json.Unmarshal([]byte(text), &p); err != nil {
		return err
	}
	for name, entry := range p.Default {
		f.depend(pythonName(name), strings.TrimPrefix(string(entry.Version), "=="))
	}
	return nil
}

// readTOMLPackages reads the [[package]] tables that the lock files of Cargo,
// Poetry and uv are made of.
func readTOMLPackages(text string, f *packages) error {
	name, within := "", false
	for line := range strings.Lines(text) {
		line = strings.TrimSpace(line)
		if strings.HasPrefix(line, "[") {
			name, within = "", line == "[[package]]"
			continue
		}
		key, value, given := strings.Cut(line, "=")
		if !within || !given {
			continue
		}
		switch strings.TrimSpace(key) {
		case "name":
			name = strings.Trim(strings.TrimSpace(value), `"`)
		case "version":
			f.depend(name, strings.Trim(strings.TrimSpace(value), `"`))
		}
	}
	return nil
}

var gem = regexp.MustCompile(`^    (\S+) \(([^)]*)\)$`)

// readGemfileLock reads the gems, which stand four deep below "specs:".
func readGemfileLock(text string, f *packages) error {
	section := ""
	for line := range strings.Lines(text) {
		line = strings.TrimRight(line, "\r\n")
		if line != "" && line[0] != ' ' {
			section = line
			continue
		}
		if found := gem.FindStringSubmatch(line); found != nil && (section == "GEM" || section == "GIT" || section == "PATH") {
			f.depend(found[1], found[2])
		}
	}
	return nil
}
