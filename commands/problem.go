package commands

import (
	"errors"
	"fmt"
	"strings"

	"github.com/slipwayhq/slipway/bot"
	"github.com/slipwayhq/slipway/commands/grammar"
)

// problemError carries a refusal up to where it becomes the answer.
type problemError struct {
	problem bot.Problem
}

// Error is what is wrong.
func (e *problemError) Error() string { return e.problem.Says }

// refuse makes a refusal; every one says what would help.
func refuse(says string, mends ...string) *problemError {
	return &problemError{bot.Problem{Says: says, Mends: mends}}
}

// near adds the whole command that would work.
func (e *problemError) near(command string) *problemError {
	e.problem.Near = command
	return e
}

// at ties a refusal to a field of a form.
func at(field bot.Field, e *problemError) *problemError {
	e.problem.Field = field
	return e
}

// understood adds to a refusal how the words were read. Like the two functions below,
// it returns other errors unchanged.
func understood(err error, words string) error {
	return amended(err, func(p *bot.Problem) { p.Understood = words })
}

// withMend adds to a refusal what would help.
func withMend(err error, mend string) error {
	return amended(err, func(p *bot.Problem) { p.Mends = append(p.Mends, mend) })
}

// withNear adds to a refusal the whole command that would work.
func withNear(err error, command string) error {
	return amended(err, func(p *bot.Problem) { p.Near = command })
}

func amended(err error, amend func(*bot.Problem)) error {
	if problem, ok := errors.AsType[*problemError](err); ok {
		amend(&problem.problem)
	}
	return err
}

// answered turns refusals into answers; other errors stay errors.
func answered(answer bot.Answer, err error) (bot.Answer, error) {
	var problem *problemError
	var usage *grammar.UsageError
	switch {
	case err == nil:
		return answer, nil
	case errors.As(err, &problem):
		return problem.problem, nil
	case errors.As(err, &usage):
		return bot.Problem{Says: usage.Says, Mends: []string{usage.Mend}}, nil
	default:
		return nil, err
	}
}

// withUsage adds the verb's usage to a mistake in the words.
func withUsage(err error, usage []string) error {
	var fault *grammar.UsageError
	if !errors.As(err, &fault) {
		return err
	}
	written := "Usage: `" + strings.Join(usage, "` or `") + "`"
	if fault.Flag == "" {
		return refuse(fault.Says, fault.Mend, written)
	}
	var flags []string // of this verb
	for word := range strings.FieldsSeq(strings.Join(usage, " ")) {
		if name, is := strings.CutPrefix(strings.Trim(word, "[]"), "--"); is {
			flags = append(flags, name)
		}
	}
	switch meant, near := bot.Nearest(fault.Flag, flags); {
	case near:
		return refuse(fault.Says, "Did you mean --"+meant+"?", written)
	case len(flags) == 0:
		return refuse(fault.Says, "This command takes no flags.", written)
	default:
		return refuse(fault.Says, written)
	}
}

// refuseGuest keeps out whoever is not a full member of the team.
func refuseGuest(by bot.Person, guest bool) error { //nolint:revive // whether somebody is a guest is a fact about them, not a switch
	if !guest && by.ID != "" {
		return nil
	}
	return refuse("Only full members of this team can use slipway, and you are here as a guest.", "Ask a full member of the team.")
}

// clip shortens a typed word for use in a sentence.
func clip(word string) string {
	const longest = 40
	if runes := []rune(word); len(runes) > longest {
		return string(runes[:longest]) + "…"
	}
	return word
}

// join lists things in a sentence: "a, b and c". Beyond twenty the rest is
// counted.
func join(things []string, last string) string {
	const limit = 20
	if more := len(things) - limit; more > 0 {
		things = append(append([]string(nil), things[:limit]...), fmt.Sprintf("%d more", more))
	}
	switch n := len(things); n {
	case 0:
		return "none"
	case 1:
		return things[0]
	default:
		return strings.Join(things[:n-1], ", ") + " " + last + " " + things[n-1]
	}
}
