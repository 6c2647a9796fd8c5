package readiness

import (
	"path"
	"regexp"
	"strings"
)

// settingFormats are the files that list the variables to set, or set them.
func settingFormats() []format {
	return []format{
		{fits: envTemplate, read: handwritten(readEnvTemplate), rank: rankSettings},
		{fits: envFile, read: handwritten(readEnvFile), rank: rankSettings},
		{names: []string{"app.json"}, read: readHerokuApp, rank: rankSettings},
	}
}

// maxKeys limits how many keys of one file are examined.
const maxKeys = 5000

// configReader returns the reader for a file of settings that the operator named.
func configReader(file string) func(source, *facts) error {
	switch strings.ToLower(path.Ext(file)) {
	case ".json", ".jsonc", ".json5":
		return documentKeys(decodeJSON)
	case ".yml", ".yaml":
		return documentKeys(decodeYAML)
	case ".toml":
		return documentKeys(decodeTOML)
	case ".properties":
		return readProperties
	case ".ini", ".cfg", ".conf":
		return readINI
	}
	return handwritten(readEnvTemplate)
}

// documentKeys reads the full names of a document's values.
func documentKeys(decode decoder) func(source, *facts) error {
	return func(file source, f *facts) error {
		document, err := decode(file.text)
		if err != nil {
			return err
		}
		keysOf(document, func(key string) { f.setting(key, asked, "") })
		return nil
	}
}

var (
	section     = regexp.MustCompile(`^\[\s*([^\]]+?)\s*\]\s*(?:[;#].*)?$`)
	iniKey      = regexp.MustCompile(`^([A-Za-z_][A-Za-z0-9_. -]*?)\s*[=:]`)
	propertyKey = regexp.MustCompile(`^\s*((?:[^\s=:#!\\]|\\.)(?:[^\s=:\\]|\\.)*)`)
)

// readINI reads a file of sections with keys, which are named after their section. An
// indented line continues the value above it.
func readINI(file source, f *facts) error {
	within := ""
	for _, line := range plainLines(file.text) {
		line = strings.TrimRight(line, " \t\r\n")
		if found := section.FindStringSubmatch(line); found != nil {
			within = found[1]
		} else if found := iniKey.FindStringSubmatch(line); found != nil && !encoded(found[1]) {
			f.setting(join(within, found[1]), asked, "")
		}
	}
	return nil
}

// readProperties reads Java's properties. A line that ends in a backslash continues on
// the next one (docs.oracle.com, java.util.Properties.load).
func readProperties(file source, f *facts) error {
	goesOn := false
	for _, line := range plainLines(file.text) {
		begins := !goesOn
		slashes := len(line) - len(strings.TrimRight(line, `\`))
		comment := begins && strings.ContainsAny(firstLetter(line), "#!")
		goesOn = slashes%2 == 1 && !comment
		if found := propertyKey.FindStringSubmatch(line); begins && !comment && found != nil && !encoded(found[1]) {
			f.setting(clip(found[1], longName), asked, "")
		}
	}
	return nil
}

// firstLetter is the first character of a line that is not a space.
func firstLetter(line string) string {
	line = strings.TrimSpace(line)
	return line[:min(1, len(line))]
}
