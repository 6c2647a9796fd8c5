package readiness

import (
	"path"
	"regexp"
	"strings"
)

// startFormats are the files that say what is started.
func startFormats() []format {
	return []format{
		{names: []string{"Procfile"}, read: handwritten(readProcfile), rank: rankStart},
		{names: []string{"fly.toml"}, fits: otherFly, read: readFly, rank: rankStart},
	}
}

// otherFly recognises the files of further apps, such as fly.production.toml.
func otherFly(file string) bool {
	name := path.Base(file)
	return strings.HasPrefix(name, "fly.") && strings.HasSuffix(name, ".toml")
}

// readProcfile reads the command of each process
// (devcenter.heroku.com/articles/procfile).
func readProcfile(file source, f *facts) error {
	for line := range strings.Lines(strings.TrimPrefix(file.text, byteOrderMark)) {
		name, command, told := strings.Cut(line, ":")
		if name = strings.TrimSpace(name); !told || name == "" || strings.HasPrefix(name, "#") {
			continue
		}
		f.starting("start command of "+clip(name, longName), command)
	}
	return nil
}

// packageManager is a name, a version and perhaps a checksum.
var packageManager = regexp.MustCompile(`^(npm|yarn|pnpm|bun|deno)@([^+]+)`)

// packageRuntime reads from a package.json the versions that it requires, and the
// scripts that start or install it (docs.npmjs.com/cli/configuring-npm/package-json,
// nodejs.org/api/corepack.html).
func packageRuntime(file source, f *facts) error {
	document, err := decodeJSON(file.text)
	if err != nil {
		return err
	}
	for _, engine := range []struct{ key, name string }{
		{"node", "Node.js"}, {"bun", "Bun"}, {"deno", "Deno"}, {"npm", "npm"}, {"pnpm", "pnpm"}, {"yarn", "yarn"},
	} {
		f.runs(engine.name, textOf(inside(document, "engines", engine.key)))
		f.runs(engine.name, textOf(inside(document, "volta", engine.key)))
		if found := packageManager.FindStringSubmatch(textOf(inside(document, "packageManager"))); found != nil && found[1] == engine.key {
			f.runs(engine.name, found[2])
		}
	}
	for _, script := range []string{
		"start", "prestart", "poststart", "start:prod", "start:production", "preinstall", "install", "postinstall", "heroku-prebuild", "heroku-postbuild",
	} {
		title := "npm script " + script
		if script == "start" {
			title = "npm start"
		}
		f.starting(title, textOf(inside(document, "scripts", script)))
	}
	return nil
}

// readFly reads the configuration of fly.io (fly.io/docs/reference/configuration).
func readFly(file source, f *facts) error {
	document, err := decodeTOML(file.text)
	if err != nil {
		return err
	}
	if i := imageOf(textOf(inside(document, "build", "image"))); i.known() {
		f.uses(use{image: i, runs: true})
	}
	for key, value := range asObject(inside(document, "env")) {
		f.setting(key, given, textOf(value))
	}
	for name, command := range asObject(inside(document, "processes")) {
		f.starting("start command of "+clip(name, longName), textOf(command))
	}
	f.starting("release command", textOf(inside(document, "deploy", "release_command")))
	f.lists("port", textOf(inside(document, "http_service", "internal_port")))
	services, _ := inside(document, "services").(list)
	for _, service := range services {
		f.lists("port", textOf(inside(service, "internal_port")))
	}
	mounts, several := inside(document, "mounts").(list)
	if !several {
		mounts = list{inside(document, "mounts")}
	}
	for _, mount := range mounts {
		f.lists("volume", textOf(inside(mount, "destination")))
	}
	return nil
}

// readHerokuApp reads the variables that an app.json asks for or sets, and what runs
// after a deploy (devcenter.heroku.com/articles/app-json-schema).
func readHerokuApp(file source, f *facts) error {
	document, err := decodeJSON(file.text)
	if err != nil {
		return err
	}
	for key, value := range asObject(inside(document, "env")) {
		switch about := value.(type) {
		case string:
			f.setting(key, given, about)
		case object:
			f.described(key, about)
		default:
			f.setting(key, asked, "")
		}
	}
	f.starting("script postdeploy", textOf(inside(document, "scripts", "postdeploy")))
	return nil
}

// described records a variable of an app.json, by its description.
func (f *facts) described(key string, about object) {
	value, set := about["value"]
	_, made := about["generator"]
	required, said := about["required"].(bool)
	switch {
	case set || made:
		f.setting(key, given, textOf(value))
	case said && !required:
		f.setting(key, optional, "")
	default:
		f.setting(key, asked, "")
	}
}
