package expression

import (
	"errors"
	"fmt"
	"strings"
)

// GitHub's own bounds on one expression.
const (
	maxLength = 21000
	maxDepth  = 50
)

// node is a part of an expression that has a value.
type node interface {
	eval(c Contexts) any
}

type (
	literal struct{ value any }
	// named is a context.
	named struct{ name string }
	// part is what a dot or an index takes out of a value.
	part struct{ of, index node }
	// every is the filter: all that is in a value.
	every struct{ of node }
	call  struct {
		name string
		args []node
	}
	not    struct{ of node }
	binary struct {
		sign        string
		left, right node
	}
)

// binding tells how strongly an operator binds; 0: it is none.
func (t token) binding() int {
	if t.kind != kindSign {
		return 0
	}
	switch t.text {
	case "||":
		return 1
	case "&&":
		return 2
	case "==", "!=":
		return 3
	case "<", "<=", ">", ">=":
		return 4
	}
	return 0
}

type parser struct {
	tokens []token
	depth  int
}

// parse reads one expression, without the braces around it.
func parse(text string) (node, error) {
	if len(text) > maxLength {
		return nil, errors.New("the expression is too long")
	}
	tokens, err := lex(text)
	if err != nil {
		return nil, err
	}
	p := &parser{tokens: tokens}
	n, err := p.operation(1)
	if err != nil {
		return nil, err
	}
	if left := p.next(); left.kind != kindEnd {
		return nil, fmt.Errorf("%s stands where the expression should end", left)
	}
	return n, nil
}

func (t token) String() string {
	switch t.kind {
	case kindEnd:
		return "the end"
	case kindValue:
		return "a value"
	case kindName, kindSign:
	}
	return fmt.Sprintf("%q", t.text)
}

func (p *parser) peek() token { return p.tokens[0] }

func (p *parser) next() token {
	t := p.tokens[0]
	if t.kind != kindEnd {
		p.tokens = p.tokens[1:]
	}
	return t
}

// accept goes on when the next word is the sign.
func (p *parser) accept(sign string) bool {
	if t := p.peek(); t.kind != kindSign || t.text != sign {
		return false
	}
	p.next()
	return true
}

func (p *parser) want(sign string) error {
	if p.accept(sign) {
		return nil
	}
	return fmt.Errorf("%s stands where %q should", p.peek(), sign)
}

// operation reads operators that bind at least as strongly as least.
func (p *parser) operation(least int) (node, error) {
	if p.depth++; p.depth > maxDepth {
		return nil, errors.New("the expression is too deep")
	}
	defer func() { p.depth-- }()
	left, err := p.unary()
	for err == nil {
		strength := p.peek().binding()
		if strength < least {
			return left, nil
		}
		sign := p.next().text
		var right node
		right, err = p.operation(strength + 1)
		left = binary{sign, left, right}
	}
	return nil, err
}

func (p *parser) unary() (node, error) {
	negated := 0
	for p.accept("!") {
		negated++
	}
	n, err := p.postfix()
	for range negated {
		n = not{n}
	}
	return n, err
}

// postfix reads a value and what is taken out of it.
func (p *parser) postfix() (node, error) {
	n, err := p.primary()
	for err == nil {
		switch {
		case p.accept("."):
			n, err = p.property(n)
		case p.accept("["):
			n, err = p.index(n)
		default:
			return n, nil
		}
	}
	return nil, err
}

func (p *parser) property(of node) (node, error) {
	if p.accept("*") {
		return every{of}, nil
	}
	t := p.next()
	if t.kind != kindName {
		return nil, fmt.Errorf("%s stands where a name should", t)
	}
	return part{of, literal{t.text}}, nil
}

func (p *parser) index(of node) (node, error) {
	if p.accept("*") {
		return every{of}, p.want("]")
	}
	at, err := p.operation(1)
	if err != nil {
		return nil, err
	}
	return part{of, at}, p.want("]")
}

func (p *parser) primary() (node, error) {
	switch t := p.next(); {
	case t.kind == kindValue:
		return literal{t.value}, nil
	case t.kind == kindSign && t.text == "(":
		n, err := p.operation(1)
		if err != nil {
			return nil, err
		}
		return n, p.want(")")
	case t.kind == kindName && p.accept("("):
		args, err := p.arguments()
		if err != nil {
			return nil, err
		}
		return newCall(strings.ToLower(t.text), args)
	case t.kind == kindName:
		return named{strings.ToLower(t.text)}, nil
	default:
		return nil, fmt.Errorf("%s stands where a value should", t)
	}
}

func (p *parser) arguments() ([]node, error) {
	if p.accept(")") {
		return nil, nil
	}
	var args []node
	for {
		arg, err := p.operation(1)
		if err != nil {
			return nil, err
		}
		if args = append(args, arg); !p.accept(",") {
			return args, p.want(")")
		}
	}
}
