package bot

// InboxEvent is an event for a release's inbox.
type InboxEvent struct {
	Release string
	Event   Event
	// Key makes the event arrive once: the request's or delivery's own id.
	Key string
}

// Posted is what came of a letter.
type Posted string

// What came of a letter.
const (
	PostStored   Posted = "stored"
	PostRepeated Posted = "repeated" // it had arrived before
	PostUnknown  Posted = "unknown"  // there is no such release
	PostEnded    Posted = "ended"    // the release has ended and nothing can be posted to it
)
