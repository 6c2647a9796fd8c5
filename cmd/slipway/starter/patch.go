package starter

import (
	"regexp"
	"slices"
	"strings"
)

// input is an input that slipway sends.
type input struct{ name, about string }

func inputs() []input {
	return []input{
		{"release_id", "Marks the run as one of slipway's releases"},
		{"sha", "The commit to deploy, all 40 digits"},
		{"environment", "Where to deploy"},
	}
}

const (
	runName     = "run-name: ${{ inputs.release_id }} to ${{ inputs.environment }}"
	checkoutRef = "ref: ${{ inputs.sha }}"
)

// Adapted is a workflow with what slipway needs put in: the trigger with its inputs,
// the run-name, and the commit that is checked out. It goes by lines, so that all
// else stays as somebody wrote it; what is written in a way that it does not know is
// left as it is, and whoever asks looks whether anything is still missing.
//
// Lines end as they did.
func Adapted(text string) string {
	if unix := strings.ReplaceAll(text, "\r\n", "\n"); unix != text {
		return strings.ReplaceAll(Adapted(unix), "\n", "\r\n")
	}
	lines := strings.Split(text, "\n")
	lines = withRunName(lines)
	lines = withTrigger(lines)
	return strings.Join(withCommit(lines), "\n")
}

// indent is how far a line is indented; -1 for one without content.
func indent(line string) int {
	trimmed := strings.TrimLeft(line, " ")
	if trimmed == "" || trimmed[0] == '#' {
		return -1
	}
	return len(line) - len(trimmed)
}

// block is where the lines below a key end: the first line that is not deeper.
func block(lines []string, at int) int {
	depth := indent(lines[at])
	end := at + 1
	for i := at + 1; i < len(lines); i++ {
		switch in := indent(lines[i]); {
		case in < 0:
		case in < depth || in == depth && !strings.HasPrefix(strings.TrimSpace(lines[i]), "- "):
			return end
		default:
			end = i + 1
		}
	}
	return end
}

// key finds a key in a block, at the depth of the block's first key.
func key(lines []string, from, to int, name string) (at int, value string, found bool) {
	pattern := regexp.MustCompile(`^ *["']?` + regexp.QuoteMeta(name) + `["']? *:(?:[ \t]+(.*))?$`)
	depth := -1
	for i := from; i < to; i++ {
		in := indent(lines[i])
		if in < 0 {
			continue
		}
		if depth < 0 {
			depth = in
		}
		if match := pattern.FindStringSubmatch(lines[i]); match != nil && in == depth {
			value, _, _ = strings.Cut(match[1], " #")
			return i, strings.TrimSpace(value), true
		}
	}
	return 0, "", false
}

func spaces(n int) string { return strings.Repeat(" ", n) }

func withRunName(lines []string) []string {
	at, value, found := key(lines, 0, len(lines), "run-name")
	switch {
	case found && strings.Contains(strings.Join(lines[at:block(lines, at)], " "), "inputs.release_id"):
		return lines
	case found && value != "" && value[0] != '>' && value[0] != '|':
		lines[at] = runName
		return lines
	case found:
		return lines
	}
	if at, _, found = key(lines, 0, len(lines), "name"); found {
		return slices.Insert(lines, at+1, runName)
	}
	first := slices.IndexFunc(lines, func(line string) bool { return indent(line) >= 0 })
	return slices.Insert(lines, max(first, 0), runName)
}

// withTrigger gives `on` a workflow_dispatch with the inputs.
func withTrigger(lines []string) []string {
	at, value, found := key(lines, 0, len(lines), "on")
	switch {
	case !found:
		return lines
	case value != "" && strings.ContainsRune("{&*!|>", rune(value[0])): // an anchor, say, of which others make use
		return lines
	case value != "":
		return slices.Replace(lines, at, at+1, eventsOf(strings.FieldsFunc(strings.Trim(value, "[]"), func(r rune) bool { return r == ',' || r == ' ' }))...)
	}
	end := block(lines, at)
	if names := listed(lines[at+1 : end]); names != nil {
		return slices.Replace(lines, at, end, eventsOf(names)...)
	}
	return dispatchIn(lines, at, end)
}

// listed are the items of a list that stands in lines of its own; nil: it is none.
func listed(lines []string) []string {
	var names []string
	for _, line := range lines {
		item, is := strings.CutPrefix(strings.TrimSpace(line), "- ")
		switch {
		case indent(line) < 0:
		case !is:
			return nil
		default:
			names = append(names, strings.TrimSpace(item))
		}
	}
	return names
}

// eventsOf is `on` as a mapping of events, with workflow_dispatch.
func eventsOf(names []string) []string {
	lines := []string{"on:"}
	for _, name := range names {
		if name = strings.Trim(name, `"'`); name != "workflow_dispatch" && name != "" {
			lines = append(lines, "  "+name+":")
		}
	}
	return append(append(lines, "  workflow_dispatch:"), inputLines("    ")...)
}

// inputLines declares all inputs.
func inputLines(in string) []string {
	lines := []string{in + "inputs:"}
	for _, i := range inputs() {
		lines = append(lines, declared(i, in+"  ")...)
	}
	return lines
}

func declared(i input, in string) []string {
	return []string{in + i.name + ":", in + "  description: " + i.about, in + "  type: string", in + "  required: true"}
}

// dispatchIn puts workflow_dispatch, or what its inputs lack, below `on`.
func dispatchIn(lines []string, on, end int) []string {
	in := "  "
	for i := on + 1; i < end; i++ {
		if depth := indent(lines[i]); depth > 0 {
			in = spaces(depth)
			break
		}
	}
	at, value, found := key(lines, on+1, end, "workflow_dispatch")
	switch {
	case !found:
		return slices.Insert(lines, on+1, append([]string{in + "workflow_dispatch:"}, inputLines(in+"  ")...)...)
	case value != "" && value != "{}" && value != "null" && value != "~":
		return lines
	}
	lines[at] = in + "workflow_dispatch:"
	from, value, found := key(lines, at+1, block(lines, at), "inputs")
	switch {
	case !found:
		return slices.Insert(lines, at+1, inputLines(in+"  ")...)
	case value != "":
		return lines
	}
	to := block(lines, from)
	inside := spaces(indent(lines[from]) + 2)
	for i := from + 1; i < to; i++ {
		if depth := indent(lines[i]); depth >= 0 {
			inside = spaces(depth)
			break
		}
	}
	var missing []string
	for _, i := range inputs() {
		if _, _, has := key(lines, from+1, to, i.name); !has {
			missing = append(missing, declared(i, inside)...)
		}
	}
	return slices.Insert(lines, from+1, missing...)
}

// withCommit has every checkout take the commit that is asked for.
func withCommit(lines []string) []string {
	uses := regexp.MustCompile(`^( *)(- )?uses: *["']?actions/checkout@`)
	for i := 0; i < len(lines); i++ {
		match := uses.FindStringSubmatch(lines[i])
		if match == nil {
			continue
		}
		in := len(match[1]) + len(match[2])
		end := i + 1
		for end < len(lines) && (indent(lines[end]) < 0 || indent(lines[end]) >= in) {
			end++
		}
		lines = checkedOut(lines, i, end, in)
	}
	return lines
}

// checkedOut gives one step, whose keys are indented so far, the ref of the commit.
func checkedOut(lines []string, uses, end, in int) []string {
	with := -1
	for i := uses + 1; i < end; i++ {
		if indent(lines[i]) == in && strings.HasPrefix(strings.TrimSpace(lines[i]), "with:") {
			with = i
		}
	}
	if with < 0 {
		return slices.Insert(lines, uses+1, spaces(in)+"with:", spaces(in+2)+checkoutRef)
	}
	if strings.TrimSpace(lines[with]) != "with:" {
		return lines
	}
	inside := in + 2
	for i := with + 1; i < end; i++ {
		depth := indent(lines[i])
		if depth <= in {
			continue
		}
		inside = depth
		line := strings.TrimSpace(lines[i])
		switch {
		case strings.HasPrefix(line, "repository:"):
			return lines // another repository's
		case strings.HasPrefix(line, "ref:") && strings.Contains(line, "${{"):
			return lines
		case strings.HasPrefix(line, "ref:"):
			lines[i] = spaces(depth) + checkoutRef
			return lines
		}
	}
	return slices.Insert(lines, with+1, spaces(inside)+checkoutRef)
}
