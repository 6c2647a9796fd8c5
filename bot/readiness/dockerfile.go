package readiness

import (
	"encoding/json"
	"path"
	"regexp"
	"slices"
	"strings"
)

// imageFormats are the files that say what image is built and what is started
// in it.
func imageFormats() []format {
	return []format{
		{names: []string{"Dockerfile", "Containerfile"}, fits: otherDockerfile, read: readDockerfile, rank: rankStart},
		{names: []string{"Procfile"}, read: readProcfile, rank: rankStart},
	}
}

// otherDockerfile knows the names that a second Dockerfile bears.
func otherDockerfile(file string) bool {
	name := path.Base(file)
	return strings.HasPrefix(name, "Dockerfile.") || strings.HasSuffix(name, ".Dockerfile") || strings.HasSuffix(name, ".dockerfile")
}

// readDockerfile reads the base images of all stages, and of the last stage,
// which is the one that runs, its command and ports.
// Source: docs.docker.com/reference/dockerfile.
func readDockerfile(file source, f *facts) error {
	d := dockerfile{facts: f, args: map[string]string{}, stages: map[string]*stage{}, last: &stage{}}
	for _, line := range instructions(file.text) {
		word, rest, _ := strings.Cut(line, " ")
		d.instruction(strings.ToUpper(word), strings.TrimSpace(rest))
	}
	f.starting("entry point", d.last.entry)
	f.starting("start command", d.last.cmd)
	for _, port := range d.last.ports {
		f.ports[port] = true
	}
	return nil
}

type dockerfile struct {
	facts  *facts
	args   map[string]string // those before the first FROM, which FROM may use
	begun  bool
	stages map[string]*stage
	last   *stage
}

// stage is what a stage leaves to the image, and to a stage that builds on it.
type stage struct {
	entry, cmd string
	ports      []string
}

func (d *dockerfile) instruction(word, rest string) {
	switch word {
	case "ARG":
		if name, value, given := strings.Cut(rest, "="); given && !d.begun && len(rest) <= longImage {
			d.args[strings.TrimSpace(name)] = strings.Trim(strings.TrimSpace(value), `"'`)
		}
	case "FROM":
		d.from(rest)
	case "CMD":
		d.last.cmd = command(rest)
	case "ENTRYPOINT":
		d.last.entry = command(rest)
	case "EXPOSE":
		d.last.expose(rest)
	}
}

// expose notes ports, no more than anybody listens on.
func (s *stage) expose(ports string) {
	const most = 50
	for port := range strings.FieldsSeq(ports) {
		if len(s.ports) == most {
			return
		}
		s.ports = append(s.ports, strings.TrimSuffix(port, "/tcp"))
	}
}

func (d *dockerfile) from(rest string) {
	d.begun = true
	words := strings.Fields(rest)
	for len(words) > 0 && strings.HasPrefix(words[0], "--") {
		words = words[1:] // --platform
	}
	if len(words) == 0 {
		return
	}
	image := d.expand(words[0])
	next := &stage{}
	if on, known := d.stages[strings.ToLower(image)]; known {
		next.entry, next.cmd, next.ports = on.entry, on.cmd, slices.Clone(on.ports)
	} else if image != "scratch" {
		d.facts.basedOn(image)
	}
	d.last = next
	if len(words) == 3 && strings.EqualFold(words[1], "as") {
		d.stages[strings.ToLower(words[2])] = next
	}
}

var dockerVariable = regexp.MustCompile(`\$(?:([A-Za-z_]\w*)|\{([A-Za-z_]\w*)(?::-([^}]*))?\})`)

// longImage bounds the name of an image and the value of an argument, so that
// no file can make a text of any length by naming one over and over.
const longImage = 500

// expand puts the defaults of arguments in their place. What has none stays as
// it stands.
func (d *dockerfile) expand(text string) string {
	if len(text) > longImage {
		return text
	}
	return dockerVariable.ReplaceAllStringFunc(text, func(found string) string {
		part := dockerVariable.FindStringSubmatch(found)
		if value := d.args[part[1]+part[2]]; value != "" {
			return value
		}
		if part[3] != "" {
			return part[3]
		}
		return found
	})
}

// command reads both forms of a command: a JSON list, or the words for a shell.
func command(rest string) string {
	var words []string
	if json.Unmarshal([]byte(rest), &words) == nil {
		return strings.Join(words, " ")
	}
	return rest
}

var hereDocument = regexp.MustCompile(`<<-?["']?([A-Za-z_]\w*)["']?`)

// instructions are the logical lines of a Dockerfile, without comments and the
// bodies of here-documents.
func instructions(text string) []string {
	var (
		lines   []string
		pending strings.Builder
		until   string
	)
	for raw := range strings.Lines(text) {
		line := strings.TrimSpace(raw)
		switch {
		case until != "":
			if line == until {
				until = ""
			}
			continue
		case line == "" || strings.HasPrefix(line, "#"):
			continue
		}
		if begun, goesOn := strings.CutSuffix(line, `\`); goesOn {
			pending.WriteString(begun + " ")
			continue
		}
		whole := pending.String() + line
		pending.Reset()
		lines = append(lines, strings.ReplaceAll(whole, "\t", " "))
		if doc := hereDocument.FindStringSubmatch(whole); doc != nil {
			until = doc[1]
		}
	}
	if left := strings.TrimSpace(pending.String()); left != "" {
		lines = append(lines, left)
	}
	return lines
}

// basedOn notes a base image. That of a language tells the language's version,
// and what is left of its tag is the system beneath.
func (f *facts) basedOn(image string) {
	name, digest, _ := strings.Cut(image, "@")
	tag := ""
	if colon := strings.LastIndexByte(name, ':'); colon > strings.LastIndexByte(name, '/') {
		name, tag = name[:colon], name[colon+1:]
	}
	if language := languageOf(name); language != "" {
		version, system, _ := strings.Cut(tag, "-")
		if len(numbers(version)) > 0 {
			f.runs(language, version)
			tag = system
		}
	}
	if _, hex, pinned := strings.Cut(digest, ":"); pinned {
		tag = strings.TrimSpace(tag + " " + hex[:min(len(hex), 12)])
	}
	f.images[name] = tag
}

// languageOf knows the images that are a language's own.
func languageOf(image string) string {
	name := image[strings.LastIndexByte(image, '/')+1:]
	return map[string]string{
		"golang": "Go", "node": "Node.js", "python": "Python", "ruby": "Ruby", "php": "PHP", "rust": "Rust",
		"eclipse-temurin": "Java", "openjdk": "Java", "amazoncorretto": "Java", "elixir": "Elixir", "bun": "Bun", "deno": "Deno",
	}[name]
}
