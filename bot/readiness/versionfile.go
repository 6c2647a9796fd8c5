package readiness

import (
	"regexp"
	"strings"
)

// versionOf reads a file whose first line is a version, with or without the language's
// name.
func versionOf(language string) func(source, *facts) error {
	return func(file source, f *facts) error {
		for line := range strings.Lines(strings.TrimPrefix(file.text, byteOrderMark)) {
			line, _, _ = strings.Cut(line, "#")
			if line = strings.TrimSpace(line); line != "" {
				f.runs(language, plainVersion(language, line))
				return nil
			}
		}
		return nil
	}
}

var ownName = regexp.MustCompile(`^(?:ruby|python|go|node|nodejs|rust|php)[-@]?v?(\d.*)$`)

// plainVersion removes what precedes a version: "ruby-3.2" is 3.2 and "v20" is 20. A
// name such as "lts/iron" or "jruby-9.4" stays.
func plainVersion(language, text string) string {
	if found := ownName.FindStringSubmatch(strings.ToLower(text)); found != nil {
		return found[1]
	}
	if language == "Java" {
		return javaVersion(text)
	}
	if rest := strings.TrimPrefix(text, "v"); rest != "" && rest[0] >= '0' && rest[0] <= '9' {
		return rest
	}
	return text
}

var javaVendor = regexp.MustCompile(`^[A-Za-z_-]*?-?(?:1\.)?(\d+(?:[.+_]\d+)*)`)

// javaVersion removes the vendor, before the version ("temurin-21.0.2") or after it
// ("21.0.2-tem"), and reads 1.8 as 8.
func javaVersion(text string) string {
	if found := javaVendor.FindStringSubmatch(text); found != nil {
		version, _, _ := strings.Cut(found[1], "+")
		return version
	}
	return text
}

// tools maps the names that asdf and mise use to those that people use.
func tools(name string) string {
	return map[string]string{
		"nodejs": "Node.js", "node": "Node.js", "golang": "Go", "go": "Go", "python": "Python", "ruby": "Ruby", "java": "Java",
		"rust": "Rust", "php": "PHP", "elixir": "Elixir", "erlang": "Erlang", "bun": "Bun", "deno": "Deno", "dotnet": ".NET", "dotnet-core": ".NET",
		"swift": "Swift",
	}[strings.TrimPrefix(name, "core:")]
}

// readToolVersions reads the file of asdf: a tool and its versions on each line, of
// which the first counts (asdf-vm.com/manage/configuration.html).
func readToolVersions(file source, f *facts) error {
	for line := range strings.Lines(file.text) {
		line, _, _ = strings.Cut(line, "#")
		if words := strings.Fields(line); len(words) > 1 && tools(words[0]) != "" {
			f.runs(tools(words[0]), plainVersion(tools(words[0]), words[1]))
		}
	}
	return nil
}

// otherMise recognises the other places where mise looks.
func otherMise(file string) bool {
	return strings.HasSuffix(file, ".config/mise.toml") || strings.HasSuffix(file, "mise/config.toml")
}

// readMise reads mise's file: a tool has a version, a list of them, or a table
// (mise.jdx.dev/configuration.html).
func readMise(file source, f *facts) error {
	document, err := decodeTOML(file.text)
	if err != nil {
		return err
	}
	wanted := inside(document, "tools")
	for _, tool := range sortedKeys(wanted) {
		version := inside(wanted, tool)
		if several := textsOf(version); len(several) > 0 {
			version = several[0]
		}
		if table, is := version.(object); is {
			version = table["version"]
		}
		if language := tools(tool); language != "" {
			f.runs(language, plainVersion(language, textOf(version)))
		}
	}
	for key, value := range asObject(inside(document, "env")) {
		if !strings.HasPrefix(key, "_") {
			f.setting(key, given, textOf(value))
		}
	}
	return nil
}

// readRustToolchain reads both forms: a channel alone, or a table
// (rust-lang.github.io/rustup/overrides.html).
func readRustToolchain(file source, f *facts) error {
	if channel := strings.TrimSpace(file.text); !strings.ContainsAny(channel, "[=\n") {
		f.runs("Rust", channel)
		return nil
	}
	document, err := decodeTOML(file.text)
	if err != nil {
		return err
	}
	f.runs("Rust", textOf(inside(document, "toolchain", "channel")))
	return nil
}

// readGlobalJSON reads the version of .NET's SDK
// (learn.microsoft.com/dotnet/core/tools/global-json).
func readGlobalJSON(file source, f *facts) error {
	document, err := decodeJSON(file.text)
	if err != nil {
		return err
	}
	f.runs(".NET SDK", textOf(inside(document, "sdk", "version")))
	return nil
}

var javaProperty = regexp.MustCompile(`(?m)^\s*java(?:\.runtime\.version)?\s*=\s*(\S+)`)

// readJavaProperty reads the version of Java from Heroku's system.properties or
// SDKMAN's .sdkmanrc.
func readJavaProperty(file source, f *facts) error {
	if found := javaProperty.FindStringSubmatch(file.text); found != nil {
		f.runs("Java", javaVersion(found[1]))
	}
	return nil
}

// pyprojectRuntime reads the Python version that a project requires, in the standard's
// form or Poetry's (packaging.python.org/specifications/pyproject-toml).
func pyprojectRuntime(file source, f *facts) error {
	document, err := decodeTOML(file.text)
	if err != nil {
		return err
	}
	wanted := textOf(inside(document, "project", "requires-python"))
	if wanted == "" {
		wanted = textOf(inside(document, "tool", "poetry", "dependencies", "python"))
	}
	f.needs("Python", wanted)
	return nil
}

// cargoRuntime reads the Rust version that a crate or a workspace requires
// (doc.rust-lang.org/cargo/reference/rust-version.html).
func cargoRuntime(file source, f *facts) error {
	document, err := decodeTOML(file.text)
	if err != nil {
		return err
	}
	for _, table := range [][]string{{"workspace", "package"}, {"package"}} {
		if wanted := textOf(inside(document, append(table, "rust-version")...)); wanted != "" {
			f.needs("Rust", wanted)
			return nil
		}
	}
	return nil
}

func asObject(value any) object {
	within, _ := value.(object)
	return within
}
