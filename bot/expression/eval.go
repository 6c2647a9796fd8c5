package expression

import (
	"math"
	"strings"
)

// Contexts are the contexts that an expression may name, by their names in
// lower case. Their values are what JSON has: nil, bool, float64, string, []any
// and map[string]any, beside Unknown and Open. A context that is missing is
// Unknown.
type Contexts map[string]any

// Unknown is a value that cannot be told beforehand.
type Unknown struct{}

// Open is an object of which only some properties are known.
type Open map[string]any

func (l literal) eval(Contexts) any { return l.value }

func (n named) eval(c Contexts) any {
	if value, known := c[n.name]; known {
		return value
	}
	return Unknown{}
}

func (p part) eval(c Contexts) any {
	of, index := p.of.eval(c), p.index.eval(c)
	if isUnknown(of) || isUnknown(index) {
		return Unknown{}
	}
	switch of := of.(type) {
	case Open:
		if value, known := property(of, textOf(index)); known {
			return value
		}
		return Unknown{}
	case map[string]any:
		value, _ := property(of, textOf(index))
		return value
	case filtered:
		return of.part(index)
	case []any:
		return element(of, index)
	}
	return nil
}

// property finds a property, whose name knows no upper and lower case.
func property(of map[string]any, name string) (any, bool) {
	if value, found := of[name]; found {
		return value, true
	}
	for key, value := range of {
		if strings.EqualFold(key, name) {
			return value, true
		}
	}
	return nil, false
}

func element(of []any, index any) any {
	at := numberOf(index)
	if at < 0 || at != math.Trunc(at) || at >= float64(len(of)) {
		return nil
	}
	return of[int(at)]
}

// filtered is what the filter gives: what is then taken out is taken out of each.
type filtered []any

func (f filtered) part(index any) any {
	found := filtered{}
	for _, one := range f {
		value := part{literal{one}, literal{index}}.eval(nil)
		if isUnknown(value) {
			return Unknown{}
		}
		if value != nil {
			found = append(found, value)
		}
	}
	return found
}

func (e every) eval(c Contexts) any {
	switch of := e.of.eval(c).(type) {
	case []any:
		return filtered(of)
	case filtered:
		return of
	case map[string]any:
		found := filtered{}
		for _, name := range sortedNames(of) {
			found = append(found, of[name])
		}
		return found
	case Unknown, Open:
		return Unknown{}
	}
	return filtered{}
}

func (n not) eval(c Contexts) any {
	of := n.of.eval(c)
	if isUnknown(of) {
		return of
	}
	return !isTrue(of)
}

func (b binary) eval(c Contexts) any {
	left := b.left.eval(c)
	switch b.sign {
	case "&&":
		if isUnknown(left) || !isTrue(left) {
			return left
		}
		return b.right.eval(c)
	case "||":
		if isUnknown(left) || isTrue(left) {
			return left
		}
		return b.right.eval(c)
	}
	right := b.right.eval(c)
	if isUnknown(left) || isUnknown(right) {
		return Unknown{}
	}
	if b.sign == "!=" {
		return !equal(left, right)
	}
	return b.sign == "==" && equal(left, right) || ordered(b.sign, left, right)
}

// equal compares loosely: texts without upper and lower case, and values of
// different types as numbers.
func equal(a, b any) bool {
	at, aIsText := a.(string)
	bt, bIsText := b.(string)
	switch {
	case aIsText && bIsText:
		return strings.EqualFold(at, bt)
	case isComposite(a) || isComposite(b):
		return false // no two of them are the same object here
	case a == nil && b == nil:
		return true
	}
	return numberOf(a) == numberOf(b)
}

func ordered(sign string, a, b any) bool {
	x, y := numberOf(a), numberOf(b)
	if at, bt, texts := bothTexts(a, b); texts {
		x, y = float64(strings.Compare(at, bt)), 0
	}
	switch sign {
	case "<":
		return x < y
	case "<=":
		return x <= y
	case ">":
		return x > y
	case ">=":
		return x >= y
	}
	return false
}

func bothTexts(a, b any) (x, y string, both bool) {
	x, isText := a.(string)
	y, both = b.(string)
	return strings.ToLower(x), strings.ToLower(y), isText && both
}
