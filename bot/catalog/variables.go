package catalog

import (
	"regexp"
	"strings"
)

// variablePattern is the name in ${NAME}.
const variablePattern = `[A-Za-z_][A-Za-z0-9_]*`

var variableAtStart = regexp.MustCompile(`^\$\{(` + variablePattern + `)\}`)

// longestVariable limits the size of an environment variable that is used.
const longestVariable = 1 << 16

// substitute replaces every ${NAME} of a scalar with the variable's value, which is not
// expanded again. It returns the kind of the result: anyScalar if a variable was used,
// since the environment knows text only.
func (c *checker) substitute(n *node, s *shape) (nodeKind, bool) {
	n.value = n.written
	if n.kind != text || !strings.Contains(n.written, "${") {
		return n.kind, true
	}
	if s.fixed {
		c.fault(n, "has ${...} in it, which is not allowed here: GitHub shows the inputs of a run; let the workflow take it from its own secrets or variables")
		return n.kind, false
	}
	value, problems := expand(n.written, c.lookup)
	for _, problem := range problems {
		c.faults.add(Fault{Line: n.line, Column: n.column, Path: n.where(), Message: problem.says, Unset: problem.unset})
	}
	n.value = value
	return anyScalar, len(problems) == 0
}

// problem says why a variable could not be replaced; unset names the variable if it
// does not exist.
type problem struct{ says, unset string }

// expand replaces the variables in a text and reports those that it could not.
func expand(written string, lookup func(string) (string, bool)) (string, []problem) {
	var value strings.Builder
	var problems []problem
	for rest := written; rest != ""; {
		before, _, found := strings.Cut(rest, "${")
		value.WriteString(before)
		if !found {
			break
		}
		rest = rest[len(before):]
		match := variableAtStart.FindStringSubmatch(rest)
		if match == nil {
			return "", append(problems, problem{says: "has a ${ that begins no ${NAME}; a name has letters, digits and _"})
		}
		rest = rest[len(match[0]):]
		replacement, wrong := variable(match[1], lookup)
		value.WriteString(replacement)
		if wrong.says != "" {
			problems = append(problems, wrong)
		}
	}
	return value.String(), problems
}

func variable(name string, lookup func(string) (string, bool)) (value string, wrong problem) {
	value, ok := lookup(name)
	switch {
	case !ok:
		return "", problem{"needs the environment variable " + name + ", which is not set", name}
	case value == "":
		return "", problem{"needs the environment variable " + name + ", which is set but empty", name}
	case len(value) > longestVariable:
		return "", problem{says: "needs the environment variable " + name + ", which is longer than 64 KiB"}
	default:
		return value, problem{}
	}
}
