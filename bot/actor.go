package bot

// Actor is who asked for a release: a Person in the chat, a person at a shell, or
// slipway itself.
//
//sumtype:decl
type Actor interface{ actor() }

type (
	// AtShell is whoever sat at a shell and said that they are Person. What is
	// known of them is the shell, as "HOST by ACCOUNT".
	AtShell struct {
		Person Person
		Shell  string
	}
	// ByRule is slipway itself, which a rule of slipway.yaml told to.
	ByRule struct{ Rule string }
)

func (Person) actor()  {}
func (AtShell) actor() {}
func (ByRule) actor()  {}

// PersonOf is the person as whom somebody acts; nobody for slipway itself.
func PersonOf(a Actor) Person {
	switch a := a.(type) {
	case Person:
		return a
	case AtShell:
		return a.Person
	case ByRule:
	}
	return Person{}
}

// ActorName is how an actor is called in a sentence.
func ActorName(a Actor) string {
	if rule, itself := a.(ByRule); itself {
		return "slipway itself (" + rule.Rule + ")"
	}
	return PersonOf(a).String()
}

// Asker is the person as whom the release was asked for; nobody where slipway asked
// for it itself.
func (r Release) Asker() Person { return PersonOf(r.Requester) }

// IsRequester says whether somebody asked for the release.
func (r Release) IsRequester(who Person) bool { return who.ID != "" && who.ID == r.Asker().ID }

// ByItself says whether slipway asked for the release itself.
func (r Release) ByItself() bool {
	_, itself := r.Requester.(ByRule)
	return itself
}

// Unconfirmed says that a rollback waits for its requester's own yes, or a deploy to
// where something was done past slipway. What slipway asks for itself nobody has to
// confirm; the approvals that it needs it needs all the same.
func (r Release) Unconfirmed() bool {
	return (r.Kind == Rollback || r.Asked) && !r.Confirmed && !r.ByItself()
}
