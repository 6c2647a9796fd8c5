package bot

import "time"

// DirtyCard is a card that no longer shows the truth.
type DirtyCard struct {
	Release  Release
	Revision int64 // rises with each change of the release
	// Ref is where the card stands; empty: it is to be posted.
	Ref MessageRef
	// Closed says that the card has shown the release's end.
	Closed bool
}

// MessageState is how far a message has come.
type MessageState struct {
	// Ref is where it stands; empty: it is not known to be posted.
	Ref MessageRef
	// Begun is when somebody stored the intent to post it; zero: nobody had,
	// and the caller's own intent is stored now.
	Begun time.Time
	// Busy says that somebody else may be posting it right now.
	Busy bool
	// Lost is why an earlier one is gone in whose place it is posted, as the end
	// of a sentence that begins with it; empty: there was none.
	Lost string
	// Intent tells the caller's own intent from those of others; zero: none was
	// stored.
	Intent time.Time
}

// Urgency says which edits go first when few are left.
type Urgency string

// How urgent an edit is.
const (
	UrgencyProgress Urgency = "progress"
	UrgencyEnd      Urgency = "end" // may use the reserve
)
