package state

import "github.com/slipwayhq/slipway/bot"

// storedActor is who asked for a release. Its parts are stored as fields of their
// own: the version before this one knows the first two, and shows the name where
// slipway asked for it itself.
type storedActor struct {
	Person storedPerson
	Shell  string
	Rule   string
}

func storeActor(a bot.Actor) storedActor {
	switch a := a.(type) {
	case bot.Person:
		return storedActor{Person: storedPerson(a)}
	case bot.AtShell:
		return storedActor{Person: storedPerson(a.Person), Shell: a.Shell}
	case bot.ByRule:
		return storedActor{Person: storedPerson{Name: "slipway"}, Rule: a.Rule}
	}
	return storedActor{}
}

func loadActor(s storedActor) bot.Actor {
	switch {
	case s.Rule != "":
		return bot.ByRule{Rule: s.Rule}
	case s.Shell != "":
		return bot.AtShell{Person: bot.Person(s.Person), Shell: s.Shell}
	default:
		return bot.Person(s.Person)
	}
}
