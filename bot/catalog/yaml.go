package catalog

import (
	"errors"
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/lexer"
	"github.com/goccy/go-yaml/parser"
	"github.com/goccy/go-yaml/token"
)

// MaxBytes is the largest size of a file that is read.
const MaxBytes = 2 << 20

// The other bounds of a file. They leave room for the most services and environments
// allowed, with ten lines for each environment. They protect the YAML parser from
// hostile files: its stack and time grow with the depth, and with the square of the
// number of entries side by side in one mapping, of which no place of a good file has
// more than maxPeople.
const (
	maxLines  = 50_000
	maxBeside = maxPeople + 1000
	maxDepth  = 24
)

const emptyFile = "the file is empty: it needs at least slack, github, redis and services"

const secondDocument = "a second document begins here; slipway reads one"

// readYAML turns the text into nodes. Text that is not YAML, or uses parts of YAML that
// slipway does not read, ends it. A duplicate key is added to faults like any other,
// and reading continues.
func readYAML(source []byte, faults *Faults) (*node, bool) {
	if fault, bad := unreadable(source); bad {
		faults.add(fault)
		return nil, false
	}
	tokens := lexer.Tokenize(plainLines(source))
	if refuseTokens(tokens, faults); len(*faults) > 0 {
		return nil, false
	}
	file, err := parseTokens(tokens)
	if err != nil {
		faults.add(syntaxFault(err, string(source)))
		return nil, false
	}
	return onlyDocument(file, faults)
}

// plainLines removes what editors on Windows add. The library miscounts lines where a
// comment or a quoted text ends with a carriage return.
func plainLines(source []byte) string {
	return strings.ReplaceAll(strings.TrimPrefix(string(source), "\uFEFF"), "\r\n", "\n")
}

// onlyDocument converts the file's document and refuses a second one, which may also
// begin without ---, after a line of dots.
func onlyDocument(file *ast.File, faults *Faults) (*node, bool) {
	var bodies []ast.Node
	for _, document := range file.Docs {
		if document.Body != nil {
			bodies = append(bodies, document.Body)
		}
	}
	switch len(bodies) {
	case 0:
		faults.add(Fault{Line: 1, Column: 1, Message: emptyFile})
		return nil, false
	case 1:
		c := converter{faults: faults}
		return c.convert(bodies[0], "", position{1, 1}), true
	default:
		faults.add(faultAt(bodies[1].GetToken(), secondDocument))
		return nil, false
	}
}

// unreadable reports what no configuration file contains.
func unreadable(source []byte) (Fault, bool) {
	if len(source) > MaxBytes {
		return Fault{Line: 1, Column: 1, Message: fmt.Sprintf("the file has %d bytes; %d are the most that is read", len(source), MaxBytes)}, true
	}
	for i, line := range strings.Split(string(source), "\n") {
		if i >= maxLines {
			return Fault{Line: i + 1, Column: 1, Message: fmt.Sprintf("the file is longer than %d lines, the most that is read", maxLines)}, true
		}
		if !utf8.ValidString(line) {
			return Fault{Line: i + 1, Column: 1, Message: "this line is not UTF-8 text"}, true
		}
		if at := strings.IndexFunc(strings.TrimSuffix(line, "\r"), isControl); at >= 0 {
			return Fault{Line: i + 1, Column: utf8.RuneCountInString(line[:at]) + 1, Message: "there is an invisible control character here; remove it"}, true
		}
	}
	return Fault{}, false
}

func isControl(r rune) bool { return unicode.IsControl(r) && r != '\t' }

// refuseTokens refuses the parts of YAML that slipway does not read. It works on
// tokens, before anything is built from them: that is what makes alias bombs and towers
// of brackets harmless.
func refuseTokens(tokens token.Tokens, faults *Faults) {
	var e extent
	content := false
	for _, tk := range tokens {
		if tk.Type == token.CommentType {
			continue
		}
		if words := e.exceeded(tk); words != "" {
			faults.add(faultAt(tk, words))
			return
		}
		words := unwelcome(tk)
		if content && tk.Type == token.DocumentHeaderType {
			words = secondDocument
		}
		if words != "" {
			faults.add(faultAt(tk, words))
		}
		content = content || tk.Type != token.DocumentHeaderType
	}
}

// extent is how deep and how wide a file is, up to the token reached.
type extent struct {
	rows                columns
	line, depth, dashes int
}

// exceeded adds a token and says which bound it exceeds; empty: none.
func (e *extent) exceeded(tk *token.Token) string {
	if tk.Position.Line != e.line {
		e.dashes, e.line = 0, tk.Position.Line
		if e.rows.begin(tk.Position.Column) > maxBeside {
			return fmt.Sprintf("more than %d entries stand beside each other, the most that is read", maxBeside)
		}
	}
	switch tk.Type { //nolint:exhaustive // all other tokens are welcome
	case token.SequenceStartType, token.MappingStartType:
		e.depth++
	case token.SequenceEndType, token.MappingEndType:
		e.depth--
	case token.SequenceEntryType:
		e.dashes++
	}
	if e.depth > maxDepth || e.dashes > maxDepth {
		return fmt.Sprintf("nested more than %d deep", maxDepth)
	}
	return ""
}

// columns counts the lines that begin side by side: in the same column, with no line
// between them that begins further left. It holds the columns still open, the innermost
// last.
type columns []column

type column struct {
	at, lines int
}

// begin adds a line and returns how many there are in its column so far.
func (c *columns) begin(at int) int {
	open := *c
	for len(open) > 0 && open[len(open)-1].at > at {
		open = open[:len(open)-1]
	}
	if len(open) == 0 || open[len(open)-1].at < at {
		open = append(open, column{at: at})
	}
	open[len(open)-1].lines++
	*c = open
	return open[len(open)-1].lines
}

// unwelcome says why a token is not accepted anywhere; empty: it is.
func unwelcome(tk *token.Token) string {
	switch tk.Type { //nolint:exhaustive // all other tokens are welcome
	case token.AnchorType, token.AliasType, token.MergeKeyType:
		return "anchors, aliases and merge keys (&, *, <<) are not read; say it once under defaults, or write it out"
	case token.TagType:
		return "tags (!) are not read; put text in quotes instead"
	case token.DirectiveType:
		return "directives (%) are not read; remove this line"
	case token.MappingKeyType:
		return "keys that begin with ? are not read; write key: value"
	default:
		return ""
	}
}

// parseTokens calls the YAML library. The library has panicked on odd input before, and
// a configuration file must never crash slipway.
func parseTokens(tokens token.Tokens) (file *ast.File, err error) {
	defer func() {
		if recover() != nil {
			file, err = nil, errors.New("this cannot be read as YAML")
		}
	}()
	return parser.Parse(tokens, 0, parser.AllowDuplicateMapKey())
}

// syntaxFault takes position and message from the library's error, without the excerpt
// of the source that it would print: that may contain a secret.
func syntaxFault(err error, source string) Fault {
	var syntax *yaml.SyntaxError
	if !errors.As(err, &syntax) || syntax.Token == nil {
		return Fault{Line: 1, Column: 1, Message: "this cannot be read as YAML"}
	}
	fault := faultAt(syntax.Token, "this is not YAML: "+syntax.Message)
	lines := strings.Split(source, "\n")
	if at := fault.Line - 1; at >= 0 && at < len(lines) && strings.Contains(lines[at], "${") {
		fault.Message += `; inside { } and [ ] put "${NAME}" in quotes`
	}
	return fault
}

func faultAt(tk *token.Token, message string) Fault {
	return Fault{Line: tk.Position.Line, Column: tk.Position.Column, Message: message}
}
