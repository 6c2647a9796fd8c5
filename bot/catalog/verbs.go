package catalog

import (
	"fmt"
	"slices"
)

// Verbs are the words that mean a command where a service's name may stand. The
// commands themselves are in a package above this one; a test there holds the two
// to be the same, but for "all", which stands for every service.
func Verbs() []string {
	return []string{
		"deploy", "rollback", "promote", "status", "incident", "plan", "why", "approve", "unapprove", "reject", "cancel", "sign-off", "verdict", "looked", "mine",
		"lock", "unlock", "freeze", "unfreeze", "queue", "release-quarantine", "history", "report", "diff", "adopt", "notify", "help", "all",
	}
}

// VerbsToCome are the words of commands that later versions will have: a name that
// is taken today must not become a command by an update.
func VerbsToCome() []string {
	return []string{
		"ship", "revert", "where", "pause", "resume", "run", "audit", "verify", "release",
	}
}

// serviceNameRule keeps apart `/deploy SERVICE` and `/deploy VERB`.
func serviceNameRule() rule {
	r, verbs, later := nameRule(), Verbs(), VerbsToCome()
	isWord := r.also
	r.also = func(name string) string {
		switch {
		case slices.Contains(verbs, name):
			return "a service cannot bear the name of a command; choose another, such as " + name + "-service"
		case slices.Contains(later, name):
			return fmt.Sprintf("a service cannot bear the name of a command, and a later version of slipway has this one; choose another, such as %[1]s-service, and let an alias keep the old word: aliases: [%[1]s]", name)
		}
		return isWord(name)
	}
	return r
}
