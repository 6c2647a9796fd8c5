package catalog

import (
	"strconv"

	"github.com/slipwayhq/slipway/bot"
)

// Source describes a kind of health source, as its folder under integrations defines
// it: what its probes may say in slipway.yaml, and what their answers are. The check
// and the schema treat it like any other shape, and nothing here knows what a source
// asks.
type Source struct {
	Name string
	// Marks are the keys that assign a probe to this source; its probes have one of
	// them.
	Marks []string
	// Keys are those that its probes may have, marks included, beside the keys of every
	// probe.
	Keys []Key
	// Once are the keys of the block, named after the source, at the top of the file,
	// which holds for all of its probes.
	Once []Key
	// Kind is what the answers to a probe are.
	Kind func(probe Said) bot.SampleKind
	// Agrees reports what does not fit together in a probe, or between a probe and the
	// source's block.
	Agrees func(probe, once Said) []Misfit
	// Acts is set if asking starts something; such a source is not asked just to look.
	Acts bool
	// OnceAgrees reports what does not fit together in the source's block; may be nil.
	OnceAgrees func(once Said) []Misfit
}

// Misfit is something that does not fit together, and the key where it is reported; an
// empty key is the whole.
type Misfit struct{ Key, Says string }

// Key is one key of a source's mapping.
type Key struct {
	Name  string
	Shape Shape
	// Watch is set if the key makes sense only when a release is watched, not for a
	// single look.
	Watch bool
}

// Shape describes the value of a key.
type Shape struct{ shape shape }

// Address is the URL of a page.
func Address(about string) Shape { return Shape{textOf(linkRule(), about)} }

// Base is the URL of an API, to which paths are appended.
func Base(about string) Shape { return Shape{textOf(apiURLRule(), about)} }

// Text is any text that matches a pattern, which words describe.
func Text(about, words, pattern string) Shape {
	return Shape{textOf(rule{words: words, pattern: pattern}, about)}
}

// Word is a single value of any kind, taken as written.
func Word(about string) Shape {
	return Shape{textOf(rule{words: "text, a number, true or false", pattern: `^[^\r\n]{1,500}$`}, about).asLoose()}
}

// Path is a dotted path into a JSON answer.
func Path(about string) Shape { return Shape{textOf(versionRule(), about)} }

// File is the path of a file.
func File(about string) Shape { return Shape{textOf(fileRule(), about)} }

// WorkflowFile is the name of a workflow file.
func WorkflowFile(about string) Shape { return Shape{textOf(workflowRule(), about)} }

// Whole is a whole number.
func Whole(low, high int64, about string) Shape { return Shape{numberOf(low, high, about)} }

// Decimal is a number.
func Decimal(about string) Shape { return Shape{boundShape(about)} }

// Hidden is a secret: never quoted and never part of a plan. It may be read from a
// file.
func Hidden(about string) Shape { return Shape{secretOf(secretRule(), about).orFully(inFile())} }

func inFile() shape {
	return object("A file that holds it, which is read anew each time.", required("file", textOf(fileRule(), "The path of the file.")))
}

// Lines is a list of texts that match a pattern, which words describe. also may check
// what a pattern cannot express.
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

// Mapping is an object with the given keys; the first one is required.
func Mapping(about string, keys ...Key) Shape {
	made := object(about, keysOf(keys)...)
	made.keys[0].required = true
	return Shape{made}
}

// Or sets a default.
func (s Shape) Or(fallback string) Shape { return Shape{s.shape.or(fallback)} }

func keysOf(keys []Key) []key {
	made := make([]key, 0, len(keys))
	for _, k := range keys {
		made = append(made, optional(k.Name, k.Shape.shape))
	}
	return made
}

// Said reads what a probe, or the block of a source, says in the file. It never fails:
// a faulty value, which was reported, reads as if it were missing.
type Said struct{ n *node }

func (s Said) at(path []string) *node {
	n := s.n
	for _, name := range path {
		n = n.get(name)
	}
	return n
}

// Given says whether the file has something at a path.
func (s Said) Given(path ...string) bool { return s.at(path).given() }

// Text returns a text, or any other single value as written.
func (s Said) Text(path ...string) string { return s.at(path).str() }

// Decimal returns a number; nil: there is none.
func (s Said) Decimal(path ...string) *float64 {
	value, err := strconv.ParseFloat(s.Text(path...), 64)
	if err != nil {
		return nil
	}
	return &value
}
