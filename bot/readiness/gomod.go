package readiness

import (
	"regexp"
	"strings"
)

// readGoMod reads what is required
// (go.dev/ref/mod#go-mod-file).
func readGoMod(text string, f *packages) error {
	block := ""
	for line := range strings.Lines(text) {
		line, _, _ = strings.Cut(line, "//")
		words := strings.Fields(line)
		switch {
		case len(words) == 0:
			continue
		case words[0] == ")":
			block = ""
			continue
		case len(words) == 2 && words[1] == "(":
			block = words[0]
			continue
		case block != "":
			words = append([]string{block}, words...)
		}
		if words[0] == "require" && len(words) == 3 {
			f.depend(goModule(words[1]), words[2])
		}
	}
	return nil
}

var goMajor = regexp.MustCompile(`(/v\d+|\.v\d+)$`)

// goModule is a module's path without the major version, which Go writes into
// it: a new one is then a dependency that was raised, not another one.
func goModule(path string) string { return goMajor.ReplaceAllString(path, "") }
