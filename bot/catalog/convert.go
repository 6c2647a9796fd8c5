package catalog

import (
	"fmt"
	"strconv"

	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/token"
)

// position is a place in the text.
type position struct {
	line, column int
}

func positionOf(tk *token.Token) position {
	return position{tk.Position.Line, tk.Position.Column}
}

// converter turns the YAML library's tree into nodes, so that no other code depends on
// the library.
type converter struct {
	faults *Faults
	depth  int
}

// convert makes a node. at is the position reported for a mapping or a list: that of
// its key, which is what a person looks for. Scalars have their own.
func (c *converter) convert(from ast.Node, path string, at position) *node {
	c.depth++
	defer func() { c.depth-- }()
	if c.depth > maxDepth {
		c.fault(at, path, fmt.Sprintf("nested more than %d deep", maxDepth))
		return scalar(null, "", path, at)
	}
	switch from := from.(type) {
	case *ast.MappingNode:
		return c.mapping(from.Values, path, at)
	case *ast.MappingValueNode:
		return c.mapping([]*ast.MappingValueNode{from}, path, at)
	case *ast.SequenceNode:
		return c.sequence(from, path, at)
	case *ast.StringNode:
		return scalar(text, from.Value, path, positionOf(from.Token))
	case *ast.LiteralNode:
		return scalar(text, from.Value.Value, path, positionOf(from.Start))
	case *ast.IntegerNode:
		return scalar(number, from.Token.Value, path, positionOf(from.Token))
	case *ast.FloatNode:
		return scalar(number, from.Token.Value, path, positionOf(from.Token))
	case *ast.InfinityNode:
		return scalar(number, from.Token.Value, path, positionOf(from.Token))
	case *ast.NanNode:
		return scalar(number, from.Token.Value, path, positionOf(from.Token))
	case *ast.BoolNode:
		return scalar(boolean, from.Token.Value, path, positionOf(from.Token))
	case *ast.NullNode:
		return scalar(null, "", path, at)
	default:
		c.fault(at, path, "this kind of YAML is not read here")
		return scalar(null, "", path, at)
	}
}

func scalar(kind nodeKind, written, path string, at position) *node {
	return &node{kind: kind, line: at.line, column: at.column, path: path, written: written}
}

func (c *converter) mapping(values []*ast.MappingValueNode, path string, at position) *node {
	made := &node{kind: mapping, line: at.line, column: at.column, path: path}
	first := map[string]int{}
	for _, value := range values {
		key := value.Key.GetToken()
		name, place := key.Value, positionOf(key)
		if line, twice := first[name]; twice {
			c.fault(place, join(path, name), fmt.Sprintf("stands here a second time; the first is in line %d", line))
			continue
		}
		first[name] = place.line
		made.entries = append(made.entries, entry{
			name:   name,
			line:   place.line,
			column: place.column,
			value:  c.convert(value.Value, join(path, name), place),
		})
	}
	return made
}

func (c *converter) sequence(from *ast.SequenceNode, path string, at position) *node {
	made := &node{kind: sequence, line: at.line, column: at.column, path: path}
	for i, value := range from.Values {
		made.items = append(made.items, c.convert(value, path+"["+strconv.Itoa(i)+"]", itemPosition(value)))
	}
	return made
}

// itemPosition is where an item of a list begins. For a block mapping the library
// reports the colon, so the position of its first key is taken.
func itemPosition(item ast.Node) position {
	if block, ok := item.(*ast.MappingNode); ok && !block.IsFlowStyle && len(block.Values) > 0 {
		return positionOf(block.Values[0].Key.GetToken())
	}
	if item == nil || item.GetToken() == nil {
		return position{1, 1}
	}
	return positionOf(item.GetToken())
}

func (c *converter) fault(at position, path, message string) {
	c.faults.add(Fault{Line: at.line, Column: at.column, Path: path, Message: message})
}
