package catalog

import (
	"slices"
	"strconv"
	"time"
)

// shapeKind is the type of what a place may hold.
type shapeKind int

const (
	// anyShape takes everything unread.
	anyShape shapeKind = iota
	objectShape
	tableShape
	listShape
	textShape
	numberShape
	truthShape
	durationShape
)

// shape says what one place of the file may hold. The check and the JSON Schema
// both follow it.
type shape struct {
	kind  shapeKind
	about string
	keys  []key // of an object, whose keys are known
	// element is what a list or a table holds; a table's keys are free names.
	element *shape
	names   rule // of a table's keys
	rule    rule // of a text
	words   []string
	// fallback is the value if none is given, written as in the file.
	fallback string
	// low and high bound a number, a duration (in nanoseconds), or how many
	// elements a list or table has.
	low, high int64
	// many lets a list of these stand instead of a single value.
	many *shape
	// full lets a mapping of this shape stand instead of a single value.
	full *shape
	// sources are those that a probe, or the file, may name.
	sources []Source
	// place overrides the path of what stands there.
	place string
	// hidden values are never quoted.
	hidden bool
	// fixed values know no ${NAME}.
	fixed bool
	// loose texts may also be written as numbers and truth values.
	loose bool
	// hollow objects may be left without a value.
	hollow bool
}

// key is one key of an object.
type key struct {
	name     string
	shape    shape
	required bool
	// set puts the value where it is kept; nil: whoever decodes the object does.
	set func(*Settings, *node)
}

func (s *shape) key(name string) (*key, bool) {
	i := slices.IndexFunc(s.keys, func(k key) bool { return k.name == name })
	if i < 0 {
		return nil, false
	}
	return &s.keys[i], true
}

// fallbacks gives what an object says if the file says nothing: its defaults.
func (s *shape) fallbacks() *node {
	n := &node{kind: mapping, shape: s}
	for i := range s.keys {
		if known := &s.keys[i].shape; known.fallback != "" {
			value := &node{kind: text, shape: known, value: known.fallback, sound: true}
			n.entries = append(n.entries, entry{name: s.keys[i].name, value: value})
		}
	}
	return n
}

// The words in which the shapes of the file are written.

func required(name string, s shape) key { return key{name: name, shape: s, required: true} }

func optional(name string, s shape) key { return key{name: name, shape: s} }

// into says where the value of a setting is kept.
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

func truthOf(about string) shape { return shape{kind: truthShape, about: about} }

func durationOf(low, high time.Duration, about string) shape {
	return shape{kind: durationShape, low: int64(low), high: int64(high), about: about}
}

// unread is for what a later version will read.
func unread(about string) shape { return shape{kind: anyShape, about: about} }

// or gives the shape with a default.
func (s shape) or(fallback string) shape {
	s.fallback = fallback
	return s
}

func (s shape) orNumber(fallback int64) shape { return s.or(strconv.FormatInt(fallback, 10)) }

// orManyOf lets a list stand instead.
func (s shape) orManyOf(element shape, limit int64) shape {
	list := listOf(element, limit, "")
	list.low = 1
	s.many = &list
	return s
}

// orFully lets a mapping stand instead.
func (s shape) orFully(full shape) shape {
	s.full = &full
	return s
}

// filled asks a list or table for at least one element.
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

func (s shape) orHollow() shape {
	s.hollow = true
	return s
}

// keyNames are the keys that an object may have.
func (s *shape) keyNames() []string {
	names := make([]string, 0, len(s.keys))
	for _, k := range s.keys {
		names = append(names, k.name)
	}
	return names
}
