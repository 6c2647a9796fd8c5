package readiness

import (
	"path"
	"regexp"
	"slices"
	"strings"

	"github.com/joho/godotenv"
)

// maxTries is how many quotation marks a value may contain.
const maxTries = 20

var (
	envLine      = regexp.MustCompile(`^\s*(?:export\s+)?([A-Za-z_][A-Za-z0-9_.-]*)\s*=\s*(.?)`)
	commentedEnv = regexp.MustCompile(`^\s*#+\s?(?:export\s+)?([A-Z][A-Z0-9_]+)\s?=(?:[^=]|$)`)
)

// readEnvTemplate reads a file that lists the variables that are to be set. A name in a
// comment is an optional one.
func readEnvTemplate(file source, f *facts) error {
	readEnv(file.text, func(key, _ string, commented bool) {
		if commented {
			f.setting(key, optional, "")
			return
		}
		f.setting(key, asked, "")
	})
	return nil
}

// readEnvFile reads a file that sets variables.
func readEnvFile(file source, f *facts) error {
	readEnv(file.text, func(key, value string, commented bool) {
		if !commented {
			f.setting(key, given, value)
		}
	})
	return nil
}

// readEnv reports the variables in an .env file. Each is parsed by itself, so that a
// line that is not a variable, such as prose or an address, costs nothing else, and no
// value is substituted into another, which could make it any length. Lines within a
// value of several lines are not variables.
func readEnv(text string, tell func(key, value string, commented bool)) {
	lines := plainLines(text)
	for i := 0; i < len(lines); {
		if found := commentedEnv.FindStringSubmatch(lines[i]); found != nil {
			tell(found[1], "", true)
		}
		found := envLine.FindStringSubmatch(lines[i])
		size := 1
		if found != nil && !encoded(found[1]) {
			var value string
			size, value = envValue(found[1], found[2], lines[i:])
			tell(found[1], value, false)
		}
		i += size
	}
}

// envValue reads the variable that begins on the first line, and how many lines it
// takes: as few as the parser accepts.
func envValue(key, quote string, lines []string) (size int, value string) {
	tried := 0
	for size = 1; size <= len(lines) && tried < maxTries; size++ {
		if size > 1 && !strings.Contains(lines[size-1], quote) {
			continue // the value cannot end here
		}
		tried++
		read, err := godotenv.Unmarshal(strings.Join(lines[:size], "\n"))
		if err == nil && len(read) == 1 {
			return size, read[key]
		}
		if size == 1 && (err == nil || !strings.HasPrefix(err.Error(), "unterminated")) {
			break // more lines will not help
		}
	}
	return 1, ""
}

// pem matches a key or a certificate, which may extend over several lines, delimited
// only by these words.
var pem = regexp.MustCompile(`(?s)-----BEGIN [A-Z0-9 ]+-----.*?-----END [A-Z0-9 ]+-----`)

// plainLines returns the lines of a text without keys and certificates, no line of
// which may be taken for a variable.
func plainLines(text string) []string {
	text = pem.ReplaceAllString(strings.TrimPrefix(text, byteOrderMark), "")
	return strings.Split(strings.ReplaceAll(text, "\r\n", "\n"), "\n")
}

// encoded says whether a name looks like a piece of encoded data, which may end in =,
// rather than a name that people chose.
func encoded(name string) bool {
	const longest = 60
	var upper, lower, digit bool
	for _, r := range name {
		upper, lower, digit = upper || r >= 'A' && r <= 'Z', lower || r >= 'a' && r <= 'z', digit || r >= '0' && r <= '9'
	}
	return len(name) > longest || upper && lower && digit && len(name) > 20 && !strings.ContainsAny(name, "_.-")
}

// envTemplate recognises, by name, files that list the variables to set.
func envTemplate(file string) bool {
	words := envWords(path.Base(file))
	return slices.ContainsFunc(words, func(word string) bool {
		switch word {
		case "example", "examples", "sample", "template", "tmpl", "tpl", "dist", "default", "defaults", "skeleton", "skel":
			return true
		}
		return false
	})
}

// envFile recognises, by name, files that set variables.
func envFile(file string) bool {
	name := path.Base(file)
	return strings.HasPrefix(name, ".env") && len(envWords(name)) > 0 && !envTemplate(name)
}

// envWords splits the name of an .env file into words; nil for another file.
func envWords(name string) []string {
	words := strings.FieldsFunc(strings.ToLower(name), func(r rune) bool { return strings.ContainsRune("._-", r) })
	if !slices.Contains(words, "env") && !slices.Contains(words, "dotenv") {
		return nil
	}
	switch path.Ext(name) {
	case ".env", ".txt", "":
		return words
	}
	// A name such as env.example.ts is that of a source file.
	switch words[len(words)-1] {
	case "ts", "js", "mjs", "cjs", "go", "py", "rb", "rs", "php", "java", "kt", "cs", "ex", "exs", "sh", "bash", "ps1", "md", "rst", "html",
		"json", "json5", "yml", "yaml", "toml", "xml", "tsx", "jsx", "vue", "svelte", "lock", "tf", "tfvars", "nix", "lua", "sql", "vault", "keys", "enc", "gpg", "age", "erb", "j2":
		return nil
	}
	return words
}
