package catalog

import (
	"fmt"
	"slices"
)

// EveryService is the word that stands for all services.
const EveryService = "all"

// reserved says whether a word in place of a service's name means a command, or every
// service.
func reserved(verbs []string, word string) bool {
	return word == EveryService || slices.Contains(verbs, word)
}

// VerbsToCome are the words of commands that later versions will have: a service that
// bears one today would lose its name in an update.
func VerbsToCome() []string {
	return []string{
		"ship", "revert", "where", "pause", "resume", "run", "audit", "verify", "release",
	}
}

// serviceNameRule keeps `/deploy SERVICE` apart from `/deploy VERB`.
func serviceNameRule(verbs []string) rule {
	r, later := nameRule(), VerbsToCome()
	isWord := r.also
	r.also = func(name string) string {
		switch {
		case reserved(verbs, name):
			return "a service cannot bear the name of a command; choose another, such as " + name + "-service"
		case slices.Contains(later, name):
			return fmt.Sprintf("a service cannot bear the name of a command, and a later version of slipway has this one; choose another, such as %[1]s-service, and let an alias keep the old word: aliases: [%[1]s]", name)
		}
		return isWord(name)
	}
	return r
}
