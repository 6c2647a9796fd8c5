package readiness

import (
	"path"
	"regexp"
	"slices"
	"strings"
)

// otherCompose recognises further Compose files by name, such as
// docker-compose.prod.yml.
func otherCompose(file string) bool {
	name := path.Base(file)
	yaml := strings.HasSuffix(name, ".yml") || strings.HasSuffix(name, ".yaml")
	return yaml && slices.ContainsFunc([]string{"compose.", "docker-compose.", "docker-compose-"}, func(begin string) bool { return strings.HasPrefix(name, begin) })
}

// readCompose reads, of each service of a Compose file, its image, how it is
// started, its ports and volumes, and the names of its variables
// (docs.docker.com/reference/compose-file/services).
func readCompose(file source, f *facts) error {
	document, err := decodeYAML(file.text)
	if err != nil {
		return err
	}
	services := inside(document, "services")
	if services == nil {
		services = document // the format before version 2
	}
	for _, name := range sortedKeys(services) {
		service, _ := inside(services, name).(object)
		of := " of " + clip(name, longName)
		// With a build, this is the name for the image that is built.
		if i := imageOf(expander{escape: '\\'}.expand(textOf(service["image"]))); i.known() && service["build"] == nil {
			f.uses(use{image: i, place: "service " + clip(name, longName), runs: true})
		}
		f.starting("entry point"+of, wordsOf(service["entrypoint"]))
		f.starting("command"+of, wordsOf(service["command"]))
		f.starting("user"+of, textOf(service["user"]))
		for _, port := range composeList(service["ports"], "published", "target") {
			f.lists("port"+of, strings.TrimSuffix(port, "/tcp"))
		}
		for _, volume := range composeList(service["volumes"], "source", "target") {
			f.lists("volume"+of, volume)
		}
		f.environment(service["environment"])
	}
	return nil
}

// composeList reads a list whose items are texts, "from:to", or in the long form maps.
func composeList(value any, from, to string) []string {
	items, _ := value.(list)
	var texts []string
	for _, item := range items {
		text := textOf(item)
		if long, is := item.(object); is {
			text = strings.TrimPrefix(textOf(long[from])+":"+textOf(long[to]), ":")
		}
		if text != "" {
			texts = append(texts, text)
		}
	}
	return texts
}

// environment records variables from a map, from a list of "NAME=value", or from a list
// of maps as in Kubernetes. One without a value is passed through.
func (f *facts) environment(value any) {
	switch v := value.(type) {
	case object:
		for key, value := range v {
			f.handed(key, value)
		}
	case list:
		for _, item := range v {
			if one, is := item.(object); is {
				f.handed(textOf(one["name"]), one["value"])
				continue
			}
			key, text, set := strings.Cut(textOf(item), "=")
			if !set {
				f.handed(key, nil)
				continue
			}
			f.variable(key, text)
		}
	}
}

// handed records a variable with its value, or one that has only a name.
func (f *facts) handed(key string, value any) {
	if value == nil {
		f.setting(key, passed, "")
		return
	}
	f.variable(key, textOf(value))
}

// handedOn matches a variable used within a value, with its default.
var handedOn = regexp.MustCompile(`\$(?:\{([A-Za-z_]\w*)(:?[-+?])?[^}]*\}|([A-Za-z_]\w*))`)

// variable records a variable and those that its value refers to: they are passed
// through, or have a default. If the value is nothing but another variable, that one's
// name is recorded instead, since that is the name under which somebody sets it.
func (f *facts) variable(key, value string) {
	value = strings.ReplaceAll(value, "$$", "")
	for _, found := range handedOn.FindAllStringSubmatch(value, -1) {
		n := passed
		if strings.ContainsAny(found[2], "-+") {
			n = optional
		}
		f.setting(found[1]+found[3], n, "")
	}
	if handedOn.FindString(value) != value || value == "" {
		f.setting(key, given, value)
	}
}
