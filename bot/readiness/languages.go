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
		{names: []string{".go-version"}, read: versionOf("Go"), rank: rankVersion},
		{names: []string{".java-version"}, read: versionOf("Java"), rank: rankVersion},
		{names: []string{".php-version"}, read: versionOf("PHP"), rank: rankVersion},
		{names: []string{".bun-version"}, read: versionOf("Bun"), rank: rankVersion},
		{names: []string{".dvmrc", ".deno-version"}, read: versionOf("Deno"), rank: rankVersion},
		{names: []string{".swift-version"}, read: versionOf("Swift"), rank: rankVersion},
		{names: []string{".tool-versions"}, read: readToolVersions, rank: rankVersion},
		{names: []string{"mise.toml", ".mise.toml"}, fits: otherMise, read: readMise, rank: rankVersion},
		{names: []string{"rust-toolchain", "rust-toolchain.toml"}, read: readRustToolchain, rank: rankVersion},
		{names: []string{"global.json"}, read: readGlobalJSON, rank: rankVersion},
		{names: []string{"system.properties", ".sdkmanrc"}, read: readJavaProperty, rank: rankVersion},
		{names: []string{"go.mod"}, read: readGoVersion, rank: rankVersion},
		{names: []string{"pom.xml"}, read: readPomVersion, rank: rankVersion},
		{names: []string{"build.gradle", "build.gradle.kts"}, read: readGradleVersion, rank: rankVersion},
		{names: []string{"package.json"}, read: packageRuntime, rank: rankVersion},
		{names: []string{"pyproject.toml"}, read: pyprojectRuntime, rank: rankVersion},
		{names: []string{"Cargo.toml"}, read: cargoRuntime, rank: rankVersion},
		{names: []string{"Pipfile.lock"}, read: readPipfileVersion, rank: rankVersion},
		{names: []string{"Gemfile.lock"}, read: readGemfileVersion, rank: rankVersion},
	}
}

// readGoVersion reads the go directive (go.dev/ref/mod#go-mod-file).
func readGoVersion(file source, f *facts) error {
	for line := range strings.Lines(file.text) {
		line, _, _ = strings.Cut(line, "//")
		if words := strings.Fields(line); len(words) == 2 && words[0] == "go" {
			f.needs("Go", words[1])
		}
	}
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
