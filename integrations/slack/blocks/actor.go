package blocks

import "github.com/slipwayhq/slipway/bot"

// calling calls who asked for something; slipway itself cannot be called.
func calling(a bot.Actor) markup {
	if _, itself := a.(bot.ByRule); itself {
		return "slipway"
	}
	return mention(bot.PersonOf(a))
}

// actor names who asked for something, in few words: of whoever sat at a shell
// nobody but they themselves said who they are.
func actor(a bot.Actor) markup {
	switch a := a.(type) {
	case bot.AtShell:
		return named(a.Person) + " (at a shell)"
	case bot.ByRule:
		return "slipway"
	case bot.Person:
		return named(a)
	}
	return named(bot.Person{})
}

// through says from which shell something was asked for, or by which rule.
func through(a bot.Actor) markup {
	switch a := a.(type) {
	case bot.AtShell:
		return "from the shell of " + esc(a.Shell, subjectMax)
	case bot.ByRule:
		return "(the rule " + quoted(a.Rule) + " of slipway.yaml)"
	case bot.Person:
	}
	return ""
}

// askedAs is who asked for a release, and from which shell or by which rule.
func askedAs(a bot.Actor, call func(bot.Person) markup) markup {
	switch a := a.(type) {
	case bot.AtShell:
		return through(a) + ", as " + call(a.Person)
	case bot.ByRule:
		return "by slipway " + through(a)
	case bot.Person:
		return "by " + call(a)
	}
	return "by " + call(bot.Person{})
}
