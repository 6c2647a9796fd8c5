package catalog

import (
	"strconv"

	"github.com/slipwayhq/slipway/bot"
)

// Source is a kind of health source, as its folder under integrations describes it: what
// a probe of it may say in slipway.yaml, and what its answers are. The check and the
// schema follow it as they follow the other shapes, and nothing here knows what any
// source asks.
type Source struct {
	Name string
	// Marks are the keys that make a probe one of this source; it has one of them.
	Marks []string
	// Keys are what a probe of it may say, the marks among them, beside what every
	// probe may.
	Keys []Key
	// Once, where it has keys, are what may be said for all of its probes together at
	// the top of the file, under the source's name.
	Once []Key
	// Kind says what the answers to a probe are.
	Kind func(probe Said) bot.SampleKind
	// Agrees says what of a probe does not fit together, or not with what is said once.
	Agrees func(probe, once Said) []Misfit
	// Acts says that asking starts something, so that nothing is asked only to look.
	Acts bool
	// OnceAgrees says what of what is said once does not fit together; nil: nothing can.
	OnceAgrees func(once Said) []Misfit
}

// Misfit is what does not fit together, and at which key. An empty key is the probe.
type Misfit struct{ Key, Says string }

// Key is one key of a source's mapping.
type Key struct {
	Name  string
	Shape Shape
	// Watch says that it is for a watch over a release, and not for a single look.
	Watch bool
}

// Shape says what may stand at one place.
type Shape struct{ shape shape }

// Address is the URL of a page.
func Address(about string) Shape { return Shape{textOf(linkRule(), about)} }

// Base is the URL of an API, to which paths are appended.
func Base(about string) Shape { return Shape{textOf(apiURLRule(), about)} }

// Text is any text that fits a pattern, which words describe.
func Text(about, words, pattern string) Shape {
	return Shape{textOf(rule{words: words, pattern: pattern}, about)}
}

// Word is a single value of any kind, as it is written.
func Word(about string) Shape {
	return Shape{textOf(rule{words: "text, a number, true or false", pattern: `^[^\r\n]{1,500}$`}, about).asLoose()}
}

// Path is a dotted path into a JSON answer.
func Path(about string) Shape { return Shape{textOf(versionRule(), about)} }

// File is the path of a file.
func File(about string) Shape { return Shape{textOf(fileRule(), about)} }

// WorkflowFile is the name of a workflow's file.
func WorkflowFile(about string) Shape { return Shape{textOf(workflowRule(), about)} }

// Whole is a whole number.
func Whole(low, high int64, about string) Shape { return Shape{numberOf(low, high, about)} }

// Decimal is a number.
func Decimal(about string) Shape { return Shape{boundShape(about)} }

// Hidden is a secret: it is never quoted, and never part of a plan. It may stand in a file.
func Hidden(about string) Shape { return Shape{secretOf(secretRule(), about).orFully(inFile())} }

func inFile() shape {
	return object("A file that holds it, which is read anew each time.", required("file", textOf(fileRule(), "The path of the file.")))
}

// Lines is a list of texts that fit a pattern, which words describe. also may find what a
// pattern cannot say.
func Lines(about, words, pattern string, also func(string) string) Shape {
	return Shape{listOf(textOf(rule{words: words, pattern: pattern, also: also}, about), 20, about).filled()}
}

// Headers are HTTP headers, whose values are secrets.
func Headers(about string) Shape {
	value := secretOf(rule{words: "one line of text", pattern: `^[^\r\n]+$`}, "The value of the header.").asLoose().orFully(inFile())
	return Shape{tableOf(value, headerRule(), 20, about).filled()}
}

func headerRule() rule {
	return rule{words: "the name of an HTTP header, such as X-Scope-OrgID", pattern: `^[A-Za-z0-9][A-Za-z0-9-]{0,99}$`}
}

// Mapping holds further keys. The first one must be there.
func Mapping(about string, keys ...Key) Shape {
	made := object(about, keysOf(keys)...)
	made.keys[0].required = true
	return Shape{made}
}

// Or gives the shape with a default.
func (s Shape) Or(fallback string) Shape { return Shape{s.shape.or(fallback)} }

func keysOf(keys []Key) []key {
	made := make([]key, 0, len(keys))
	for _, k := range keys {
		made = append(made, optional(k.Name, k.Shape.shape))
	}
	return made
}

// Said is what a probe, or the block of a source, says in the file. It is read without
// care: what is wrong was told, and then there is nothing.
type Said struct{ n *node }

func (s Said) at(path []string) *node {
	n := s.n
	for _, name := range path {
		n = n.get(name)
	}
	return n
}

// Given says whether the file has something there.
func (s Said) Given(path ...string) bool { return s.at(path).given() }

// Text gives a text, or any other single value as it would be written.
func (s Said) Text(path ...string) string { return s.at(path).str() }

// Decimal gives a number; nil: there is none.
func (s Said) Decimal(path ...string) *float64 {
	value, err := strconv.ParseFloat(s.Text(path...), 64)
	if err != nil {
		return nil
	}
	return &value
}
