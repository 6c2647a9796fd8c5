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
			line, err := envLine(v.Name, value)
			if err != nil {
				return File{}, err
			}
			text += "# " + v.From + "\n" + line
		case value != "" && value != old:
			if text, err = replaced(text, v.Name, value); err != nil {
				return File{}, err
			}
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
			names = append(names, name)
			if text, err = replaced(text, name, given[name]); err != nil {
				return "", nil, err
			}
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
		text, err = replaced(text, name, value)
	} else {
		var line string
		line, err = envLine(name, value)
		text += line
	}
	if err != nil {
		return File{}, err
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

// replaced puts another value behind a name, wherever it stands and however many lines the
// one that was there takes. All else stays as it is.
func replaced(text, name, value string) (string, error) {
	written, err := envLine(name, value)
	if err != nil {
		return "", err
	}
	lines := strings.SplitAfter(text, "\n")
	var b strings.Builder
	for i := 0; i < len(lines); {
		size, names := statement(lines[i:])
		if _, is := names[name]; is && len(names) == 1 {
			if strings.HasPrefix(strings.TrimSpace(lines[i]), "export ") {
				b.WriteString("export ")
			}
			b.WriteString(written)
		} else {
			b.WriteString(strings.Join(lines[i:i+size], ""))
		}
		i += size
	}
	text = b.String()
	if now, err := Names(text); err != nil || now[name] != value {
		text = begun(text) + written // of a name that stands there twice the last one counts
	}
	return text, nil
}

// statement is how many lines the first one of a .env takes, since a value in quotes may go
// on, and which names it has.
func statement(lines []string) (size int, names map[string]string) {
	for size = 1; size <= len(lines); size++ {
		if names, err := Names(strings.Join(lines[:size], "")); err == nil {
			return size, names
		}
	}
	return 1, nil // it does not end: no line of it is believed
}

// envLine is a name with its value as .env files have it, for shells, docker and slipway
// alike: bare where nothing in it means anything to any of them, and in quotes that each of
// them takes off again where there are such. That slipway reads back what is written is
// not reasoned, but tried.
func envLine(name, value string) (string, error) {
	doubled := strings.NewReplacer(`\`, `\\`, `"`, `\"`, "$", `\$`, "`", "\\`", "\n", `\n`, "\r", `\r`).Replace(value)
	all := []string{"'" + value + "'", `"` + doubled + `"`, value}
	if isBare(value) {
		all = []string{value}
	}
	for _, written := range all { // the last one, bare though it is not, means something else to a shell
		line := name + "=" + written + "\n"
		if read, err := Names(line + "ANOTHER=1\n"); err == nil && read[name] == value && len(read) == 2 && read["ANOTHER"] == "1" {
			return line, nil
		}
	}
	return "", &unkeptError{name}
}

// isBare says that nothing in a value means anything to whoever reads .env files.
func isBare(value string) bool {
	return strings.IndexFunc(value, func(r rune) bool {
		return (r < 'a' || r > 'z') && (r < 'A' || r > 'Z') && (r < '0' || r > '9') && !strings.ContainsRune("-_./:@+,=%", r)
	}) < 0
}

// unkeptError is that .env has no way to write a value. It does not repeat the value.
type unkeptError struct{ name string }

// Error says what helps.
func (e *unkeptError) Error() string {
	return "the value of " + e.name + " cannot be written into a .env: it has quotes, backslashes or odd characters that no line of it can hold; give it to slipway in its environment"
}

// errEnv does not repeat what the parser says, which quotes secrets.
var errEnv = errors.New("the .env that is there cannot be read: it has lines NAME=VALUE, and comments that begin with #")

// Names are the names to which a .env gives values.
func Names(text string) (map[string]string, error) {
	had, err := godotenv.Unmarshal(unmarked(text))
	if _, nameless := had[""]; err != nil || nameless {
		return nil, errEnv
	}
	return had, nil
}
