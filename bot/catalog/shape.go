package catalog

import (
	"slices"
	"strconv"
	"time"
)

// shapeKind is the type of the value at a place.
type shapeKind int

const (
	// anyShape accepts anything and does not look at it.
	anyShape shapeKind = iota
	objectShape
	tableShape
	listShape
	textShape
	numberShape
	boolShape
	durationShape
)

// shape describes the value at one place of the file. Both the check and the JSON
// Schema follow it.
type shape struct {
	kind  shapeKind
	about string
	keys  []key // of an object, whose keys are known
	// element describes the items of a list, or the values of a table, whose keys are
	// free names.
	element *shape
	names   rule // of a table's keys
	rule    rule // of a text
	words   []string
	// fallback is the default, written as in the file.
	fallback string
	// low and high bound a number, a duration in nanoseconds, or the number of entries
	// of a list or a table.
	low, high int64
	// many describes a list that may stand in place of a single value.
	many *shape
	// full describes a mapping that may stand in place of a single value.
	full *shape
	// sources are the health sources that a probe, or the file, may refer to.
	sources []Source
	// place overrides the path used for what stands here.
	place string
	// hidden values are secrets and are never quoted.
	hidden bool
	// fixed values may not contain ${NAME}.
	fixed bool
	// loose texts may also be written as numbers or booleans.
	loose bool
	// nullable objects may be left without a value.
	nullable bool
}

// key is one key of an object.
type key struct {
	name     string
	shape    shape
	required bool
	// set stores the value in the settings; nil: the object's decoder does.
	set func(*Settings, *node)
}

func (s *shape) key(name string) (*key, bool) {
	i := slices.IndexFunc(s.keys, func(k key) bool { return k.name == name })
	if i < 0 {
		return nil, false
	}
	return &s.keys[i], true
}

// fallbacks is what an object says in a file that says nothing: its defaults.
func (s *shape) fallbacks() *node {
	n := &node{kind: mapping, shape: s}
	for i := range s.keys {
		if known := &s.keys[i].shape; known.fallback != "" {
			value := &node{kind: text, shape: known, value: known.fallback, valid: true}
			n.entries = append(n.entries, entry{name: s.keys[i].name, value: value})
		}
	}
	return n
}

// The functions from here on are the vocabulary in which the shapes of the file are
// written.

func required(name string, s shape) key { return key{name: name, shape: s, required: true} }

func optional(name string, s shape) key { return key{name: name, shape: s} }

// into sets where the value of a setting is stored.
func (k key) into(set func(*Settings, *node)) key {
	k.set = set
	return k
}

func object(about string, keys ...key) shape {
	return shape{kind: objectShape, about: about, keys: keys}
}

func tableOf(element shape, names rule, limit int64, about string) shape {
	return shape{kind: tableShape, element: &element, names: names, high: limit, about: about}
}

func listOf(element shape, limit int64, about string) shape {
	return shape{kind: listShape, element: &element, high: limit, about: about}
}

func textOf(r rule, about string) shape { return shape{kind: textShape, rule: r, about: about} }

func secretOf(r rule, about string) shape {
	return shape{kind: textShape, rule: r, about: about, hidden: true}
}

func oneOf(about string, words ...string) shape {
	return shape{kind: textShape, words: words, about: about}
}

func numberOf(low, high int64, about string) shape {
	return shape{kind: numberShape, low: low, high: high, about: about}
}

func boolOf(about string) shape { return shape{kind: boolShape, about: about} }

func durationOf(low, high time.Duration, about string) shape {
	return shape{kind: durationShape, low: int64(low), high: int64(high), about: about}
}

// anything accepts any value and does not look at it.
func anything(about string) shape { return shape{kind: anyShape, about: about} }

// or sets a default.
func (s shape) or(fallback string) shape {
	s.fallback = fallback
	return s
}

func (s shape) orNumber(fallback int64) shape { return s.or(strconv.FormatInt(fallback, 10)) }

// orManyOf accepts a list instead of a single value.
func (s shape) orManyOf(element shape, limit int64) shape {
	list := listOf(element, limit, "")
	list.low = 1
	s.many = &list
	return s
}

// orFully accepts a mapping instead of a single value.
func (s shape) orFully(full shape) shape {
	s.full = &full
	return s
}

// filled requires at least one entry.
func (s shape) filled() shape {
	s.low = 1
	return s
}

func (s shape) at(place string) shape {
	s.place = place
	return s
}

func (s shape) withoutVariables() shape {
	s.fixed = true
	return s
}

func (s shape) asLoose() shape {
	s.loose = true
	return s
}

func (s shape) orNull() shape {
	s.nullable = true
	return s
}

func (s *shape) keyNames() []string {
	names := make([]string, 0, len(s.keys))
	for _, k := range s.keys {
		names = append(names, k.name)
	}
	return names
}
