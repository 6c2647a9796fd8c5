package readiness

import (
	"cmp"
	"slices"
	"strings"
)

// packages are what a file says of the packages of one world.
type packages struct {
	world world
	// locked says that the versions are those that are really installed. A lock
	// is believed before a wish.
	locked bool
	all    []dependency
	// named says that the file tells which packages are asked for by the
	// repository itself, and which of them for development only.
	named bool
	// properties are the values that specs of this file, and of files below it,
	// may refer to.
	properties map[string]string
}

// dependency is one version of one package from elsewhere.
type dependency struct {
	name string
	spec string // as the file has it
	// direct says that the repository asks for it itself, and dev that it does
	// so for development only.
	direct, dev bool
}

// What is looked at in one file, and of one package. Nobody installs more.
const (
	maxPackages = 20000
	maxVersions = 100
)

// depend notes a dependency.
func (p *packages) depend(d dependency) {
	d.name, d.spec = strings.TrimSpace(d.name), strings.TrimSpace(d.spec)
	if d.name != "" && len(d.name) <= longSpec && len(p.all) < maxPackages {
		p.all = append(p.all, d)
	}
}

// packagesOf makes a reader of one that knows the packages of a world.
func packagesOf(w world, read func(source, *packages) error) func(source, *facts) error {
	return func(file source, f *facts) error {
		f.packages.world = w
		return read(file, &f.packages)
	}
}

// lockOf is packagesOf for a lock file.
func lockOf(w world, read func(source, *packages) error) func(source, *facts) error {
	return func(file source, f *facts) error {
		f.packages.world, f.packages.locked = w, true
		return read(file, &f.packages)
	}
}

// versions are the versions of one package, each once, with whether any of the
// entries for it is direct and all of them are for development.
type versions struct {
	all, direct []string
	dev         bool
}

// byName gathers the versions of each package.
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
		v.all, v.direct = p.world.sorted(v.all), p.world.sorted(v.direct)
		all[name] = v
	}
	return all
}

// sorted orders versions, lowest first, each once.
func (w world) sorted(list []string) []string {
	slices.SortFunc(list, func(a, b string) int { return cmp.Or(w.compare(a, b), cmp.Compare(a, b)) })
	return slices.Compact(list)
}

// packageFormats are the manifests and lock files.
func packageFormats() []format {
	named := func(names ...string) []string { return names }
	return []format{
		{names: named("go.mod"), read: packagesOf(worldGo, readGoMod), rank: rankPackages},

		{names: named("package.json"), read: packagesOf(worldNPM, readPackageJSON), rank: rankPackages},
		{names: named("package-lock.json", "npm-shrinkwrap.json"), read: lockOf(worldNPM, readPackageLock), rank: rankLock, beside: named("package.json")},
		{names: named("yarn.lock"), read: lockOf(worldNPM, readYarnLock), rank: rankLock, beside: named("package.json")},
		{names: named("pnpm-lock.yaml"), read: lockOf(worldNPM, readPnpmLock), rank: rankLock},
		{names: named("bun.lock"), read: lockOf(worldNPM, readBunLock), rank: rankLock},
		{names: named("deno.lock"), read: lockOf(worldNPM, readDenoLock), rank: rankLock},
		{names: named("deno.json", "deno.jsonc"), read: packagesOf(worldNPM, readDenoJSON), rank: rankPackages},

		{fits: requirementsFile, read: packagesOf(worldPython, readRequirements), rank: rankPackages},
		{names: named("pyproject.toml"), read: packagesOf(worldPython, readPyproject), rank: rankPackages},
		{names: named("Pipfile"), read: packagesOf(worldPython, readPipfile), rank: rankPackages},
		{names: named("Pipfile.lock"), read: lockOf(worldPython, readPipfileLock), rank: rankLock, beside: named("Pipfile")},
		{names: named("poetry.lock"), read: lockOf(worldPython, readPoetryLock), rank: rankLock, beside: named("pyproject.toml")},
		{names: named("uv.lock"), read: lockOf(worldPython, readUvLock), rank: rankLock},

		{names: named("Cargo.toml"), read: packagesOf(worldRust, readCargoToml), rank: rankPackages},
		{names: named("Cargo.lock"), read: lockOf(worldRust, readCargoLock), rank: rankLock},
		{names: named("Gemfile.lock", "gems.locked"), read: lockOf(worldRuby, readGemfileLock), rank: rankLock, beside: named("Gemfile", "gems.rb")},
		{names: named("Gemfile", "gems.rb"), read: packagesOf(worldRuby, readGemfile), rank: rankPackages},
		{names: named("composer.json"), read: packagesOf(worldComposer, readComposerJSON), rank: rankPackages},
		{names: named("composer.lock"), read: lockOf(worldComposer, readComposerLock), rank: rankLock, beside: named("composer.json")},
		{names: named("mix.exs"), read: packagesOf(worldHex, readMixExs), rank: rankPackages},
		{names: named("mix.lock"), read: lockOf(worldHex, readMixLock), rank: rankLock, beside: named("mix.exs")},

		{names: named("pom.xml"), read: packagesOf(worldJVM, readPom), rank: rankPackages, beside: named("../pom.xml", "/pom.xml")},
		{fits: buildFile, read: packagesOf(worldJVM, readGradle), rank: rankPackages, beside: named("gradle.properties", "/gradle.properties")},
		{names: named("gradle.properties"), read: packagesOf(worldJVM, readGradleProperties), rank: rankVersion, beside: named("build.gradle", "build.gradle.kts")},
		{fits: versionCatalog, read: packagesOf(worldJVM, readCatalog), rank: rankVersion},
		{names: named("gradle.lockfile", "buildscript-gradle.lockfile"), read: lockOf(worldJVM, readGradleLock), rank: rankLock, beside: named("build.gradle", "build.gradle.kts")},

		{fits: projectFile, names: named("Directory.Packages.props", "Directory.Build.props"), read: packagesOf(worldDotnet, readProject), rank: rankPackages},
		{names: named("packages.config"), read: packagesOf(worldDotnet, readPackagesConfig), rank: rankPackages},
		{names: named("packages.lock.json"), read: lockOf(worldDotnet, readNugetLock), rank: rankLock},
	}
}
