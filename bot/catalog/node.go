package catalog

import (
	"slices"
	"strconv"
	"strings"
	"time"
)

// nodeKind is what is found at a place of the file.
type nodeKind int

const (
	absent nodeKind = iota
	mapping
	sequence
	text
	number
	boolean
	null
	// anyScalar is a scalar from an environment variable, where numbers look like text.
	anyScalar
)

// node is one place of the file, without YAML's notation. Its first six fields come
// from the text, the others from the check against its shape.
//
// The readers (str, num, ...) never fail: the check has reported what is wrong, and for
// a faulty value they return the zero value.
type node struct {
	kind         nodeKind
	line, column int
	path         string
	// absent is the key below path that this node stands for and that the file does not
	// have; empty for a node of the file.
	absent string
	// written is a scalar as it stands in the file, the only form that is ever quoted.
	written string
	entries []entry
	items   []*node

	shape *shape
	// place is the path with * and [] for names and positions.
	place string
	// value is the scalar with every ${NAME} replaced.
	value string
	// valid is set when the check found nothing wrong with the scalar.
	valid bool
}

// entry is one key of a mapping with its value.
type entry struct {
	name         string
	line, column int
	value        *node
}

// find returns the value of a key, or nil.
func (n *node) find(name string) *node {
	i := slices.IndexFunc(n.entries, func(e entry) bool { return e.name == name })
	if i < 0 {
		return nil
	}
	return n.entries[i].value
}

// get returns the effective value for a key of an object: what the file says, or the
// shape's default. It is never nil; given tells whether the file says it.
func (n *node) get(name string) *node {
	if found := n.find(name); found != nil {
		return found
	}
	missing := &node{line: n.line, column: n.column, path: n.where(), absent: name}
	if n.shape == nil {
		return missing
	}
	if known, ok := n.shape.key(name); ok {
		missing.shape = &known.shape
		missing.value = known.shape.fallback
		missing.valid = missing.value != ""
	}
	return missing
}

// given says whether the file has something here.
func (n *node) given() bool { return n.kind != absent }

// str reads a text.
func (n *node) str() string {
	if !n.valid {
		return ""
	}
	return n.value
}

// secret reads a secret; one that was not given is unset.
func (n *node) secret() Secret {
	if !n.valid {
		return Secret{}
	}
	return NewSecret(n.value)
}

// num reads a whole number. Most are not given, and creating a parse error costs more
// than checking for that first.
func (n *node) num() int64 {
	if n.str() == "" {
		return 0
	}
	value, err := strconv.ParseInt(n.str(), 10, 64)
	if err != nil {
		return 0
	}
	return value
}

// yes reads true or false.
func (n *node) yes() bool { return n.str() == "true" }

// dur reads a duration.
func (n *node) dur() time.Duration {
	value, err := parseDuration(n.str())
	if err != nil {
		return 0
	}
	return value
}

// each returns the items of a list, or the single value that stands for a list of one.
func (n *node) each() []*node {
	switch n.kind {
	case sequence:
		return n.items
	case absent, null:
		return nil
	case mapping, text, number, boolean, anyScalar:
		return []*node{n}
	default:
		return nil
	}
}

// strs reads a list of texts.
func (n *node) strs() []string {
	var all []string
	for _, item := range n.each() {
		all = append(all, item.str())
	}
	return all
}

// isPlain says whether a key can be part of a path without quotes. It is called for
// each key of a file, so it is not a regular expression.
func isPlain(name string) bool {
	const others = "_/.-"
	for i := range len(name) {
		c := name[i]
		if (c < '0' || c > '9') && (c < 'A' || c > 'Z') && (c < 'a' || c > 'z') && !strings.ContainsRune(others, rune(c)) {
			return false
		}
	}
	return name != "" && len(name) <= 64
}

// where is the path of a node. For a key that the file does not have it is computed on
// demand: there are many, and few are ever reported.
func (n *node) where() string {
	if n.absent == "" {
		return n.path
	}
	return join(n.path, n.absent)
}

// join is the path of a key. A key may be any text: one that is not a plain name is
// quoted and cut, so that a fault stays one readable line.
func join(path, name string) string {
	if !isPlain(name) {
		name = quote(name)
	}
	if path == "" {
		return name
	}
	return path + "." + name
}

// quote shows a piece of the file in a message, on one line and not too long.
func quote(written string) string {
	const longest = 60
	if runes := []rune(written); len(runes) > longest {
		written = string(runes[:longest]) + "…"
	}
	return strconv.Quote(written)
}
