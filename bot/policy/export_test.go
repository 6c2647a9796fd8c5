package policy

import "fmt"

// Rows is the table of gates, a line each: what it rests on, whether an emergency
// passes it, whether waiting helps, and at which field of a form it is said.
func Rows() []string {
	var rows []string
	for _, r := range table() {
		line := fmt.Sprintf("%-11s %-9s", r.name, r.scope)
		if r.passable {
			line += " passable"
		}
		if r.hopeless {
			line += " hopeless"
		}
		line += " at " + string(FieldOf(r.name))
		rows = append(rows, line)
	}
	return rows
}
