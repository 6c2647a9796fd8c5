package readiness

import (
	"cmp"
	"slices"
	"strings"
)

// packages are what a file says about the packages of one ecosystem.
type packages struct {
	ecosystem ecosystem
	// locked is set if the versions are those really installed. A lock file takes
	// precedence over constraints.
	locked bool
	all    []dependency
	// named is set if the file tells which packages are direct, and which are for
	// development only.
	named bool
	// properties are the values that specs in this file, and in files below it, may
	// refer to.
	properties map[string]string
}

// dependency is one version of one package from elsewhere.
type dependency struct {
	name string
	spec string // as written in the file
	// direct is set if the repository itself requires it, and dev if it does so for
	// development only.
	direct, dev bool
}

// Limits for one file, and for one package, that no real file reaches.
const (
	maxPackages = 20000
	maxVersions = 100
)

// depend records a dependency.
func (p *packages) depend(d dependency) {
	d.name, d.spec = strings.TrimSpace(d.name), strings.TrimSpace(d.spec)
	if d.name != "" && len(d.name) <= longSpec && len(p.all) < maxPackages {
		p.all = append(p.all, d)
	}
}

// packagesOf makes a format's reader from one for the packages of an ecosystem.
func packagesOf(e ecosystem, read func(source, *packages) error) func(source, *facts) error {
	return func(file source, f *facts) error {
		f.packages.ecosystem = e
		return read(file, &f.packages)
	}
}

// lockOf is packagesOf for a lock file.
func lockOf(e ecosystem, read func(source, *packages) error) func(source, *facts) error {
	return func(file source, f *facts) error {
		f.packages.ecosystem, f.packages.locked = e, true
		return read(file, &f.packages)
	}
}

// versions are the versions of one package, each once, those that are direct, and
// whether all of them are for development.
type versions struct {
	all, direct []string
	dev         bool
}

// byName groups the versions by package.
func (p *packages) byName() map[string]versions {
	all := map[string]versions{}
	for _, d := range p.all {
		v, known := all[d.name]
		if !known {
			v.dev = true
		}
		v.dev = v.dev && d.dev
		if len(v.all) < maxVersions {
			v.all = append(v.all, d.spec)
		}
		if d.direct && len(v.direct) < maxVersions {
			v.direct = append(v.direct, d.spec)
		}
		all[d.name] = v
	}
	for name, v := range all {
		v.all, v.direct = p.ecosystem.sorted(v.all), p.ecosystem.sorted(v.direct)
		all[name] = v
	}
	return all
}

// sorted returns the versions, lowest first, each once.
func (e ecosystem) sorted(list []string) []string {
	slices.SortFunc(list, func(a, b string) int { return cmp.Or(e.compare(a, b), cmp.Compare(a, b)) })
	return slices.Compact(list)
}

// packageFormats are the manifests and lock files.
func packageFormats() []format {
	named := func(names ...string) []string { return names }
	return []format{
		{names: named("go.mod"), read: packagesOf(ecosystemGo, readGoMod), rank: rankPackages},

		{names: named("package.json"), read: packagesOf(ecosystemNPM, readPackageJSON), rank: rankPackages},
		{names: named("package-lock.json", "npm-shrinkwrap.json"), read: lockOf(ecosystemNPM, readPackageLock), rank: rankLock, beside: named("package.json")},
		{names: named("yarn.lock"), read: lockOf(ecosystemNPM, readYarnLock), rank: rankLock, beside: named("package.json")},
		{names: named("pnpm-lock.yaml"), read: lockOf(ecosystemNPM, readPnpmLock), rank: rankLock},
		{names: named("bun.lock"), read: lockOf(ecosystemNPM, readBunLock), rank: rankLock},
		{names: named("deno.lock"), read: lockOf(ecosystemNPM, readDenoLock), rank: rankLock},
		{names: named("deno.json", "deno.jsonc"), read: packagesOf(ecosystemNPM, readDenoJSON), rank: rankPackages},

		{fits: requirementsFile, read: packagesOf(ecosystemPython, readRequirements), rank: rankPackages},
		{names: named("pyproject.toml"), read: packagesOf(ecosystemPython, readPyproject), rank: rankPackages},
		{names: named("Pipfile"), read: packagesOf(ecosystemPython, readPipfile), rank: rankPackages},
		{names: named("Pipfile.lock"), read: lockOf(ecosystemPython, readPipfileLock), rank: rankLock, beside: named("Pipfile")},
		{names: named("poetry.lock"), read: lockOf(ecosystemPython, readPoetryLock), rank: rankLock, beside: named("pyproject.toml")},
		{names: named("uv.lock"), read: lockOf(ecosystemPython, readUvLock), rank: rankLock},

		{names: named("Cargo.toml"), read: packagesOf(ecosystemRust, readCargoToml), rank: rankPackages},
		{names: named("Cargo.lock"), read: lockOf(ecosystemRust, readCargoLock), rank: rankLock},
		{names: named("Gemfile.lock", "gems.locked"), read: lockOf(ecosystemRuby, readGemfileLock), rank: rankLock, beside: named("Gemfile", "gems.rb")},
		{names: named("Gemfile", "gems.rb"), read: packagesOf(ecosystemRuby, readGemfile), rank: rankPackages},
		{names: named("composer.json"), read: packagesOf(ecosystemComposer, readComposerJSON), rank: rankPackages},
		{names: named("composer.lock"), read: lockOf(ecosystemComposer, readComposerLock), rank: rankLock, beside: named("composer.json")},
		{names: named("mix.exs"), read: packagesOf(ecosystemHex, readMixExs), rank: rankPackages},
		{names: named("mix.lock"), read: lockOf(ecosystemHex, readMixLock), rank: rankLock, beside: named("mix.exs")},

		{names: named("pom.xml"), read: packagesOf(ecosystemJVM, readPom), rank: rankPackages, beside: named("../pom.xml", "/pom.xml")},
		{fits: buildFile, read: packagesOf(ecosystemJVM, readGradle), rank: rankPackages, beside: named("gradle.properties", "/gradle.properties")},
		{names: named("gradle.properties"), read: packagesOf(ecosystemJVM, readGradleProperties), rank: rankVersion, beside: named("build.gradle", "build.gradle.kts")},
		{fits: versionCatalog, read: packagesOf(ecosystemJVM, readCatalog), rank: rankVersion},
		{names: named("gradle.lockfile", "buildscript-gradle.lockfile"), read: lockOf(ecosystemJVM, readGradleLock), rank: rankLock, beside: named("build.gradle", "build.gradle.kts")},

		{fits: projectFile, names: named("Directory.Packages.props", "Directory.Build.props"), read: packagesOf(ecosystemDotnet, readProject), rank: rankPackages},
		{names: named("packages.config"), read: packagesOf(ecosystemDotnet, readPackagesConfig), rank: rankPackages},
		{names: named("packages.lock.json"), read: lockOf(ecosystemDotnet, readNugetLock), rank: rankLock},
	}
}
