package starter

import (
	"errors"
	"maps"
	"slices"
	"strings"

	"github.com/joho/godotenv"
)

// Env is .env with the values that are known. What a .env that is there already says
// stays, unless a new value was given; lines that are not slipway's stay too.
func Env(a Answers, before string, given map[string]string) (File, error) {
	had, err := Names(before)
	if err != nil {
		return File{}, err
	}
	text := begun(before)
	for _, v := range Variables(a) {
		old, known := had[v.Name]
		switch value := given[v.Name]; {
		case !known:
			text += "# " + v.From + "\n" + v.Name + "=" + envValue(value) + "\n"
		case value != "" && value != old:
			text = replaced(text, v.Name, value)
		}
	}
	return File{Path: ".env", Text: text, Private: true}, nil
}

// Filled is .env with the values that were given for names that stand there without one,
// and says which these are: what is empty was left for later, and is nobody's word.
func Filled(before string, given map[string]string) (text string, names []string, err error) {
	had, err := Names(before)
	if err != nil {
		return "", nil, err
	}
	text = before
	for _, name := range slices.Sorted(maps.Keys(given)) {
		if value, known := had[name]; known && value == "" && given[name] != "" {
			text, names = replaced(text, name, given[name]), append(names, name)
		}
	}
	return text, names, nil
}

// With is .env with one more value, which stands instead of another one of its name.
func With(before, name, value string) (File, error) {
	had, err := Names(before)
	if err != nil {
		return File{}, err
	}
	text := begun(before)
	if _, known := had[name]; known {
		text = replaced(text, name, value)
	} else {
		text += name + "=" + envValue(value) + "\n"
	}
	return File{Path: ".env", Text: text, Private: true}, nil
}

// unmarked is a text without the mark that editors on Windows begin it with.
func unmarked(text string) string { return strings.TrimPrefix(text, "\uFEFF") }

// begun is the text behind which lines can be written.
func begun(before string) string {
	before = unmarked(before)
	switch {
	case before == "":
		return "# The secrets of slipway.yaml. For its owner alone: never commit it.\n"
	case !strings.HasSuffix(before, "\n"):
		return before + "\n"
	}
	return before
}

// replaced puts another value behind a name.
func replaced(text, name, value string) string {
	lines := strings.SplitAfter(text, "\n")
	for i, line := range lines {
		key, _, found := strings.Cut(strings.TrimPrefix(strings.TrimSpace(line), "export "), "=")
		if found && strings.TrimSpace(key) == name {
			lines[i] = name + "=" + envValue(value) + "\n"
		}
	}
	return strings.Join(lines, "")
}

// envValue is a value as .env files have it, for shells, docker and slipway alike:
// bare where nothing in it means anything to any of them.
func envValue(value string) string {
	plain := func(r rune) bool {
		return r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || strings.ContainsRune("-_./:@+,=%", r)
	}
	if strings.IndexFunc(value, func(r rune) bool { return !plain(r) }) < 0 {
		return value
	}
	if !strings.Contains(value, "'") {
		return "'" + value + "'"
	}
	return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`, "$", `\$`, "`", "\\`").Replace(value) + `"`
}

// errEnv does not repeat what the parser says, which quotes secrets.
var errEnv = errors.New("the .env that is there cannot be read: it has lines NAME=VALUE, and comments that begin with #")

// Names are the names to which a .env gives values.
func Names(text string) (map[string]string, error) {
	had, err := godotenv.Unmarshal(unmarked(text))
	if err != nil {
		return nil, errEnv
	}
	return had, nil
}
