package readiness

import (
	"path"
	"strings"
)

// chart collects what the values of a Helm chart say.
type chart struct {
	facts *facts
	left  int
}

// otherValues recognises further values files: values-production.yaml or
// values.production.yaml.
func otherValues(file string) bool {
	name := path.Base(file)
	yaml := strings.HasSuffix(name, ".yml") || strings.HasSuffix(name, ".yaml")
	return yaml && (strings.HasPrefix(name, "values-") || strings.HasPrefix(name, "values."))
}

// readHelmValues finds images, commands, ports and variables, at any depth, by the
// names that charts commonly use for them.
func readHelmValues(file source, f *facts) error {
	document, err := decodeYAML(file.text)
	if err != nil {
		return err
	}
	c := chart{facts: f, left: maxValues}
	c.walk("", document, 0)
	return nil
}

func (c *chart) walk(at string, value any, depth int) {
	within, _ := value.(object)
	if c.left -= len(within); c.left < 0 || depth > deepestKeys {
		return
	}
	c.image(at, within)
	for _, key := range sortedKeys(within) {
		c.value(at, key, within[key], depth)
	}
}

func (c *chart) value(at, key string, value any, depth int) {
	of := ""
	if at != "" {
		of = " of " + at
	}
	switch key {
	case "image":
		if text := textOf(value); text != "" && imageOf(text).known() {
			c.facts.uses(use{image: imageOf(text), place: at, runs: true})
		}
	case "command", "args":
		c.facts.starting(key+of, wordsOf(value))
	case "port", "targetPort", "containerPort", "servicePort", "nodePort":
		c.facts.lists("port"+of, textOf(value))
	case "env", "extraEnv", "extraEnvVars", "environment", "envVars":
		c.facts.environment(value)
		return
	}
	c.walk(join(at, key), value, depth+1)
}

// image records an image that is written in parts.
func (c *chart) image(at string, parts object) {
	name, tag := textOf(parts["repository"]), textOf(parts["tag"])
	if name == "" || strings.ContainsAny(name, " {") || strings.Contains(name, "://") {
		return
	}
	if registry := textOf(parts["registry"]); registry != "" {
		name = registry + "/" + name
	}
	i := imageOf(name)
	i.tag, i.digest = tag, textOf(parts["digest"])
	c.facts.uses(use{image: i, place: strings.TrimSuffix(at, ".image"), runs: true})
}
