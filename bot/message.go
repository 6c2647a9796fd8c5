package bot

import "time"

// Message is what is posted to a channel. It says what is true; how that looks is up to
// the chat adapter.
type Message struct {
	// Key makes sure that the message is posted once.
	Key     MessageKey
	Channel string
	Thread  string // the message it is a reply to; empty: a message of its own
	Body    Body
}

// MessageKey identifies a message by the release it is about and which of the release's
// messages it is. It is sent with the message, so that a message whose posting was
// never confirmed can be found again.
type MessageKey struct {
	Release string // or the service, if the message is about no release
	Kind    string // "card", or the name of the news with how it is said
}

// CardKind is the Kind of every card's message key.
const CardKind = "card"

// MessageRef locates a posted message.
type MessageRef struct {
	Channel string
	ID      string
	// Shared says that others stand in the same message, so that it is not edited for
	// one of them.
	Shared bool
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
		// Approvers are the people who may approve, if the operator named them; the
		// first post of the card mentions them.
		Approvers []Person
		// ApproverGroups are the chat's groups that may approve, by id; they are
		// mentioned as well.
		ApproverGroups []string
		Authors        map[string]Person // the chat accounts of the commits' authors, by login
		// Lost is why the card before this one is gone, as the end of a sentence whose
		// subject is that card; empty: this is the first.
		Lost string
	}
	// Note is a line or two in the card's thread, or in the channel.
	Note struct {
		News    News
		Release Release
		Links   []Link
		Authors map[string]Person
		// Card is where the release's card stands.
		Card MessageRef
		Now  time.Time
		// Quiet is set if the note must not mention the requester.
		Quiet bool
		// Approvers and ApproverGroups are those whom the note asks to approve.
		Approvers      []Person
		ApproverGroups []string
		// For the summary of a watch: Beside is what happened to other services at the
		// same time, and Told is who is told of the outcome elsewhere.
		Beside Happened
		Told   []Recipient
	}
)

// Forgotten reports, in the channel, releases of a service that the store does not know
// although the code host has their runs.
type Forgotten struct {
	Service string
	Runs    []ListedRun // newest first
	// Odd are runs whose name contains an id that slipway never assigned. They are
	// skipped, and their numbers are not trusted.
	Odd []ListedRun
}

// Held reports, in the channel, what slipway does not understand and therefore holds
// back, with the way on for whoever has looked.
type Held struct {
	Doubts []Doubt // all about the same thing
	// Who are the groups whose members may decide; empty: any full member may.
	Who []string
	// Typed is the command that does what the message offers, and Board the one that
	// shows all that is held.
	Typed, Board string
}

// Notice reports, in the channel, something about slipway itself that no card shows.
type Notice struct {
	Says string // one sentence
	Mend string // one sentence
}

func (Card) body()      {}
func (Notice) body()    {}
func (Note) body()      {}
func (Forgotten) body() {}
func (Held) body()      {}
