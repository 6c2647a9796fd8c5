package readiness

import (
	"encoding/json"
	"regexp"
	"strings"
)

// versionFormats are the files that say which language is wanted.
func versionFormats() []format {
	return []format{
		{names: []string{".nvmrc", ".node-version"}, read: versionOf("Node.js"), rank: rankVersion},
		{names: []string{".python-version", "runtime.txt"}, read: versionOf("Python"), rank: rankVersion},
		{names: []string{".ruby-version"}, read: versionOf("Ruby"), rank: rankVersion},
		{names: []string{".tool-versions"}, read: readToolVersions, rank: rankVersion},
		{names: []string{"go.mod"}, read: readGoVersion, rank: rankVersion},
		{names: []string{"pom.xml"}, read: readPomVersion, rank: rankVersion},
		{names: []string{"build.gradle", "build.gradle.kts"}, read: readGradleVersion, rank: rankVersion},
		{names: []string{"package.json"}, read: readNodeManifest, rank: rankVersion},
		{names: []string{"Pipfile.lock"}, read: readPipfileVersion, rank: rankVersion},
		{names: []string{"Gemfile.lock"}, read: readGemfileVersion, rank: rankVersion},
	}
}

// versionOf reads a file whose first line is a version, with or without the
// name before it.
func versionOf(language string) func(source, *facts) error {
	return func(file source, f *facts) error {
		for line := range strings.Lines(file.text) {
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

// readToolVersions reads the file of asdf and mise: a tool and its version on
// each line (asdf-vm.com/manage/configuration.html).
func readToolVersions(file source, f *facts) error {
	languages := map[string]string{
		"nodejs": "Node.js", "node": "Node.js", "golang": "Go", "go": "Go", "python": "Python", "ruby": "Ruby", "java": "Java",
		"rust": "Rust", "php": "PHP", "elixir": "Elixir", "erlang": "Erlang", "bun": "Bun", "deno": "Deno",
	}
	for line := range strings.Lines(file.text) {
		line, _, _ = strings.Cut(line, "#")
		if words := strings.Fields(line); len(words) > 1 && languages[words[0]] != "" {
			f.runs(languages[words[0]], plainVersion(words[1]))
		}
	}
	return nil
}

// readGoVersion reads the go directive (go.dev/ref/mod#go-mod-file).
func readGoVersion(file source, f *facts) error {
	for line := range strings.Lines(file.text) {
		line, _, _ = strings.Cut(line, "//")
		if words := strings.Fields(line); len(words) == 2 && words[0] == "go" {
			f.runs("Go", words[1])
		}
	}
	return nil
}

// readNodeManifest reads the engine and the start script
// (docs.npmjs.com/cli/configuring-npm/package-json).
func readNodeManifest(file source, f *facts) error {
	var p struct {
		Engines map[string]loose `json:"engines"`
		Scripts map[string]loose `json:"scripts"`
	}
	if err := json.Unmarshal([]byte(file.text), &p); err != nil {
		return err
	}
	f.runs("Node.js", string(p.Engines["node"]))
	f.starting("npm start", string(p.Scripts["start"]))
	return nil
}

// readPipfileVersion reads the version of Python that Pipenv wants.
func readPipfileVersion(file source, f *facts) error {
	var p struct {
		Meta struct {
			Requires map[string]loose `json:"requires"`
		} `json:"_meta"`
	}
	if err := json.Unmarshal([]byte(file.text), &p); err != nil {
		return err
	}
	f.runs("Python", string(p.Meta.Requires["python_version"]))
	return nil
}

var lockedRuby = regexp.MustCompile(`(?m)^RUBY VERSION\s+ruby (\S+)`)

// readGemfileVersion reads the version of Ruby that Bundler wants.
func readGemfileVersion(file source, f *facts) error {
	if found := lockedRuby.FindStringSubmatch(file.text); found != nil {
		f.runs("Ruby", found[1])
	}
	return nil
}

// Plain versions of Java, where build files hold them as such.
var (
	pomVersion    = regexp.MustCompile(`<(?:java\.version|maven\.compiler\.(?:release|source|target))>\s*([0-9][0-9.]*)\s*</`)
	gradleVersion = regexp.MustCompile(`(?:sourceCompatibility|targetCompatibility)\s*=?\s*(?:JavaVersion\.VERSION_|["'])?([0-9][0-9._]*)|(?:JavaLanguageVersion\.of|jvmToolchain)\(\s*([0-9]+)\s*\)`)
)

func readPomVersion(file source, f *facts) error {
	if found := pomVersion.FindStringSubmatch(file.text); found != nil {
		f.runs("Java", found[1])
	}
	return nil
}

func readGradleVersion(file source, f *facts) error {
	if found := gradleVersion.FindStringSubmatch(file.text); found != nil {
		f.runs("Java", strings.ReplaceAll(found[1]+found[2], "_", "."))
	}
	return nil
}

// readProcfile reads the command of each process
// (devcenter.heroku.com/articles/procfile).
func readProcfile(file source, f *facts) error {
	for line := range strings.Lines(file.text) {
		name, command, given := strings.Cut(line, ":")
		if name = strings.TrimSpace(name); !given || name == "" || strings.HasPrefix(name, "#") {
			continue
		}
		f.starting("start command of "+clip(name, longName), command)
	}
	return nil
}
