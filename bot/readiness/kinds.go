package readiness

import (
	"path"
	"slices"
	"strings"
)

// kind is a kind of file that slipway knows how to read.
type kind struct {
	names []string
	fits  func(name string) bool // beside names; nil: no other
	parse func(text string, f *facts) error
	// rank says what is read first where not all can be: 0 first.
	rank int
	// world is where the packages come from, and locked says that the versions
	// are those that are really installed. A lock is believed before a wish.
	world  string
	locked bool
}

// The order in which kinds are read.
const (
	rankSettings = iota
	rankStart
	rankVersion
	rankPackages
	rankLock
)

// kinds lists every kind. A new one is a parser and a line here.
func kinds() []kind {
	return []kind{
		{names: []string{".env.example", ".env.sample", ".env.template", ".env.dist", "env.example"}, parse: parseKeys, rank: rankSettings},
		{names: []string{"Dockerfile", "Containerfile"}, fits: otherDockerfile, parse: parseDockerfile, rank: rankStart},
		{names: []string{"Procfile"}, parse: parseProcfile, rank: rankStart},
		{names: []string{".nvmrc", ".node-version"}, parse: versionOf("Node.js"), rank: rankVersion},
		{names: []string{".python-version", "runtime.txt"}, parse: versionOf("Python"), rank: rankVersion},
		{names: []string{".ruby-version"}, parse: versionOf("Ruby"), rank: rankVersion},
		{names: []string{".tool-versions"}, parse: parseToolVersions, rank: rankVersion},
		{names: []string{"go.mod"}, parse: parseGoMod, rank: rankVersion, world: "go", locked: true},
		{names: []string{"pom.xml"}, parse: parsePom, rank: rankVersion},
		{names: []string{"build.gradle", "build.gradle.kts"}, parse: parseGradle, rank: rankVersion},
		{names: []string{"package.json"}, parse: parsePackageJSON, rank: rankVersion, world: "npm"},
		{names: []string{"requirements.txt"}, parse: parseRequirements, rank: rankPackages, world: "python"},
		{names: []string{"Pipfile.lock"}, parse: parsePipfileLock, rank: rankLock, world: "python", locked: true},
		{names: []string{"poetry.lock", "uv.lock"}, parse: parseTOMLPackages, rank: rankLock, world: "python", locked: true},
		{names: []string{"Gemfile.lock"}, parse: parseGemfileLock, rank: rankLock, world: "ruby", locked: true},
		{names: []string{"Cargo.lock"}, parse: parseTOMLPackages, rank: rankLock, world: "rust", locked: true},
		{names: []string{"package-lock.json", "npm-shrinkwrap.json"}, parse: parsePackageLock, rank: rankLock, world: "npm", locked: true},
		{names: []string{"yarn.lock"}, parse: parseYarnLock, rank: rankLock, world: "npm", locked: true},
		{names: []string{"pnpm-lock.yaml"}, parse: parsePnpmLock, rank: rankLock, world: "npm", locked: true},
	}
}

// otherDockerfile knows the names that a second Dockerfile bears.
func otherDockerfile(name string) bool {
	return strings.HasPrefix(name, "Dockerfile.") || strings.HasSuffix(name, ".Dockerfile") || strings.HasSuffix(name, ".dockerfile")
}

// kindOf finds the kind of a file that is the service's.
func (r Rules) kindOf(file string) (kind, bool) {
	if slices.Contains(r.Config, file) {
		return kind{parse: keysParser(file), rank: rankSettings}, true
	}
	name := path.Base(file)
	all := kinds()
	i := slices.IndexFunc(all, func(k kind) bool {
		return slices.Contains(k.names, name) || k.fits != nil && k.fits(name)
	})
	if i < 0 || !r.concerns(file) {
		return kind{}, false
	}
	return all[i], true
}
