package expression

import (
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"strings"
)

// function is one function of the language; it never gets an Unknown. Without a
// body only a run can answer it.
type function struct {
	least, most int
	of          func(args []any) any
}

const many = 255

func functions() map[string]function {
	return map[string]function{
		"contains":   {2, 2, func(a []any) any { return contains(a[0], a[1]) }},
		"startswith": {2, 2, func(a []any) any { return strings.HasPrefix(lower(a[0]), lower(a[1])) }},
		"endswith":   {2, 2, func(a []any) any { return strings.HasSuffix(lower(a[0]), lower(a[1])) }},
		"format":     {1, many, format},
		"join":       {1, 2, join},
		"tojson":     {1, 1, func(a []any) any { return toJSON(a[0]) }},
		"fromjson":   {1, 1, fromJSON},
		"case":       {3, many, nil}, // see firstCase
		"hashfiles":  {1, many, nil},
		"success":    {0, many, nil},
		"failure":    {0, many, nil},
		"always":     {0, 0, nil},
		"cancelled":  {0, 0, nil},
	}
}

// newCall refuses what GitHub refuses: a function that is not there, and too few
// or too many arguments.
func newCall(name string, args []node) (node, error) {
	f, known := functions()[name]
	if !known {
		return nil, fmt.Errorf("there is no function %q", name)
	}
	if len(args) < f.least || len(args) > f.most {
		return nil, fmt.Errorf("%s does not take %d arguments", name, len(args))
	}
	return call{name, args}, nil
}

func (c call) eval(contexts Contexts) any {
	if c.name == "case" {
		return c.firstCase(contexts)
	}
	f := functions()[c.name]
	if f.of == nil {
		return Unknown{}
	}
	args := make([]any, len(c.args))
	for i, arg := range c.args {
		if args[i] = arg.eval(contexts); isUnknown(args[i]) {
			return Unknown{}
		}
	}
	return f.of(args)
}

// firstCase is the value behind the first condition that holds, else the last.
func (c call) firstCase(contexts Contexts) any {
	for i := 0; i+1 < len(c.args); i += 2 {
		holds := c.args[i].eval(contexts)
		if isUnknown(holds) {
			return holds
		}
		if isTrue(holds) {
			return c.args[i+1].eval(contexts)
		}
	}
	if len(c.args)%2 == 0 {
		return Unknown{}
	}
	return c.args[len(c.args)-1].eval(contexts)
}

func lower(v any) string { return strings.ToLower(textOf(v)) }

func contains(in, what any) any {
	switch in := in.(type) {
	case []any:
		return among(in, what)
	case filtered:
		return among(in, what)
	}
	if isComposite(in) {
		return false
	}
	return strings.Contains(lower(in), lower(what))
}

func among(list []any, what any) bool {
	for _, one := range list {
		if equal(one, what) {
			return true
		}
	}
	return false
}

// format puts the arguments in place of {0}, {1}, ...; a doubled brace
// stands for one.
func format(args []any) any {
	text, err := formatted(textOf(args[0]), args[1:])
	if err != nil {
		return Unknown{} // GitHub refuses the workflow
	}
	return text
}

func formatted(pattern string, values []any) (string, error) {
	var b strings.Builder
	for i := 0; i < len(pattern); i++ {
		c := pattern[i]
		switch {
		case (c == '{' || c == '}') && i+1 < len(pattern) && pattern[i+1] == c:
			b.WriteByte(c)
			i++
		case c == '{':
			length := strings.IndexByte(pattern[i:], '}')
			if length < 0 {
				return "", errors.New("a brace is not closed")
			}
			n, err := strconv.Atoi(pattern[i+1 : i+length])
			if err != nil || n < 0 || n >= len(values) {
				return "", fmt.Errorf("there is no value %q", pattern[i:i+length+1])
			}
			b.WriteString(textOf(values[n]))
			i += length
		case c == '}':
			return "", errors.New("a brace was not opened")
		default:
			b.WriteByte(c)
		}
	}
	return b.String(), nil
}

func join(args []any) any {
	between := ","
	if len(args) > 1 {
		between = textOf(args[1])
	}
	var list []any
	switch of := args[0].(type) {
	case []any:
		list = of
	case filtered:
		list = of
	default:
		return textOf(of)
	}
	texts := make([]string, len(list))
	for i, one := range list {
		if isUnknown(one) {
			return Unknown{}
		}
		texts[i] = textOf(one)
	}
	return strings.Join(texts, between)
}

func fromJSON(args []any) any {
	var v any
	if json.Unmarshal([]byte(textOf(args[0])), &v) != nil {
		return Unknown{} // GitHub fails the run
	}
	return v
}
