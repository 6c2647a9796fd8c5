package catalog

import (
	"fmt"
	"strconv"
	"strings"
	"time"
)

const referenceHead = `# Configuration

Everything that slipway.yaml may say. This page is generated from what slipway checks the file by; ` + "`slipway config schema`" + ` prints the same as a JSON Schema, with which editors complete it, and ` + "`slipway config validate -c slipway.yaml`" + ` names every fault at its line. [install.md](install.md) says how to begin, [rules.md](rules.md) what the rules mean.

- Secrets do not belong into it: ` + "`${NAME}`" + ` is taken from the environment, or else from a file ` + "`.env`" + ` beside slipway.yaml. A name that is set nowhere is an error.
- A key that nobody knows is an error, and so is a setting that this version of slipway does not have yet.
- Durations are written as 30s, 10m, 2h or 7d.
- People, channels and the workspace are named by their ids, which Slack shows in a profile (Copy member ID), at the end of a channel's details, and in its own address.
`

// Reference writes the page of the configuration.
func Reference(sources []Source) string {
	var b strings.Builder
	b.WriteString(referenceHead)
	whole := fileShape(Vocabulary{Sources: sources})
	r := &referenceWriter{b: &b, seen: map[string]bool{}}
	r.section("The file", "", &whole)
	for len(r.later) > 0 {
		next := r.later[0]
		r.later = r.later[1:]
		r.section(next.title, next.place, next.shape)
	}
	return b.String()
}

// referenceWriter writes a table for each object, and remembers the objects inside it.
type referenceWriter struct {
	b     *strings.Builder
	later []referenceSection
	seen  map[string]bool
}

type referenceSection struct {
	title, place string
	shape        *shape
}

func (r *referenceWriter) section(title, place string, s *shape) {
	fmt.Fprintf(r.b, "\n## %s\n\n%s\n\n| Setting | Value | If left out | What it is |\n|---|---|---|---|\n", title, s.about)
	for i := range s.keys {
		k := &s.keys[i]
		at := under(place, k.name)
		if k.shape.place != "" {
			at = k.shape.place
		}
		left := ""
		switch {
		case k.required:
			left = "an error"
		case k.shape.fallback != "":
			left = k.shape.fallback
		}
		fmt.Fprintf(r.b, "| `%s` | %s | %s | %s |\n", k.name, escaped(r.value(at, k.name, &k.shape)), escaped(left), escaped(k.shape.about))
	}
}

func escaped(text string) string { return strings.ReplaceAll(text, "|", `\|`) }

// inside remembers an object for a table of its own, and returns a link to that.
func (r *referenceWriter) inside(at, name string, s *shape) string {
	title := at
	switch {
	case s.place == "settings" || strings.HasSuffix(at, "environments.*"):
		if strings.HasSuffix(at, "environments.*") {
			title = "An environment"
		} else {
			title = "Settings for many environments"
		}
	case at == "services.*":
		title = "A service"
	}
	title = strings.ReplaceAll(strings.ReplaceAll(title, "*", "NAME"), "settings.", "settings: ")
	if key := title; !r.seen[key] {
		r.seen[key] = true
		place := at
		if s.place != "" {
			place = s.place
		}
		r.later = append(r.later, referenceSection{title, place, s})
	}
	_ = name
	anchor := strings.NewReplacer(" ", "-", ".", "", ":", "", "[]", "").Replace(strings.ToLower(title))
	return fmt.Sprintf("[%s](#%s)", title, anchor)
}

// value describes the value at a place.
func (r *referenceWriter) value(at, name string, s *shape) string {
	words := r.plain(at, name, s)
	if s.full != nil {
		words += ", or " + r.inside(at, name, s.full)
	}
	if s.many != nil {
		words += ", or a list of " + r.value(at+"[]", name, s.many.element)
	}
	return words
}

func (r *referenceWriter) plain(at, name string, s *shape) string {
	switch s.kind {
	case objectShape:
		return r.inside(at, name, s)
	case tableShape:
		return "names, each with " + r.value(under(at, "*"), name, s.element)
	case listShape:
		return "a list of " + r.value(at+"[]", name, s.element)
	case numberShape:
		return strconv.FormatInt(s.low, 10) + " to " + strconv.FormatInt(s.high, 10)
	case boolShape:
		return "true or false"
	case durationShape:
		return "a duration, " + written(time.Duration(s.low)) + " to " + written(time.Duration(s.high))
	case textShape, anyShape:
	}
	if words := s.words; len(words) > 0 {
		return strings.Join(words, ", ")
	}
	if s.hidden {
		return "a secret"
	}
	return s.rule.words
}
