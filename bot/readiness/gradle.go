package readiness

import (
	"maps"
	"path"
	"regexp"
	"slices"
	"strings"

	"github.com/google/osv-scalibr/extractor/filesystem/language/java/gradlelockfile"
	"github.com/pelletier/go-toml/v2"
)

// readGradleLock reads what is installed; the build file says which of it is direct,
// where that can be read without running it.
func readGradleLock(file source, p *packages) error {
	found, err := extract(gradlelockfile.Extractor{}, file)
	if err != nil {
		return err
	}
	for _, pkg := range found {
		p.depend(dependency{name: pkg.Name, spec: pkg.Version})
	}
	return nil
}

// versionCatalog recognises version catalogs, which may have any name.
func versionCatalog(file string) bool { return strings.HasSuffix(file, ".versions.toml") }

// catalog is Gradle's version catalog
// (docs.gradle.org/current/userguide/version_catalogs.html).
type catalog struct {
	Versions  map[string]any `toml:"versions"`
	Libraries map[string]any `toml:"libraries"`
	Plugins   map[string]any `toml:"plugins"`
}

// readCatalog reads the libraries and plugins of a catalog, in each of the forms
// allowed.
func readCatalog(file source, p *packages) error {
	var c catalog
	if err := toml.Unmarshal([]byte(file.text), &c); err != nil {
		return err
	}
	p.named = true
	p.properties = map[string]string{}
	for name, version := range c.Versions {
		p.properties[name] = richVersion(version)
	}
	for _, alias := range slices.Sorted(maps.Keys(c.Libraries)) {
		if name, version := fromCatalog(c.Libraries[alias], 2); name != "" && version != "" {
			p.depend(dependency{name: name, spec: version, direct: true, dev: buildVersion.MatchString(name)})
		}
	}
	for _, alias := range slices.Sorted(maps.Keys(c.Plugins)) {
		if name, version := fromCatalog(c.Plugins[alias], 1); name != "" && version != "" {
			p.depend(dependency{name: name, spec: version, direct: true, dev: !shapesRuntime(name)})
		}
	}
	return nil
}

// fromCatalog reads an entry: a table, or a text with the given number of colons, such
// as "group:name:version".
func fromCatalog(entry any, colons int) (name, version string) {
	switch e := entry.(type) {
	case string:
		if i := strings.LastIndexByte(e, ':'); strings.Count(e, ":") == colons {
			return e[:i], e[i+1:]
		}
	case map[string]any:
		text := func(key string) string { s, _ := e[key].(string); return s }
		if name = text("module") + text("id"); name == "" {
			name = text("group") + ":" + text("name")
		}
		return name, richVersion(e["version"])
	}
	return "", ""
}

// richVersion is a version, a reference to one, or the strictest of several.
func richVersion(version any) string {
	switch v := version.(type) {
	case string:
		return v
	case map[string]any:
		if ref, is := v["ref"].(string); is {
			return "${" + ref + "}"
		}
		for _, key := range []string{"strictly", "require", "prefer"} {
			if s, is := v[key].(string); is {
				return s
			}
		}
	}
	return ""
}

// shapesRuntime says whether a plugin decides what runs, not only how it is built,
// because it brings the versions of its framework.
func shapesRuntime(plugin string) bool {
	for _, begin := range []string{"org.springframework.boot", "io.quarkus", "io.micronaut", "org.jetbrains.kotlin", "io.ktor", "kotlin-"} {
		if strings.HasPrefix(plugin, begin) {
			return true
		}
	}
	return false
}

// buildFile recognises the files of a Gradle build.
func buildFile(file string) bool {
	name := path.Base(file)
	return strings.HasSuffix(name, ".gradle") || strings.HasSuffix(name, ".gradle.kts") ||
		strings.HasSuffix(name, ".kt") && slices.Contains(strings.Split(path.Dir(file), "/"), "buildSrc")
}

// What can be read in a Gradle build without running it: it is a program in Groovy or
// Kotlin.
var (
	coordinate    = regexp.MustCompile(`["']([A-Za-z][\w.-]*):([\w.-]+):([^"':@\s]+)(?::[\w.-]+)?(?:@\w+)?["']`)
	versionless   = regexp.MustCompile(`["']([A-Za-z][\w.-]*:[\w.-]+)["']`)
	strictVersion = regexp.MustCompile(`\b(?:strictly|require|prefer)\s*\(?\s*["']([\w.${}+-]+)["']`)
	groovyMap     = regexp.MustCompile(`group\s*[:=]\s*["']([\w.-]+)["']\s*,\s*name\s*[:=]\s*["']([\w.-]+)["']\s*,\s*version\s*[:=]\s*["']?([\w.${}-]+)["']?`)
	pluginVersion = regexp.MustCompile(`(?:\bid\b|\bkotlin\b)\s*\(?\s*["']([\w.-]+)["']\s*\)?\s*version\s*\(?\s*["']?([\w.${}-]+)["']?`)
	assigned      = regexp.MustCompile(`([A-Za-z_][\w.-]*)["']?\]?\s*[=:,]\s*["']([0-9][\w.+-]*)["']`)
	ofTests       = regexp.MustCompile(`(?i)^\s*["']?(?:\w*test\w*|checkstyle|jacoco\w*|pmd|spotbugs\w*|ktlint\w*|detekt\w*|errorprone|spotless\w*)\b`)
)

// readGradle reads coordinates, plugins, and the values that they refer to.
func readGradle(file source, p *packages) error {
	p.named = true
	p.properties = map[string]string{}
	inComment := false
	module := "" // the last one named without a version
	for line := range strings.Lines(file.text) {
		trimmed := strings.TrimSpace(line)
		inComment = inComment || strings.HasPrefix(trimmed, "/*")
		if inComment || strings.HasPrefix(trimmed, "//") {
			inComment = inComment && !strings.Contains(trimmed, "*/")
			continue
		}
		p.gradleLine(line)
		module = p.strictLine(line, module)
	}
	return nil
}

// strictLine reads what a block says about the module that was named without a version,
// and returns the module that the lines after it are about.
func (p *packages) strictLine(line, module string) string {
	if strings.Contains(line, ":") {
		if found := versionless.FindStringSubmatch(line); found != nil {
			module = found[1]
		}
	}
	if module == "" {
		return ""
	}
	if found := strictVersion.FindStringSubmatch(line); found != nil {
		p.depend(dependency{name: module, spec: braced(found[1]), direct: true})
	}
	return module
}

// gradleLine looks for each pattern only in a line that has what all its matches have,
// since builds may be long.
func (p *packages) gradleLine(line string) {
	var named [][]string
	if strings.Count(line, ":") > 1 {
		named = coordinate.FindAllStringSubmatch(line, -1)
	}
	if strings.Contains(line, "group") {
		named = append(named, groovyMap.FindAllStringSubmatch(line, -1)...)
	}
	dev := len(named) > 0 && ofTests.MatchString(line)
	for _, found := range named {
		p.depend(dependency{name: found[1] + ":" + found[2], spec: braced(found[3]), direct: true, dev: dev})
	}
	if strings.Contains(line, "version") {
		for _, found := range pluginVersion.FindAllStringSubmatch(line, -1) {
			name := found[1]
			if !strings.Contains(name, ".") {
				name = "kotlin-" + name
			}
			p.depend(dependency{name: name, spec: braced(found[2]), direct: true, dev: !shapesRuntime(name)})
		}
	}
	if quotesNumber(line) {
		for _, found := range assigned.FindAllStringSubmatch(line, -1) {
			p.properties[found[1][strings.LastIndexByte(found[1], '.')+1:]] = found[2]
		}
	}
}

// quotesNumber says whether a quotation mark is followed by a digit.
func quotesNumber(line string) bool {
	for i := range len(line) - 1 {
		if (line[i] == '"' || line[i] == '\'') && line[i+1] >= '0' && line[i+1] <= '9' {
			return true
		}
	}
	return false
}

// braced normalises a reference to "${name}".
func braced(version string) string {
	switch {
	case strings.HasPrefix(version, "${"):
		return version
	case strings.HasPrefix(version, "$"):
		return "${" + version[1:] + "}"
	case version != "" && len(numbers(version[:1])) == 0 && !strings.HasPrefix(version, "v"):
		return "${" + version + "}" // a name without quotes
	}
	return version
}

// readGradleProperties reads the values that builds refer to.
func readGradleProperties(file source, p *packages) error {
	p.named = true
	p.properties = map[string]string{}
	for line := range strings.Lines(file.text) {
		if key, value, found := strings.Cut(line, "="); found && !strings.HasPrefix(line, "#") {
			p.properties[strings.TrimSpace(key)] = strings.TrimSpace(value)
		}
	}
	return nil
}
