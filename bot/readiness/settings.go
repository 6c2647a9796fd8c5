package readiness

import (
	"encoding/json"
	"maps"
	"path"
	"regexp"
	"slices"
	"strings"
)

// mostKeys bounds how many keys of one file are looked at.
const mostKeys = 5000

// settingFormats are the files whose keys are settings.
func settingFormats() []format {
	return []format{
		{names: []string{".env.example", ".env.sample", ".env.template", ".env.dist", "env.example"}, read: readKeys, rank: rankSettings},
	}
}

// keysReader is the reader for a file of settings that the operator named.
func keysReader(file string) func(source, *facts) error {
	switch strings.ToLower(path.Ext(file)) {
	case ".json":
		return readJSONKeys
	case ".yml", ".yaml":
		return readYAMLKeys
	}
	return readKeys
}

var (
	keyLine = regexp.MustCompile(`^(?:export\s+)?([A-Za-z_][A-Za-z0-9_.-]*)\s*[=:]`)
	table   = regexp.MustCompile(`^\[+\s*([A-Za-z0-9_."' -]+?)\s*\]+$`)
)

// readKeys reads files in which each line is a key and its value: .env,
// properties, INI and TOML. Keys below a table bear its name. The values are
// not looked at, since they may be secrets.
func readKeys(file source, f *facts) error {
	section := ""
	for line := range strings.Lines(file.text) {
		line = strings.TrimSpace(line)
		if found := table.FindStringSubmatch(line); found != nil {
			section = clip(found[1], longName) + "."
			continue
		}
		if found := keyLine.FindStringSubmatch(line); found != nil {
			f.setting(section + clip(found[1], longName))
		}
	}
	return nil
}

func (f *facts) setting(key string) {
	if len(f.settings) < mostKeys {
		f.settings[key] = true
	}
}

// readJSONKeys reads the dotted paths of the values in a JSON file.
func readJSONKeys(file source, f *facts) error {
	var root any
	if err := json.Unmarshal([]byte(file.text), &root); err != nil {
		return err
	}
	f.jsonKeys("", root, 0)
	return nil
}

func (f *facts) jsonKeys(at string, value any, depth int) {
	const deepest = 20
	object, isObject := value.(map[string]any)
	if !isObject || len(object) == 0 || depth == deepest {
		if at != "" {
			f.setting(at)
		}
		return
	}
	for _, key := range slices.Sorted(maps.Keys(object)) {
		below := clip(key, longName)
		if at != "" {
			below = at + "." + below
		}
		f.jsonKeys(below, object[key], depth+1)
	}
}

var yamlKey = regexp.MustCompile(`^( *)(["']?)([A-Za-z0-9_./-]+)["']?:(?: (.*))?$`)

// readYAMLKeys reads the dotted paths of the plain keys in a YAML file, by
// how deep they stand. Lists are not looked into.
func readYAMLKeys(file source, f *facts) error {
	type level struct {
		indent int
		name   string
	}
	var above []level
	for line := range strings.Lines(file.text) {
		found := yamlKey.FindStringSubmatch(strings.TrimRight(line, " \r\n"))
		if found == nil {
			continue
		}
		indent, name := len(found[1]), clip(found[3], longName)
		for len(above) > 0 && above[len(above)-1].indent >= indent {
			above = above[:len(above)-1]
		}
		if len(above) > 0 {
			name = above[len(above)-1].name + "." + name
		}
		if value, _, _ := strings.Cut(found[4], "#"); strings.TrimSpace(value) != "" || len(above) >= 20 {
			f.setting(name)
			continue
		}
		above = append(above, level{indent, name})
	}
	return nil
}
