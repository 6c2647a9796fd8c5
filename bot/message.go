package bot

import "time"

// Message is something the channel is shown. It says what is true; how it
// looks is the chat adapter's.
type Message struct {
	// Key makes the message appear once.
	Key     MessageKey
	Channel string
	Thread  string // the message it is a reply to; empty: a message of its own
	Body    Body
}

// MessageKey names a message: the release it is about and which of its
// messages it is. It travels with the message, so that a lost answer can be
// looked for.
type MessageKey struct {
	Release string // or the service, where it is about no release
	Kind    string // "card", or the name of the news with how it is said
}

// CardKind is the Kind of the message key of every card.
const CardKind = "card"

// MessageRef is where a message stands.
type MessageRef struct {
	Channel string
	ID      string
}

// Body is what a message is about.
//
//sumtype:decl
type Body interface{ body() }

type (
	// Card shows a release, edited in place as it moves.
	Card struct {
		Release Release
		Links   []Link
		// Approvers are the people who may approve, as far as the operator
		// named them; they are mentioned when the card is first posted.
		Approvers []Person
		// ApproverGroups are groups of the chat that may approve, by their ids;
		// they are mentioned likewise.
		ApproverGroups []string
		Authors        map[string]Person // the chat accounts of commit authors, by login
		// Lost is why the card before this one is gone, as the end of a sentence
		// that begins with it; empty: this is the first.
		Lost string
	}
	// Note is a line or two in the card's thread, or out loud.
	Note struct {
		News    News
		Release Release
		Links   []Link
		Authors map[string]Person
		// Card is where the release's card stands.
		Card MessageRef
		Now  time.Time
		// Quiet says that who asked for the release is not to be called by it.
		Quiet bool
		// Approvers and ApproverGroups are those whom it calls to approve.
		Approvers      []Person
		ApproverGroups []string
		// Beside is, for the summary of a watch, what happened to other services in the
		// same time, and Told who is told of its outcome elsewhere.
		Beside Happened
		Told   []Recipient
	}
)

// Forgotten says out loud which releases of a service the store does not know,
// although the code host has their runs.
type Forgotten struct {
	Service string
	Runs    []ListedRun // newest first
	// Odd are runs whose name holds an id that slipway never gave: they are
	// passed over, and their numbers are not believed.
	Odd []ListedRun
}

// Held says out loud what slipway does not understand and therefore holds back,
// with the way on for who has looked.
type Held struct {
	Doubts []Doubt // all about the same thing
	// Who are the groups whose word counts; empty: any full member's.
	Who []string
	// Typed is what can be typed in place of a click.
	Typed string
}

// Notice says out loud what concerns slipway itself and stands on no card.
type Notice struct {
	Says string // one sentence
	Mend string // one sentence
}

func (Card) body()      {}
func (Notice) body()    {}
func (Note) body()      {}
func (Forgotten) body() {}
func (Held) body()      {}
