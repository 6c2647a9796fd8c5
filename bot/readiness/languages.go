package readiness

import (
	"regexp"
	"strings"
)

// versionOf reads a file whose first line is a version, with or without the
// name before it.
func versionOf(language string) func(string, *facts) error {
	return func(text string, f *facts) error {
		for line := range strings.Lines(text) {
			line, _, _ = strings.Cut(line, "#")
			if line = strings.TrimSpace(line); line == "" {
				continue
			}
			f.runs(language, plainVersion(line))
			return nil
		}
		return nil
	}
}

// plainVersion takes away what stands before a version: "ruby-3.2" is 3.2 and
// "v20" is 20. A name such as "lts/iron" stays.
func plainVersion(text string) string {
	if _, version, named := strings.Cut(text, "-"); named && len(numbers(version)) > 0 && len(numbers(text[:1])) == 0 {
		return version
	}
	if rest := strings.TrimPrefix(text, "v"); major(rest) != "" && rest[0] >= '0' && rest[0] <= '9' {
		return rest
	}
	return text
}

// parseToolVersions reads the file of asdf and mise: a tool and its version on
// each line (asdf-vm.com/manage/configuration.html).
func parseToolVersions(text string, f *facts) error {
	languages := map[string]string{
		"nodejs": "Node.js", "node": "Node.js", "golang": "Go", "go": "Go", "python": "Python", "ruby": "Ruby", "java": "Java",
		"rust": "Rust", "php": "PHP", "elixir": "Elixir", "erlang": "Erlang", "bun": "Bun", "deno": "Deno",
	}
	for line := range strings.Lines(text) {
		line, _, _ = strings.Cut(line, "#")
		if words := strings.Fields(line); len(words) > 1 && languages[words[0]] != "" {
			f.runs(languages[words[0]], plainVersion(words[1]))
		}
	}
	return nil
}

// parseGoMod reads the go directive and what is required
// (go.dev/ref/mod#go-mod-file).
func parseGoMod(text string, f *facts) error {
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
		switch {
		case words[0] == "go" && len(words) == 2:
			f.runs("Go", words[1])
		case words[0] == "require" && len(words) == 3:
			f.depend(goModule(words[1]), words[2])
		}
	}
	return nil
}

var goMajor = regexp.MustCompile(`(/v\d+|\.v\d+)$`)

// goModule is a module's path without the major version, which Go writes into
// it: a new one is then a dependency that was raised, not another one.
func goModule(path string) string { return goMajor.ReplaceAllString(path, "") }

// Plain versions of Java, where build files hold them as such.
var (
	pomVersion    = regexp.MustCompile(`<(?:java\.version|maven\.compiler\.(?:release|source|target))>\s*([0-9][0-9.]*)\s*</`)
	gradleVersion = regexp.MustCompile(`(?:sourceCompatibility|targetCompatibility)\s*=?\s*(?:JavaVersion\.VERSION_|["'])?([0-9][0-9._]*)|(?:JavaLanguageVersion\.of|jvmToolchain)\(\s*([0-9]+)\s*\)`)
)

func parsePom(text string, f *facts) error {
	if found := pomVersion.FindStringSubmatch(text); found != nil {
		f.runs("Java", found[1])
	}
	return nil
}

func parseGradle(text string, f *facts) error {
	if found := gradleVersion.FindStringSubmatch(text); found != nil {
		f.runs("Java", strings.ReplaceAll(found[1]+found[2], "_", "."))
	}
	return nil
}

// parseProcfile reads the command of each process
// (devcenter.heroku.com/articles/procfile).
func parseProcfile(text string, f *facts) error {
	for line := range strings.Lines(text) {
		name, command, given := strings.Cut(line, ":")
		if name = strings.TrimSpace(name); !given || name == "" || strings.HasPrefix(name, "#") {
			continue
		}
		f.starting("start command of "+clip(name, longName), command)
	}
	return nil
}
