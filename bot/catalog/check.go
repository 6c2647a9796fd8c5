package catalog

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/slipwayhq/slipway/bot"
)

// checker compares nodes with their shapes and collects the faults.
type checker struct {
	root     *node // set once the whole file was compared with its shape
	lookup   func(string) (string, bool)
	faults   *Faults
	patterns patterns
	// oversized is set when a list or a table has more entries than allowed.
	oversized bool
	// compared counts the names that were compared with mistyped ones.
	compared int
}

// maxCompared limits the search for what a mistyped name may mean. It is enough for a
// suggestion in every fault of a file with the most groups allowed.
const maxCompared = maxFaults * maxGroups

func newChecker(lookup func(string) (string, bool), faults *Faults) *checker {
	return &checker{lookup: lookup, faults: faults, patterns: patterns{}}
}

func (c *checker) fault(n *node, message string) {
	c.faults.add(Fault{Line: n.line, Column: n.column, Path: n.where(), Message: message})
}

// check compares one node, and all below it, with its shape.
func (c *checker) check(n *node, s *shape, place string) {
	if c.faults.full() {
		return
	}
	if s.place != "" {
		place = s.place
	}
	n.shape, n.place = s, place
	if n.kind == sequence && s.many != nil {
		s = s.many
	}
	if n.kind == mapping && s.full != nil {
		s, n.shape = s.full, s.full
	}
	switch s.kind {
	case anyShape:
	case objectShape:
		c.object(n, s)
	case tableShape:
		c.table(n, s)
	case listShape:
		c.list(n, s)
	case textShape, numberShape, boolShape, durationShape:
		c.scalar(n, s)
	}
}

func (c *checker) object(n *node, s *shape) {
	if n.kind == null && s.nullable {
		n.kind = mapping
		return
	}
	if n.kind != mapping {
		c.fault(n, c.wrongKind(n, "a mapping with the keys "+strings.Join(s.keyNames(), ", ")))
		return
	}
	for _, entry := range n.entries {
		known, ok := s.key(entry.name)
		if !ok {
			c.unknownKey(n, s, entry)
			continue
		}
		c.check(entry.value, &known.shape, under(n.place, entry.name))
	}
	for _, k := range s.keys {
		if k.required && n.find(k.name) == nil {
			c.fault(n.get(k.name), "is missing: "+startLower(k.shape.about))
		}
	}
}

func (c *checker) unknownKey(n *node, s *shape, e entry) {
	if c.faults.full() {
		return
	}
	message := "is no key that is known here; the keys are " + strings.Join(s.keyNames(), ", ")
	if near, ok := bot.Nearest(e.name, s.keyNames()); ok {
		message = "is no key that is known here; did you mean " + near + "?"
	}
	c.faults.add(Fault{Line: e.line, Column: e.column, Path: join(n.where(), e.name), Message: message})
}

func (c *checker) table(n *node, s *shape) {
	if n.kind != mapping {
		c.fault(n, c.wrongKind(n, "a mapping of names"))
		return
	}
	c.size(n, len(n.entries), s)
	for _, entry := range n.entries {
		if problem := s.names.broken(entry.name, c.patterns); problem != "" {
			place := Fault{Line: entry.line, Column: entry.column, Path: entry.value.where(), Message: "this name " + problem}
			if !strings.HasPrefix(problem, "must be") {
				place.Message = problem
			}
			c.faults.add(place)
		}
		c.check(entry.value, s.element, under(n.place, "*"))
	}
}

func (c *checker) list(n *node, s *shape) {
	if n.kind != sequence {
		c.fault(n, c.wrongKind(n, "a list, such as [a, b]"))
		return
	}
	c.size(n, len(n.items), s)
	seen := map[string]bool{}
	for _, item := range n.items {
		c.check(item, s.element, n.place+"[]")
		if item.valid && seen[item.value] {
			c.fault(item, "stands in this list twice")
		}
		seen[item.value] = item.valid
	}
}

func (c *checker) size(n *node, count int, s *shape) {
	switch {
	case int64(count) < s.low:
		c.fault(n, "is empty; it needs at least one entry")
	case int64(count) > s.high:
		c.oversized = true
		c.fault(n, fmt.Sprintf("has %d entries; %d are the most", count, s.high))
	}
}

// scalar replaces variables, then checks the value's type, bounds and syntax.
func (c *checker) scalar(n *node, s *shape) {
	if n.kind == null {
		c.fault(n, "has no value; "+expected(s))
		return
	}
	if n.kind == mapping || n.kind == sequence {
		c.fault(n, c.wrongKind(n, "a single value"))
		return
	}
	kind, ok := c.substitute(n, s)
	if !ok {
		return
	}
	problem := ""
	switch s.kind { //nolint:exhaustive // the other kinds are no scalars
	case textShape:
		problem = c.checkText(n, kind, s)
	case numberShape:
		problem = checkNumber(n, kind, s)
	case boolShape:
		problem = checkBool(n, kind, s)
	case durationShape:
		problem = checkDuration(n, kind, s)
	}
	if problem != "" {
		c.fault(n, problem)
		return
	}
	n.valid = true
}

func (c *checker) checkText(n *node, kind nodeKind, s *shape) string {
	if kind != text && kind != anyScalar && !s.loose {
		return "must be text, but is " + kindWords(kind) + "; put it in quotes"
	}
	if len(s.words) > 0 {
		return checkWord(n, s)
	}
	problem := s.rule.broken(n.value, c.patterns)
	if strings.HasPrefix(problem, "must be") {
		problem += but(n, s)
	}
	return problem
}

func checkWord(n *node, s *shape) string {
	if slices.Contains(s.words, n.value) {
		return ""
	}
	problem := expected(s) + but(n, s)
	if near, ok := bot.Nearest(n.written, s.words); ok {
		problem += "; did you mean " + near + "?"
	}
	return problem
}

func checkNumber(n *node, kind nodeKind, s *shape) string {
	if kind != number && kind != anyScalar {
		return expected(s) + but(n, s)
	}
	value, err := strconv.ParseInt(n.value, 10, 64)
	if err != nil || value < s.low || value > s.high {
		return expected(s) + but(n, s)
	}
	return ""
}

func checkBool(n *node, kind nodeKind, s *shape) string {
	if (kind == boolean || kind == anyScalar) && (n.value == "true" || n.value == "false") {
		return ""
	}
	return expected(s) + but(n, s)
}

func checkDuration(n *node, kind nodeKind, s *shape) string {
	if kind == number {
		return "is a number without a unit; write it as 30s, 10m, 2h or 7d"
	}
	value, err := parseDuration(n.value)
	switch {
	case err != nil:
		return "must be a duration such as 30s, 10m, 2h or 7d" + but(n, s)
	case int64(value) < s.low || int64(value) > s.high:
		return expected(s) + but(n, s)
	default:
		return ""
	}
}

// expected describes a correct value for a scalar.
func expected(s *shape) string {
	switch s.kind {
	case numberShape:
		return fmt.Sprintf("must be a whole number from %d to %d", s.low, s.high)
	case boolShape:
		return "must be true or false"
	case durationShape:
		return "must be a duration from " + written(time.Duration(s.low)) + " to " + written(time.Duration(s.high))
	case textShape, anyShape, objectShape, tableShape, listShape:
	}
	words := strings.Join(s.words, ", ")
	switch {
	case len(s.words) == 0:
		return "must be " + s.rule.words
	case s.many != nil:
		return "must be " + words + " or a list"
	case !strings.Contains(words, ","):
		return "must be " + words
	default:
		return "must be one of " + words
	}
}

// but quotes the value as it stands in the file, unless it is a secret.
func but(n *node, s *shape) string {
	if s.hidden || n.written == "" {
		return ""
	}
	return ", but is " + quote(n.written)
}

func (c *checker) wrongKind(n *node, want string) string {
	if n.kind == null {
		return "has no value; it must be " + want
	}
	return "must be " + want + ", but is " + kindWords(n.kind)
}

func kindWords(kind nodeKind) string {
	switch kind {
	case mapping:
		return "a mapping"
	case sequence:
		return "a list"
	case text:
		return "text"
	case number:
		return "a number"
	case boolean:
		return "true or false"
	case absent, null, anyScalar:
	}
	return "nothing"
}

// under is the place of a key below a place.
func under(place, name string) string {
	if place == "" {
		return name
	}
	return place + "." + name
}

// startLower turns a sentence of the shapes into one that follows a colon; names such
// as GitHub keep their capital letters.
func startLower(sentence string) string {
	sentence = strings.TrimSuffix(sentence, ".")
	first, rest, _ := strings.Cut(sentence, " ")
	if len(first) > 1 && first[1:] != strings.ToLower(first[1:]) {
		return sentence
	}
	return strings.ToLower(first) + " " + rest
}
