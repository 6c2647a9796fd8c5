package expression

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
)

type kind int

const (
	kindEnd kind = iota
	kindValue
	kindName
	kindSign
)

// token is one word of an expression.
type token struct {
	kind  kind
	text  string // of a name or a sign
	value any    // of a literal
}

// signs are the operators and brackets, those of two characters first.
const signs = "&& || == != <= >= < > ! ( ) [ ] , . *"

// lex splits an expression into its words.
func lex(text string) ([]token, error) {
	var tokens []token
	for text = trim(text); text != ""; text = trim(text) {
		t, length, err := first(text)
		if err != nil {
			return nil, err
		}
		tokens, text = append(tokens, t), text[length:]
	}
	return append(tokens, token{kind: kindEnd}), nil
}

func trim(text string) string { return strings.TrimLeft(text, " \t\r\n") }

// first reads the word that text begins with, and says how long it is.
func first(text string) (t token, length int, err error) {
	switch c := text[0]; {
	case c == '\'':
		return quoted(text)
	case isDigit(c), (c == '-' || c == '+' || c == '.') && len(text) > 1 && (isDigit(text[1]) || text[1] == '.'):
		return number(text)
	case isLetter(c):
		length := wordLength(text)
		return word(text[:length]), length, nil
	}
	for sign := range strings.FieldsSeq(signs) {
		if strings.HasPrefix(text, sign) {
			return token{kind: kindSign, text: sign}, len(sign), nil
		}
	}
	return token{}, 0, fmt.Errorf("%q has no meaning there", []rune(text)[0])
}

// quoted reads a text in single quotes, in which a doubled quote stands for one.
func quoted(text string) (token, int, error) {
	var b strings.Builder
	for i := 1; i < len(text); i++ {
		if text[i] != '\'' {
			b.WriteByte(text[i])
			continue
		}
		if i+1 < len(text) && text[i+1] == '\'' {
			b.WriteByte('\'')
			i++
			continue
		}
		return token{kind: kindValue, value: b.String()}, i + 1, nil
	}
	return token{}, 0, errors.New("a text is not closed")
}

// number reads what begins as a number: decimal, hexadecimal, or with an exponent.
func number(text string) (token, int, error) {
	length := 1
	for length < len(text) {
		c := text[length]
		exponent := (c == '-' || c == '+') && (text[length-1] == 'e' || text[length-1] == 'E')
		if !isDigit(c) && !isLetter(c) && c != '.' && !exponent {
			break
		}
		length++
	}
	n, ok := parseNumber(text[:length])
	if !ok {
		return token{}, 0, fmt.Errorf("%q is no number", text[:length])
	}
	return token{kind: kindValue, value: n}, length, nil
}

func parseNumber(text string) (float64, bool) {
	if strings.ContainsAny(text, "_") {
		return 0, false
	}
	for _, base := range []struct {
		prefix string
		base   int
	}{{"0x", 16}, {"0o", 8}} {
		if digits, is := strings.CutPrefix(text, base.prefix); is {
			n, err := strconv.ParseUint(digits, base.base, 32)
			return float64(n), err == nil
		}
	}
	n, err := strconv.ParseFloat(text, 64)
	return n, err == nil
}

// word is a name, or one of the literals that look like one.
func word(text string) token {
	switch text {
	case "true", "false":
		return token{kind: kindValue, value: text == "true"}
	case "null":
		return token{kind: kindValue}
	case "NaN", "Infinity":
		n, _ := strconv.ParseFloat(text, 64)
		return token{kind: kindValue, value: n}
	}
	return token{kind: kindName, text: text}
}

func wordLength(text string) int {
	length := 1
	for length < len(text) && (isLetter(text[length]) || isDigit(text[length]) || text[length] == '-') {
		length++
	}
	return length
}

func isDigit(c byte) bool { return c >= '0' && c <= '9' }

func isLetter(c byte) bool { return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c == '_' }
