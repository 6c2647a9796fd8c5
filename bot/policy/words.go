package policy

import (
	"fmt"
	"strings"
	"time"
)

func commits(n int) string {
	if n == 1 {
		return "1 commit"
	}
	return fmt.Sprintf("%d commits", n)
}

func isOrAre(n int) string {
	if n == 1 {
		return "is"
	}
	return "are"
}

// listed names things for people: at most five, each cut after 60 characters,
// since the names come from outside and the sentence must stay one.
func listed(names []string) string {
	const limit = 5
	shown := make([]string, 0, limit+1)
	for _, name := range names[:min(len(names), limit)] {
		shown = append(shown, cut(name))
	}
	list := strings.Join(shown, ", ")
	if more := len(names) - limit; more > 0 {
		list += fmt.Sprintf(" and %d more", more)
	}
	return list
}

func plural(noun string, n int) string {
	if n == 1 {
		return noun
	}
	return noun + "s"
}

func itOrThem(n int) string {
	if n == 1 {
		return "it"
	}
	return "them"
}

// cut shortens a value for people.
func cut(value string) string {
	const longest = 60
	if runes := []rune(value); len(runes) > longest {
		return string(runes[:longest]) + "…"
	}
	return value
}

func people(n int) string {
	if n == 1 {
		return "1 person"
	}
	return fmt.Sprintf("%d people", n)
}

// sentenceOf joins whole clauses, three at most.
func sentenceOf(clauses []string, total int) string {
	const limit = 3
	shown := strings.Join(clauses[:min(len(clauses), limit)], "; ")
	if more := total - limit; more > 0 {
		shown += fmt.Sprintf("; and %d more", more)
	}
	return shown
}

// inZone formats a moment as the clocks of its zone show it.
func inZone(t time.Time) string { return t.Format("Mon 2 Jan 2006 15:04 MST") }
