package readiness

import (
	"encoding/json"
	"path"
	"regexp"
	"strings"
)

// versionFormats are the files that say which version of a language is required.
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
		{names: []string{".tool-versions"}, read: handwritten(readToolVersions), rank: rankVersion},
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
		{fits: dotnetProject, read: readDotnetVersion, rank: rankVersion},
		{names: []string{"composer.json"}, read: readComposerVersion, rank: rankVersion},
		{names: []string{"Gemfile"}, read: versionBy("Ruby", gemfileRuby), rank: rankVersion},
		{names: []string{"mix.exs"}, read: versionBy("Elixir", mixElixir), rank: rankVersion},
		{names: []string{"Pipfile.lock"}, read: readPipfileVersion, rank: rankVersion},
		{names: []string{"Gemfile.lock"}, read: readGemfileVersion, rank: rankVersion},
	}
}

// readGoVersion reads the lowest Go version that a module accepts, and the toolchain
// that builds it (go.dev/ref/mod#go-mod-file).
func readGoVersion(file source, f *facts) error {
	parsed, err := parseGoMod(file)
	if err != nil {
		return err
	}
	if parsed.Go != nil {
		f.needs("Go", parsed.Go.Version)
	}
	if parsed.Toolchain != nil {
		f.runs("Go", strings.TrimPrefix(parsed.Toolchain.Name, "go"))
	}
	return nil
}

// dotnetProject recognises the files that say for which version of .NET a program is
// built.
func dotnetProject(file string) bool {
	return path.Base(file) == "Directory.Build.props" || projectFile(file) && !testProject.MatchString(file)
}

// readDotnetVersion reads a project's target framework
// (learn.microsoft.com/dotnet/standard/frameworks).
func readDotnetVersion(file source, f *facts) error {
	for _, found := range dotnetTarget.FindAllStringSubmatch(file.text, -1) {
		f.runs(".NET", found[1])
	}
	return nil
}

// readComposerVersion reads the PHP version that a project requires
// (getcomposer.org/doc/04-schema.md).
func readComposerVersion(file source, f *facts) error {
	document, err := decodeJSON(file.text)
	if err != nil {
		return err
	}
	f.runs("PHP", textOf(inside(document, "require", "php")))
	f.runs("PHP", textOf(inside(document, "config", "platform", "php")))
	return nil
}

// Versions of languages in manifests that are programs, as far as they can be read
// without running them.
var (
	dotnetTarget = regexp.MustCompile(`<TargetFrameworks?>(?:[^<]*;)?net(?:coreapp)?([0-9]+\.[0-9]+)(?:-[a-z0-9.]+)?</`)
	gemfileRuby  = regexp.MustCompile(`(?m)^\s*ruby\s*\(?\s*["']([^"']+)["']`)
	mixElixir    = regexp.MustCompile(`(?m)^\s*elixir:\s*"([^"]+)"`)
)

// versionBy reads the version that a pattern finds.
func versionBy(language string, way *regexp.Regexp) func(source, *facts) error {
	return func(file source, f *facts) error {
		if found := way.FindStringSubmatch(file.text); found != nil {
			f.runs(language, found[1])
		}
		return nil
	}
}

// readPipfileVersion reads the Python version that Pipenv requires.
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

// readGemfileVersion reads the Ruby version that Bundler requires.
func readGemfileVersion(file source, f *facts) error {
	if found := lockedRuby.FindStringSubmatch(file.text); found != nil {
		f.runs("Ruby", found[1])
	}
	return nil
}

// Versions of Java in build files, as far as they can be read without running them.
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
